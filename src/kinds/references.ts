import { type Address, formatAddress } from '../model/address.js';
import { asList, formatPointer, getOwn, isJsonObject, type Json, type JsonObject } from '../model/json.js';
import { findKindOfPath } from './catalog/catalog-kinds.js';

/** Something that a resource names and that must exist: a catalog item, an offer label or a tag. */
export type Reference = {
  /** JSON Pointer into the body of the resource; the same as in its document. */
  pointer: string;
} & ({ address: Address } | { label: string } | { tag: string });

type Path = (string | number)[];

/** A reference by path; none where the path leads to something that files cannot declare. */
export function toItemReference(path: Json | undefined, at: Path): Reference[] {
  const kind = typeof path === 'string' ? findKindOfPath(path) : undefined;
  return typeof path === 'string' && kind ? [{ address: formatAddress(kind, path), pointer: formatPointer(at) }] : [];
}

/** One label, or a list of them, in the normal form in which labels are compared. */
export function toLabels(label: Json | undefined, at: Path): Reference[] {
  if (Array.isArray(label))
    return label.flatMap((item, i) => toLabels(typeof item === 'string' ? item : null, [...at, i]));
  return typeof label === 'string' ? [{ label: label.normalize('NFC'), pointer: formatPointer(at) }] : [];
}

export function toTag(tag: Json | undefined, at: Path): Reference[] {
  return typeof tag === 'string' ? [{ tag, pointer: formatPointer(at) }] : [];
}

/** The objects of the list under a key, each with its index. */
export function listObjects(holder: JsonObject, key: string): [JsonObject, number][] {
  return asList(getOwn(holder, key)).flatMap((item, i): [JsonObject, number][] =>
    isJsonObject(item) ? [[item, i]] : [],
  );
}
