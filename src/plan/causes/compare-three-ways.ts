import { compareBodies } from '../../kinds/compare.js';
import type { JourneyCodec } from '../../kinds/journey/codec.js';
import type { FieldRules, KindRules, ListRule } from '../../kinds/kind-definition.js';
import { isCatalogKind } from '../../model/address.js';
import type { AppliedObject, Cause, FieldDrift, ObjectDrift } from '../../model/drift.js';
import { getOwn, isJsonObject, type Json, type JsonObject, parsePointer } from '../../model/json.js';
import { type DesiredResource, type LiveResource, topLevelFields } from '../../model/model.js';
import type { FieldChange } from '../../model/plan.js';
import { classifyFields, toFieldDrift } from './classify-fields.js';

/** One object on three sides; at least one of them has it. */
export interface Sides {
  /** At the last apply; `unknown` when there is no snapshot. */
  base: AppliedObject | 'unknown' | undefined;
  /** As declared, without what the environment does not manage. */
  files: DesiredResource | undefined;
  live: LiveResource | undefined;
  /** Whether the object is in the scope of the environment, so that an undeclared one is deleted. */
  isOwned: boolean;
}

export interface ThreeWayContext {
  /** Of the kind of the object. */
  rules: KindRules;
  codec: JourneyCodec;
}

/**
 * What changed since the last apply, and on which side. Compares by the rules of the plan: only managed fields count,
 * sets have no order, elements of keyed lists are compared one by one. Undefined when nothing relevant changed. Pure.
 *
 *     base = files = live   nothing      base = files, live moved    app
 *     files = live, moved   same         base = live, files moved    git
 *                                        all three differ            both
 *
 * Without a snapshot only files and tenant are compared, and the cause is `unknown`.
 */
export function compareThreeWays(sides: Sides, context: ThreeWayContext): ObjectDrift | undefined {
  const { base, files, live, isOwned } = sides;
  if (files && live)
    return base === undefined ? compareNew(files, live, context) : compareEdited({ base, files, live }, context);
  if (files) return compareGone(base, files, context);
  if (!live || !isOwned) return undefined;
  if (base === undefined || base === 'unknown') {
    const cause = base === undefined ? 'app' : 'unknown';
    return toDrift(live, 'created', cause, listContent(live, cause, context));
  }
  return compareUndeclared(base, live, context);
}

/** Declared since the last apply: the app did not change anything that was applied. */
function compareNew(
  files: DesiredResource,
  live: LiveResource,
  { rules, codec }: ThreeWayContext,
): ObjectDrift | undefined {
  const { fields } = rules.compareWithLive(files, live, codec);
  return fields.length === 0
    ? undefined
    : toDrift(
        files,
        'declared',
        'git',
        fields.map((field) => toField(field, 'git')),
      );
}

function compareEdited(
  { base, files, live }: { base: AppliedObject | 'unknown'; files: DesiredResource; live: LiveResource },
  context: ThreeWayContext,
): ObjectDrift | undefined {
  const { rules, codec } = context;
  const moved = rules.compareWithLive(files, live, codec).fields;
  const fields =
    base === 'unknown' ? moved.map((field) => toField(field, 'unknown')) : classify(base, files, live, moved, context);
  return fields.length === 0 ? undefined : toDrift(files, 'edited', findGravest(fields), fields);
}

function classify(
  { body }: AppliedObject,
  files: DesiredResource,
  live: LiveResource,
  moved: readonly FieldChange[],
  context: ThreeWayContext,
): FieldDrift[] {
  const { rules, codec } = context;
  const fieldRules = rules.fields;
  return classifyFields({
    // Under the name that it has in the tenant, which a move gives up.
    edited: rules.compareWithLive(files, asLive(live, body), codec).fields,
    moved,
    rules: fieldRules,
    wasManaged: (path) => holdsField(files, body, path),
    find: {
      base: createFinder(rules.present(body), fieldRules),
      live: createFinder(rules.present(live.body), fieldRules),
    },
  });
}

