import { isAlias, isMap, isScalar, isSeq, type Node, type Pair, type YAMLMap } from 'yaml';
import { getAt, getOwn, isJsonObject, type Json, type JsonObject, mergePatch } from '../model/json.js';
import type { Position } from '../model/problem.js';
import { SECRET_OPENING } from '../model/text.js';
import type { DocumentPath, ParsedDocument, PathPart } from './documents.js';
import { getKeyText, measureRange } from './read-node.js';
import { listVariableReferences, type Variables } from './variables.js';

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

/** Where one value of a resource comes from, in one environment. */
export interface Origin {
  /** Place of the value; of the nearest object above it where no file holds the value. */
  position: Position;
  /** Place of the key that the value stands under; the same as `position` for an element of a list. */
  keyPosition: Position;
  /** `overlay` where the environment's overlay supplies the value, or took it out. */
  layer: 'base' | 'overlay';
  /** The document of that layer, never a merged one: what is edited to change the value. */
  document: ParsedDocument;
  /** Path of the value in that document, from its root. */
  path: DocumentPath;
  /** The value there as written, `${...}` included; undefined where that document does not hold it. */
  raw: Json | undefined;
  /** `raw` when it is a text with references to variables. */
  template?: string;
  /** The variables of the template, each once, in their order. */
  variables: VariableUse[];
}

export interface VariableUse {
  /** `vars.shopDomain` or `env.CI_BRANCH`, as in the template. */
  reference: string;
  /** From `vars` of the environment, a secret among them, or a variable of the process. */
  source: 'vars' | 'secret' | 'env';
}

/** The origin of the value at a path of a document, which may be a merged one. */
export function findOrigin(document: ParsedDocument, path: DocumentPath, variables: Variables): Origin {
  const layer = chooseLayer(document, path);
  const { length: _length, ...position } = locatePath(layer, path);
  const { length: _keyLength, ...keyPosition } = locatePath(layer, path, 'key');
  const raw = getAt(layer.value, path);
  const uses = typeof raw === 'string' ? listUses(raw, variables) : [];
  return {
    position,
    keyPosition,
    layer: layer === document.layers?.overlay ? 'overlay' : 'base',
    document: layer,
    path,
    raw,
    ...(typeof raw === 'string' && uses.length > 0 ? { template: raw } : {}),
    variables: uses,
  };
}

function listUses(template: string, { values }: Variables): VariableUse[] {
  const uses = listVariableReferences(template).map(({ from, name }): [string, VariableUse] => {
    const secret = from === 'vars' && String(values.get(name) ?? '').includes(SECRET_OPENING);
    const reference = `${from}.${name}`;
    return [reference, { reference, source: secret ? 'secret' : from }];
  });
  return [...new Map(uses).values()];
}

/** A base with an overlay merged over it. `identity` are the overlay's keys that only say which resource it is about. */
export function layerDocument(
  base: ParsedDocument,
  overlay: ParsedDocument,
  identity: readonly string[],
): ParsedDocument {
  const entries = isJsonObject(overlay.value) ? Object.entries(overlay.value) : [];
  const patch: JsonObject = Object.fromEntries(entries.filter(([key]) => !identity.includes(key)));
  return { ...base, value: mergePatch(base.value, patch), layers: { base, overlay, patch } };
}

/**
 * The document that supplies the value at a path of a merged one: the base where the overlay says
 * nothing of it, and for an object to which both contribute. What the overlay takes out is the overlay's.
 */
export function chooseLayer(document: ParsedDocument, path: DocumentPath): ParsedDocument {
  if (!document.layers) return document;
  const { base, overlay } = document.layers;
  let below: Json | undefined = base.value;
  let above: Json | undefined = document.layers.patch;
  for (const part of path) {
    if (!isJsonObject(above) || !isJsonObject(below)) break;
    above = getOwn(above, String(part));
    if (above === undefined) return base;
    below = getOwn(below, String(part));
  }
  return isJsonObject(above) && isJsonObject(below) ? base : overlay;
}

/** Paths of the keys that null in a patch takes out, and of those that the base does not have anyway. */
export function listRemovals(
  base: Json | undefined,
  patch: Json,
  path: readonly PathPart[] = [],
): { path: PathPart[]; idle: boolean }[] {
  if (!isJsonObject(patch)) return [];
  return Object.entries(patch).flatMap(([key, value]) => {
    const below = isJsonObject(base) ? getOwn(base, key) : undefined;
    const at = [...path, key];
    return value === null ? [{ path: at, idle: below === undefined }] : listRemovals(below, value, at);
  });
}
