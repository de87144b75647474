import { type Alias, isAlias, isMap, isScalar, isSeq, type Node, type Pair, type YAMLMap } from 'yaml';
import { isJsonObject, type Json, type JsonObject } from '../model/json.js';

/**
 * The merge key: `<<: *base` gives a mapping the keys of another one, `<<: [*first, *second]` those of several. The
 * keys that the mapping has itself win, then those of the earlier mappings.
 */

type Aliases = ReadonlyMap<Alias, Node>;

/** Without quotes: `"<<"` is a key like any other. */
export function isMergeKey(key: unknown): key is Node {
  return isScalar(key) && key.value === '<<' && key.type === 'PLAIN';
}

export function findMerge(map: YAMLMap): Pair | undefined {
  return map.items.find(({ key }) => isMergeKey(key));
}

/** The mappings that a merge key names, the first one that wins first. What is no mapping is left out. */
export function listMergeSources({ value }: Pair, aliases: Aliases): YAMLMap[] {
  const target = resolveAlias(value, aliases);
  const nodes = isSeq(target) ? target.items.map((item) => resolveAlias(item, aliases)) : [target];
  return nodes.filter((node) => isMap(node));
}

export function resolveAlias(node: unknown, aliases: Aliases): unknown {
  return isAlias(node) ? aliases.get(node) : node;
}

/** The entries of a mapping at whose index `at` a merge key is. */
export function mergeEntries(
  own: readonly [string, Json][],
  { at, values }: { at: number; values: readonly JsonObject[] },
): [string, Json][] {
  const merged = new Map<string, Json>();
  const names = new Set(own.map(([key]) => key));
  for (const [key, value] of values.flatMap((one) => Object.entries(one))) {
    if (!names.has(key) && !merged.has(key)) merged.set(key, value);
  }
  return [...own.slice(0, at), ...merged, ...own.slice(at)];
}

/** The values that a merge key names, and the nodes of those that are no mappings. */
export function listMergedValues(
  { key, value: node }: Pair,
  value: Json,
  aliases: Aliases,
): { values: JsonObject[]; wrong: Node[] } {
  // The parser creates nodes only.
  const whole = (node ?? key) as Node;
  const parts = Array.isArray(value)
    ? value.map((part, i) => ({ part, at: isSeq(whole) ? (whole.items[i] as Node) : whole }))
    : [{ part: value, at: whole }];
  const wrong = parts.filter(({ part, at }) => !isJsonObject(part) && !isRefused(at, aliases)).map(({ at }) => at);
  return { values: parts.flatMap(({ part }) => (isJsonObject(part) ? [part] : [])), wrong: [...new Set(wrong)] };
}

/** Whether a node already has an error: an alias without a target, or a mapping that is nested too deeply. */
function isRefused(node: Node, aliases: Aliases): boolean {
  return isMap(node) || (isAlias(node) && !aliases.has(node));
}

/** What to write instead of two merge keys. */
export function suggestList(first: Pair, second: Pair): string {
  const names = [first.value, second.value].map((node) => (isAlias(node) ? `*${node.source}` : undefined));
  return names.includes(undefined) ? '<<: [*first, *second]' : `<<: [${names.join(', ')}]`;
}
