import {
  canonicalJson,
  formatPointer,
  getOwn,
  isJsonObject,
  type Json,
  jsonEqual,
  type JsonObject,
} from '../model/json.js';
import type { FieldChange, Show } from '../model/plan.js';
import type { FieldRules, ListRule } from './kind-definition.js';

/**
 * The differences that count between two bodies of one kind. Null equals absent, the order of keys and
 * of sets does not matter, and elements of keyed lists are paired by key. Sorted as in `to`, then what
 * is only in `from`.
 */
export function compareBodies(from: JsonObject, to: JsonObject, rules: FieldRules): FieldChange[] {
  const changes: FieldChange[] = [];
  compareObjects([], from, to, rules, changes);
  return changes;
}

/** Compares two values at one place of a body. */
export function compareAt(
  path: readonly string[],
  from: Json | undefined,
  to: Json | undefined,
  rules: FieldRules,
): FieldChange[] {
  const changes: FieldChange[] = [];
  compareValues([...path], from, to, rules, changes);
  return changes;
}

type Out = FieldChange[];

function compareValues(
  path: string[],
  from: Json | undefined,
  to: Json | undefined,
  rules: FieldRules,
  out: Out,
): void {
  if (from === to || (isNothing(from) && isNothing(to))) return;
  if (isJsonObject(from) && isJsonObject(to)) compareObjects(path, from, to, rules, out);
  else if (Array.isArray(from) && Array.isArray(to)) compareLists(path, from, to, rules, out);
  else out.push(fieldChange(path, from, to, rules));
}

function compareObjects(path: string[], from: JsonObject, to: JsonObject, rules: FieldRules, out: Out): void {
  const keys = new Set([...Object.keys(to), ...Object.keys(from)]);
  for (const key of keys) compareValues([...path, key], getOwn(from, key), getOwn(to, key), rules, out);
}

function compareLists(path: string[], from: Json[], to: Json[], rules: FieldRules, out: Out): void {
  const list = rules.find(path)?.list ?? 'ordered';
  if (list === 'set') {
    if (!sameSet(from, to)) out.push({ path: formatPointer(path), before: from, after: to, show: 'set' });
    return;
  }
  if (list === 'ordered') {
    if (!jsonEqual(from, to)) out.push(fieldChange(path, from, to, rules));
    return;
  }
  const { pairs, keyed } = matchElements(from, to, list);
  for (const { name, from: old, to: wanted } of pairs) compareValues([...path, name], old, wanted, rules, out);
  if (keyed) compareOrder(path, from, to, list.key, out);
}

/** Moves among the elements of both sides; additions and removals are changes of their own. */
function compareOrder(path: string[], from: Json[], to: Json[], key: string, out: Out): void {
  const old = new Set(keysOf(from, key));
  const wanted = new Set(keysOf(to, key));
  const before = [...old].filter((name) => wanted.has(name));
  const after = [...wanted].filter((name) => old.has(name));
  if (!jsonEqual(before, after)) out.push({ path: formatPointer(path), before, after, show: 'order' });
}

function keysOf(list: Json[], key: string): string[] {
  return list.map((element) => {
    const name = isJsonObject(element) ? getOwn(element, key) : undefined;
    return typeof name === 'string' ? name : '';
  });
}

/** Equal as sets of JSON values: order and repetition do not matter. */
export function sameSet(a: readonly Json[], b: readonly Json[]): boolean {
  const left = new Set(a.map(canonicalJson));
  const right = new Set(b.map(canonicalJson));
  return left.size === right.size && [...left].every((item) => right.has(item));
}

function isNothing(value: Json | undefined): value is null | undefined {
  return value === undefined || value === null;
}

function fieldChange(
  path: string[],
  before: Json | undefined,
  after: Json | undefined,
  rules: FieldRules,
): FieldChange {
  return {
    path: formatPointer(path),
    ...(isNothing(before) ? {} : { before }),
    ...(isNothing(after) ? {} : { after }),
    show: chooseShow(path, before, after, rules),
  };
}

function chooseShow(path: string[], before: Json | undefined, after: Json | undefined, rules: FieldRules): Show {
  const declared = rules.find(path)?.show;
  if (declared) return declared;
  const texts = [before, after].filter((value) => typeof value === 'string');
  if (texts.some((text) => /<[a-z][^>]*>/i.test(text))) return 'html';
  return texts.some((text) => text.length > 60 || text.includes('\n')) ? 'text' : 'value';
}

export interface ElementPair {
  /** The key's value, or the index as text where elements have no usable key. */
  name: string;
  from?: Json;
  to?: Json;
}

export interface MatchedList {
  pairs: ElementPair[];
  /** True when elements were paired by key, so that a move is no change of content. */
  keyed: boolean;
}

/**
 * Pairs the elements of two lists: by key where every element of both sides is an object with a
 * distinct text under that key, otherwise by position (the `name` of a charge may be missing; API
 * reference, section 3). Pairs are in the order of `to`, then what is only in `from`.
 */
export function matchElements(from: readonly Json[], to: readonly Json[], rule: ListRule): MatchedList {
  const key = typeof rule === 'object' ? rule.key : undefined;
  const fromByKey = key === undefined ? undefined : indexByKey(from, key);
  const toByKey = key === undefined ? undefined : indexByKey(to, key);
  if (fromByKey === undefined || toByKey === undefined) return { pairs: pairByPosition(from, to), keyed: false };
  const pairs: ElementPair[] = [];
  for (const [name, element] of toByKey) pairs.push(pair(name, fromByKey.get(name), element));
  for (const [name, element] of fromByKey) if (!toByKey.has(name)) pairs.push(pair(name, element, undefined));
  return { pairs, keyed: true };
}

function pair(name: string, from: Json | undefined, to: Json | undefined): ElementPair {
  return { name, ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
}

function pairByPosition(from: readonly Json[], to: readonly Json[]): ElementPair[] {
  return Array.from({ length: Math.max(from.length, to.length) }, (_, i) => pair(String(i), from[i], to[i]));
}

function indexByKey(list: readonly Json[], key: string): Map<string, JsonObject> | undefined {
  const byKey = new Map<string, JsonObject>();
  for (const element of list) {
    if (!isJsonObject(element)) return undefined;
    const name = getOwn(element, key);
    if (typeof name !== 'string' || name === '' || byKey.has(name)) return undefined;
    byKey.set(name, element);
  }
  return byKey;
}
