import { readAmount, rescale, spellAmount } from '../charges/amount.js';
import { toText } from '../charges/period.js';
import type { Json } from '../model/json.js';
import type { Money } from '../model/plan.js';

/** Limits of the policy are percentages with up to four decimals. */
const LIMIT_SCALE = 10_000;

/** A price. An amount that is not a number, or that has two readings, keeps its own text. */
export function toMoney(value: Json | undefined, currency: string, interval: string): Money {
  const decimal = readAmount(value, currency);
  return { amount: decimal ? spellAmount(decimal, currency) : toText(value), currency, interval };
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
  return readAmount(amount, currency)?.units === 0n;
}

/** Undefined unless currency and interval are equal and `before` is above zero: there is no percentage of zero. */
function comparableAmounts(before: Money, after: Money): [from: bigint, to: bigint] | undefined {
  if (before.currency !== after.currency || before.interval !== after.interval) return undefined;
  const aligned = alignAmounts(before, after);
  return aligned && aligned[0] > 0n ? aligned : undefined;
}

function alignAmounts(a: Money, b: Money): [bigint, bigint] | undefined {
  const left = readAmount(a.amount, a.currency);
  const right = readAmount(b.amount, b.currency);
  if (!left || !right) return undefined;
  const scale = Math.max(left.scale, right.scale);
  return [rescale(left, scale), rescale(right, scale)];
}
