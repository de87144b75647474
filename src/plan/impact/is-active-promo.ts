import { type Json, type JsonObject, getOwn, isJsonObject } from '../../model/json.js';

/**
 * Whether a promo code can be redeemed at a moment: switched on, begun, not expired, not used up
 * (API reference, section 6). Days are taken in UTC, both ends included.
 */
export function isActivePromo(body: JsonObject, now: number): boolean {
  const usage = getOwn(body, 'usage');
  const left = isJsonObject(usage) ? getOwn(usage, 'availableQuantity') : undefined;
  const used = left !== undefined && left !== null && Number(left) <= 0;
  return (
    getOwn(body, 'status') === true &&
    !used &&
    hasBegun(getOwn(body, 'promoStartDate'), now) &&
    !hasEnded(getOwn(body, 'promoExpiryDate'), now)
  );
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;

function hasBegun(start: Json | undefined, now: number): boolean {
  return typeof start !== 'string' || !(Date.parse(start) > now);
}

function hasEnded(expiry: Json | undefined, now: number): boolean {
  if (typeof expiry !== 'string') return false;
  const end = Date.parse(expiry) + (DAY.test(expiry) ? 86_400_000 : 0);
  return end <= now;
}
