import { z } from 'zod';
import { LimioError } from '../errors/errors.js';
import { matchGlobs } from '../glob/glob.js';
import { compareBodies } from '../kinds/compare.js';
import type { KindRules } from '../kinds/kind-definition.js';
import { type Address, type Kind, KINDS, parseAddress } from '../model/address.js';
import { jsonEqual, type JsonObject } from '../model/json.js';
import { type Change, type Plan, PLAN_FORMAT_VERSION } from '../model/plan.js';
import { nameFirst } from '../model/words.js';
import { createUnmanagedTest } from './deletes.js';
import { makeFingerprint } from './fingerprint.js';
import { ignoreFields } from './managed.js';
import type { PlanContext } from './plan-context.js';
import { parseSaved, type SavedForm } from './saved-file.js';

/**
 * A saved plan, exactly as it was written.
 * @throws LimioError PLAN_INVALID when it is not a plan, PLAN_VERSION when it has another format version,
 * PLAN_EDITED when its content does not match its fingerprint.
 */
export function parsePlan(text: string, file: string): Plan {
  // The schema has checked it; a test proves that the type and the schema have the same shape.
  const plan = parseSaved(text, file, PLAN_FORM) as unknown as Plan;
  if (makeFingerprint(plan) === plan.fingerprint) return plan;
  throw new LimioError({
    code: 'PLAN_EDITED',
    message: `${file} was edited: its content does not match its fingerprint.`,
    hint: 'Change the files and create a new plan.',
  });
}

/**
 * What a saved plan would change although the present configuration does not manage it, one sentence each: an object
 * that is ignored or no longer in scope, a field that the app owns now, a page that is only published for protected
 * items. A plan that was made today would not hold it. Pure.
 */
export function listUnmanaged(
  { changes, publish, scope }: Pick<Plan, 'changes' | 'publish' | 'scope'>,
  context: PlanContext,
  kinds: Record<Kind, KindRules>,
): string[] {
  const changed = new Set(changes.map((one) => one.address));
  const findReason = createUnmanagedTest(context);
  const isKept = (item: Address): boolean =>
    matchGlobs(context.protect, item) || ['ignore', 'ownership'].includes(findReason(item) ?? '');
  return [
    ...changes.flatMap((one) => {
      if (one.action === 'delete') {
        // A rollback deletes what its run created, in the scope or not.
        const isOut = isInScope(one.address, scope) && !isInScope(one.address, context.scope);
        const isLeft = isOut || findReason(one.address) !== undefined;
        return isLeft ? [`${one.address} would be deleted, but is ignored or out of scope.`] : [];
      }
      const fields = listUnmanagedFields(one, context, kinds);
      return fields.length === 0 ? [] : [`${one.address}: ${nameFirst(fields)} is ignored or owned elsewhere.`];
    }),
    ...publish.pages.flatMap(({ path, items }) =>
      items.length > 0 && items.every((item) => !changed.has(item) && isKept(item))
        ? [`${path} would be published for ${nameFirst(items)}, which is protected or ignored.`]
        : [],
    ),
  ];
}

function isInScope(full: Address, scope: Plan['scope']): boolean {
  const { kind, name } = parseAddress(full);
  return matchGlobs(scope[kind] ?? [], name);
}

/** The changed fields that disappear when both sides are read as the files are today. */
function listUnmanagedFields(
  { address: name, kind, before = {}, after = {} }: Change,
  { ignore, ownership }: PlanContext,
  kinds: Record<Kind, KindRules>,
): string[] {
  const prune = (side: JsonObject): JsonObject => {
    const source = { file: '', line: 1, col: 1 };
    const declared = { address: name, kind, name: parseAddress(name).name, body: side, owned: [], source };
    return ignoreFields([declared], ignore, kinds, ownership).desired[0]?.body ?? {};
  };
  const { fields } = kinds[kind];
  const left = compareBodies(prune(before), prune(after), fields);
  return compareBodies(before, after, fields)
    .filter((one) => !left.some((other) => other.path === one.path && jsonEqual(other.after, one.after)))
    .map(({ path }) => path);
}

/** The JSON Schema of a saved plan, draft 2020-12, for readers of `plan --format json`. */
export function buildPlanJsonSchema(): object {
  const { $schema, ...schema } = z.toJSONSchema(planSchema, { io: 'input', target: 'draft-2020-12' });
  return { $schema, title: 'limio-sync plan', ...schema };
}

