import { countThings, joinWords } from '../model/words.js';
import { type Address, type Kind, KINDS, nameKind } from '../model/address.js';
import type { Json } from '../model/json.js';

/** Of a page. */
export const NO_TAG = 'no tag, so it cannot be published';
/** Of a changed item. */
export const ON_NO_PAGE = 'is not on any page, so the shop does not show it';

/** `1 add-on`, `5,000 offers` */
export function countKind(count: number, kind: Kind): string {
  return countThings(count, nameKind(kind, 1), nameKind(kind));
}

/** `1 add-on and 2 offers` */
export function countKinds(addresses: readonly Address[]): string {
  const counts = new Map<Kind, number>();
  for (const address of addresses) {
    const kind = KINDS.find((one) => address.startsWith(`${one}:`));
    if (kind) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  const parts = KINDS.flatMap((kind) => {
    const count = counts.get(kind);
    return count === undefined ? [] : [countKind(count, kind)];
  });
  return joinWords(parts);
}

/** Eight digits of a UUID are enough to tell branches apart. */
export function shortenId(text: string): string {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text) ? text.slice(0, 8) : text;
}

/** A tenant's value may be nested too deeply for JSON.stringify. */
export function writeJson(value: Json, indent?: number): string {
  try {
    return JSON.stringify(value, null, indent) ?? 'null';
  } catch {
    return '(nested too deeply to show)';
  }
}
