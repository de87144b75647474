import { getOwn, isJsonObject, type Json, type JsonObject, mergePatch, asObject, omitKeys } from '../model/json.js';
import type { DocumentPath, Finding, Layered, ParsedDocument, PathPart, Row } from './documents.js';

/** Where the value at a path of a derived document is written. */
export interface Supplier {
  /** As its file holds it. */
  document: ParsedDocument;
  /** From the root of that document. */
  path: DocumentPath;
  layer: 'document' | 'base' | 'overlay';
  /** The row that fills the document in. */
  row?: Row;
}

/**
 * Follows the steps by which a document was made back to the file that supplies a value. The document below
 * supplies what the one above does not mention; the one above what it sets or removes. Where both contribute to
 * an object, it is the document that declares the resource.
 */
export function findSupplier(document: ParsedDocument, path: DocumentPath): Supplier {
  const { derivation } = document;
  if (!derivation) return { document, path, layer: 'document' };
  if (derivation.by === 'row') {
    const { template, row, parts } = derivation;
    const translate = (part: PathPart, i: number): PathPart => parts.get(keyOfPath(path.slice(0, i + 1))) ?? part;
    const written = parts.size === 0 ? path : path.map(translate);
    return { ...findSupplier(template, written), row };
  }
  const { by, below, above } = derivation;
  const side = chooseSide(derivation, path);
  if (by === 'overlay')
    return side === 'above' ? { ...findSupplier(above, path), layer: 'overlay' } : findSupplier(below, path);
  return side === 'below' ? { ...findSupplier(below, path), layer: 'base' } : findSupplier(above, path);
}

/** The key of a path in the `parts` of a derivation. */
export function keyOfPath(path: DocumentPath): string {
  return JSON.stringify(path.map(String));
}

function chooseSide({ by, below: { value }, patch }: Layered, path: DocumentPath): 'below' | 'above' {
  let below: Json | undefined = value;
  let above: Json | undefined = patch;
  for (const part of path) {
    if (!isJsonObject(above) || !isJsonObject(below)) break;
    above = getOwn(above, String(part));
    below = getOwn(below, String(part));
    if (above === undefined) return by === 'extends' && below === undefined ? 'above' : 'below';
  }
  if (isJsonObject(above) && isJsonObject(below)) return by === 'overlay' ? 'below' : 'above';
  return 'above';
}

/** A base with an overlay merged over it. `identity` lists the overlay's keys that only name the resource. */
export function layOverlay(base: ParsedDocument, overlay: ParsedDocument, identity: readonly string[]): ParsedDocument {
  const patch = omitKeys(asObject(overlay.value), identity);
  return {
    ...base,
    value: mergePatch(base.value, patch),
    derivation: { by: 'overlay', below: base, above: overlay, patch },
  };
}

/** A document over its base. Unlike in an overlay, a null with nothing below it stays: it clears the field. */
export function layOverBase(base: ParsedDocument, document: ParsedDocument): ParsedDocument {
  const patch = omitKeys(asObject(document.value), ['extends']);
  const below = { ...base, value: omitKeys(asObject(base.value), ['kind', 'extends']) };
  // The keys of the document come first: they name the resource.
  const merged = mergeOver(below.value, patch);
  const order = new Set([...Object.keys(patch), ...Object.keys(merged)]);
  const entries = [...order].flatMap((key): [string, Json][] => {
    const value = getOwn(merged, key);
    return value === undefined ? [] : [[key, value]];
  });
  return {
    ...document,
    value: Object.fromEntries(entries),
    derivation: { by: 'extends', below, above: document, patch },
  };
}

function mergeOver(below: JsonObject, patch: JsonObject): JsonObject {
  const merged = { ...below };
  for (const [key, value] of Object.entries(patch)) {
    const before = getOwn(merged, key);
    if (value === null && before !== undefined) delete merged[key];
    else merged[key] = isJsonObject(value) && isJsonObject(before) ? mergeOver(before, value) : value;
  }
  return merged;
}

/** What is wrong with the references of a template, for one row. */
export function listRowFindings({ derivation }: ParsedDocument): readonly Finding[] {
  if (derivation?.by === 'row') return derivation.findings;
  return derivation ? [...listRowFindings(derivation.below), ...listRowFindings(derivation.above)] : [];
}

/** Every document that a document was made from, and itself. */
export function listLayers(document: ParsedDocument): ParsedDocument[] {
  const { derivation } = document;
  if (!derivation) return [document];
  if (derivation.by === 'row') return [document, ...listLayers(derivation.template)];
  return [document, ...listLayers(derivation.below), ...listLayers(derivation.above)];
}

/** Whether the row of a document exists in an environment. */
export function isRowIn({ derivation }: ParsedDocument, environment: string | undefined): boolean {
  if (derivation?.by !== 'row' || environment === undefined) return true;
  return derivation.row.environments?.has(environment) ?? true;
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
