import type { Kind } from '../model/address.js';
import { type IgnoreRule, parseIgnoreRule } from '../model/ignore-rule.js';
import { type Json, type JsonObject, getOwn, isJsonObject } from '../model/json.js';
import type { Ownership } from '../model/policies.js';
import { matchGlob } from '../model/match-glob.js';
import type { DesiredResource } from '../model/resource.js';
import { type FieldRules, buildFieldRules } from '../resources/field-rule.js';
import type { KindRules } from '../resources/kind-rules.js';

export interface Managed {
  /** What is left to manage: without ignored objects, and each without its ignored fields. */
  desired: DesiredResource[];
  /** How many declared objects and fields the rules took out. */
  ignoredObjects: number;
  ignoredFields: number;
  /** The same, of what the app or the server owns. */
  ownedObjects: number;
  ownedFields: number;
}

/**
 * Takes out of the declarations what the environment does not manage. An ignored field is then one
 * that the file leaves out: its live value is kept, it never enters the diff, and it is never sent.
 */
export function ignoreFields(declared: readonly DesiredResource[], ignore: readonly string[], kinds: Record<Kind, KindRules>, ownership?: Ownership): Managed {
  const ignored = leaveOut(declared, ignore, [], kinds);
  const git = ownership?.git ?? [];
  const owned = leaveOut(ignored.desired, [...(ownership?.app ?? []), ...(ownership?.server ?? [])], git, kinds);
  return {
    desired: owned.desired.map((resource) => claimFields(resource, git, kinds[resource.kind])),
    ignoredObjects: ignored.objects,
    ignoredFields: ignored.fields,
    ownedObjects: owned.objects,
    ownedFields: owned.fields,
  };
}

interface LeftOut {
  desired: DesiredResource[];
  objects: number;
  fields: number;
}

function leaveOut(declared: readonly DesiredResource[], patterns: readonly string[], exceptions: readonly string[], kinds: Record<Kind, KindRules>): LeftOut {
  const rules = patterns.map(parseIgnoreRule);
  const kept = exceptions.map(parseIgnoreRule);
  const managed: LeftOut = { desired: [], objects: 0, fields: 0 };
  for (const resource of declared) {
    const spared = kept.filter(({ address }) => matchGlob(address, resource.address));
    const own = isIgnored(resource.address, spared) ? [] : rules.filter(({ address }) => matchGlob(address, resource.address));
    if (own.some(({ field }) => field === undefined)) {
      managed.objects += 1;
      continue;
    }
    const fields = own.flatMap(({ field }) => (field ? [field] : []));
    if (fields.length === 0) {
      managed.desired.push(resource);
      continue;
    }
    const pruning: Pruning = { kept: spared.flatMap(({ field }) => (field ? [field] : [])), rules: buildFieldRules(kinds[resource.kind].rows), removed: 0, deep: resource.kind !== 'journey' };
    const body = pruneObject(resource.body, fields, [], pruning) ?? {};
    managed.fields += pruning.removed;
    managed.desired.push({ ...resource, body });
  }
  return managed;
}

/** What only a creation sets by the table of the kind, and git decides by the configuration. A pattern of whole objects does not claim it: a counter must be meant. */
function claimFields(resource: DesiredResource, git: readonly string[], { rows }: KindRules): DesiredResource {
  const fields = git.map(parseIgnoreRule).flatMap(({ address, field }) => (field && matchGlob(address, resource.address) ? [field] : []));
  const claimed = rows.filter(({ owner, path }) => owner === 'server-after-create' && covers(fields, path)).map(({ path }) => path.join('.'));
  return claimed.length === 0 ? resource : { ...resource, owned: [...new Set([...resource.owned, ...claimed])] };
}

/** Whether one of the fields is the path or lies above it. */
function covers(fields: Fields, path: readonly string[]): boolean {
  return fields.some((field) => field.length <= path.length && field.every((part, i) => matchGlob(part, path[i] ?? '')));
}

/** Whether a whole object is ignored. */
export function isIgnored(address: string, rules: readonly IgnoreRule[]): boolean {
  return rules.some((rule) => rule.field === undefined && matchGlob(rule.address, address));
}

interface Pruning {
  /** Left in although a rule takes them out. */
  kept: Fields;
  rules: FieldRules;
  removed: number;
  /** False: what is not declared inside a top-level field is removed, so only the whole can be left out. */
  deep: boolean;
}

type Fields = readonly (readonly string[])[];

/** Undefined when nothing of it is left that the file declares. */
function pruneObject(object: JsonObject, fields: Fields, path: readonly string[], pruning: Pruning): JsonObject | undefined {
  const kept = Object.entries(object).flatMap(([key, value]): [string, Json][] => {
    const rest = stepInto(fields, [key]);
    if (rest.length === 0 || covers(pruning.kept, [...path, key]) || pruning.rules.find([...path, key])?.owner === 'identity') return [[key, value]];
    const pruned = prune(value, rest, [...path, key], pruning);
    return pruned === undefined ? [] : [[key, pruned]];
  });
  // `{}` would be sent as a value.
  return kept.length === 0 && Object.keys(object).length > 0 ? undefined : Object.fromEntries(kept);
}

function prune(value: Json, fields: Fields, path: readonly string[], pruning: Pruning): Json | undefined {
  const reached = fields.some((field) => field.length === 0);
  if (!reached && pruning.deep && isJsonObject(value)) return pruneObject(value, fields, path, pruning);
  if (!reached && pruning.deep && Array.isArray(value)) {
    const list = pruning.rules.find(path)?.list;
    if (typeof list === 'object') return value.map((element, i) => pruneElement(element, i, list.key, fields, path, pruning));
  }
  if (!reached && pruning.deep && !Array.isArray(value)) return value;
  // The field itself, or a list of which a part cannot be left out: then the list is ignored.
  pruning.removed += 1;
  return undefined;
}

/** Elements of a keyed list keep what the file leaves out, so a field can be ignored in each. */
function pruneElement(element: Json, index: number, key: string, fields: Fields, path: readonly string[], pruning: Pruning): Json {
  if (!isJsonObject(element)) return element;
  const name = getOwn(element, key);
  const names = [String(index), ...(typeof name === 'string' ? [name] : [])];
  // The key tells elements apart, so it is no field that could be left out.
  const rest = stepInto(fields, names).filter((field) => field.length > 0 && field[0] !== key);
  if (rest.length === 0) return element;
  return pruneObject(element, rest, [...path, typeof name === 'string' ? name : String(index)], pruning) ?? {};
}

/** What is left of the fields below one of these keys. */
function stepInto(fields: Fields, keys: readonly string[]): Fields {
  return fields.flatMap(([first = '', ...rest]) => (keys.some((key) => matchGlob(first, key)) ? [rest] : []));
}