const kindName = z.enum(KINDS);

const address = z
  .string()
  .regex(new RegExp(`^(${KINDS.join('|')}):.`, 's'))
  .describe('kind:name');

const action = z.enum(['create', 'update', 'delete']);

const body = z.record(z.string(), z.json());

const field = z.looseObject({
  path: z.string().describe('JSON Pointer; an element of a keyed list is named by its key.'),
  before: z.json().optional(),
  after: z.json().optional(),
  show: z.enum(['value', 'text', 'html', 'set', 'order', 'routing']),
});

const counts = z.int().min(0);

const position = z.looseObject({ file: z.string(), line: counts, col: counts });

const place = position.extend({ row: position.optional().describe('The row, or the cell, that fills it in.') });

const plannedField = field.extend({
  source: place.optional().describe('Where a template or a base supplies it. Not part of the fingerprint.'),
});

const patchOperation = z.looseObject({
  op: z.string(),
  path: z.string(),
  from: z.string().optional(),
  value: z.json().optional(),
});

const liveObject = z.looseObject({ id: z.string().optional(), version: z.string().optional(), hash: z.string() });

const change = z.looseObject({
  address,
  kind: kindName,
  action,
  reason: z.string(),
  before: body.optional().describe('The managed part of the live object, in wire form. Absent on create.'),
  after: body.optional().describe('The managed part as it will be, in wire form. Absent on delete.'),
  fields: z.array(plannedField),
  routes: z
    .array(z.string())
    .optional()
    .describe('Of a created or updated journey: where it will start and where it will lead.'),
  patch: z
    .array(patchOperation)
    .describe('RFC 6902: turns before into after, and tests what it replaces. Apply sends the live object patched.'),
  movedFrom: z
    .looseObject({ address, body, live: liveObject })
    .optional()
    .describe('The object takes the place of this one, which the change deletes: a new name for the same object.'),
  live: liveObject.optional(),
  neverDeclared: z.literal(true).optional().describe('A deletion of what this repository never declared.'),
  lastDeclared: z.string().optional().describe('Of a deletion: where it shows that these files declared it.'),
  cause: z
    .looseObject({
      side: z.enum(['app', 'git', 'both']),
      overwrites: z
        .array(z.string())
        .optional()
        .describe('Pointers to the edits in the app that the change overwrites.'),
      tenant: z.looseObject({ at: z.string().optional(), by: z.string().optional() }).optional(),
    })
    .optional()
    .describe('Which side changed the object since the last apply. Absent: unknown. Not part of the fingerprint.'),
  dependsOn: z.array(address),
  source: place.optional().describe('Where it is declared.'),
  risk: z.enum(['low', 'high']),
  routing: z
    .looseObject({ before: body.optional(), after: body.optional(), loops: z.array(z.string()).optional() })
    .optional()
    .describe('Journeys: the whole routing, typed, and pointers to destinations that close a circle of journeys.'),
});

const alsoPublish = z.looseObject({
  address,
  fields: z.array(field).describe('From the published copy to the working copy.'),
  firstTime: z.literal(true).optional().describe('The item was never published.'),
  prices: z.looseObject({ before: body.optional(), after: body }).optional().describe('The charges now, and then.'),
});

const shownItem = z.looseObject({ address, hash: z.string().optional(), isDraft: z.literal(true).optional() });

const page = z.looseObject({
  path: z.string(),
  name: z.string(),
  tags: z.array(z.string()),
  routes: z.array(z.string()),
  buildItems: z.array(z.string()),
  items: z.array(address),
  reason: z.enum(['changed', 'not-live', 'named']),
  why: z
    .string()
    .optional()
    .describe('For a page that only the journal knows to be older: the run that left it pending.'),
  alsoPublishes: z
    .array(alsoPublish)
    .optional()
    .describe('Unpublished edits that go live with the page, although the plan does not name them.'),
  shows: z
    .array(shownItem)
    .optional()
    .describe('Everything on the page: apply checks before the build that it did not change since the plan.'),
});

