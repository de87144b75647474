import { getOwn, isJsonObject, type Json, type JsonObject, mergePatch } from '../model/json.js';
import type { DocumentPath, ParsedDocument, PathPart } from './parsed-file.js';

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
