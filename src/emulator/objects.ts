import { getOwn, isJsonObject, type Json, type JsonObject } from '../model/json.js';
import { answerPage, mergeData, summarise } from './promo-codes.js';
import {
  type Answer,
  answerJson,
  type ApiRequest,
  readStrictBody,
  Refusal,
  requireText,
  strictRoute,
} from './route.js';
import { bumpVersion, type StoredObject, type Tenant } from './tenant.js';

const SERVICES = ['limio', 'zuora', 'salesforce'];

/** Record types by path type. */
const TYPES: ReadonlyMap<string, string> = new Map([
  ['orders', 'order'],
  ['customers', 'customer'],
  ['subscriptions', 'subscription'],
  ['identities', 'identity'],
  ['address', 'address'],
  ['schedules', 'schedule'],
  ['payment_methods', 'payment_method'],
  ['subscription_offers', 'subscription_offer'],
  ['user_entitlements', 'user_entitlement'],
  ['gift_code', 'gift_code'],
  ['promo_codes_v2', 'promo_code_v2'],
  ['events', 'event'],
  ['process', 'process'],
]);

/** Everything that the reference does not name as something that PUT changes. */
const NOT_CHANGEABLE = new Set(['schedule', 'gift_code', 'event', 'process']);

const LIST = '/objects/:service/:path_type';
const ONE = `${LIST}/:id`;

/** Objects of customers, their relations and events (API reference, section 9). Promo codes v2 are objects too. */
export const objectRoutes = [
  strictRoute('list-objects', 'GET', LIST, answerList, ['limit', 'queryMore']),
  strictRoute('get-object', 'GET', ONE, (tenant, request) => answerJson(getObject(tenant, request).record)),
  strictRoute('get-related', 'GET', `${ONE}/related`, answerRelated),
  strictRoute('get-related', 'GET', `${ONE}/related/:record_type`, answerRelated),
  strictRoute('get-related', 'GET', `${ONE}/objects`, answerChildren),
  strictRoute('get-related', 'GET', `${ONE}/objects/:record_type`, answerChildren),
  strictRoute('get-related', 'GET', `${ONE}/events`, answerEvents),
  strictRoute('put-object', 'PUT', ONE, answerPut),
  strictRoute('delete-object', 'DELETE', ONE, refuseDelete),
  strictRoute('relate-identity', 'POST', `${ONE}/related/:record_type`, answerRelate),
];

function answerList(tenant: Tenant, request: ApiRequest): Answer {
  const { service, type } = readType(request);
  const all = listObjects(tenant).filter(({ record }) => record.service === service && record.record_type === type);
  return answerPage(tenant, request, all, ({ record }) => summarise(record));
}

function answerRelated(tenant: Tenant, request: ApiRequest): Answer {
  const { id, related } = refer(getObject(tenant, request));
  return answerItems(tenant, request, (one) => related.includes(one.record.id) || one.related.includes(id));
}

function answerChildren(tenant: Tenant, request: ApiRequest): Answer {
  const { id } = refer(getObject(tenant, request));
  return answerItems(tenant, request, (one) => one.parent === id);
}

function answerItems(tenant: Tenant, request: ApiRequest, filter: (one: StoredObject) => boolean): Answer {
  const wanted = request.params['record_type'];
  const type = wanted === undefined ? undefined : toRecordType(wanted);
  const found = listObjects(tenant).filter(
    (one) => filter(one) && (type === undefined || one.record.record_type === type),
  );
  return answerJson({ items: found.map(({ record }) => record) });
}

/** The events themselves, and once more with the object that they are about. */
function answerEvents(tenant: Tenant, request: ApiRequest): Answer {
  const { record } = getObject(tenant, request);
  const events = listEvents(tenant, record.id);
  return answerJson({
    items: events.map((event) => event.record),
    unpackedItems: events.map((event) => ({ ...event.record, object: summarise(record) })),
  });
}

export function listEvents(tenant: Tenant, id: string): StoredObject[] {
  return listObjects(tenant).filter((one) => one.parent === id && one.record.record_type === 'event');
}

/** Keys left out stay; nested objects are replaced. */
function answerPut(tenant: Tenant, request: ApiRequest): Answer {
  const { type } = readType(request);
  const object = getObject(tenant, request, 404);
  if (NOT_CHANGEABLE.has(type)) throw new Refusal(400, `Objects of the type ${type} cannot be changed`);
  const body = readStrictBody(request, ['name', 'data', 'quantity']);
  const [name, data, quantity] = ['name', 'data', 'quantity'].map((key) => getOwn(body, key));
  if (name === undefined && data === undefined && quantity === undefined)
    throw new Refusal(400, 'name, data or quantity is required');
  if (name !== undefined && (typeof name !== 'string' || name === '')) throw new Refusal(400, 'name must be a string');
  if (data !== undefined && !isJsonObject(data)) throw new Refusal(400, 'data must be an object');
  if (quantity !== undefined && (!Number.isInteger(quantity) || Number(quantity) < 1))
    throw new Refusal(400, 'quantity must be a whole number from 1');
  return answerJson(
    changeObject(tenant, object, {
      ...(name !== undefined && { name }),
      ...(quantity !== undefined && { quantity }),
      ...(data !== undefined && { data: mergeData(tenant, object.record.data, data) }),
    }),
  );
}

