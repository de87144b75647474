import type { Json } from '../model/json.js';

/** A number as a whole count of its smallest digit: 12.99 is 1299 at scale 2. Never a float. */
export interface Decimal {
  units: bigint;
  scale: number;
}

/** Longer texts are not parsed: arithmetic on huge numbers would take too long. */
const MOST_CHARACTERS = 40;

/**
 * An amount as tenants and files write it (docs/prices.md): a JSON number, or a text such as `359`, `12,99`,
 * `1,299.00`, `1.299,00` or `1 299,00`. Undefined for other texts, and for those that two countries read differently.
 */
export function readAmount(value: Json | undefined, currency: string): Decimal | undefined {
  if (typeof value === 'number') return readMachineAmount(value);
  if (typeof value !== 'string' || findAmbiguity(value, currency)) return undefined;
  return parse(value);
}

/** As a program writes it, a tenant in its answers for example: a point always begins the fraction. */
export function readMachineAmount(value: string | number): Decimal | undefined {
  const text = String(value).trim();
  return isPlainAmount(text) && text.length <= MOST_CHARACTERS ? parse(text) : undefined;
}

/** Longer numbers are not prices, and a float would lose their digits. */
const MOST_ESTIMATED = 10n ** 12n;

/** An amount as a float, for rules that only compare roughly. */
export function estimateAmount(value: Json | undefined, currency: string): number | undefined {
  const decimal = readAmount(value, currency);
  if (!decimal || decimal.units > MOST_ESTIMATED * 10n ** BigInt(decimal.scale)) return undefined;
  return Number(writeDecimal(decimal));
}

/** Digits with a point: what everybody and every program reads alike, apart from what {@link findAmbiguity} finds. */
export function isPlainAmount(text: string): boolean {
  return /^-?\d+(?:\.\d+)?$/.test(text);
}

/**
 * The two amounts that a text can mean, each in a spelling that has one meaning: exactly three digits after the only
 * separator are thousands in one country and a fraction in another. A currency with three decimals needs them after
 * its point, so there the point is one.
 */
export function findAmbiguity(text: string, currency: string): [thousands: string, fraction: string] | undefined {
  if (!isAmbiguous(text.trim(), currency)) return undefined;
  const [, sign = '', whole = '', , digits = ''] = AMBIGUOUS.exec(text.trim()) ?? [];
  const units = BigInt(`${sign}${whole}${digits}`);
  return [spellAmount({ units, scale: 0 }, currency), spellAmount({ units, scale: 3 }, currency)];
}

const AMBIGUOUS = /^(-?)([1-9]\d{0,2})([.,])(\d{3})$/;

function isAmbiguous(text: string, currency: string): boolean {
  const separator = AMBIGUOUS.exec(text)?.[3];
  return separator !== undefined && !(separator === '.' && decimalsOf(currency) === 3);
}

/** Spaces and apostrophes only ever separate groups. */
const GROUPED_BY = [',', String.raw`\.`, "[ \u00A0\u2009\u202F'’]"];

const GROUPED = GROUPED_BY.map(
  (group, i) => new RegExp(String.raw`^(\d{1,3}(?:${group}\d{3})+)(?:${['\\.', ',', '[.,]'][i]}(\d+))?$`),
);

function parse(text: string): Decimal | undefined {
  const trimmed = text.trim();
  if (trimmed.length > MOST_CHARACTERS) return undefined;
  const digits = trimmed.replace(/^-/, '');
  const single = /^(\d+)(?:[.,](\d+))?$/.exec(digits);
  const [, whole, fraction = ''] =
    single ?? GROUPED.map((pattern) => pattern.exec(digits)).find((match) => match !== null) ?? [];
  if (whole === undefined) return undefined;
  const units = BigInt(whole.replaceAll(/\D/g, '') + fraction);
  return { units: trimmed.startsWith('-') ? -units : units, scale: fraction.length };
}

/** Without grouping, with at least the decimals of the currency if one is given, and with one reading only. */
export function spellAmount(decimal: Decimal, currency?: string): string {
  const text = currency === undefined ? writeDecimal(decimal) : formatDecimal(decimal, currency);
  return isAmbiguous(text, currency ?? '') ? `${text}0` : text;
}

/** ISO 4217: decimals of the currencies that do not have two. */
const DECIMALS = new Map<string, number>([
  ...'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'
    .split(' ')
    .map((code): [string, number] => [code, 0]),
  ...'BHD IQD JOD KWD LYD OMR TND'.split(' ').map((code): [string, number] => [code, 3]),
  ...'CLF UYW'.split(' ').map((code): [string, number] => [code, 4]),
]);

/** Decimals of the smallest unit of a currency (ISO 4217). */
export function decimalsOf(currency: string): number {
  return DECIMALS.get(currency) ?? 2;
}

/** Without grouping, with at least the decimals of the currency. */
export function formatDecimal(decimal: Decimal, currency: string): string {
  const scale = Math.max(decimal.scale, decimalsOf(currency));
  return writeDecimal({ units: rescale(decimal, scale), scale });
}

/** All its digits: 1299 at scale 2 is `12.99`. */
export function writeDecimal({ units, scale }: Decimal): string {
  const digits = String(units < 0n ? -units : units).padStart(scale + 1, '0');
  const whole = digits.slice(0, digits.length - scale);
  return `${units < 0n ? '-' : ''}${whole}${scale === 0 ? '' : `.${digits.slice(-scale)}`}`;
}

/** The units of a decimal at a scale that is not below its own. */
export function rescale({ units, scale }: Decimal, to: number): bigint {
  return units * 10n ** BigInt(to - scale);
}
