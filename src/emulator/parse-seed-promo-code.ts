import { DEFAULT_DIALECT } from '../model/dialect.js';
import { getOwn, isJsonObject, type Json, type JsonObject } from '../model/json.js';
import { buildPromoCodeRecord, findPromoCodeProblem, readCode } from './promo-code-record.js';
import { rejectSeed } from './seed.js';
import type { StoredPromoCode, Tenant } from './tenant.js';

/**
 * One promo code of a seed: its `data`, or a full record. The name is the code unless given.
 * A fixed amount is written with the default token and comes out in the tenant's.
 * @throws LimioError CONFIG_INVALID naming the file and the reason.
 */
export function parseSeedPromoCode(raw: Json, tenant: Tenant, file: string, where: string): StoredPromoCode {
  if (!isJsonObject(raw)) throw rejectSeed(file, `${where} is not an object`);
  const inner = getOwn(raw, 'data');
  if (inner !== undefined && !isJsonObject(inner)) throw rejectSeed(file, `${where}: data is not an object`);
  const data = translateDiscount(inner ?? raw, tenant.options.dialect.promo.fixedAmountType);
  const name = (inner ? getOwn(raw, 'name') : undefined) ?? getOwn(data, 'promoCode');
  if (typeof name !== 'string' || name === '') throw rejectSeed(file, `${where} has no promoCode`);
  const problem = findPromoCodeProblem(data, tenant.options.dialect.promo.fixedAmountType);
  if (problem !== undefined) throw rejectSeed(file, `${where} ("${name}"): ${problem}`);
  for (const other of tenant.promoCodes.values()) {
    if (readCode(other.record.data) === readCode(data)) {
      throw rejectSeed(file, `${where}: the code ${readCode(data)} stands there twice`);
    }
  }
  const record = buildPromoCodeRecord(tenant, { name, id: `promo_code_v2-${name}`, data });
  return {
    sequence: tenant.counter,
    record: inner ? { ...record, ...raw, id: record.id, name, data: record.data } : record,
  };
}

/** Seeds say a fixed amount in the assumed token; the tenant may have another (API reference, section 6). */
function translateDiscount(data: JsonObject, fixedAmountType: string): JsonObject {
  const discount = getOwn(data, 'discount');
  if (!isJsonObject(discount) || getOwn(discount, 'discountType') !== DEFAULT_DIALECT.promo.fixedAmountType)
    return data;
  return { ...data, discount: { ...discount, discountType: fixedAmountType } };
}
