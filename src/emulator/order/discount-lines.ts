import { getOwn, isJsonObject, type Json, type JsonObject } from '../../model/json.js';
import { Refusal } from '../route.js';
import type { Day } from './calendar.js';
import { type ChargeLine, later } from './charge-lines.js';
import { parseDecimal, takePercent, toMinor } from './money.js';

/** The lines with an `orderDiscount` taken off (API reference, section 8; docs/prices.md). */
export function discountLines(
  lines: readonly ChargeLine[],
  orderDiscount: JsonObject,
  orderDate: Day,
  fixedAmountType: string,
): ChargeLine[] {
  const overrides = getOwn(orderDiscount, 'discountOverrides');
  if (!isJsonObject(overrides)) throw new Refusal(400, 'orderDiscount.discountOverrides is required');
  const end = findEnd(overrides, orderDate);
  const offers = listOffers(overrides);
  const applies = (line: ChargeLine): boolean =>
    (end === undefined || line.date < end) && (offers.size === 0 || offers.has(line.offerId));
  const type = getOwn(overrides, 'discountType');
  if (type === 'DiscountPercentage') return takeShare(lines, getOwn(overrides, 'percentageDiscount'), applies);
  if (type === fixedAmountType) return takeAmount(lines, overrides, applies);
  throw new Refusal(
    400,
    `orderDiscount.discountOverrides.discountType ${JSON.stringify(type ?? null)} is not supported`,
  );
}

function takeShare(
  lines: readonly ChargeLine[],
  share: Json | undefined,
  applies: (line: ChargeLine) => boolean,
): ChargeLine[] {
  const percent = parseDecimal(share);
  if (percent === undefined || percent.units > 100n * 10n ** BigInt(percent.scale))
    throw new Refusal(400, 'percentageDiscount must be a number from 0 to 100');
  return lines.map((line) =>
    applies(line) ? { ...line, amount: line.amount - takePercent(line.amount, percent) } : line,
  );
}

/** Once for each due date, from the first amount to the last. */
function takeAmount(
  lines: readonly ChargeLine[],
  overrides: JsonObject,
  applies: (line: ChargeLine) => boolean,
): ChargeLine[] {
  const amount = parseDecimal(getOwn(overrides, 'amountDiscount'));
  if (amount === undefined) throw new Refusal(400, 'amountDiscount must be a number');
  const currency = getOwn(overrides, 'currency');
  const left = new Map<Day, bigint>();
  return lines.map((line) => {
    if (!applies(line)) return line;
    if (line.currency !== currency)
      throw new Refusal(
        400,
        `The discount is in ${JSON.stringify(currency ?? null)} and the order in ${line.currency}`,
      );
    const rest = left.get(line.date) ?? toMinor(amount, line.currency);
    const taken = rest < line.amount ? rest : line.amount;
    left.set(line.date, rest - taken);
    return { ...line, amount: line.amount - taken };
  });
}

function findEnd(overrides: JsonObject, orderDate: Day): Day | undefined {
  const length = Number(getOwn(overrides, 'durationLength') ?? 0);
  return Number.isInteger(length) && length > 0
    ? later(orderDate, length, getOwn(overrides, 'durationType'))
    : undefined;
}

/** Ids of the offers that are named; none means all. */
function listOffers(overrides: JsonObject): Set<string> {
  const named = getOwn(overrides, 'orderItemsWithSpecifiedDiscount');
  const offers = isJsonObject(named) ? getOwn(named, 'discountedOffers') : undefined;
  const ids = Array.isArray(offers) ? offers.map((offer) => (isJsonObject(offer) ? getOwn(offer, 'id') : offer)) : [];
  return new Set(ids.filter((id) => typeof id === 'string'));
}
