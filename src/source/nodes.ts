import { type Alias, isMap, isSeq, type Node, type Pair, type YAMLMap } from 'yaml';
import type { DocumentPath, ParsedDocument } from './documents.js';
import { findMerge, isMergeKey, listMergeSources, resolveAlias } from './merge-keys.js';
import { getKeyText } from './read-node.js';

/** The node at a path, if the path exists; for an alias the node at its anchor. */
export function findNode(document: ParsedDocument, path: DocumentPath): Node | undefined {
  const found = followPath(document, path);
  return found.complete ? (found.node ?? undefined) : undefined;
}

/** The node at a path, or the nearest container above it. A key of a merged mapping is at its place there. */
export function followPath(
  document: ParsedDocument,
  path: DocumentPath,
): { node: Node | null; key?: Node; complete: boolean } {
  let node = document.yaml.contents;
  let key: Node | undefined;
  for (const part of path) {
    const container = (resolveAlias(node, document.aliases) ?? null) as Node | null;
    const pair = isMap(container) ? indexKeys(container, document.aliases).get(String(part)) : undefined;
    const next = isSeq(container) ? container.items[Number(part)] : pair?.value;
    // A key without a value has no node for it; the key serves as one. The parser creates nodes only.
    const target = (next ?? pair?.key) as Node | undefined;
    if (!target) return { node: container, complete: false };
    key = pair?.key as Node | undefined;
    node = target;
  }
  return { node, ...(key ? { key } : {}), complete: true };
}

const indexes = new WeakMap<YAMLMap, Map<string, Pair>>();

/** The pairs of a mapping by their keys, then those that it merges. */
export function indexKeys(map: YAMLMap, aliases: ReadonlyMap<Alias, Node>): ReadonlyMap<string, Pair> {
  const known = indexes.get(map);
  if (known) return known;
  const index = new Map<string, Pair>();
  const add = (key: string, pair: Pair): void => void (index.has(key) || index.set(key, pair));
  for (const pair of map.items) {
    const text = getKeyText(pair.key);
    if (text !== undefined && !isMergeKey(pair.key)) add(text, pair);
  }
  const merge = findMerge(map);
  for (const source of merge ? listMergeSources(merge, aliases) : []) {
    for (const [key, pair] of indexKeys(source, aliases)) add(key, pair);
  }
  indexes.set(map, index);
  return index;
}
