import type { Address } from '../../model/address.js';
import { type Json, canonicalJson } from '../../model/json.js';
import type { PriceMove } from '../../model/plan.js';
import type { PriceStep } from '../compare-prices.js';
import type { UserIndex } from './create-user-index.js';
import { isActivePromo } from './is-active-promo.js';
import type { Neighbour } from './surroundings.js';

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
