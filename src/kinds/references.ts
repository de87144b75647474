import { type Address, formatAddress } from '../model/address.js';
import { asList, formatPointer, getOwn, isJsonObject, type Json, type JsonObject } from '../model/json.js';
import { findKindOfPath } from './catalog/catalog-kinds.js';

/** Something that a resource names and that must exist: a catalog item, an offer label, a tag or a segment. */
export type Reference = {
  /** JSON Pointer into the body of the resource; the same as in its document. */
  pointer: string;
} & ({ address: Address } | { label: string } | { tag: string } | { segment: string });

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

/** By any of the names that `listSegmentNames` lists. */
export function toSegments(names: readonly Json[], at: Path): Reference[] {
  return names.flatMap((segment, i) =>
    typeof segment === 'string' ? [{ segment, pointer: formatPointer([...at, i]) }] : [],
  );
}

const SEGMENTS = '/segments/';

/**
 * What a condition may call a segment. Which of them tenants write is unknown (API reference, section 2), so all
 * count: a name too many hides a slip, a name too few reports a segment that exists.
 */
export function listSegmentNames(
  path: string,
  { attributes, name, id }: { attributes: JsonObject; name?: string; id?: string },
): string[] {
  const shown = getOwn(attributes, 'display_name__limio');
  const names = [path.slice(path.lastIndexOf('/') + 1), path.slice(SEGMENTS.length), path, name, shown, id];
  return names.filter((one): one is string => typeof one === 'string' && one !== '');
}

/** Where a segment is that a condition names by path, with or without the folder. */
export function toSegmentPath(name: string): string {
  return name.startsWith(SEGMENTS) ? name : `${SEGMENTS}${name}`;
}

/** The objects of the list under a key, each with its index. */
export function listObjects(holder: JsonObject, key: string): [JsonObject, number][] {
  return asList(getOwn(holder, key)).flatMap((item, i): [JsonObject, number][] =>
    isJsonObject(item) ? [[item, i]] : [],
  );
}
