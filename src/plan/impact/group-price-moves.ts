import type { Address } from '../../model/address.js';
import { type Json, canonicalJson } from '../../model/json.js';
import type { PriceMove } from '../../model/plan.js';
import type { PriceStep } from '../compare-prices.js';
import type { UserIndex } from './create-user-index.js';
import { isActivePromo } from './is-active-promo.js';

/** One line for all prices that move alike, with what customers meet of the items together. */
export function groupPriceMoves(prices: readonly PriceStep[], index: UserIndex, now: number): PriceMove[] {
  const groups = new Map<string, PriceStep[]>();
  for (const step of prices) {
    const key = canonicalJson([step.before ?? null, step.after ?? null] as unknown as Json);
    const group = groups.get(key);
    if (group) group.push(step);
    else groups.set(key, [step]);
  }
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, steps]) => toMove(steps, index, now));
}

function toMove(steps: readonly PriceStep[], index: UserIndex, now: number): PriceMove {
  const [{ before, after, percent } = {}] = steps;
  const addresses = sortUnique(steps.map(({ address }) => address));
  const collect = <T extends string>(find: (address: Address) => readonly T[]): T[] => sortUnique(addresses.flatMap(find));
  return {
    ...(before ? { before } : {}),
    ...(after ? { after } : {}),
    ...(percent === undefined ? {} : { percent }),
    addresses,
    routes: collect(index.findRoutes),
    journeys: collect(index.findJourneys),
    promoCodes: collect((address) => index.findPromoCodes(address).filter(({ body }) => isActivePromo(body, now)).map((code) => code.address)),
  };
}

function sortUnique<T extends string>(texts: readonly T[]): T[] {
  return [...new Set(texts)].sort();
}
