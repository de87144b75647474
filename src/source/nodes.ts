import { isAlias, isMap, isSeq, type Node, type Pair, type YAMLMap } from 'yaml';
import type { DocumentPath, ParsedDocument } from './documents.js';
import { getKeyText } from './read-node.js';

/** The node at a path, if the path exists; for an alias the node at its anchor. */
export function findNode(document: ParsedDocument, path: DocumentPath): Node | undefined {
  const found = followPath(document, path);
  return found.complete ? (found.node ?? undefined) : undefined;
}

/** The node at a path, or the nearest container above it. */
export function followPath(
  document: ParsedDocument,
  path: DocumentPath,
): { node: Node | null; key?: Node; complete: boolean } {
  let node = document.yaml.contents;
  let key: Node | undefined;
  for (const part of path) {
    const container = isAlias(node) ? (document.aliases.get(node) ?? null) : node;
    const pair = isMap(container) ? indexKeys(container).get(String(part)) : undefined;
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

function indexKeys(map: YAMLMap): Map<string, Pair> {
  const known = indexes.get(map);
  if (known) return known;
  const index = new Map<string, Pair>();
  for (const pair of map.items) {
    const text = getKeyText(pair.key);
    if (text !== undefined && !index.has(text)) index.set(text, pair);
  }
  indexes.set(map, index);
  return index;
}
