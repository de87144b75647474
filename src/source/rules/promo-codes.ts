import { estimateAmount } from '../../charges/amount.js';
import { toCount } from '../../charges/period.js';
import { getOwn, isJsonObject, type Json, type JsonObject, objectAt, textAt } from '../../model/json.js';
import type { CheckedDocument, DocumentPath, Finding } from '../documents.js';
import { checkAmount, checkCurrency } from './prices.js';

/** The form of the code (API reference, section 6). */
export function checkPromoCodeSyntax({ value }: Pick<CheckedDocument, 'value'>): Finding[] {
  const code = textAt(value, 'promoCode');
  if (code === undefined || /^[A-Za-z0-9]+$/.test(code)) return [];
  const plain = code.replaceAll(/[^A-Za-z0-9]/g, '').toUpperCase();
  const hint = plain === '' ? 'Use letters A to Z and digits.' : `Write ${plain}`;
  const message = `The code "${code}" may only contain letters and digits.`;
  return [{ code: 'PROMO_CODE_SYNTAX', path: ['promoCode'], message, hint }];
}

export function checkPromoNumbers({ value }: CheckedDocument): Finding[] {
  const discount = objectAt(value, 'discount');
  const currency = textAt(discount, 'currency');
  const findings = [...checkPercentage(discount), ...checkDiscountAmount(discount, currency)];
  const report = (path: DocumentPath, message: string): void => {
    findings.push({ code: 'AMOUNT_RANGE', path, message });
  };
  const length = getOwn(discount, 'durationLength');
  if (isNumeric(length) && !((toCount(length) ?? 0) >= 1))
    report(['discount', 'durationLength'], `The length ${length} is not a whole number of 1 or more.`);
  const quantity = getOwn(objectAt(value, 'usage'), 'availableQuantity');
  if (isNumeric(quantity) && toCount(quantity) === undefined)
    report(['usage', 'availableQuantity'], `The quantity ${quantity} is not a whole number of 0 or more.`);
  return [...findings, ...checkCurrency(currency, ['discount', 'currency'])];
}

function checkPercentage(discount: JsonObject): Finding[] {
  const given = getOwn(discount, 'percentageDiscount');
  const percentage = estimateAmount(given, '');
  if (!isNumeric(given) || (percentage !== undefined && percentage >= 0 && percentage <= 100)) return [];
  const message = `The percentage ${given} is not between 0 and 100.`;
  return [{ code: 'PERCENTAGE_RANGE', path: ['discount', 'percentageDiscount'], message }];
}

function checkDiscountAmount(discount: JsonObject, currency: string | undefined): Finding[] {
  const given = getOwn(discount, 'amountDiscount');
  if (!isNumeric(given)) return [];
  const path = ['discount', 'amountDiscount'];
  const readings = checkAmount(given, path, currency).filter(({ code }) => code !== 'PRICE_NOT_NUMBER');
  if (readings.length > 0) return readings;
  const amount = estimateAmount(given, currency ?? '');
  if (amount !== undefined && amount >= 0) return [];
  return [{ code: 'AMOUNT_RANGE', path, message: `The amount "${given}" is not a number of 0 or more.` }];
}

function isNumeric(value: Json | undefined): value is number | string {
  return typeof value === 'number' || typeof value === 'string';
}

export function checkPromoDiscount({ value }: CheckedDocument): Finding[] {
  const discount = getOwn(value, 'discount');
  if (!isJsonObject(discount)) return [];
  const has = (key: string) => (getOwn(discount, key) ?? null) !== null;
  const percentageType = getOwn(discount, 'discountType') === 'DiscountPercentage';
  if (has('percentageDiscount') && has('amountDiscount')) {
    return reportDiscount('amountDiscount', 'A discount is either a percentage or an amount.');
  }
  if (percentageType && has('amountDiscount')) {
    return reportDiscount(
      'amountDiscount',
      'The type DiscountPercentage takes "percentageDiscount", not "amountDiscount".',
    );
  }
  if (percentageType && !has('percentageDiscount')) {
    return reportDiscount('discountType', 'The type DiscountPercentage requires "percentageDiscount".');
  }
  if (has('amountDiscount') && !has('currency')) {
    return reportDiscount('amountDiscount', 'An amount requires a "currency".');
  }
  return [];
}

/** `selectedItems` requires a label, `wholeBasket` ignores it (API reference, section 6). */
export function checkPromoLabel({ value }: CheckedDocument): Finding[] {
  const level = getOwn(value, 'applicationLevel');
  const label = getOwn(value, 'referencedOfferLabel') ?? null;
  if (level === 'selectedItems' && label === null) {
    const message = 'The code applies to selected items, but no label selects any.';
    return [{ code: 'PROMO_LABEL', path: ['applicationLevel'], message, hint: 'Add "referencedOfferLabel".' }];
  }
  if (level === 'wholeBasket' && label !== null) {
    const message = 'The code applies to the whole basket, so the label has no effect.';
    const hint = 'Write applicationLevel: selectedItems, or remove the label.';
    return [{ code: 'PROMO_LABEL', path: ['referencedOfferLabel'], on: 'key', message, hint }];
  }
  return [];
}

function reportDiscount(key: string, message: string): Finding[] {
  return [{ code: 'PROMO_DISCOUNT', path: ['discount', key], on: 'key', message }];
}

const DATE = /^(\d{4})-(\d{2})-(\d{2})(T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?(Z|[+-]\d{2}:\d{2})?$/;

const DAY_MS = 24 * 60 * 60 * 1000;

export function checkPromoDates({ value }: CheckedDocument): Finding[] {
  const start = textAt(value, 'promoStartDate');
  const expiry = textAt(value, 'promoExpiryDate');
  const findings = [...checkDate('promoStartDate', start), ...checkDate('promoExpiryDate', expiry)];
  if (findings.length > 0 || start === undefined || expiry === undefined) return findings;
  // Without a time, the code is valid until the end of the day.
  const end = parseDate(expiry) + (expiry.includes('T') ? 0 : DAY_MS - 1);
  if (end >= parseDate(start)) return [];
  const message = `The code expires on ${expiry}, before it starts on ${start}.`;
  return [{ code: 'PROMO_DATES', path: ['promoExpiryDate'], message }];
}

function checkDate(key: string, text: string | undefined): Finding[] {
  if (text === undefined || !Number.isNaN(parseDate(text))) return [];
  const hint = 'Write YYYY-MM-DD, for example 2027-03-31.';
  return [{ code: 'DATE_SYNTAX', path: [key], message: `"${text}" is not a date.`, hint }];
}

/** Milliseconds since the epoch, or NaN. A time without a zone is UTC. */
function parseDate(text: string): number {
  const [, year, month, day, time, zone] = DATE.exec(text) ?? [];
  if (year === undefined || month === undefined || day === undefined || (zone !== undefined && time === undefined))
    return NaN;
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  if (date.getUTCMonth() !== Number(month) - 1 || date.getUTCDate() !== Number(day)) return NaN;
  return time === undefined ? date.getTime() : Date.parse(`${year}-${month}-${day}${time}${zone ?? 'Z'}`);
}
