import { estimateAmount } from '../charges/amount.js';
import { readChargeFields, type TierFields } from '../charges/charges.js';
import { countAt, toCount, toText } from '../charges/period.js';
import { getOwn, isJsonObject, type JsonObject, listAt, objectAt } from '../model/json.js';
import { attributePointer, textOf } from './attributes.js';
import type { PriceClaim } from './price-claims.js';
import { averageDays, divide, type Period, toPeriod } from './time.js';

/** One charge of `price__limio` (API reference, section 3). */
export interface Charge {
  /** Pointer to the charge. */
  pointer: string;
  /** Upper case; empty if the charge has none. */
  currency: string;
  /** Undefined if the billing system sets the price, or the value is not a number. */
  amount?: number;
  /** As written. */
  value: string;
  recurring: boolean;
  /** Billing interval of a recurring charge, if known. */
  every?: Period;
  /** Number of repetitions; undefined if unlimited. */
  times?: number;
  /** Starts later than the subscription. */
  delayed: boolean;
  /** Tiers with a numeric price. */
  tiers: { amount: number; from?: number; to?: number; pointer: string }[];
  raw: JsonObject;
}

/** Many rules read the charges, so they are parsed once per item. */
const CACHE = new WeakMap<JsonObject, readonly Charge[]>();

/** The charges of an item's attributes, in file order. */
export function listCharges(attributes: JsonObject): readonly Charge[] {
  const charges = CACHE.get(attributes) ?? readCharges(attributes);
  CACHE.set(attributes, charges);
  return charges;
}

function readCharges(attributes: JsonObject): Charge[] {
  return listAt(attributes, 'price__limio').flatMap((charge, i) => (isJsonObject(charge) ? [toCharge(charge, i)] : []));
}

function toCharge(raw: JsonObject, index: number): Charge {
  const charge = readChargeFields(raw);
  const { currency, interval } = charge;
  const amount = charge.usesExternalPrice ? undefined : estimateAmount(charge.value, currency);
  const recurring = !charge.isOneTime;
  const every = recurring ? toPeriod(toCount(interval.length) ?? 1, toText(interval.unit)) : undefined;
  const times = toCount(charge.repeatCount);
  return {
    pointer: attributePointer('price__limio', index),
    currency,
    ...(amount === undefined ? {} : { amount }),
    value: toText(charge.value),
    recurring,
    ...(every === undefined ? {} : { every }),
    ...(times === undefined ? {} : { times }),
    delayed: (toCount(charge.delay.length) ?? 0) > 0,
    tiers: charge.tiers.flatMap((tier) =>
      toTier(tier, currency, attributePointer('price__limio', index, 'tiers', tier.index)),
    ),
    raw,
  };
}

function toTier(tier: TierFields, currency: string, pointer: string): Charge['tiers'] {
  const amount = estimateAmount(tier.price, currency);
  const from = toCount(tier.from);
  const to = toCount(tier.to);
  return amount === undefined
    ? []
    : [{ amount, pointer, ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) }];
}

/** An amount that a page may show. */
interface Price {
  amount: number;
  currency: string;
  recurring: boolean;
  every?: Period;
}

/** Periods for which prices are usually quoted, whatever the billing interval. */
const QUOTED: readonly Period[] = [
  { unit: 'day', count: 1 },
  { unit: 'day', count: 7 },
  { unit: 'day', count: 28 },
  { unit: 'month', count: 1 },
  { unit: 'month', count: 3 },
  { unit: 'month', count: 6 },
  { unit: 'month', count: 12 },
  { unit: 'month', count: 24 },
  { unit: 'month', count: 36 },
];

const MOST_SUMMED = 6;

/** Tolerance between weekly and yearly prices, since months differ in length. */
const UNEVEN = 0.02;

const CENT = 0.005;

const MUCH_LONGER = 1.5;

/**
 * Whether an amount in a text matches the charges: a charge, a tier, a sum of charges, a price for a
 * quantity, or a discounted charge, for its own period or converted to another.
 */
export function isPriceExplained(claim: PriceClaim, charges: readonly Charge[], attributes: JsonObject): boolean {
  return listPrices(charges, attributes).some((price) => {
    if (claim.currencies && price.currency !== '' && !claim.currencies.includes(price.currency)) return false;
    return claim.values.some((value) => fits(value, claim, price));
  });
}