const guard = z.looseObject({
  code: z.string(),
  message: z.string(),
  value: z.string().optional(),
  limit: z.string().optional(),
  addresses: z.array(address),
  consent: z.looseObject({ flag: z.string(), value: z.string() }).optional(),
  hint: z.string().optional(),
  routes: z.array(z.string()).optional().describe('The routes that a guard of journeys is about.'),
  stopsPublish: z.literal(true).optional().describe('While this guard applies, no page is published either.'),
  pages: z.array(z.string()).optional().describe('While this guard applies, these pages are not published.'),
});

const onceManaged = z.looseObject({
  address,
  path: z.string(),
  applied: z.json(),
  live: z.json(),
  clear: z.looseObject({ file: z.string(), below: z.string(), line: z.string() }).optional(),
});

const money = z.looseObject({ amount: z.string(), currency: z.string(), interval: z.string() });

/**
 * The saved plan, for reading one back and for schema/plan.json. Unknown keys are allowed: a later tool of the same
 * format version may add them, and the fingerprint covers them too.
 */
export const planSchema = z
  .looseObject({
    kind: z.literal('limio-sync/plan'),
    formatVersion: z.literal(PLAN_FORMAT_VERSION),
    toolVersion: z.string(),
    environment: z.string(),
    host: z.string(),
    protected: z.boolean(),
    scope: z.partialRecord(kindName, z.array(z.string())),
    commit: z.string().optional(),
    promotedFrom: z.string().optional(),
    filesHash: z.string().describe('SHA-256 of what the files declared.'),
    changes: z.array(change),
    levels: z.array(z.array(address)).describe('The order of writing.'),
    publish: z.looseObject({ pages: z.array(page), onNoPage: z.array(address) }),
    withheld: z.array(z.looseObject({ address, action, reason: z.string() })),
    partial: z
      .literal('allow')
      .optional()
      .describe(
        'apply runs the rest of the plan while a part is withheld. Absent: if a guard withholds more than deletions, ' +
          'apply stops before the first write.',
      ),
    unmanaged: z.partialRecord(kindName, z.array(z.string())),
    warnings: z.array(
      z.looseObject({
        code: z.string(),
        message: z.string(),
        address: address.optional(),
        hint: z.string().optional(),
      }),
    ),
    onceManaged: z
      .array(onceManaged)
      .optional()
      .describe('Live fields that these files set once and declare no longer.'),
    guards: z.array(guard),
    byHand: z
      .array(z.looseObject({ address, parent: z.string(), item: body }))
      .optional()
      .describe('Catalog items that a person has to create, in this order.'),
    impact: z.looseObject({
      prices: z.array(
        z.looseObject({
          before: money.optional(),
          after: money.optional(),
          percent: z.string().optional(),
          addresses: z.array(address),
          routes: z.array(z.string()),
          journeys: z.array(address),
          promoCodes: z.array(address),
        }),
      ),
      usedBy: z.array(z.looseObject({ address, users: z.array(z.looseObject({ ref: z.string(), how: z.string() })) })),
    }),
    unchanged: z
      .partialRecord(kindName, counts)
      .optional()
      .describe('How many declared objects of each kind need no change.'),
    summary: z.looseObject({ create: counts, update: counts, delete: counts, unchanged: counts, withheld: counts }),
    basis: z
      .looseObject({
        lists: z
          .array(z.string())
          .describe('The states of the catalog that its lists showed, as the tenant names them.'),
        atHead: counts.describe('How many objects were read at head.'),
        shown: z
          .record(z.string(), z.looseObject({ version: z.string().optional(), hash: z.string() }))
          .optional()
          .describe('By address, items that the plan publishes and does not change, as they were at head.'),
      })
      .optional()
      .describe('What the plan rests on. Not part of the fingerprint: it says how the tenant was read.'),
    secrets: z
      .record(z.string(), z.string().regex(/^[0-9a-f]{64}$/))
      .optional()
      .describe('SHA-256 of every secret that a change refers to, by name. Absent where the environment has none.'),
    fingerprint: z.string().regex(/^[0-9a-f]{64}$/),
  })
  .describe('What limio-sync would do to a tenant.');

const PLAN_FORM: SavedForm = {
  kind: 'limio-sync/plan',
  formatVersion: PLAN_FORMAT_VERSION,
  schema: planSchema,
  name: 'plan',
  invalid: { code: 'PLAN_INVALID', hint: 'Create one with: limio-sync plan --out plan.json' },
  otherVersion: { code: 'PLAN_VERSION', hint: 'Apply it with the version that created it, or create a new plan.' },
};
