import type { FieldRules, KindRules } from '../kinds/kind-definition.js';
import { canClear, clearAt, listReleased, locateReleased, type ReleasedField } from '../kinds/released-fields.js';
import type { Address, Kind } from '../model/address.js';
import type { AppliedObject, AppliedState } from '../model/drift.js';
import { formatPointer, getOwn, isJsonObject, type Json, type JsonObject } from '../model/json.js';
import { type IgnoreRule, type Ownership, parseIgnoreRule } from '../model/policies.js';
import type { DesiredResource } from '../model/model.js';
import type { OnceManaged } from '../model/plan.js';
import { compareBy } from '../model/words.js';
import { matchGlob } from '../glob/glob.js';
import type { Comparison } from './compare.js';
import type { PlanContext } from './plan-context.js';

export interface Managed {
  /** The declarations without ignored objects and fields, and without what the app or the server owns. */
  desired: DesiredResource[];
  /** Removed by `ignore` rules. */
  ignored: UnmanagedPart[];
  /** Removed because the app or the server owns it. */
  owned: OwnedPart[];
}

/** A declared field that is not managed. An empty path means the whole object. */
export interface UnmanagedPart {
  address: Address;
  /** Path in the body, with indices for elements of lists. */
  path: readonly string[];
}

export interface OwnedPart extends UnmanagedPart {
  owner: 'app' | 'server';
}

/**
 * Removes from the declarations what the environment does not manage. An ignored field then counts as undeclared: it
 * is never compared, never sent, and its live value is kept.
 */
export function ignoreFields(
  declared: readonly DesiredResource[],
  ignore: readonly string[],
  kinds: Record<Kind, KindRules>,
  ownership?: Ownership,
): Managed {
  const git = ownership?.git ?? [];
  const { desired, parts: ignored } = removeParts(declared, ignore, [], kinds);
  const app = removeParts(desired, ownership?.app ?? [], git, kinds);
  const server = removeParts(app.desired, ownership?.server ?? [], git, kinds);
  return {
    desired: server.desired.map((resource) => claimFields(resource, git, kinds[resource.kind])),
    ignored,
    owned: [
      ...app.parts.map((part) => ({ ...part, owner: 'app' as const })),
      ...server.parts.map((part) => ({ ...part, owner: 'server' as const })),
    ],
  };
}

/**
 * Fields that an apply of these files once set, that the files no longer declare, and that are still live. Removing a
 * line leaves the value in the tenant, so nothing else would ever mention it. What the environment ignores or gives to
 * the app or the server is left out: the configuration has decided. Sorted by address. Pure.
 */
export function findOnceManaged(
  { declared, diffs, kinds, codec }: Pick<Comparison, 'declared' | 'diffs' | 'kinds' | 'codec'>,
  applied: AppliedState | undefined,
  settings: Pick<PlanContext, 'ignore' | 'ownership'>,
): OnceManaged[] {
  if (applied === undefined) return [];
  const files = new Map(declared.map((resource) => [resource.address, resource]));
  const found = diffs.flatMap(({ desired: { address, kind }, live }): OnceManaged[] => {
    const resource = files.get(address);
    const entry = resource && findApplied(applied, resource);
    if (!entry || !live) return [];
    const clearings = listClearings(resource, entry, kinds, settings);
    return clearings.flatMap(({ path, applied: value, managed, line }): OnceManaged[] => {
      const pointer = formatPointer(path);
      // What a `null` would remove is what is live.
      const { fields } = kinds[kind].compareWithLive(managed, live, codec);
      const removal = fields.find((one) => one.path === pointer);
      if (removal?.before === undefined || removal.after !== undefined) return [];
      const { file } = resource.named ?? resource.source;
      const clear = line === undefined ? {} : { clear: { file, below: formatPointer(path.slice(0, -1)), line } };
      return [{ address, path: pointer, applied: value, live: removal.before, ...clear }];
    });
  });
  return found.toSorted(compareBy(({ address, path }) => `${address}#${path}`));
}