function refuseDelete(tenant: Tenant, request: ApiRequest): Answer {
  getObject(tenant, request, 404);
  // A bad request has no status of its own in the documentation of this call.
  throw new Refusal(404, 'Only promo codes v2 can be deleted');
}

function answerRelate(tenant: Tenant, request: ApiRequest): Answer {
  const object = getObject(tenant, request);
  if (toRecordType(request.params['record_type'] ?? '') !== 'identity')
    throw new Refusal(400, 'Only an identity can be related');
  const body = readStrictBody(request, ['id', 'service']);
  const [id, service] = [requireText(body, 'id'), requireText(body, 'service')];
  if (!SERVICES.includes(service)) throw new Refusal(400, `service must be one of ${SERVICES.join(', ')}`);
  const identity = tenant.objects.get(id);
  if (identity?.record.record_type !== 'identity' || identity.record.service !== service) throw missing(tenant);
  tenant.objects.set(identity.record.id, {
    ...identity,
    related: [...new Set([...identity.related, object.record.id])],
  });
  return answerJson(null);
}

/** Stores a changed copy with a new version. */
export function changeObject(tenant: Tenant, object: StoredObject, changes: JsonObject): StoredObject['record'] {
  const record = { ...object.record, ...changes, ...stamp(tenant, object.record.id) } as StoredObject['record'];
  tenant.objects.set(record.id, { ...object, record });
  return record;
}

/** A new object, at the end of every list. */
export function addObject(
  tenant: Tenant,
  record: Pick<StoredObject['record'], 'id' | 'service' | 'record_type' | 'data'> & JsonObject,
  { parent, related = [] }: { parent?: string; related?: readonly string[] } = {},
): StoredObject['record'] {
  const version = stamp(tenant, record.id);
  const whole = { status: 'active', created: version.updated, ...version, ...record };
  tenant.objects.set(record.id, {
    sequence: tenant.counter,
    record: whole,
    related,
    ...(parent === undefined ? {} : { parent }),
  });
  return whole;
}

function stamp(tenant: Tenant, id: string): { updated: string; version: string } {
  return { updated: new Date(tenant.options.now()).toISOString(), version: bumpVersion(tenant, id) };
}

/** Promo codes have a store of their own. */
function listObjects(tenant: Tenant): StoredObject[] {
  const codes = [...tenant.promoCodes.values()].map(({ sequence, record }) => ({
    sequence,
    // Built by buildPromoCodeRecord, which sets both.
    record: { ...record, service: 'limio', record_type: 'promo_code_v2' },
    related: [],
  }));
  return [...tenant.objects.values(), ...codes].toSorted((a, b) => a.sequence - b.sequence);
}

function getObject(tenant: Tenant, request: ApiRequest, status?: number): StoredObject {
  const { service, type } = readType(request);
  const found = listObjects(tenant).find(({ record }) => record.id === request.params['id']);
  if (found?.record.service === service && found.record.record_type === type) return found;
  throw missing(tenant, status);
}

/** Most calls of section 9 document no status for an object that is not there. */
export function missing({ options }: Tenant, status = Number(options.dialect.missingObject)): Refusal {
  return new Refusal(status, 'Object not found');
}

function refer({ record, related }: StoredObject): { id: string; related: readonly string[] } {
  return { id: record.id, related };
}

function readType({ params }: ApiRequest): { service: string; type: string } {
  const service = params['service'] ?? '';
  if (!SERVICES.includes(service)) throw new Refusal(400, `service must be one of ${SERVICES.join(', ')}`);
  return { service, type: toRecordType(params['path_type'] ?? '') };
}

/** `subscriptions` or `subscription`: singular forms are undocumented and work too. */
function toRecordType(pathType: string): string {
  const type = TYPES.get(pathType) ?? [...TYPES.values()].find((one) => one === pathType);
  if (type === undefined) throw new Refusal(400, `Unknown type ${JSON.stringify(pathType)}`);
  return type;
}

export function isRecordType(value: Json | undefined): value is string {
  return typeof value === 'string' && [...TYPES.values()].includes(value);
}
