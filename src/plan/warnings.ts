import { KIND_DEFINITIONS } from '../kinds/kinds.js';
import { countThings, nameFirst } from '../model/words.js';
import { narrowTo, pickCreateOnly } from '../kinds/catalog/create-only.js';
import type { LiveState } from '../kinds/read-live.js';
import { type Address, isCatalogKind, type Kind, nameKind } from '../model/address.js';
import { canonicalJson, getAt, getOwn, type Json, jsonEqual } from '../model/json.js';
import type { Change, PlanWarning, PublishPlan } from '../model/plan.js';
import type { DesiredResource, LiveResource } from '../model/resource.js';
import type { ResourceDiff } from './compare.js';

import type { LeftOutPart, Managed } from './managed.js';
import { findNewRoutes } from './pages/routes.js';
import { findDanglingReferences } from './references.js';

/** What people should know before they apply, and what stops nothing. */
export function warnPlan(compared: readonly ResourceDiff[], state: LiveState, managed: Managed): PlanWarning[] {
  return [
    ...warnIncomplete(state),
    ...warnIgnored(managed),
    ...compared.flatMap((one) => [...warnSynced(one), ...warnDangling(one, state)]),
  ];
}

/** A file that has no effect must not look as if it had. */
function warnIgnored({ ignored, owned }: Managed): PlanWarning[] {
  return [
    ...warnLeftOut({ code: 'IGNORED', parts: ignored, explain: (them) => `the environment ignores ${them}` }),
    ...warnLeftOut({
      code: 'OWNED_ELSEWHERE',
      parts: owned,
      explain: (them) => `by the configuration the app or the server owns ${them}`,
    }),
  ];
}

interface LeftOut {
  code: 'IGNORED' | 'OWNED_ELSEWHERE';
  parts: readonly LeftOutPart[];
  explain: (them: string) => string;
}

function warnLeftOut({ code, parts: left, explain }: LeftOut): PlanWarning[] {
  const count = left.length;
  if (count === 0) return [];
  const objects = left.filter(({ path }) => path.length === 0).length;
  const fields = count - objects;
  const parts = [
    ...(objects > 0 ? [countThings(objects, 'declared resource')] : []),
    ...(fields > 0 ? [countThings(fields, 'declared field')] : []),
  ];
  const [are, them] = count === 1 ? ['is', 'it'] : ['are', 'them'];
  return [{ code, message: `${parts.join(' and ')} ${are} left as the tenant has ${them}: ${explain(them)}.` }];
}

function warnIncomplete(state: LiveState): PlanWarning[] {
  return Object.entries(state.listings)
    .filter(([, listing]) => !listing.complete)
    .map(([kind, listing]) => ({
      code: 'INCOMPLETE_READ',
      message: `The list of ${nameKind(kind as Kind)} could not be read to its proven end: ${listing.note ?? 'no reason given'}. Declared ones were read one by one; the count of unmanaged ones is too low.`,
    }));
}

/** API reference, section 3: products are mostly synced from the billing system. */
function warnSynced({ desired, live, change }: ResourceDiff): PlanWarning[] {
  if (!change || !live || desired.kind !== 'product' || getOwn(live.record, 'synced') !== true) return [];
  return [
    {
      code: 'PRODUCT_SYNCED',
      address: desired.address,
      message: `${desired.address} is synced from the billing system, which may write its attributes again.`,
    },
  ];
}

/** A promo code may name a product that only the billing system knows; an item may have lost a neighbour. */
function warnDangling({ desired }: ResourceDiff, state: LiveState): PlanWarning[] {
  const missing = [...new Set(findDanglingReferences(desired, state).map(({ address }) => address))];
  if (missing.length === 0) return [];
  return [
    {
      code: 'REFERENCE_NOT_FOUND',
      address: desired.address,
      message: `${desired.address} refers to ${missing.join(', ')}, which the catalog does not hold.`,
    },
  ];
}

/** What people should know of new pages, and of declared fields that an update cannot reach. */
export function warnCreations(compared: readonly ResourceDiff[], state: LiveState): PlanWarning[] {
  return [...warnCreateOnly(compared), ...warnNewRoutes(compared, state)];
}

