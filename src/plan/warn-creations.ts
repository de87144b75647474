import { narrowTo, pickCreateOnly } from '../kinds/catalog/create-only.js';
import { PROMO_CODE_ROWS } from '../kinds/promo-code/promo-code.js';
import type { LiveState } from '../kinds/read-live.js';
import { type Address, isCatalogKind } from '../model/address.js';
import { canonicalJson, getAt, type Json, jsonEqual } from '../model/json.js';
import type { PlanWarning } from '../model/plan.js';
import type { DesiredResource, LiveResource } from '../model/resource.js';
import type { Compared } from './compare-desired.js';
import { findNewRoutes } from './find-new-routes.js';
import { countThings, nameFirst } from './guards/count-things.js';

/** What people should know of new pages, and of declared fields that an update cannot reach. */
export function warnCreations(compared: readonly Compared[], state: LiveState): PlanWarning[] {
  return [...warnCreateOnly(compared), ...warnNewRoutes(compared, state)];
}

/** Once for the whole plan: such differences come and go with the app, and nothing is done about them. */
function warnCreateOnly(compared: readonly Compared[]): PlanWarning[] {
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

function listDiffering({ desired, live }: Compared): string[] {
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
  return PROMO_CODE_ROWS.flatMap(({ path, owner }) => {
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

function warnNewRoutes(compared: readonly Compared[], state: LiveState): PlanWarning[] {
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