/** What the snapshot knows of an object; of one that is to be renamed, under its old name. */
export function findApplied(
  { objects }: Pick<AppliedState, 'objects'>,
  { address, movedFrom = address }: DesiredResource,
): AppliedObject | undefined {
  return objects[address] ?? objects[movedFrom];
}

/** A field that the files no longer declare, and how they would clear it. */
export interface Clearing extends ReleasedField {
  /** The resource with the `null`, without what the environment does not manage. */
  managed: DesiredResource;
  /** Where the key is missing in the body: elements of lists by their indices. */
  at: readonly string[];
  /** `badge_text__limio: null`; undefined where the schema of the kind refuses it. */
  line?: string;
}

/** The fields of one object that its files declared at an earlier apply, whether they are still live or not. Pure. */
export function listClearings(
  resource: DesiredResource,
  entry: AppliedObject,
  kinds: Record<Kind, KindRules>,
  { ignore, ownership }: Pick<PlanContext, 'ignore' | 'ownership'>,
): Clearing[] {
  const { kind, body } = resource;
  const { fields } = kinds[kind];
  return listReleased(kind, entry, body, fields).flatMap((field): Clearing[] => {
    const cleared = clearAt(body, field.path, fields);
    const { desired, ignored, owned } = ignoreFields([{ ...resource, body: cleared }], ignore, kinds, ownership);
    const [managed] = desired;
    const at = locateReleased(body, field.path, fields);
    if (!managed || [...ignored, ...owned].some(({ path }) => path.every((part, i) => part === at[i]))) return [];
    const key = field.path.at(-1) ?? '';
    const line = `${PLAIN_KEY.test(key) ? key : JSON.stringify(key)}: null`;
    return [{ ...field, managed, at, ...(canClear(kind, body, cleared) ? { line } : {}) }];
  });
}

/** Keys that YAML reads as they are. */
const PLAIN_KEY = /^[A-Za-z_][\w-]*$/;

interface Remaining {
  desired: DesiredResource[];
  /** What was removed. */
  parts: UnmanagedPart[];
}

function removeParts(
  declared: readonly DesiredResource[],
  patterns: readonly string[],
  exceptions: readonly string[],
  kinds: Record<Kind, KindRules>,
): Remaining {
  const rules = patterns.map(parseIgnoreRule);
  const exceptionRules = exceptions.map(parseIgnoreRule);
  const remaining: Remaining = { desired: [], parts: [] };
  for (const resource of declared) {
    const { address, kind } = resource;
    const chosen = selectRules(rules, address);
    const at: At = {
      path: [],
      fields: chosen.fields,
      kept: [...chosen.kept, ...selectRules(exceptionRules, address).fields],
    };
    if (at.fields.length === 0 || isReached(at.kept)) {
      remaining.desired.push(resource);
      continue;
    }
    const pruning: Pruning = { rules: kinds[kind].fields, removed: [], deep: kind !== 'journey' };
    const body = pruneObject(resource.body, at, pruning) ?? {};
    const isNothing =
      isReached(at.fields) && Object.keys(body).every((key) => pruning.rules.find([key])?.owner === 'identity');
    if (!isNothing) remaining.desired.push({ ...resource, body });
    remaining.parts.push(...(isNothing ? [[]] : pruning.removed).map((path) => ({ address, path })));
  }
  return remaining;
}

/** Adds the create-only fields that `ownership.git` claims by name. A pattern of whole objects does not claim them. */
function claimFields(
  resource: DesiredResource,
  git: readonly string[],
  { fields: { rows } }: KindRules,
): DesiredResource {
  const patterns = selectRules(git.map(parseIgnoreRule), resource.address).fields.filter(({ length }) => length > 0);
  const claimed = rows
    .filter(
      ({ owner, path }) => owner === 'server-after-create' && patterns.some((pattern) => coversPath(pattern, path)),
    )
    .map(({ path }) => path.join('.'));
  return claimed.length === 0 ? resource : { ...resource, owned: [...new Set([...resource.owned, ...claimed])] };
}

/** Whether the pattern of a field matches the path or one of its parents. */
export function coversPath(field: readonly string[], path: readonly string[]): boolean {
  return field.length <= path.length && field.every((part, i) => matchGlob(part, path[i] ?? ''));
}

