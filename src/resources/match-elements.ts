import { type Json, type JsonObject, getOwn, isJsonObject } from '../model/json.js';
import type { ListRule } from './field-rule.js';

export interface ElementPair {
  /** The key's value, or the index as text where elements have no usable key. */
  name: string;
  from?: Json;
  to?: Json;
}

export interface MatchedList {
  pairs: ElementPair[];
  /** True when elements were told apart by key, so that a move is not a change of content. */
  keyed: boolean;
}

/**
 * Pairs the elements of two lists: by key where every element of both sides is an object with a
 * distinct text under that key, by position otherwise (`name` of a charge may be missing;
 * API reference, section 3). Pairs stand in the order of `to`, then what is only in `from`.
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
