import { type Node, type Pair, type YAMLMap, isAlias, isMap, isScalar, isSeq } from 'yaml';
import type { Position } from '../model/problem.js';
import { chooseLayer } from './layer-document.js';
import { measureRange } from './measure-range.js';
import type { DocumentPath, ParsedDocument } from './parsed-file.js';
import { getKeyText } from './read-node.js';

const KEYS = new WeakMap<YAMLMap, Map<string, Pair>>();

/**
 * Where a path of a document stands in its file, which for a merged one may be that of the overlay. A
 * path that is not there gives the nearest object above it. Through an alias it gives the place at
 * the anchor, where the text really is.
 */
export function locatePath(
  document: ParsedDocument,
  path: DocumentPath,
  on: 'key' | 'value' = 'value',
): Position & { length: number } {
  const layer = chooseLayer(document, path);
  const found = follow(layer, path);
  const node = on === 'key' && found.complete ? (found.key ?? found.node) : found.node;
  const [start, end] = node?.range ?? [0, 1];
  return measureRange(layer.file, start, end);
}

/** The text of a scalar as it is written, `0012` or `12.90`; undefined for anything else. */
export function readSourceText(document: ParsedDocument, path: DocumentPath): string | undefined {
  const found = follow(chooseLayer(document, path), path);
  return found.complete && isScalar(found.node) ? found.node.source : undefined;
}

/** The node at a path, or undefined when it is not there. Through an alias it is the node at the anchor. */
export function findNode(document: ParsedDocument, path: DocumentPath): Node | undefined {
  const found = follow(document, path);
  return found.complete ? (found.node ?? undefined) : undefined;
}

function follow(document: ParsedDocument, path: DocumentPath): { node: Node | null; key?: Node; complete: boolean } {
  let node = document.yaml.contents;
  let key: Node | undefined;
  for (const part of path) {
    const container = isAlias(node) ? (document.aliases.get(node) ?? null) : node;
    const pair = isMap(container) ? indexKeys(container).get(String(part)) : undefined;
    const next = isSeq(container) ? container.items[Number(part)] : pair?.value;
    // A key without a value has no node of its own; the key stands for it.
    const target = (next ?? pair?.key) as Node | undefined;
    if (!target) return { node: container, complete: false };
    key = pair?.key as Node | undefined;
    node = target;
  }
  return { node, ...(key ? { key } : {}), complete: true };
}

function indexKeys(map: YAMLMap): Map<string, Pair> {
  const known = KEYS.get(map);
  if (known) return known;
  const index = new Map<string, Pair>();
  for (const pair of map.items) {
    const text = getKeyText(pair.key);
    if (text !== undefined && !index.has(text)) index.set(text, pair);
  }
  KEYS.set(map, index);
  return index;
}