/** What a list of rules says of one object. The field of a rule for the whole object is empty. */
export interface SelectedRules {
  fields: Fields;
  /** Fields that a negation takes away although a rule for more of the object matches them. */
  kept: Fields;
  isWhole: boolean;
}

/** In order: each negation takes away what the rules before it matched. */
export function selectRules(rules: readonly IgnoreRule[], address: string): SelectedRules {
  let fields: Fields = [];
  let kept: Fields = [];
  for (const { isNegated, field = [] } of rules.filter((rule) => matchGlob(rule.address, address))) {
    if (!isNegated) {
      fields = [...fields, field];
      kept = kept.filter((one) => !coversPath(field, one));
    } else {
      fields = fields.filter((one) => !coversPath(field, one));
      kept = field.length === 0 ? [] : [...kept, field];
    }
  }
  return { fields, kept, isWhole: isReached(fields) };
}

interface Pruning {
  rules: FieldRules;
  /** Paths that were removed. */
  removed: (readonly string[])[];
  /** False for journeys: a write replaces a whole top-level field, so a part of one cannot be ignored. */
  deep: boolean;
}

type Fields = readonly (readonly string[])[];

/** A place in a body, and the rest of every pattern that leads here. A pattern without rest has reached it. */
interface At {
  path: readonly string[];
  /** Patterns that remove. */
  fields: Fields;
  /** Patterns that keep, even where another one removes. */
  kept: Fields;
}

/** Undefined when nothing declared remains. `identity` is a key that is never removed. */
function pruneObject(object: JsonObject, at: At, pruning: Pruning, identity?: string): JsonObject | undefined {
  const kept = Object.entries(object).flatMap(([key, value]): [string, Json][] => {
    const here = step(at, [key], key);
    if (
      key === identity ||
      here.fields.length === 0 ||
      isReached(here.kept) ||
      pruning.rules.find(here.path)?.owner === 'identity'
    )
      return [[key, value]];
    const pruned = prune(value, here, pruning);
    return pruned === undefined ? [] : [[key, pruned]];
  });
  // `{}` is a value and would be sent. A declared `{}` stays.
  return kept.length === 0 && Object.keys(object).length > 0 ? undefined : Object.fromEntries(kept);
}

function prune(value: Json, at: At, pruning: Pruning): Json | undefined {
  const reached = isReached(at.fields);
  if (pruning.deep && (!reached || at.kept.length > 0)) {
    if (isJsonObject(value)) return pruneObject(value, at, pruning);
    const list = pruning.rules.find(at.path)?.list;
    if (Array.isArray(value) && typeof list === 'object')
      return value.map((element, i) => pruneElement(element, i, list.key, at, pruning));
    if (!reached && !Array.isArray(value)) return value;
  }
  // A rule names the field itself, or a part of a list that is not keyed: such a list is ignored as a whole.
  pruning.removed.push(at.path);
  return undefined;
}

/** Elements of keyed lists are merged field by field, so any field can be ignored except the key. */
function pruneElement(element: Json, index: number, key: string, at: At, pruning: Pruning): Json {
  if (!isJsonObject(element)) return element;
  const name = getOwn(element, key);
  const { fields, ...here } = step(at, [String(index), ...(typeof name === 'string' ? [name] : [])], String(index));
  const inside = isReached(at.fields) ? fields : fields.filter(({ length }) => length > 0);
  if (inside.length === 0 || isReached(here.kept)) return element;
  return pruneObject(element, { ...here, fields: inside }, pruning, key) ?? {};
}

function isReached(fields: Fields): boolean {
  return fields.some(({ length }) => length === 0);
}

/** One step down. An element of a keyed list has two names, its index and its key. */
function step({ path, fields, kept }: At, names: readonly string[], part: string): At {
  return { path: [...path, part], fields: stepInto(fields, names), kept: stepInto(kept, names) };
}

/** A pattern that has reached a parent has reached everything below it. */
function stepInto(fields: Fields, names: readonly string[]): Fields {
  return fields.flatMap(([first, ...rest]) =>
    first === undefined ? [[]] : names.some((name) => matchGlob(first, name)) ? [rest] : [],
  );
}
