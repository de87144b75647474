import { isAlias, isMap, isScalar, isSeq, type Node, type Pair, type YAMLMap } from 'yaml';
import { getAt, getOwn, isJsonObject, type Json, type JsonObject, mergePatch } from '../model/json.js';
import type { Position } from '../model/problem.js';
import { SECRET_OPENING } from '../model/text.js';
import type { DocumentPath, ParsedDocument, PathPart, SourceText } from './documents.js';
import { getKeyText, measureRange } from './read-node.js';
import { FILE_TAG, locateInText } from './text-files.js';
import { listVariableReferences, type Variables } from './variables.js';

/** A place in a file, and how many characters the caret underlines. */
export type Range = Position & {
  length: number;
  /** For a place in the file of a text: where its `!file` tag is. */
  taggedAt?: Position;
};

/**
 * Where a path of a document is in its file; for a merged document that may be the overlay. A path
 * that does not exist gives the nearest object above it, an alias the place at its anchor. A text in a file
 * of its own has its place there.
 * @param offset of the place in such a text
 */
export function locatePath(
  document: ParsedDocument,
  path: DocumentPath,
  on: 'key' | 'value' = 'value',
  offset?: number,
): Range {
  const layer = chooseLayer(document, path);
  const found = follow(layer, path);
  const node = on === 'key' && found.complete ? (found.key ?? found.node) : found.node;
  const [start, end] = node?.range ?? [0, 1];
  const place = measureRange(layer.file, start, end);
  const textFile = on === 'value' && found.complete ? findTextFile(layer, node) : undefined;
  if (!textFile) return place;
  const { file, line, col } = place;
  return { ...locateInText(textFile, offset), taggedAt: { file, line, col } };
}

function findTextFile({ aliases, textFiles }: ParsedDocument, node: Node | null): SourceText | undefined {
  const target = isAlias(node) ? aliases.get(node) : node;
  return target ? textFiles.get(target) : undefined;
}

/** A `!file` tag of a document. */
export interface TextUse {
  path: DocumentPath;
  source: SourceText;
}

/** The `!file` tags of one document, never of a merged one. */
export function listTextUses({ yaml, textFiles }: ParsedDocument): TextUse[] {
  const list = (node: unknown, path: DocumentPath): TextUse[] => {
    if (isMap(node)) return node.items.flatMap(({ key, value }) => list(value, [...path, getKeyText(key) ?? '']));
    if (isSeq(node)) return node.items.flatMap((item, i) => list(item, [...path, i]));
    const source = isScalar(node) ? textFiles.get(node) : undefined;
    return source ? [{ path, source }] : [];
  };
  return textFiles.size === 0 ? [] : list(yaml.contents, []);
}

/** {@link locatePath} without the length. */
export function locatePosition(document: ParsedDocument, path: DocumentPath, on?: 'key' | 'value'): Position {
  const { file, line, col } = locatePath(document, path, on);
  return { file, line, col };
}

/** A scalar as it is written, `0012` or `12.90`; undefined for anything else. */
export function readSourceText(document: ParsedDocument, path: DocumentPath): string | undefined {
  const found = follow(chooseLayer(document, path), path);
  return found.complete && isScalar(found.node) && found.node.tag !== FILE_TAG ? found.node.source : undefined;
}

/** The node at a path, if the path exists; for an alias the node at its anchor. */
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

/** Where one value of a resource comes from, in one environment. */
export interface Origin {
  /** The value, or the nearest object above it where no file holds the value. */
  position: Position;
  /** The key of the value; equal to `position` for an element of a list. */
  keyPosition: Position;
  /** `overlay` where the environment's overlay sets or removes the value. */
  layer: 'base' | 'overlay';
  /** The document of that layer, never a merged one: the one to edit to change the value. */
  document: ParsedDocument;
  /** From the root of that document. */
  path: DocumentPath;
  /** The file of its own that holds the text. */
  textFile?: string;
  /** The value as written, `${...}` included; undefined where that document does not hold it. */
  raw: Json | undefined;
  /** `raw`, if it is a text with references to variables. */
  template?: string;
  /** The variables of the template, each once, in order. */
  variables: VariableUse[];
}

export interface VariableUse {
  /** `vars.shopDomain` or `env.CI_BRANCH`, as in the template. */
  reference: string;
  /** `secret` for one of `vars` that is marked as a secret. */
  source: 'vars' | 'secret' | 'env';
}

export function findOrigin(document: ParsedDocument, path: DocumentPath, variables: Variables): Origin {
  const layer = chooseLayer(document, path);
  const raw = getAt(layer.value, path);
  const uses = typeof raw === 'string' ? listUses(raw, variables) : [];
  const textFile = findTextFile(layer, findNode(layer, path) ?? null);
  return {
    ...(textFile ? { textFile: textFile.path } : {}),
    position: locatePosition(layer, path),
    keyPosition: locatePosition(layer, path, 'key'),
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

/** A base with an overlay merged over it. `identity` lists the overlay's keys that only name the resource. */
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
 * The document that supplies the value at a path of a merged one. The base supplies what the overlay
 * does not mention, and objects to which both contribute; the overlay what it sets or removes.
 */
function chooseLayer(document: ParsedDocument, path: DocumentPath): ParsedDocument {
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

/** The paths of the nulls in a patch; `idle` where the base has no key to remove. */
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
