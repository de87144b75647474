import { z } from 'zod';
import { KINDS } from '../model/address.js';
import { PLAN_FORMAT_VERSION } from '../model/plan.js';

const address = z
  .string()
  .regex(new RegExp(`^(${KINDS.join('|')}):.`, 's'))
  .describe('kind:name');
const kind = z.enum(KINDS);
const action = z.enum(['create', 'update', 'delete']);
const body = z.record(z.string(), z.json());
const counts = z.int().min(0);

const field = z.looseObject({
  path: z.string().describe('JSON Pointer; an element of a keyed list is named by its key.'),
  before: z.json().optional(),
  after: z.json().optional(),
  show: z.enum(['value', 'text', 'html', 'set', 'order', 'routing']),
});

const change = z.looseObject({
  address,
  kind,
  action,
  reason: z.string(),
  before: body.optional().describe('The managed part of the live object, in wire form. Absent on create.'),
  after: body.optional().describe('The managed part as it will be, in wire form. Absent on delete.'),
  fields: z.array(field),
  patch: z.array(z.looseObject({ op: z.string(), path: z.string() })).describe('RFC 6902: turns before into after.'),
  live: z.looseObject({ id: z.string().optional(), version: z.string().optional(), hash: z.string() }).optional(),
  dependsOn: z.array(address),
  source: z.looseObject({ file: z.string(), line: counts, col: counts }).optional(),
  risk: z.enum(['low', 'high']),
  routing: z
    .looseObject({ before: body.optional(), after: body.optional(), loops: z.array(z.string()).optional() })
    .optional()
    .describe(
      'Journeys: the whole routing in typed form, and pointers to the destinations that close a circle of journeys.',
    ),
});

const page = z.looseObject({
  path: z.string(),
  name: z.string(),
  tags: z.array(z.string()),
  routes: z.array(z.string()),
  buildItems: z.array(z.string()),
  items: z.array(address),
  reason: z.enum(['changed', 'not-live', 'named']),
  why: z.string().optional().describe('Of a page that only the journal knows to be older: which run left it so.'),
});

const guard = z.looseObject({
  code: z.string(),
  message: z.string(),
  value: z.string().optional(),
  limit: z.string().optional(),
  addresses: z.array(address),
  consent: z.looseObject({ flag: z.string(), value: z.string() }).optional(),
  hint: z.string().optional(),
  stopsPublish: z.literal(true).optional().describe('While it stands, no page is published either.'),
});

const money = z.looseObject({ amount: z.string(), currency: z.string(), interval: z.string() });

/**
 * The saved plan, for reading one back and for schema/plan.json. Loose: a later tool of the same
 * format version may add keys, and the fingerprint covers those too.
 */
export const planSchema = z
  .looseObject({
    kind: z.literal('limio-sync/plan'),
    formatVersion: z.literal(PLAN_FORMAT_VERSION),
    toolVersion: z.string(),
    environment: z.string(),
    host: z.string(),
    protected: z.boolean(),
    scope: z.partialRecord(kind, z.array(z.string())),
    commit: z.string().optional(),
    promotedFrom: z.string().optional(),
    filesHash: z.string().describe('SHA-256 of what the files declared.'),
    changes: z.array(change),
    levels: z.array(z.array(address)).describe('The order of writing.'),
    publish: z.looseObject({ pages: z.array(page), onNoPage: z.array(address) }),
    withheld: z.array(z.looseObject({ address, action, reason: z.string() })),
    unmanaged: z.partialRecord(kind, z.array(z.string())),
    warnings: z.array(
      z.looseObject({
        code: z.string(),
        message: z.string(),
        address: address.optional(),
        hint: z.string().optional(),
      }),
    ),
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
    summary: z.looseObject({ create: counts, update: counts, delete: counts, unchanged: counts, withheld: counts }),
    secrets: z
      .record(z.string(), z.string().regex(/^[0-9a-f]{64}$/))
      .optional()
      .describe('SHA-256 of every secret that a change refers to, by name. Absent where the environment has none.'),
    fingerprint: z.string().regex(/^[0-9a-f]{64}$/),
  })
  .describe('What limio-sync would do to a tenant.');
