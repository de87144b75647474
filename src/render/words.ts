import { countThings, joinWords } from '../model/words.js';
import { type Address, type Kind, KINDS, nameKind } from '../model/address.js';
import type { Json } from '../model/json.js';

/** `1 add-on and 2 offers`. */
export function countKinds(addresses: readonly Address[]): string {
  const counts = new Map<Kind, number>();
  for (const address of addresses) {
    const kind = KINDS.find((one) => address.startsWith(`${one}:`));
    if (kind) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  const parts = KINDS.flatMap((kind) => {
    const count = counts.get(kind);
    return count === undefined ? [] : [countThings(count, nameKind(kind, 1), nameKind(kind))];
  });
  return joinWords(parts);
}

/** Eight digits of a uuid tell branches apart as well as all of them. */
export function shortenId(text: string): string {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text) ? text.slice(0, 8) : text;
}

/** JSON text of a value; a tenant's value may be nested deeper than JSON can be written. */
export function writeJson(value: Json, indent?: number): string {
  try {
    return JSON.stringify(value, null, indent) ?? 'null';
  } catch {
    return '(nested too deeply to show)';
  }
}
