/** ISO 4217: decimals of the currencies that do not have two. */
const DECIMALS = new Map<string, number>([
  ...'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'
    .split(' ')
    .map((code): [string, number] => [code, 0]),
  ...'BHD IQD JOD KWD LYD OMR TND'.split(' ').map((code): [string, number] => [code, 3]),
  ...'CLF UYW'.split(' ').map((code): [string, number] => [code, 4]),
]);

/** A number as a whole count of its smallest digit: 12.99 is 1299 at scale 2. Never a float. */
export interface Decimal {
  units: bigint;
  scale: number;
}

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
