import { pickCreateOnly } from '../kinds/catalog/create-only.js';
import { computeItemId, mapItemReferences } from '../kinds/catalog/item-references.js';
import { type Address, formatAddress, isCatalogKind, type Kind } from '../model/address.js';
import { getOwn, isJsonObject, type Json, type JsonObject, objectAt, textAt } from '../model/json.js';
import type { Position } from '../model/problem.js';
import type { DesiredResource } from '../model/resource.js';

/**
 * A document that has passed every check as the resource it declares: promo code in upper case, ids
 * of references and splits of actions filled in, branches always with a list of conditions.
 */
export function normaliseResource(kind: Kind, document: JsonObject, source: Position): DesiredResource | undefined {
  const identity = findIdentity(kind, document);
  if (!identity) return undefined;
  const { name, address } = identity;
  const ownership = Object.entries(objectAt(document, 'ownership'));
  const owned = ownership.filter(([, owner]) => owner === 'git').map(([field]) => field);
  return { address, kind, name, body: toBody(kind, document, name), owned, source };
}

function toBody(kind: Kind, document: JsonObject, name: string): JsonObject {
  if (isCatalogKind(kind)) {
    return {
      ...pickCreateOnly(kind, document),
      attributes: mapItemReferences(objectAt(document, 'attributes'), withId),
    };
  }
  if (kind === 'promo_code') {
    const { kind: _kind, ownership: _ownership, only: _only, except: _except, ...data } = document;
    return { ...data, promoCode: name };
  }
  const { kind: _kind, name: _name, only: _only, except: _except, ...journey } = document;
  const branches = getOwn(journey, 'journeys');
  return Array.isArray(branches) ? { ...journey, journeys: branches.map(toBranch) } : journey;
}

function withId(reference: JsonObject): JsonObject {
  const path = textAt(reference, 'path');
  // `id: null` says that the reference has none.
  if (path === undefined || Object.hasOwn(reference, 'id')) return reference;
  return { ...reference, id: computeItemId(path) };
}

function toBranch(branch: Json): Json {
  if (!isJsonObject(branch)) return branch;
  const actions = getOwn(branch, 'actions');
  return {
    ...branch,
    conditions: getOwn(branch, 'conditions') ?? [],
    ...(Array.isArray(actions) ? { actions: actions.map(withSplit) } : {}),
  };
}

function withSplit(action: Json): Json {
  if (!isJsonObject(action) || getOwn(action, 'type') !== 'destination' || Object.hasOwn(action, 'split'))
    return action;
  return { ...action, split: 100 };
}

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