function createFinder(body: JsonObject, rules: FieldRules): (path: string) => Json | undefined {
  return (path) => findAt(body, parsePointer(path), rules);
}

/** Declared, and not in the tenant. */
function compareGone(base: Sides['base'], files: DesiredResource, { rules, codec }: ThreeWayContext): ObjectDrift {
  if (base === undefined)
    return toDrift(
      files,
      'declared',
      'git',
      rules.compareWithLive(files, undefined, codec).fields.map((field) => toField(field, 'git')),
    );
  if (base === 'unknown') return toDrift(files, 'deleted', 'unknown', []);
  const edited = rules
    .compareWithLive(files, asLive(files, base.body), codec)
    .fields.filter(({ path }) => holdsField(files, base.body, path));
  const fields = edited.map(({ path, before, after, show }) =>
    toFieldDrift({ path, cause: 'both', base: before, files: after, show }),
  );
  return toDrift(files, 'deleted', fields.length === 0 ? 'app' : 'both', fields);
}

/** No longer declared, so git deletes it; an edit in the app since then is a conflict. */
function compareUndeclared({ body }: AppliedObject, live: LiveResource, { rules }: ThreeWayContext): ObjectDrift {
  const moved = rules.compare(body, rules.project(live.body, body));
  const fields = moved.map(({ path, before, after, show }) =>
    toFieldDrift({ path, cause: 'both', base: before, live: after, show }),
  );
  return toDrift(live, 'undeclared', fields.length === 0 ? 'git' : 'both', fields);
}

function listContent(live: LiveResource, cause: Cause, { rules }: ThreeWayContext): FieldDrift[] {
  const content = compareBodies({}, rules.present(live.body), rules.fields);
  return content.map(({ path, after, show }) => toFieldDrift({ path, cause, live: after, show }));
}

/** A difference between tenant and files where the last apply is not known. */
function toField({ path, before, after, show }: FieldChange, cause: Cause): FieldDrift {
  return toFieldDrift({ path, cause, files: after, live: before, show });
}

const BY_GRAVITY: readonly Cause[] = ['both', 'app', 'unknown', 'git', 'same'];

function findGravest(fields: readonly FieldDrift[]): Cause {
  return BY_GRAVITY.find((cause) => fields.some((field) => field.cause === cause)) ?? 'same';
}

function toDrift(
  { address, kind }: Pick<LiveResource, 'address' | 'kind'>,
  change: ObjectDrift['change'],
  cause: Cause,
  fields: FieldDrift[],
): ObjectDrift {
  return { address, kind, change, cause, fields };
}

function asLive(
  { address, kind, name }: Pick<LiveResource, 'address' | 'kind' | 'name'>,
  body: JsonObject,
): LiveResource {
  return { address, kind, name, body, atHead: true, record: {} };
}

/** Whether the top-level field of a path is in the body. */
function holdsField({ kind }: DesiredResource, body: JsonObject, path: string): boolean {
  const [first = '', second = ''] = parsePointer(path);
  return Object.hasOwn(topLevelFields(kind, body), isCatalogKind(kind) ? second : first);
}

/** The value at a path, in which elements of keyed lists have their key as name, others their index. */
export function findAt(body: Json, path: readonly string[], rules: FieldRules): Json | undefined {
  let value: Json | undefined = body;
  path.forEach((segment, depth) => {
    if (isJsonObject(value)) value = getOwn(value, segment);
    else if (Array.isArray(value)) value = findElement(value, segment, rules.find(path.slice(0, depth))?.list);
    else value = undefined;
  });
  return value;
}

function findElement(list: readonly Json[], name: string, rule: ListRule | undefined): Json | undefined {
  const key = typeof rule === 'object' ? rule.key : undefined;
  const named =
    key === undefined ? undefined : list.find((element) => isJsonObject(element) && getOwn(element, key) === name);
  return named ?? (/^\d+$/.test(name) ? list[Number(name)] : undefined);
}
