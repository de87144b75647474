import { isAlias, isMap, isSeq, type Node, type Pair, type YAMLMap } from 'yaml';
import { getOwn, isJsonObject, type Json, jsonEqual, type JsonObject } from '../../model/json.js';
import { findMerge, isMergeKey, resolveAlias } from '../merge-keys.js';
import { indexKeys } from '../nodes.js';
import { getKeyText } from '../read-node.js';
import { dependsOnChange, type EditContext } from './text.js';

/** What becomes of the merge key of a mapping. */
export interface MergeEdit {
  pair: Pair;
  /** The keys that still come from it. */
  kept: ReadonlySet<string>;
  /** The keys that come from it with another value: they are written as keys of the mapping, which win. */
  changed: ReadonlySet<string>;
  /** The pairs that replace it, if it cannot stay: it would give a key that the mapping loses. */
  replacement?: JsonObject;
}

/** A value that a merge gives after the edits above it; `same` as before, or `unknown`. */
type Given = 'same' | 'unknown' | { value: Json };

/** Undefined for a mapping without a merge key. `ignores` says which keys are no part of its value. */
export function planMerge(
  map: YAMLMap,
  old: JsonObject,
  wanted: JsonObject,
  ignores: (key: string) => boolean,
  context: EditContext,
): MergeEdit | undefined {
  const pair = findMerge(map);
  if (!pair) return undefined;
  const own = new Set(map.items.flatMap(({ key }) => (isMergeKey(key) ? [] : (getKeyText(key) ?? []))));
  const given = findGiven(pair, context);
  if (!given || [...given.keys()].some((key) => !ignores(key) && getOwn(wanted, key) === undefined)) {
    const inherited = Object.entries(wanted).filter(([key]) => !own.has(key) && Object.hasOwn(old, key));
    return { pair, kept: new Set(), changed: new Set(), replacement: Object.fromEntries(inherited) };
  }
  const inherited = [...given].filter(([key]) => !own.has(key) && !ignores(key));
  const isKept = ([key, one]: [string, Given]): boolean => {
    const now = one === 'same' ? getOwn(old, key) : one === 'unknown' ? undefined : one.value;
    return now !== undefined && jsonEqual(now, getOwn(wanted, key));
  };
  const kept = new Set(inherited.filter(isKept).map(([key]) => key));
  const changed = new Set(inherited.flatMap(([key]) => (kept.has(key) ? [] : [key])));
  return { pair, kept, changed };
}

/** Undefined if the merge key cannot stay: an anchor is gone, or holds something else than mappings. */
function findGiven({ value }: Pair, context: EditContext): ReadonlyMap<string, Given> | undefined {
  const { aliases, anchored } = context;
  const given = new Map<string, Given>();
  let changed = false;
  for (const part of isSeq(value) ? value.items : [value]) {
    const target = resolveAlias(part, aliases) as Node;
    if (anchored.has(target)) {
      const now = anchored.get(target);
      const values = Array.isArray(now) ? now : [now];
      if (!values.every((one) => isJsonObject(one))) return undefined;
      for (const [key, inner] of values.flatMap((one) => Object.entries(one))) {
        if (!given.has(key)) given.set(key, { value: inner });
      }
      changed = true;
    } else {
      if (!isAlias(part) && dependsOnChange(part, context)) return undefined;
      for (const source of isSeq(target) ? target.items.map((item) => resolveAlias(item, aliases)) : [target]) {
        for (const key of isMap(source) ? indexKeys(source, aliases).keys() : []) {
          // What was hidden by a changed mapping may now be visible.
          if (!given.has(key)) given.set(key, changed ? 'unknown' : 'same');
        }
      }
    }
  }
  return given;
}
