import { matchElements } from '../kinds/compare.js';
import type { Address } from '../model/address.js';
import { getOwn, isJsonObject, type Json, type JsonObject } from '../model/json.js';
import type { Change, Money } from '../model/plan.js';
import { measurePercent, sameMoney, toMoney } from './money.js';

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

/**
 * What one charge of `price__limio` asks for (API reference, section 3): its value, and the price of
 * each tier by position. A charge without either still is one, of an empty amount.
 */
export function listChargePrices(charge: JsonObject): Map<string, Money> {
  const currency = readCurrency(charge);
  const interval = describeInterval(charge);
  const tiers = asList(getOwn(charge, 'tiers')).filter(isJsonObject);
  const value = getOwn(charge, 'value');
  const hasValue = tiers.length === 0 || (value !== undefined && value !== null && value !== '');
  // The billing system decides the amount then, so the number beside it proves nothing.
  const external = getOwn(charge, 'use_external_price') === true;
  return new Map([
    ...(hasValue
      ? [['value', toMoney(external ? `external ${readText(value)}`.trim() : value, currency, interval)] as const]
      : []),
    ...tiers.map(
      (tier, i) =>
        [`tier ${i + 1}`, toMoney(getOwn(tier, 'price'), currency, `${interval}, ${describeTier(tier)}`)] as const,
    ),
  ]);
}

function readCurrency(charge: JsonObject): string {
  const code = getOwn(charge, 'currencyCode');
  if (typeof code === 'string') return code.trim().toUpperCase();
  const currency = getOwn(charge, 'currency');
  const id = isJsonObject(currency) ? getOwn(currency, 'id') : currency;
  return readText(id).trim().toUpperCase();
}

const UNITS: Record<string, { of: 'day' | 'month'; count: number }> = {
  day: { of: 'day', count: 1 },
  week: { of: 'day', count: 7 },
  month: { of: 'month', count: 1 },
  year: { of: 'month', count: 12 },
};

/** Equal intervals give equal text: `12 months` is `yearly`, `1 month` is `monthly`. */
function describeInterval(charge: JsonObject): string {
  if (/^one-?time$/i.test(readText(getOwn(charge, 'type')))) return 'once';
  const times = readCount(getOwn(charge, 'repeat_count'));
  const every = describeEvery(
    getOwn(charge, 'repeat_interval'),
    readText(getOwn(charge, 'repeat_interval_type')).trim(),
  );
  return times === undefined || times === 0 ? every : `${every}, ${times} times`;
}

function describeEvery(interval: Json | undefined, type: string): string {
  const count = readCount(interval) ?? (type === '' ? undefined : 1);
  if (count === undefined) return 'recurring';
  const name = type.toLowerCase().replace(/s$/, '');
  const unit = Object.hasOwn(UNITS, name) ? UNITS[name] : undefined;
  if (!unit) return `every ${count} ${type}`;
  const all = count * unit.count;
  const [size, units, adverb] = chooseUnit(all, unit.of);
  return all === size ? adverb : `every ${all / size} ${units}`;
}

function chooseUnit(count: number, of: 'day' | 'month'): [size: number, units: string, adverb: string] {
  if (of === 'month') return count % 12 === 0 ? [12, 'years', 'yearly'] : [1, 'months', 'monthly'];
  return count % 7 === 0 ? [7, 'weeks', 'weekly'] : [1, 'days', 'daily'];
}

function describeTier(tier: JsonObject): string {
  const from = readText(getOwn(tier, 'starting_unit'));
  const to = readText(getOwn(tier, 'ending_unit'));
  const format = readText(getOwn(tier, 'price_format'));
  return `${from} ${to === '' ? 'units and more' : `to ${to} units`}${format === '' ? '' : ` (${format})`}`;
}

function readCount(value: Json | undefined): number | undefined {
  const count = typeof value === 'string' && /^\s*\d+\s*$/.test(value) ? Number(value) : value;
  return typeof count === 'number' && Number.isSafeInteger(count) && count >= 0 ? count : undefined;
}

function readText(value: Json | undefined): string {
  if (typeof value === 'string') return value;
  return value === undefined || value === null ? '' : JSON.stringify(value);
}

function asList(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value : [];
}
