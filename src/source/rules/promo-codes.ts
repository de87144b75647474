import { getOwn, isJsonObject, numberAt, objectAt, textAt } from '../../model/json.js';
import type { CheckedDocument, Finding } from '../documents.js';
import { checkCurrency } from './prices.js';

/** Form of the code itself (API reference, section 6). */
export function checkPromoCodeSyntax({ value }: Pick<CheckedDocument, 'value'>): Finding[] {
  const code = textAt(value, 'promoCode');
  if (code === undefined || /^[A-Za-z0-9]+$/.test(code)) return [];
  const plain = code.replaceAll(/[^A-Za-z0-9]/g, '').toUpperCase();
  const hint = plain === '' ? 'Write letters A to Z and digits.' : `Write ${plain}`;
  return [
    {
      code: 'PROMO_CODE_SYNTAX',
      path: ['promoCode'],
      message: `The code "${code}" may hold letters and digits only.`,
      hint,
    },
  ];
}

/** Percentage, amount, currency, duration and quantity. */
export function checkPromoNumbers({ value }: CheckedDocument): Finding[] {
  const discount = objectAt(value, 'discount');
  const findings: Finding[] = [];
  const percentage = numberAt(discount, 'percentageDiscount');
  if (percentage !== undefined && (percentage < 0 || percentage > 100)) {
    findings.push({
      code: 'PERCENTAGE_RANGE',
      path: ['discount', 'percentageDiscount'],
      message: `The percentage ${percentage} is outside 0 to 100.`,
    });
  }
  const amount = getOwn(discount, 'amountDiscount');
  const amountText = typeof amount === 'number' || typeof amount === 'string' ? String(amount) : undefined;
  if (amountText !== undefined && !/^\d+(?:\.\d+)?$/.test(amountText)) {
    findings.push({
      code: 'AMOUNT_RANGE',
      path: ['discount', 'amountDiscount'],
      message: `The amount "${amountText}" is not a number of 0 or more.`,
    });
  }
  const length = numberAt(discount, 'durationLength');
  if (length !== undefined && (!Number.isInteger(length) || length < 1)) {
    findings.push({
      code: 'AMOUNT_RANGE',
      path: ['discount', 'durationLength'],
      message: `The length ${length} is not a whole number of 1 or more.`,
    });
  }
  const quantity = numberAt(objectAt(value, 'usage'), 'availableQuantity');
  if (quantity !== undefined && (!Number.isInteger(quantity) || quantity < 0)) {
    findings.push({
      code: 'AMOUNT_RANGE',
      path: ['usage', 'availableQuantity'],
      message: `The quantity ${quantity} is not a whole number of 0 or more.`,
    });
  }
  return [...findings, ...checkCurrency(textAt(discount, 'currency'), ['discount', 'currency'])];
}

/** A discount is a percentage or an amount, not both; and an amount has a currency. */
export function checkPromoDiscount({ value }: CheckedDocument): Finding[] {
  const discount = getOwn(value, 'discount');
  if (!isJsonObject(discount)) return [];
  const has = (key: string) => (getOwn(discount, key) ?? null) !== null;
  const percentageType = getOwn(discount, 'discountType') === 'DiscountPercentage';
  if (has('percentageDiscount') && has('amountDiscount')) {
    return reportDiscount('amountDiscount', 'A discount is a percentage or an amount, and this one is both.');
  }
  if (percentageType && has('amountDiscount')) {
    return reportDiscount(
      'amountDiscount',
      'The type DiscountPercentage takes "percentageDiscount", not "amountDiscount".',
    );
  }
  if (percentageType && !has('percentageDiscount')) {
    return reportDiscount('discountType', 'The type DiscountPercentage needs "percentageDiscount".');
  }
  if (has('amountDiscount') && !has('currency'))
    return reportDiscount('amountDiscount', 'An amount needs a "currency".');
  return [];
}

/** `selectedItems` goes with a label, `wholeBasket` without (API reference, section 6). */
export function checkPromoLabel({ value }: CheckedDocument): Finding[] {
  const level = getOwn(value, 'applicationLevel');
  const label = getOwn(value, 'referencedOfferLabel') ?? null;
  if (level === 'selectedItems' && label === null) {
    const hint = 'Add "referencedOfferLabel".';
    return [
      {
        code: 'PROMO_LABEL',
        path: ['applicationLevel'],
        message: 'The code applies to selected items, but no label says to which.',
        hint,
      },
    ];
  }
  if (level === 'wholeBasket' && label !== null) {
    const hint = 'Write applicationLevel: selectedItems, or leave the label out.';
    return [
      {
        code: 'PROMO_LABEL',
        path: ['referencedOfferLabel'],
        on: 'key',
        message: 'The code applies to the whole basket, so the label has no effect.',
        hint,
      },
    ];
  }
  return [];
}

function reportDiscount(key: string, message: string): Finding[] {
  return [{ code: 'PROMO_DISCOUNT', path: ['discount', key], on: 'key', message }];
}

const DATE = /^(\d{4})-(\d{2})-(\d{2})(T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?(Z|[+-]\d{2}:\d{2})?$/;

const DAY_MS = 24 * 60 * 60 * 1000;

/** Dates that are days of the calendar, and an expiry that is not before the start. */
export function checkPromoDates({ value }: CheckedDocument): Finding[] {
  const start = textAt(value, 'promoStartDate');
  const expiry = textAt(value, 'promoExpiryDate');
  const findings = [...checkDate('promoStartDate', start), ...checkDate('promoExpiryDate', expiry)];
  if (findings.length > 0 || start === undefined || expiry === undefined) return findings;
  // A day without a time lasts until its end.
  const end = parseDate(expiry) + (expiry.includes('T') ? 0 : DAY_MS - 1);
  if (end >= parseDate(start)) return [];
  return [
    {
      code: 'PROMO_DATES',
      path: ['promoExpiryDate'],
      message: `The code expires on ${expiry}, before it starts on ${start}.`,
    },
  ];
}

function checkDate(key: string, text: string | undefined): Finding[] {
  if (text === undefined || !Number.isNaN(parseDate(text))) return [];
  return [
    {
      code: 'DATE_SYNTAX',
      path: [key],
      message: `"${text}" is not a date.`,
      hint: 'Write YYYY-MM-DD, for example 2027-03-31.',
    },
  ];
}

/** Milliseconds since the epoch, or NaN. A time without a zone is UTC, so that the result is the same everywhere. */
function parseDate(text: string): number {
  const [, year, month, day, time, zone] = DATE.exec(text) ?? [];
  if (year === undefined || month === undefined || day === undefined || (zone !== undefined && time === undefined))
    return NaN;
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  if (date.getUTCMonth() !== Number(month) - 1 || date.getUTCDate() !== Number(day)) return NaN;
  return time === undefined ? date.getTime() : Date.parse(`${year}-${month}-${day}${time}${zone ?? 'Z'}`);
}
