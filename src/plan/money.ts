import { type Decimal, decimalsOf, formatDecimal, rescale } from '../model/decimal.js';
import type { Json } from '../model/json.js';
import type { Money } from '../model/plan.js';

/** Longer texts are not parsed: arithmetic on huge numbers would take too long. */
const MOST_CHARACTERS = 40;
/** Limits of the policy are percentages with up to four decimals. */
const LIMIT_SCALE = 10_000;

/** A price. Equal amounts get equal text; an amount that is not a number keeps its own. */
export function toMoney(value: Json | undefined, currency: string, interval: string): Money {
  const text = typeof value === 'string' ? value : value === undefined || value === null ? '' : JSON.stringify(value);
  const decimal = parseAmount(text, currency);
  return { amount: decimal ? formatDecimal(decimal, currency) : text, currency, interval };
}

/** Whether two prices are equal, however the amounts are written. */
export function sameMoney(a: Money, b: Money): boolean {
  if (a.currency !== b.currency || a.interval !== b.interval) return false;
  const [left, right] = alignAmounts(a, b) ?? [a.amount, b.amount];
  return left === right;
}

/** `+30.0`, rounded half away from zero. Undefined when the amounts cannot be compared. */
export function measurePercent(before: Money, after: Money): string | undefined {
  const aligned = comparableAmounts(before, after);
  if (!aligned) return undefined;
  const [from, to] = aligned;
  const moved = to < from ? from - to : to - from;
  const tenths = (moved * 2000n + from) / (from * 2n);
  return `${to < from ? '-' : '+'}${tenths / 10n}.${tenths % 10n}`;
}

/**
 * Whether the amount changes by more than the limits allow. Uses exact amounts, not the rounded percentage. Undefined
 * when the amounts cannot be compared.
 */
export function exceedsLimits(
  before: Money,
  after: Money,
  limits: { maxIncrease: number; maxDecrease: number },
): boolean | undefined {
  const aligned = comparableAmounts(before, after);
  if (!aligned) return undefined;
  const [from, to] = aligned;
  const limit = BigInt(Math.round((to < from ? limits.maxDecrease : limits.maxIncrease) * LIMIT_SCALE));
  const moved = to < from ? from - to : to - from;
  return moved * 100n * BigInt(LIMIT_SCALE) > from * limit;
}

export function isZero({ amount, currency }: Money): boolean {
  return parseAmount(amount, currency)?.units === 0n;
}

/** Undefined unless currency and interval are equal and `before` is above zero: there is no percentage of zero. */
function comparableAmounts(before: Money, after: Money): [from: bigint, to: bigint] | undefined {
  if (before.currency !== after.currency || before.interval !== after.interval) return undefined;
  const aligned = alignAmounts(before, after);
  return aligned && aligned[0] > 0n ? aligned : undefined;
}

function alignAmounts(a: Money, b: Money): [bigint, bigint] | undefined {
  const left = parseAmount(a.amount, a.currency);
  const right = parseAmount(b.amount, b.currency);
  if (!left || !right) return undefined;
  const scale = Math.max(left.scale, right.scale);
  return [rescale(left, scale), rescale(right, scale)];
}

/**
 * An amount as tenants write it (API reference, section 3): `359`, `999.00`, ` 12.5 `, `1,299.00`, `1.299,00`.
 * Undefined for ambiguous amounts (`1.299`) and for other text (`£12.99`); changing one requires consent.
 */
function parseAmount(text: string, currency: string): Decimal | undefined {
  if (text.length > MOST_CHARACTERS) return undefined;
  const trimmed = text.trim();
  const digits = trimmed.replace(/^-/, '');
  const decimal = readDigits(digits, decimalsOf(currency));
  return decimal && { units: trimmed.startsWith('-') ? -decimal.units : decimal.units, scale: decimal.scale };
}

function readDigits(digits: string, decimals: number): Decimal | undefined {
  if (/^\d+$/.test(digits)) return toDecimal(digits, '');
  const groupedByComma = /^(\d{1,3}(?:,\d{3})+)\.(\d+)$/.exec(digits);
  if (groupedByComma) return toDecimal((groupedByComma[1] ?? '').replaceAll(',', ''), groupedByComma[2] ?? '');
  const groupedByPoint = /^(\d{1,3}(?:\.\d{3})+),(\d+)$/.exec(digits);
  if (groupedByPoint) return toDecimal((groupedByPoint[1] ?? '').replaceAll('.', ''), groupedByPoint[2] ?? '');
  const groups = /^[1-9]\d{0,2}(?:,\d{3})+$/.test(digits) || /^[1-9]\d{0,2}(?:\.\d{3}){2,}$/.test(digits);
  const single = /^(\d+)([.,])(\d+)$/.exec(digits);
  if (!single) return groups ? toDecimal(digits.replaceAll(/[.,]/g, ''), '') : undefined;
  const [, whole = '', separator = '', fraction = ''] = single;
  const mayBeGroup = fraction.length === 3 && /^[1-9]\d{0,2}$/.test(whole);
  if (!mayBeGroup) return toDecimal(whole, fraction);
  // Three digits after one separator are a group or, in a currency with three decimals, a fraction.
  if (separator === ',') return decimals === 3 ? undefined : toDecimal(whole + fraction, '');
  return decimals === 3 ? toDecimal(whole, fraction) : undefined;
}

function toDecimal(whole: string, fraction: string): Decimal {
  return { units: BigInt(whole + fraction), scale: fraction.length };
}
