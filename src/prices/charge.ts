import type { Decimal } from '../model/decimal.js';
import { getOwn, isJsonObject, type Json, type JsonObject } from '../model/json.js';
import { readDecimal } from './amount.js';
import type { Result } from './order.js';
import { type Period, readCount, readPeriod, show } from './period.js';

/** One charge of `price__limio` (API reference, section 3). */
export interface Charge {
  name: string;
  currency: string;
  recurs: boolean;
  delay: Period | undefined;
  interval: Period | undefined;
  /** Absent: no limit. */
  repeatCount: number | undefined;
  /** Of one unit, or of all with `flat`. */
  price: Decimal;
  flat: boolean;
}

/** What a charge asks for when a quantity is bought. `path` is that of the offer. */
export function readCharge(charge: Json, index: number, path: string, quantity: number): Result<Charge> {
  if (!isJsonObject(charge)) return { reason: `${path}, charge ${index + 1} is ${show(charge)}, not a charge.` };
  const given = getOwn(charge, 'name');
  const name = typeof given === 'string' && given !== '' ? given : `charge ${index + 1}`;
  const what = `${path}, ${name}`;
  if (getOwn(charge, 'use_external_price') === true)
    return { reason: `${what}: the billing system knows the price (use_external_price).` };
  const type = getOwn(charge, 'type');
  const recurs = type === 'recurring' || type === 'recurringVolume';
  if (!recurs && type !== 'onetime' && type !== 'one-time')
    return { reason: `${what}: the type ${show(type)} is not known.` };
  const currency = getOwn(charge, 'currencyCode');
  if (typeof currency !== 'string' || !/^[A-Z]{3}$/.test(currency))
    return { reason: `${what}: the currency ${show(currency)} is no code of ISO 4217.` };
  const delay = readPeriod(charge, ['delay_interval', 'delay_interval_type'], what);
  if ('reason' in delay) return delay;
  const interval = readPeriod(charge, ['repeat_interval', 'repeat_interval_type'], what);
  if ('reason' in interval) return interval;
  const repeatCount = readCount(charge, 'repeat_count', what);
  if ('reason' in repeatCount) return repeatCount;
  const price = readPrice(charge, quantity, what);
  if ('reason' in price) return price;
  return {
    value: {
      name,
      currency,
      recurs,
      delay: delay.value,
      interval: interval.value,
      repeatCount: repeatCount.value || undefined,
      ...price.value,
    },
  };
}

function readPrice(charge: JsonObject, quantity: number, what: string): Result<Pick<Charge, 'price' | 'flat'>> {
  const tiers = getOwn(charge, 'tiers');
  if (!Array.isArray(tiers) || tiers.length === 0) return readAmount(getOwn(charge, 'value'), false, what);
  for (const tier of tiers.filter(isJsonObject)) {
    const from = readCount(tier, 'starting_unit', what);
    if ('reason' in from) return from;
    const to = readCount(tier, 'ending_unit', what);
    if ('reason' in to) return to;
    if (quantity < (from.value ?? 0) || quantity > (to.value ?? Infinity)) continue;
    return readAmount(getOwn(tier, 'price'), getOwn(tier, 'price_format') === 'FlatFee', what);
  }
  return { reason: `${what} has no tier for the quantity ${quantity}.` };
}

function readAmount(value: Json | undefined, flat: boolean, what: string): Result<Pick<Charge, 'price' | 'flat'>> {
  const price = readDecimal(value);
  return price && price.units >= 0n
    ? { value: { price, flat } }
    : { reason: `${what}: the price ${show(value)} is no number of 0 or more.` };
}
