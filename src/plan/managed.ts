import { type FieldRules, type KindRules } from '../kinds/kind-definition.js';
import type { Address, Kind } from '../model/address.js';
import { getOwn, isJsonObject, type Json, type JsonObject } from '../model/json.js';
import { type IgnoreRule, type Ownership, parseIgnoreRule } from '../model/policies.js';
import type { DesiredResource } from '../model/resource.js';
import { matchGlob } from '../text/glob.js';

export interface Managed {
  /** What is left to manage: without ignored objects, and each without its ignored fields. */
  desired: DesiredResource[];
  /** What the rules of the environment took out, and what the app or the server owns. */
  ignored: UnmanagedPart[];
  owned: OwnedPart[];
}

/** A declared field that is not managed, or with an empty path a whole object. */
export interface UnmanagedPart {
  address: Address;
  /** In the body; elements of lists by their index. */
  path: readonly string[];
}

export interface OwnedPart extends UnmanagedPart {
  owner: 'app' | 'server';
}

/**
 * Takes out of the declarations what the environment does not manage. An ignored field is then one
 * that the file leaves out: its live value is kept, it never enters the diff, and it is never sent.
 */
export function ignoreFields(
  declared: readonly DesiredResource[],
  ignore: readonly string[],
  kinds: Record<Kind, KindRules>,
  ownership?: Ownership,
): Managed {
  const git = ownership?.git ?? [];
  const { desired, parts: ignored } = leaveOut(declared, ignore, [], kinds);
  const app = leaveOut(desired, ownership?.app ?? [], git, kinds);
  const server = leaveOut(app.desired, ownership?.server ?? [], git, kinds);
  return {
    desired: server.desired.map((resource) => claimFields(resource, git, kinds[resource.kind])),
    ignored,
    owned: [
      ...app.parts.map((part) => ({ ...part, owner: 'app' as const })),
      ...server.parts.map((part) => ({ ...part, owner: 'server' as const })),
    ],
  };
}

interface LeftOut {
  desired: DesiredResource[];
  parts: UnmanagedPart[];
}

function leaveOut(
  declared: readonly DesiredResource[],
  patterns: readonly string[],
  exceptions: readonly string[],
  kinds: Record<Kind, KindRules>,
): LeftOut {
  const rules = patterns.map(parseIgnoreRule);
  const spared = exceptions.map(parseIgnoreRule);
  const left: LeftOut = { desired: [], parts: [] };
  for (const resource of declared) {
    const { address, kind } = resource;
    // A rule without a field reaches everything.
    const listFields = (list: readonly IgnoreRule[]): Fields =>
      list.filter((rule) => matchGlob(rule.address, address)).map(({ field = [] }) => field);
    const at: At = { path: [], fields: listFields(rules), kept: listFields(spared) };
    if (at.fields.length === 0 || isReached(at.kept)) {
      left.desired.push(resource);
      continue;
    }
    const pruning: Pruning = { rules: kinds[kind].fields, removed: [], deep: kind !== 'journey' };
    const body = pruneObject(resource.body, at, pruning) ?? {};
    const isNothing =
      isReached(at.fields) && Object.keys(body).every((key) => pruning.rules.find([key])?.owner === 'identity');
    if (!isNothing) left.desired.push({ ...resource, body });
    left.parts.push(...(isNothing ? [[]] : pruning.removed).map((path) => ({ address, path })));
  }
  return left;
}

/** Create-only fields that the configuration gives to git. A pattern of whole objects does not claim them. */
function claimFields(
  resource: DesiredResource,
  git: readonly string[],
  { fields: { rows } }: KindRules,
): DesiredResource {
  const patterns = git
    .map(parseIgnoreRule)
    .flatMap(({ address, field }) => (field && matchGlob(address, resource.address) ? [field] : []));
  const claimed = rows
    .filter(({ owner, path }) => owner === 'server-after-create' && covers(patterns, path))
    .map(({ path }) => path.join('.'));
  return claimed.length === 0 ? resource : { ...resource, owned: [...new Set([...resource.owned, ...claimed])] };
}

/** Whether one of the fields is the path or lies above it. */
function covers(fields: Fields, path: readonly string[]): boolean {
  return fields.some(
    (field) => field.length <= path.length && field.every((part, i) => matchGlob(part, path[i] ?? '')),
  );
}

/** Whether a whole object is ignored. */
export function isIgnored(address: string, rules: readonly IgnoreRule[]): boolean {
  return rules.some((rule) => rule.field === undefined && matchGlob(rule.address, address));
}

interface Pruning {
  rules: FieldRules;
  /** Paths of what was taken out. */
  removed: (readonly string[])[];
  /** False: what is not declared inside a top-level field is removed, so only the whole can be left out. */
  deep: boolean;
}

type Fields = readonly (readonly string[])[];

/** One place of a body. */
interface At {
  path: readonly string[];
  /** What rules take out, from here on down; an empty one is all that is here. */
  fields: Fields;
  /** What stays in although a rule takes it out. */
  kept: Fields;
}

/** Undefined when nothing of it is left that the file declares. `spared` names a key that stays in any case. */
function pruneObject(object: JsonObject, at: At, pruning: Pruning, spared?: string): JsonObject | undefined {
  const kept = Object.entries(object).flatMap(([key, value]): [string, Json][] => {
    const here = step(at, [key], key);
    if (
      key === spared ||
      here.fields.length === 0 ||
      isReached(here.kept) ||
      pruning.rules.find(here.path)?.owner === 'identity'
    )
      return [[key, value]];
    const pruned = prune(value, here, pruning);
    return pruned === undefined ? [] : [[key, pruned]];
  });
  // `{}` would be sent as a value.
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
  // The field itself, or a list of which a part cannot be left out: then the list is ignored.
  pruning.removed.push(at.path);
  return undefined;
}

/** A keyed list keeps what the file leaves out of an element, so any field of it can be ignored except its key. */
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

/** Down by one part, which may go by several names. What is reached stays so. */
function step({ path, fields, kept }: At, names: readonly string[], part: string): At {
  return { path: [...path, part], fields: stepInto(fields, names), kept: stepInto(kept, names) };
}

function stepInto(fields: Fields, names: readonly string[]): Fields {
  return fields.flatMap(([first, ...rest]) =>
    first === undefined ? [[]] : names.some((name) => matchGlob(first, name)) ? [rest] : [],
  );
}
