import { getOwn, isJsonObject, type Json, type JsonObject } from '../../model/json.js';
import { Refusal } from '../route.js';
import { addUnits, type Day } from './calendar.js';
import { parseDecimal, toMinor, type Decimal } from './money.js';

/** One amount that falls due on one day. */
export interface ChargeLine {
  offerId: string;
  path: string;
  charge: string;
  date: Day;
  currency: string;
  /** Smallest units of the currency, after discounts. */
  amount: bigint;
  quantity: number;
}

export interface PricedOffer {
  id: string;
  path: string;
  attributes: JsonObject;
  quantity: number;
}

/** Months that are looked at where no term ends (docs/prices.md). */
const OPEN_MONTHS = 12;
/** A charge every day for ever is a mistake of somebody. */
const MOST_LINES = 5000;

/** What falls due of one offer, by docs/prices.md. Refuses what cannot be priced. */
export function listChargeLines(offer: PricedOffer, orderDate: Day): ChargeLine[] {
  const charges = getOwn(offer.attributes, 'price__limio');
  if (!Array.isArray(charges)) return [];
  const end = findTermEnd(offer.attributes, orderDate);
  return charges.filter(isJsonObject).flatMap((charge, i) => {
    const currency = readCurrency(charge, offer.path);
    const amount = readAmount(charge, offer, currency);
    const name = getOwn(charge, 'name');
    return listDates(charge, orderDate, end).map((date) => ({
      offerId: offer.id,
      path: offer.path,
      charge: typeof name === 'string' ? name : `charge_${i + 1}`,
      date,
      currency,
      amount,
      quantity: offer.quantity,
    }));
  });
}

function findTermEnd(attributes: JsonObject, from: Day): Day {
  const terms = ['initial_term__limio', 'term__limio'].map((key) => getOwn(attributes, key)).filter(isJsonObject);
  const term = terms.find((one) => count(getOwn(one, 'length')) > 0);
  const isOpen = term === undefined || getOwn(term, 'renewal_type') === 'EVERGREEN';
  return isOpen ? later(from, OPEN_MONTHS, 'months') : later(from, count(getOwn(term, 'length')), getOwn(term, 'type'));
}

function listDates(charge: JsonObject, orderDate: Day, end: Day): Day[] {
  const begin = later(orderDate, count(getOwn(charge, 'delay_interval')), getOwn(charge, 'delay_interval_type'));
  const type = getOwn(charge, 'type');
  if (type === 'onetime' || type === 'one-time') return [begin];
  if (type !== 'recurring' && type !== 'recurringVolume')
    throw new Refusal(400, `A charge cannot be of the type ${JSON.stringify(type ?? null)}`);
  const interval = count(getOwn(charge, 'repeat_interval'));
  const limit = count(getOwn(charge, 'repeat_count')) || Number.POSITIVE_INFINITY;
  const dates: Day[] = [];
  for (let turn = 0; turn < limit; turn += 1) {
    const date = turn === 0 ? begin : later(begin, turn * interval, getOwn(charge, 'repeat_interval_type'));
    if (date >= end) break;
    if (dates.length === MOST_LINES) throw new Refusal(400, `A charge falls due more than ${MOST_LINES} times`);
    dates.push(date);
    if (interval === 0) break;
  }
  return dates;
}

function readAmount(charge: JsonObject, { quantity, path }: PricedOffer, currency: string): bigint {
  if (getOwn(charge, 'use_external_price') === true)
    throw new Refusal(400, `The price of ${path} is kept outside of Limio`);
  const tiers = getOwn(charge, 'tiers');
  if (!Array.isArray(tiers) || tiers.length === 0)
    return times(parseDecimal(getOwn(charge, 'value')), quantity, currency, path);
  const tier = tiers.filter(isJsonObject).find((one) => holds(one, quantity));
  if (tier === undefined) throw new Refusal(400, `${path} has no tier for ${quantity} units`);
  return times(
    parseDecimal(getOwn(tier, 'price')),
    getOwn(tier, 'price_format') === 'FlatFee' ? 1 : quantity,
    currency,
    path,
  );
}

function holds(tier: JsonObject, quantity: number): boolean {
  const end = getOwn(tier, 'ending_unit') ?? null;
  return count(getOwn(tier, 'starting_unit')) <= quantity && (end === null || end === '' || quantity <= count(end));
}

function times(price: Decimal | undefined, quantity: number, currency: string, path: string): bigint {
  if (price === undefined) throw new Refusal(400, `A price of ${path} is no number`);
  return toMinor({ units: price.units * BigInt(quantity), scale: price.scale }, currency);
}

function readCurrency(charge: JsonObject, path: string): string {
  const code = getOwn(charge, 'currencyCode');
  if (typeof code !== 'string' || !/^[A-Z]{3}$/.test(code))
    throw new Refusal(400, `A charge of ${path} has no currency`);
  return code;
}

/** The day after a number of units. */
export function later(from: Day, units: number, unit: Json | undefined): Day {
  const day = units === 0 ? from : addUnits(from, units, typeof unit === 'string' ? unit : '');
  if (day === undefined)
    throw new Refusal(400, `${JSON.stringify(unit ?? null)} is none of days, weeks, months and years`);
  return day;
}

/** Numbers come as numbers or as text; nothing, null and empty count as 0. */
function count(value: Json | undefined): number {
  const number = typeof value === 'number' ? value : Number(typeof value === 'string' && value !== '' ? value : 0);
  return Number.isInteger(number) && number > 0 ? number : 0;
}
