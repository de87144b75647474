import { KIND_DEFINITIONS } from '../kinds/kinds.js';
import { type Address, formatAddress, type Kind, normaliseName } from '../model/address.js';
import { type JsonObject, objectAt, textAt } from '../model/json.js';
import type { DesiredResource } from '../model/model.js';
import type { Place } from '../model/problem.js';

/** A document that has passed every check, as the resource it declares; undefined when it has no name. */
export function normaliseResource(kind: Kind, document: JsonObject, source: Place): DesiredResource | undefined {
  const identity = findIdentity(kind, document);
  if (!identity) return undefined;
  const { name, address } = identity;
  const ownership = Object.entries(objectAt(document, 'ownership'));
  const owned = ownership.filter(([, owner]) => owner === 'git').map(([field]) => field);
  const movedFrom = findFormerAddress(kind, document);
  const body = KIND_DEFINITIONS[kind].toBody(document, name);
  return { address, kind, name, body, owned, ...(movedFrom === undefined ? {} : { movedFrom }), source };
}

/** The address that the key `moved_from` names. */
export function findFormerAddress(kind: Kind, value: JsonObject): Address | undefined {
  const text = textAt(value, 'moved_from');
  return text === undefined || text === '' ? undefined : formatAddress(kind, normaliseName(kind, text));
}

/** The name and address of a document, or undefined when it has none. Promo codes are in upper case. */
export function findIdentity(
  kind: Kind,
  value: JsonObject,
): { key: string; name: string; address: Address } | undefined {
  const key = KIND_DEFINITIONS[kind].identityKey;
  const text = textAt(value, key);
  if (text === undefined || text === '') return undefined;
  const name = normaliseName(kind, text);
  return { key, name, address: formatAddress(kind, name) };
}