function fits(value: number, { period, span, step }: PriceClaim, price: Price): boolean {
  if (period === undefined || span) {
    if (isSame(value, price.amount)) return true;
    const { every } = price;
    const lengths = period ? [period] : QUOTED.filter((length) => every && isApart(length, every));
    return every !== undefined && lengths.some((length) => fitsPeriod(value, step, length, price.amount, every));
  }
  // A one-time price, or one with an unknown interval, may be quoted per period.
  if (price.every === undefined)
    return (
      isSame(value, price.amount) ||
      (price.recurring &&
        QUOTED.some((length) => fitsPeriod(value, step, length, price.amount, { unit: 'month', count: 1 })))
    );
  return fitsPeriod(value, step, period, price.amount, price.every);
}

/**
 * Whether an amount without a period may be for another period than the charge. Nobody quotes a day, or
 * four weeks of a monthly price, without saying so.
 */
function isApart(length: Period, every: Period): boolean {
  const ratio = averageDays(length) / averageDays(every);
  return averageDays(length) > 1 && (ratio > MUCH_LONGER || ratio < 1 / MUCH_LONGER);
}

function fitsPeriod(value: number, step: number, period: Period, amount: number, every: Period | undefined): boolean {
  if (every === undefined) return false;
  const ratio = divide(period, every);
  if (ratio === 1) return isSame(value, amount);
  // Quoted prices are rounded, up or down, to the last digit shown.
  if (ratio !== undefined) return Math.abs(value - amount * ratio) < step + CENT / 10;
  const about = (amount * averageDays(period)) / averageDays(every);
  return Math.abs(value - about) < step + about * UNEVEN;
}

function listPrices(charges: readonly Charge[], attributes: JsonObject): Price[] {
  const single = charges.flatMap(({ amount, currency, recurring, every, tiers }): Price[] => {
    const common = { currency, recurring, ...(every === undefined ? {} : { every }) };
    return [
      ...(amount === undefined ? [] : [{ ...common, amount }]),
      ...tiers.map((tier) => ({ ...common, amount: tier.amount })),
    ];
  });
  const repeated = charges.flatMap(({ amount, currency, times }): Price[] =>
    amount !== undefined && times !== undefined && times > 1
      ? [{ amount: amount * times, currency, recurring: false }]
      : [],
  );
  const base = [...single, ...repeated, ...sumCharges(charges), ...coverTerm(single, attributes)];
  return [...base, ...multiply(base, attributes), ...discount(single, attributes)];
}

/** Sums of several charges: the first payment. */
function sumCharges(charges: readonly Charge[]): Price[] {
  const priced = charges
    .flatMap(({ amount, currency }) => (amount === undefined ? [] : [{ amount, currency }]))
    .slice(0, MOST_SUMMED);
  const sums: Price[] = [];
  for (let chosen = 1; chosen < 1 << priced.length; chosen++) {
    const some = priced.filter((_, i) => (chosen >> i) & 1);
    if (some.length < 2 || some.some(({ currency }) => currency !== some[0]?.currency)) continue;
    sums.push({
      amount: some.reduce((sum, { amount }) => sum + amount, 0),
      currency: some[0]?.currency ?? '',
      recurring: false,
    });
  }
  return sums;
}

/** The price of a whole term: twelve monthly payments for a year. */
function coverTerm(prices: readonly Price[], attributes: JsonObject): Price[] {
  return ['term__limio', 'initial_term__limio'].flatMap((key) => {
    const term = objectAt(attributes, key);
    const period = toPeriod(getOwn(term, 'length'), textOf(term, 'type'));
    return prices.flatMap(({ amount, currency, every }): Price[] => {
      const ratio = period && every ? divide(period, every) : undefined;
      return ratio === undefined || !period
        ? []
        : [{ amount: amount * ratio, currency, recurring: false, every: period }];
    });
  });
}

/** Prices for the quantities in the offer. */
function multiply(prices: readonly Price[], attributes: JsonObject): Price[] {
  const options = objectAt(attributes, 'default_quantity_options__limio');
  const quantities = ['quantity', 'minimum_quantity', 'maximum_quantity', 'increment']
    .flatMap((key) => countAt(options, key) ?? [])
    .filter((quantity) => quantity > 1);
  return [...new Set(quantities)].flatMap((quantity) =>
    prices.map((price) => ({ ...price, amount: price.amount * quantity })),
  );
}

/** `discount__limio` is a percentage (API reference, section 3). */
function discount(prices: readonly Price[], attributes: JsonObject): Price[] {
  const percent = estimateAmount(getOwn(objectAt(attributes, 'discount__limio'), 'value'), '') ?? 0;
  if (!(percent > 0 && percent <= 100)) return [];
  return prices.map((price) => ({ ...price, amount: Math.round(price.amount * (100 - percent)) / 100 }));
}

function isSame(a: number, b: number): boolean {
  return Math.abs(a - b) < CENT;
}
