import { type Address, formatAddress, type Kind } from '../model/address.js';
import { type JsonObject, textAt } from '../model/json.js';

const IDENTITY_KEYS: Record<Kind, string> = {
  tag: 'path',
  product: 'path',
  add_on: 'path',
  offer: 'path',
  page: 'path',
  promo_code: 'promoCode',
  journey: 'name',
};

/** The key of a file that holds the name: `path`, `promoCode` or `name`. */
export function getIdentityKey(kind: Kind): string {
  return IDENTITY_KEYS[kind];
}

/** The name and address of a document, or undefined when it has none. Promo codes are in upper case. */
export function findIdentity(
  kind: Kind,
  value: JsonObject,
): { key: string; name: string; address: Address } | undefined {
  const key = IDENTITY_KEYS[kind];
  const text = textAt(value, key);
  if (text === undefined || text === '') return undefined;
  const name = kind === 'promo_code' ? text.toUpperCase() : text;
  return { key, name, address: formatAddress(kind, name) };
}
