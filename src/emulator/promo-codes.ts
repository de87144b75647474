import { getOwn, isJsonObject, type Json, type JsonObject, withKey } from '../model/json.js';
import {
  type Answer,
  answerJson,
  type ApiRequest,
  readBody,
  Refusal,
  requireObject,
  requireText,
  type Route,
  strictRoute,
} from './route.js';
import { bumpVersion, type StoredPromoCode, type Tenant } from './tenant.js';

/** Promo codes v2 (API reference, section 6). Changes are live at once. The singular path works too (section 9). */
export const promoCodeRoutes: readonly Route[] = ['promo_codes_v2', 'promo_code_v2'].flatMap((type) => {
  const base = `/objects/limio/${type}`;
  return [
    strictRoute('list-promos', 'GET', base, answerList, ['limit', 'queryMore']),
    strictRoute('create-promo', 'POST', base, answerCreate),
    strictRoute('get-promo', 'GET', `${base}/:id`, answerOne),
    strictRoute('put-promo', 'PUT', `${base}/:id`, answerPut),
    strictRoute('delete-promo', 'DELETE', `${base}/:id`, answerDelete),
  ];
});

function answerList(tenant: Tenant, request: ApiRequest): Answer {
  return answerPage(tenant, request, [...tenant.promoCodes.values()], ({ record }) => summarise(record));
}

/** A page of a list of objects, with a cursor if there are more (section 9). */
export function answerPage<T extends { sequence: number }>(
  tenant: Tenant,
  request: ApiRequest,
  all: readonly T[],
  show: (element: T) => Json,
  key = 'items',
): Answer {
  const limitText = request.query.get('limit') ?? '50';
  if (!/^[1-9]\d{0,5}$/.test(limitText)) throw new Refusal(400, 'limit must be a whole number from 1');
  const limit = Math.min(Number(limitText), tenant.options.pageSizeCap);
  const after = readCursor(request.query.get('queryMore'));
  const rest = all.filter(({ sequence }) => sequence > after);
  const page = rest.slice(0, limit);
  const last = page.at(-1);
  return answerJson({
    [key]: page.map(show),
    queryMore: last && rest.length > limit ? writeCursor(last.sequence) : null,
  });
}

/** Lists do not contain `data`. */
export function summarise(record: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(record).filter(([key]) => key !== 'data' && key !== 'version'));
}

function answerOne(tenant: Tenant, request: ApiRequest): Answer {
  return answerJson(getCode(tenant, request).record);
}

function answerCreate(tenant: Tenant, request: ApiRequest): Answer {
  const body = readBody(request);
  const [name, id] = [requireText(body, 'name'), requireText(body, 'id')];
  if (id !== `promo_code_v2-${name}`) throw new Refusal(400, `id must be promo_code_v2-${name}`);
  const data = dropNulls(requireObject(body, 'data'));
  checkData(tenant, data);
  if (tenant.promoCodes.has(id)) throw new Refusal(409, `Promo code "${id}" already exists`);
  const code = readCode(data);
  for (const { record } of tenant.promoCodes.values()) {
    if (readCode(record.data) === code) throw new Refusal(409, `The code ${code} is used by "${record.id}"`);
  }
  const record = buildPromoCodeRecord(tenant, { name, id, data });
  tenant.promoCodes.set(id, { sequence: tenant.counter, record });
  return answerJson(record);
}

/** Missing keys are kept, nested objects are replaced. id, name and promoCode cannot change. */
function answerPut(tenant: Tenant, request: ApiRequest): Answer {
  const { sequence, record } = getCode(tenant, request);
  const body = readBody(request);
  const [name, id] = [requireText(body, 'name'), requireText(body, 'id')];
  if (id !== record.id || name !== record.name) throw new Refusal(400, 'id and name cannot be changed');
  const data = mergeData(tenant, record.data, requireObject(body, 'data'));
  if (readCode(data) !== readCode(record.data)) throw new Refusal(400, 'data.promoCode cannot be changed');
  checkData(tenant, data);
  const updated = buildPromoCodeRecord(tenant, { name, id, data }, record);
  tenant.promoCodes.set(id, { sequence, record: updated });
  return answerJson(updated);
}

/** The API passes on the answer of its storage service (section 6). */
function answerDelete(tenant: Tenant, request: ApiRequest): Answer {
  const { record, sequence } = getCode(tenant, request);
  tenant.promoCodes.delete(record.id);
  return answerJson({ httpStatusCode: 200, requestId: `EMULATOR${sequence}`, attempts: 1, totalRetryDelay: 0 });
}

function getCode(tenant: Tenant, request: ApiRequest): StoredPromoCode {
  const found = tenant.promoCodes.get(request.params['id'] ?? '');
  if (!found) throw new Refusal(404, 'Promo code not found');
  return found;
}

function checkData(tenant: Tenant, data: JsonObject): void {
  const problem = findPromoCodeProblem(data, tenant.options.dialect.promo.fixedAmountType);
  if (problem !== undefined) throw new Refusal(400, problem);
}

export function mergeData(tenant: Tenant, old: JsonObject, sent: JsonObject): JsonObject {
  const merged = new Map(Object.entries(old));
  for (const [key, value] of Object.entries(sent)) {
    if (value !== null) merged.set(key, value);
    else if (tenant.options.dialect.promo.removal === 'null') merged.delete(key);
  }
  return Object.fromEntries(merged);
}

function dropNulls(data: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(data).filter(([, value]) => value !== null));
}

function writeCursor(sequence: number): string {
  return Buffer.from(`after:${sequence}`).toString('base64url');
}

function readCursor(cursor: string | null): number {
  if (cursor === null) return -1;
  const sequence = /^after:(\d+)$/.exec(Buffer.from(cursor, 'base64url').toString())?.[1];
  if (sequence === undefined) throw new Refusal(400, 'queryMore is not a cursor of this list');
  return Number(sequence);
}

/** Why a promo code's `data` is invalid, or undefined (API reference, section 6). */
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

/** The code in upper case, as it is stored; empty if missing. */
export function readCode(data: JsonObject): string {
  const code = getOwn(data, 'promoCode');
  return typeof code === 'string' ? code.toUpperCase() : '';
}

/** The stored record, with the tenant's own fields. */
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
  const isValid = quantity === null || (typeof quantity === 'number' && Number.isInteger(quantity) && quantity >= 0);
  return isValid ? undefined : 'data.usage.availableQuantity must be a whole number or null';
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
