import { type Decimal, decimalsOf, formatDecimal, rescale, writeDecimal } from '../model/decimal.js';
import type { Json } from '../model/json.js';

/** Longer texts are no amounts: numbers of any length would let a tenant keep us busy. */
const MOST_CHARACTERS = 40;

/**
 * A number in a charge or an answer: digits with a point, groups of three separated by
 * commas (docs/prices.md). Undefined for anything else.
 */
export function readDecimal(value: Json | undefined): Decimal | undefined {
  const text = (typeof value === 'number' ? String(value) : typeof value === 'string' ? value : '').trim();
  if (text.length > MOST_CHARACTERS || !/^-?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?$/.test(text)) return undefined;
  const [whole = '', fraction = ''] = text.replaceAll(',', '').split('.');
  return { units: BigInt(whole + fraction), scale: fraction.length };
}

/** Numerator and denominator to the nearest whole number, halves away from zero. */
export function divideRounded(numerator: bigint, denominator: bigint): bigint {
  const [size, sign] = numerator < 0n ? [-numerator, -1n] : [numerator, 1n];
  return sign * ((size * 2n + denominator) / (denominator * 2n));
}

/** A decimal as a count of the smallest units of a currency, rounded. */
export function toUnits({ units, scale }: Decimal, currency: string): bigint {
  const decimals = decimalsOf(currency);
  return scale <= decimals
    ? units * 10n ** BigInt(decimals - scale)
    : divideRounded(units, 10n ** BigInt(scale - decimals));
}

/** `12.99`, with the decimals of the currency. */
export function formatUnits(units: bigint, currency: string): string {
  return writeDecimal({ units, scale: decimalsOf(currency) });
}

/** `129` of a tenant as `129.00`, where it is a number; more decimals than the currency has stay. */
export function spellAmount(text: string, currency: string): string {
  const decimal = readDecimal(text);
  return decimal ? formatDecimal(decimal, currency) : text;
}

/** The sum of two amounts as texts; a text that is no number stays visible as it is. */
export function addAmounts(a: string, b: string): string {
  return combine(a, b, (left, right) => left + right) ?? `${a} + ${b}`;
}

/** `a` less `b`, or undefined where one of them is no number. */
export function subtractAmounts(a: string, b: string): string | undefined {
  return combine(a, b, (left, right) => left - right);
}

function combine(a: string, b: string, operate: (a: bigint, b: bigint) => bigint): string | undefined {
  const [left, right] = [readDecimal(a), readDecimal(b)];
  if (!left || !right) return undefined;
  const scale = Math.max(left.scale, right.scale);
  return writeDecimal({ units: operate(rescale(left, scale), rescale(right, scale)), scale });
}
