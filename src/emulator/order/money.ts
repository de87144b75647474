/** Currencies whose smallest unit is not a hundredth (ISO 4217). */
const DIGITS: Record<string, number> = {
  BIF: 0,
  CLP: 0,
  DJF: 0,
  GNF: 0,
  ISK: 0,
  JPY: 0,
  KMF: 0,
  KRW: 0,
  PYG: 0,
  RWF: 0,
  UGX: 0,
  UYI: 0,
  VND: 0,
  VUV: 0,
  XAF: 0,
  XOF: 0,
  XPF: 0,
  BHD: 3,
  IQD: 3,
  JOD: 3,
  KWD: 3,
  LYD: 3,
  OMR: 3,
  TND: 3,
  CLF: 4,
  UYW: 4,
};

/** An exact decimal: `units` of ten to the power of minus `scale`. */
export interface Decimal {
  units: bigint;
  scale: number;
}

/** `359`, `999.00` and `1,299.00` are numbers; undefined for anything else. */
export function parseDecimal(value: unknown): Decimal | undefined {
  const text = typeof value === 'number' ? String(value) : typeof value === 'string' ? value.trim() : '';
  if (!/^(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?$/.test(text)) return undefined;
  const [whole = '', fraction = ''] = text.replaceAll(',', '').split('.');
  return { units: BigInt(whole + fraction), scale: fraction.length };
}

/** In smallest units of the currency, halves away from zero. */
export function toMinor({ units, scale }: Decimal, currency: string): bigint {
  const digits = DIGITS[currency] ?? 2;
  return digits >= scale ? units * 10n ** BigInt(digits - scale) : divideHalfUp(units, 10n ** BigInt(scale - digits));
}

/** What a percentage of an amount comes to, rounded. */
export function takePercent(minor: bigint, { units, scale }: Decimal): bigint {
  return divideHalfUp(minor * units, 100n * 10n ** BigInt(scale));
}

/** As JSON shows it: 12.99. */
export function toNumber(minor: bigint, currency: string): number {
  return Number(minor) / 10 ** (DIGITS[currency] ?? 2);
}

function divideHalfUp(a: bigint, b: bigint): bigint {
  return (2n * a + b) / (2n * b);
}
