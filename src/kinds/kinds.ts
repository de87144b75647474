import { type Address, type Kind, mapKinds, parseAddress } from '../model/address.js';
import type { Dialect } from '../model/dialect.js';
import type { DesiredResource } from '../model/model.js';
import { CATALOG_DEFINITIONS } from './catalog/catalog.js';
import { dropCreateOnly } from './catalog/create-only.js';
import { JOURNEY } from './journey/journey.js';
import type { KindDefinition, KindRules } from './kind-definition.js';
import { PROMO_CODE } from './promo-code/promo-code.js';
import type { LiveState } from './read-live.js';
import type { Reference } from './references.js';

/**
 * Every kind of resource. `kind-definition.ts` says what a definition consists of, and one folder each
 * contains them: `catalog/` (tags, products, add-ons, offers, campaigns, pages and segments, which have
 * much in common), `promo-code/`, `journey/`. They share `references.ts`, `compare.ts` and `overlay.ts`. `documents/`
 * checks documents by their schemas; `read-live.ts` reads a tenant, and `odd-answers.ts` knows what to do when it
 * refuses; `secrets/` keeps secrets out of everything that is compared and shown.
 *
 * The order of writing (`writePhase`, `writeRank`) follows from when each kind becomes live:
 *
 *      tag, product, segment ──> add_on ──> offer ──> campaign, page
 *                               │                the working copy: nobody sees it yet
 *                               │
 *                        build and publish       the shop shows it
 *                               │
 *                           promo_code           live at once, needs what is published
 *                               │
 *                            journey             live at once, moves traffic: last
 *                               │
 *         deletes, in the opposite order: journeys, then promo codes
 */
export const KIND_DEFINITIONS: Readonly<Record<Kind, KindDefinition>> = {
  ...CATALOG_DEFINITIONS,
  promo_code: PROMO_CODE,
  journey: JOURNEY,
};

/** The rules of every kind, under the tenant's dialect. */
export function createKindRules(dialect: Dialect): Record<Kind, KindRules> {
  return mapKinds((kind) => KIND_DEFINITIONS[kind].createRules(dialect));
}

type Referring = Pick<DesiredResource, 'kind' | 'body'>;

/** Everything that a declared resource refers to. */
export function listReferences({ kind, body }: Referring): Reference[] {
  return KIND_DEFINITIONS[kind].listReferences(body);
}

/** The references that name another resource, not a label or a tag. */
export function listAddressReferences(resource: Referring): { address: Address; pointer: string }[] {
  return listReferences(resource).flatMap((reference) =>
    'address' in reference ? [{ address: reference.address, pointer: reference.pointer }] : [],
  );
}

/**
 * What must exist before a declared resource is written: what it refers to, as far as it is sent,
 * and for a creation the parents in the tree (API reference, section 5).
 */
export function listNeeds(desired: DesiredResource, isLive: boolean): { address: Address; pointer: string }[] {
  if (isLive) return listAddressReferences(dropCreateOnly(desired));
  const parents = KIND_DEFINITIONS[desired.kind].listParents?.(desired.name) ?? [];
  return [...parents.map((address) => ({ address, pointer: '/path' })), ...listAddressReferences(desired)];
}

export interface DanglingReference {
  address: Address;
  pointer: string;
  /** True when the live object holds the same reference. */
  isLive: boolean;
}

/** References of a declared resource to catalog items that are neither declared nor in the tenant. */
export function findDanglingReferences(
  resource: DesiredResource,
  { resources, missingReferences }: Pick<LiveState, 'resources' | 'missingReferences'>,
): DanglingReference[] {
  if (missingReferences.size === 0) return [];
  const live = resources.get(resource.address);
  const held = new Set(live ? listAddressReferences(live).map(({ address }) => address) : []);
  return listNeeds(resource, live !== undefined)
    .filter(({ address }) => missingReferences.has(parseAddress(address).name))
    .map(({ address, pointer }) => ({ address, pointer, isLive: held.has(address) }));
}