/** Once for the whole plan: such differences come and go with the app, and nothing is done about them. */
function warnCreateOnly(compared: readonly ResourceDiff[]): PlanWarning[] {
  const differing = compared.flatMap((one) => {
    const keys = listDiffering(one);
    return keys.length === 0 ? [] : [`${one.desired.address} (${keys.join(', ')})`];
  });
  if (differing.length === 0) return [];
  return [
    {
      code: 'CREATE_ONLY',
      message: `${countThings(differing.length, 'declared object differs', 'declared objects differ')} from the tenant in fields that are set on create only, and ${differing.length === 1 ? 'is' : 'are'} left so: ${nameFirst(differing)}.`,
    },
  ];
}

function listDiffering({ desired, live }: ResourceDiff): string[] {
  const { kind } = desired;
  if (kind === 'promo_code' && live) return listCounted(desired, live);
  if (!live || !isCatalogKind(kind)) return [];
  const held = new Map(Object.entries(live.body));
  return Object.entries(pickCreateOnly(kind, desired.body)).flatMap(([key, declared]) => {
    const value = held.get(key);
    // Where the tenant shows nothing, it may keep it elsewhere.
    return value === undefined || isSame(narrowTo(value, declared), declared) ? [] : [key];
  });
}

/** A quantity that was edited in the file must not look as if it had been applied. */
function listCounted({ body, owned }: DesiredResource, live: LiveResource): string[] {
  return KIND_DEFINITIONS.promo_code.fields.rows.flatMap(({ path, owner }) => {
    const declared = getAt(body, path);
    const field = path.join('.');
    const isLeft = owner === 'server-after-create' && declared !== undefined && !owned.includes(field);
    return isLeft && !jsonEqual(declared, getAt(live.body, path) ?? null) ? [field] : [];
  });
}

/** In whatever order. */
function isSame(held: Json, declared: Json): boolean {
  return jsonEqual(listParts(held), listParts(declared));
}

function listParts(value: Json): string[] {
  return [value].flat().map(canonicalJson).sort();
}

function warnNewRoutes(compared: readonly ResourceDiff[], state: LiveState): PlanWarning[] {
  const created = new Set<Address>(
    compared.flatMap(({ change }) => (change?.action === 'create' ? [change.address] : [])),
  );
  return findNewRoutes(compared, state)
    .filter(({ address }) => created.has(address))
    .map(({ address, routes }) => ({
      code: 'PUBLISH_NEW_ROUTE',
      address,
      message: `${address} is new: the API cannot publish ${routes.join(', ')} for the first time. Once the page is there, a person has to publish it in the Page Builder.`,
    }));
}

/**
 * What a rollback of the plan could not take back. Promo codes and journeys that a plan creates can be
 * deleted again (API reference, sections 2 and 6); catalog items are never deleted.
 */
export function warnIrreversible(changes: readonly Change[], publish: PublishPlan): PlanWarning[] {
  const pages = publish.pages.filter(({ tags }) => tags.length > 0).length;
  const created = changes.filter(({ kind, action }) => action === 'create' && isCatalogKind(kind)).length;
  const deletes = changes.filter(({ action }) => action === 'delete').length;
  return [
    ...(created === 0
      ? []
      : [
          toWarning(
            `${countThings(created, 'new catalog item')} cannot be undone: a rollback never deletes from the catalog. Delete in the web app what should not stay.`,
          ),
        ]),
    ...(pages === 0
      ? []
      : [
          toWarning(
            `Publishing ${countThings(pages, 'page')} cannot be undone: a rollback publishes the earlier values again, and visitors may have seen the new ones.`,
          ),
        ]),
    ...(deletes === 0
      ? []
      : [
          toWarning(
            `${countThings(deletes, 'deletion')} can be undone only in part: a rollback creates the same content anew, without the history that the tenant kept of it.`,
          ),
        ]),
  ];
}

function toWarning(message: string): PlanWarning {
  return { code: 'CANNOT_UNDO', message };
}
