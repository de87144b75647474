import { matchElements } from '../kinds/compare.js';
import type { Address } from '../model/address.js';
import { getOwn, isJsonObject, type Json, type JsonObject } from '../model/json.js';
import type { Change, Money } from '../model/plan.js';
import { listChargePrices } from './list-charge-prices.js';
import { measurePercent, sameMoney } from './money.js';

/** One price of one charge that moves. */
export interface PriceStep {
  address: Address;
  /** The charge's name, or its place in the list where it has none. */
  charge: string;
  before?: Money;
  after?: Money;
  /** `+30.0`; absent where a side is missing or the two cannot be compared. */
  percent?: string;
  /** True when the item was charged for before: a first price is no new charge on top of others. */
  pricedBefore: boolean;
}

/** Every price that a change moves, in the order of the charges. */
export function comparePrices(change: Change): PriceStep[] {
  const from = chargesOf(change.before);
  const to = chargesOf(change.after);
  return matchElements(from, to, { key: 'name' }).pairs.flatMap(({ name, from: old, to: wanted }) => {
    const before = pricesOf(old);
    const after = pricesOf(wanted);
    return [...new Set([...before.keys(), ...after.keys()])].flatMap((part): PriceStep[] => {
      const moved = compareMoney(before.get(part), after.get(part));
      return moved
        ? [
            {
              address: change.address,
              charge: part === 'value' ? name : `${name} ${part}`,
              pricedBefore: from.length > 0,
              ...moved,
            },
          ]
        : [];
    });
  });
}

function compareMoney(
  before: Money | undefined,
  after: Money | undefined,
): Pick<PriceStep, 'before' | 'after' | 'percent'> | undefined {
  if (!before) return after && { after };
  if (!after) return { before };
  if (sameMoney(before, after)) return undefined;
  const percent = measurePercent(before, after);
  return { before, after, ...(percent === undefined ? {} : { percent }) };
}

/** A charge that is no object is one all the same: it must not vanish unseen. */
function pricesOf(charge: Json | undefined): Map<string, Money> {
  if (charge === undefined) return new Map();
  return listChargePrices(isJsonObject(charge) ? charge : { value: charge });
}

function chargesOf(body: JsonObject | undefined): Json[] {
  const attributes = getOwn(body ?? {}, 'attributes');
  const charges = (isJsonObject(attributes) ? getOwn(attributes, 'price__limio') : undefined) ?? '';
  if (Array.isArray(charges)) return charges;
  // Whatever stands there in the place of a list is a price all the same, unless it is empty.
  const isEmpty = charges === '' || (isJsonObject(charges) && Object.keys(charges).length === 0);
  return isEmpty ? [] : [charges];
}
