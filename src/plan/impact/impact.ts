import type { Address } from '../../model/address.js';
import { canonicalJson, getOwn, type Json, type JsonObject, objectAt } from '../../model/json.js';
import type { LiveReader } from '../../model/live-api.js';
import type { Impact, PlanWarning, PriceMove } from '../../model/plan.js';
import { compareBy } from '../../model/words.js';
import type { PriceStep } from '../prices.js';
import { type ImpactInput, listLostCodes, type RelatedObject, readRelatedObjects } from './related-objects.js';
import { createUserIndex, type UserIndex } from './users.js';

export interface FoundImpact {
  impact: Impact;
  /** What could not be read, so that the impact may lack it. */
  warnings: PlanWarning[];
}

/**
 * What the plan means commercially: related-objects.ts reads what may use the re-priced and deleted objects, users.ts
 * finds who does, and the prices that move alike become one line. Reads nothing when no price moves and nothing is
 * deleted.
 */
export async function findImpact(reader: LiveReader, input: ImpactInput): Promise<FoundImpact> {
  const { changes, prices, codec, now } = input;
  const addresses = sortUnique([
    ...prices.map(({ address }) => address),
    ...changes.filter(({ action }) => action === 'delete').map(({ address }) => address),
    ...listLostCodes(changes),
  ]);
  if (addresses.length === 0) return { impact: { prices: [], usedBy: [] }, warnings: [] };
  const { related, warnings } = await readRelatedObjects(reader, input);
  const index = createUserIndex(related, codec);
  return {
    impact: {
      prices: groupPriceMoves(prices, index, now),
      usedBy: addresses.map((address) => ({ address, users: index.findUsers(address) })),
    },
    warnings,
  };
}

/** One line for all prices that move alike, with everything that shows the items to customers. */
export function groupPriceMoves(prices: readonly PriceStep[], index: UserIndex, now: number): PriceMove[] {
  const groups = new Map<string, PriceStep[]>();
  for (const step of prices) {
    // Money is JSON, which an interface cannot say.
    const key = canonicalJson([step.before ?? null, step.after ?? null] as unknown as Json);
    const group = groups.get(key);
    if (group) group.push(step);
    else groups.set(key, [step]);
  }
  // A code of the whole basket applies to every item and is evaluated once.
  const active = new Map<RelatedObject, boolean>();
  const isActive = (code: RelatedObject): boolean => {
    const known = active.get(code) ?? isActivePromo(code.body, now);
    active.set(code, known);
    return known;
  };
  return [...groups].sort(compareBy(([key]) => key)).map(([, steps]) => toMove(steps, index, isActive));
}

function toMove(steps: readonly PriceStep[], index: UserIndex, isActive: (code: RelatedObject) => boolean): PriceMove {
  const [{ before, after, percent } = {}] = steps;
  const addresses = sortUnique(steps.map(({ address }) => address));
  const collect = <T extends string>(find: (address: Address) => readonly T[]): T[] =>
    sortUnique(addresses.flatMap(find));
  return {
    ...(before ? { before } : {}),
    ...(after ? { after } : {}),
    ...(percent === undefined ? {} : { percent }),
    addresses,
    routes: collect(index.findRoutes),
    journeys: collect(index.findJourneys),
    promoCodes: collect((address) =>
      index
        .findPromoCodes(address)
        .filter(isActive)
        .map((code) => code.address),
    ),
  };
}

function sortUnique<T extends string>(texts: readonly T[]): T[] {
  return [...new Set(texts)].sort();
}

/**
 * Whether a promo code can be redeemed at a moment: switched on, begun, not expired, not used up (API reference,
 * section 6). Days are in UTC, both ends included.
 */
export function isActivePromo(body: JsonObject, now: number): boolean {
  const left = getOwn(objectAt(body, 'usage'), 'availableQuantity');
  const isUsedUp = left !== undefined && left !== null && Number(left) <= 0;
  return (
    getOwn(body, 'status') === true &&
    !isUsedUp &&
    hasBegun(getOwn(body, 'promoStartDate'), now) &&
    !hasEnded(getOwn(body, 'promoExpiryDate'), now)
  );
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const DAY_MS = 86_400_000;

function hasBegun(start: Json | undefined, now: number): boolean {
  return typeof start !== 'string' || !(Date.parse(start) > now);
}

function hasEnded(expiry: Json | undefined, now: number): boolean {
  if (typeof expiry !== 'string') return false;
  return Date.parse(expiry) + (DAY.test(expiry) ? DAY_MS : 0) <= now;
}
