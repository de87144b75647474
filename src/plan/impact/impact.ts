import type { Address } from '../../model/address.js';
import { canonicalJson, getOwn, isJsonObject, type Json, type JsonObject } from '../../model/json.js';
import type { LiveReader } from '../../model/live-api.js';
import type { Impact, PlanWarning, PriceMove } from '../../model/plan.js';
import type { PriceStep } from '../prices.js';
import { type ImpactInput, type Neighbour, readSurroundings } from './related-objects.js';
import { createUserIndex, type UserIndex } from './users.js';

export interface FoundImpact {
  impact: Impact;
  /** What could not be read, so that the impact may lack it. */
  warnings: PlanWarning[];
}

/** What the plan means commercially. Reads nothing when no price moves and nothing is deleted. */
export async function findImpact(reader: LiveReader, input: ImpactInput): Promise<FoundImpact> {
  const repriced = [...new Set(input.prices.map(({ address }) => address))];
  const deleted = input.changes.filter(({ action }) => action === 'delete').map(({ address }) => address);
  if (repriced.length + deleted.length === 0) return { impact: { prices: [], usedBy: [] }, warnings: [] };
  const { surroundings, warnings } = await readSurroundings(reader, input);
  const index = createUserIndex(surroundings, input.codec);
  const addresses: Address[] = [...new Set([...repriced, ...deleted])].sort();
  return {
    impact: {
      prices: groupPriceMoves(input.prices, index, input.now),
      usedBy: addresses.map((address) => ({ address, users: index.findUsers(address) })),
    },
    warnings,
  };
}

/** One line for all prices that move alike, with what customers meet of the items together. */
export function groupPriceMoves(prices: readonly PriceStep[], index: UserIndex, now: number): PriceMove[] {
  const groups = new Map<string, PriceStep[]>();
  for (const step of prices) {
    const key = canonicalJson([step.before ?? null, step.after ?? null] as unknown as Json);
    const group = groups.get(key);
    if (group) group.push(step);
    else groups.set(key, [step]);
  }
  // A code of the whole basket applies to every item, and is asked once.
  const active = new Map<Neighbour, boolean>();
  const isActive = (code: Neighbour): boolean => {
    const known = active.get(code) ?? isActivePromo(code.body, now);
    active.set(code, known);
    return known;
  };
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, steps]) => toMove(steps, index, isActive));
}

function toMove(steps: readonly PriceStep[], index: UserIndex, isActive: (code: Neighbour) => boolean): PriceMove {
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
 * Whether a promo code can be redeemed at a moment: switched on, begun, not expired, not used up
 * (API reference, section 6). Days are taken in UTC, both ends included.
 */
export function isActivePromo(body: JsonObject, now: number): boolean {
  const usage = getOwn(body, 'usage');
  const left = isJsonObject(usage) ? getOwn(usage, 'availableQuantity') : undefined;
  const used = left !== undefined && left !== null && Number(left) <= 0;
  return (
    getOwn(body, 'status') === true &&
    !used &&
    hasBegun(getOwn(body, 'promoStartDate'), now) &&
    !hasEnded(getOwn(body, 'promoExpiryDate'), now)
  );
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;

function hasBegun(start: Json | undefined, now: number): boolean {
  return typeof start !== 'string' || !(Date.parse(start) > now);
}

function hasEnded(expiry: Json | undefined, now: number): boolean {
  if (typeof expiry !== 'string') return false;
  const end = Date.parse(expiry) + (DAY.test(expiry) ? 86_400_000 : 0);
  return end <= now;
}
