import { getOwn, isJsonObject, withKey, type Json, type JsonObject } from '../model/json.js';
import { bumpVersion, type StoredPromoCode, type Tenant } from './tenant.js';

/** Why a promo code's `data` is refused, as one clause; undefined when it is fine (API reference, section 6). */
export function findPromoCodeProblem(data: JsonObject, fixedAmountType: string): string | undefined {
  const level = getOwn(data, 'applicationLevel');
  if (level !== 'wholeBasket' && level !== 'selectedItems') {
    return 'data.applicationLevel must be wholeBasket or selectedItems';
  }
  const code = getOwn(data, 'promoCode');
  if (typeof code !== 'string' || !/^[A-Za-z0-9]+$/.test(code)) {
    return 'data.promoCode is required and must contain letters and digits only';
  }
  if (typeof getOwn(data, 'status') !== 'boolean') return 'data.status is required and must be a boolean';
  for (const key of ['product', 'ratePlan']) {
    const details = getOwn(data, 'productDetails');
    const part = isJsonObject(details) ? getOwn(details, key) : undefined;
    if (!isJsonObject(part) || typeof getOwn(part, 'path') !== 'string') {
      return `data.productDetails.${key}.path is required`;
    }
  }
  return findUsageProblem(getOwn(data, 'usage')) ?? findDiscountProblem(getOwn(data, 'discount'), fixedAmountType);
}

/** The code as it is stored: in upper case. Empty when there is none. */
export function readCode(data: JsonObject): string {
  const code = getOwn(data, 'promoCode');
  return typeof code === 'string' ? code.toUpperCase() : '';
}

/** The stored record: the code in upper case, the tenant's own fields around it. */
export function buildPromoCodeRecord(
  tenant: Tenant,
  body: { name: string; id: string; data: JsonObject },
  previous?: StoredPromoCode['record'],
): StoredPromoCode['record'] {
  const now = new Date(tenant.options.now()).toISOString();
  return {
    created: now,
    ...previous,
    name: body.name,
    id: body.id,
    data: withKey(body.data, 'promoCode', readCode(body.data)),
    status: 'active',
    record_type: 'promo_code_v2',
    service: 'limio',
    updated: now,
    version: bumpVersion(tenant, body.id),
  };
}

function findUsageProblem(usage: Json | undefined): string | undefined {
  if (usage === undefined || usage === null) return undefined;
  const quantity = isJsonObject(usage) ? (getOwn(usage, 'availableQuantity') ?? null) : undefined;
  const fine = quantity === null || (typeof quantity === 'number' && Number.isInteger(quantity) && quantity >= 0);
  return fine ? undefined : 'data.usage.availableQuantity must be a whole number or null';
}

function findDiscountProblem(discount: Json | undefined, fixedAmountType: string): string | undefined {
  if (!isJsonObject(discount)) return 'data.discount is required';
  const type = getOwn(discount, 'discountType');
  if (type === 'DiscountPercentage') {
    return isAmount(getOwn(discount, 'percentageDiscount'))
      ? undefined
      : 'data.discount.percentageDiscount is required';
  }
  if (type !== fixedAmountType) return `data.discount.discountType ${JSON.stringify(type ?? null)} is not supported`;
  if (!isAmount(getOwn(discount, 'amountDiscount'))) return 'data.discount.amountDiscount is required';
  return typeof getOwn(discount, 'currency') === 'string' ? undefined : 'data.discount.currency is required';
}

function isAmount(value: Json | undefined): boolean {
  if (typeof value === 'string') return value.trim() !== '' && Number.isFinite(Number(value));
  return typeof value === 'number';
}
