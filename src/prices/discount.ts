import type { Decimal } from '../model/decimal.js';
import { type JsonObject, getOwn, isJsonObject } from '../model/json.js';
import { divideRounded, readDecimal, toUnits } from './amount.js';
import { addPeriods } from './calendar.js';
import type { DueAmount, Result } from './priced-order.js';
import { readPeriod, show } from './read-period.js';

/** What a promo code takes off (API reference, section 6). */
export interface Discount {
  /** Of what falls due before this day; absent: for ever. */
  until?: string;
  off: { percentage: Decimal } | { units: bigint };
}

/** The discount of a promo code for an order in a currency. */
export function readDiscount(body: JsonObject, date: string, currency: string, code: string): Result<Discount> {
  const discount = getOwn(body, 'discount');
  const what = `Promo code ${code}`;
  if (!isJsonObject(discount)) return { reason: `${what}: its discount is not known here.` };
  const duration = readPeriod(discount, ['durationLength', 'durationType'], what);
  if ('reason' in duration) return duration;
  const until = duration.value && addPeriods(date, duration.value);
  const off = readOff(discount, currency, what);
  return 'reason' in off ? off : { value: { ...(until === undefined ? {} : { until }), off: off.value } };
}

function readOff(discount: JsonObject, currency: string, what: string): Result<Discount['off']> {
  if (getOwn(discount, 'discountType') === 'DiscountPercentage') {
    const percentage = readDecimal(getOwn(discount, 'percentageDiscount'));
    const isPercentage =
      percentage && percentage.units >= 0n && percentage.units <= 100n * 10n ** BigInt(percentage.scale);
    return isPercentage
      ? { value: { percentage } }
      : {
          reason: `${what}: percentageDiscount ${show(getOwn(discount, 'percentageDiscount'))} is no number from 0 to 100.`,
        };
  }
  const amount = readDecimal(getOwn(discount, 'amountDiscount'));
  const other = getOwn(discount, 'currency');
  if (!amount || amount.units < 0n)
    return { reason: `${what}: amountDiscount ${show(getOwn(discount, 'amountDiscount'))} is no number of 0 or more.` };
  if (other !== currency) return { reason: `${what}: the discount is in ${show(other)}, the order in ${currency}.` };
  return { value: { units: toUnits(amount, currency) } };
}

/** The amounts, sorted by date, with the discount taken off those of the given offers. */
export function takeOff(
  schedule: readonly DueAmount[],
  { until, off }: Discount,
  paths: ReadonlySet<string>,
): DueAmount[] {
  const left = new Map<string, bigint>();
  return schedule.map((due) => {
    if (!paths.has(due.path) || (until !== undefined && due.date >= until)) return due;
    if ('percentage' in off) {
      const { units, scale } = off.percentage;
      return { ...due, units: due.units - divideRounded(due.units * units, 100n * 10n ** BigInt(scale)) };
    }
    const rest = left.get(due.date) ?? off.units;
    const taken = rest < due.units ? rest : due.units;
    left.set(due.date, rest - taken);
    return { ...due, units: due.units - taken };
  });
}
