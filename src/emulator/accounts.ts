import { getOwn, isJsonObject, type Json, type JsonObject, textAt } from '../model/json.js';
import { hashText } from './item-record.js';
import { addObject, changeObject, listEvents, missing, objectRoutes } from './objects.js';
import { answerPage, promoCodeRoutes } from './promo-codes.js';
import {
  type Answer,
  answerJson,
  type ApiRequest,
  readStrictBody,
  Refusal,
  requireObject,
  requireText,
  type Route,
  strictRoute,
} from './route.js';
import type { StoredObject, Tenant } from './tenant.js';

/**
 * Customers, their identities and sessions, with their objects and promo codes (API reference, sections 6 and 9). The
 * calls of one kind come before those of every kind, whose paths match the same requests.
 */
export const accountRoutes: readonly Route[] = [
  ...promoCodeRoutes,
  strictRoute('change-owner', 'POST', '/objects/owner_change', answerOwnerChange),
  strictRoute('add-external-identity', 'POST', '/objects/externalidentity/:owner', answerAddIdentity),
  strictRoute('remove-external-identity', 'DELETE', '/objects/externalidentity/:owner', answerRemoveIdentity),
  strictRoute(
    'list-identity-subscriptions',
    'GET',
    '/objects/salesforce/identities/:id/subscriptions',
    answerSubscriptions,
    ['queryMore'],
  ),
  strictRoute('get-timeline', 'GET', '/timeline/:path_type/:id', answerTimeline),
  strictRoute('forget-customer', 'POST', '/customer/:id/forget_customer', answerForget),
  { ...strictRoute('get-entitlements', 'GET', '/session/entitlements', answerEntitlements), accepts: 'session' },
  strictRoute('sync-subscription', 'POST', '/plugins/zuora/sync/subscription/:id', answerSync),
  ...objectRoutes,
];

/** The reference shows no body for some answers, or an empty one. */
function acknowledge({ options }: Tenant, message: string): Answer {
  return answerJson(options.dialect.acknowledgement === 'empty' ? {} : { message });
}

function answerOwnerChange(tenant: Tenant, request: ApiRequest): Answer {
  const body = readStrictBody(request, ['sourceId', 'destinationId', 'message']);
  const [source, destination] = ['sourceId', 'destinationId'].map((key) => readOwner(tenant, body, key));
  const message = getOwn(body, 'message');
  if (message !== undefined && typeof message !== 'string') throw new Refusal(400, 'message must be a string');
  if (source === destination) throw new Refusal(400, 'sourceId and destinationId are the same');
  for (const object of tenant.objects.values()) {
    if (textAt(object.record, 'owner') === source) changeObject(tenant, object, { owner: destination ?? '' });
  }
  return acknowledge(tenant, 'All objects successfully transferred');
}

/** "The @limio/id format" may mean a prefix, or an id like those that objects have. */
function readOwner({ options }: Tenant, body: JsonObject, key: string): string {
  const prefix = options.dialect.ownerFormat === 'prefixed' ? '@limio/' : '';
  const owner = requireText(body, key);
  if (!owner.startsWith(`${prefix}id-`)) throw new Refusal(400, `${key} must have the form ${prefix}id-...`);
  return owner.slice(prefix.length);
}

function answerAddIdentity(tenant: Tenant, request: ApiRequest): Answer {
  const { owner, known, isSame, added } = readExternalIdentity(tenant, request);
  changeObject(tenant, owner, {
    data: { ...owner.record.data, external: [...known.filter((one) => !isSame(one)), added] },
  });
  return acknowledge(tenant, 'External identity successfully linked');
}

function answerRemoveIdentity(tenant: Tenant, request: ApiRequest): Answer {
  const { owner, known, isSame } = readExternalIdentity(tenant, request);
  changeObject(tenant, owner, { data: { ...owner.record.data, external: known.filter((one) => !isSame(one)) } });
  return answerJson({});
}

function readExternalIdentity(
  tenant: Tenant,
  request: ApiRequest,
): { owner: StoredObject; known: readonly Json[]; isSame: (one: Json) => boolean; added: JsonObject } {
  if (tenant.options.role !== 'manager') throw new Refusal(401, 'External identities are for admins only');
  const token = requireObject(readStrictBody(request, ['id_token']), 'id_token');
  const unknown = Object.keys(token).find((key) => key !== 'iss' && key !== 'sub');
  if (unknown !== undefined) throw new Refusal(400, `Unknown key id_token.${unknown}`);
  const added = { iss: requireText(token, 'iss'), sub: requireText(token, 'sub') };
  const owner = tenant.objects.get(request.params['owner'] ?? '');
  if (owner?.record.record_type !== 'identity') throw missing(tenant);
  const known = getOwn(owner.record.data, 'external');
  const isSame = (one: Json): boolean =>
    isJsonObject(one) && getOwn(one, 'iss') === added.iss && getOwn(one, 'sub') === added.sub;
  return { owner, known: Array.isArray(known) ? known : [], isSame, added };
}

/** Whole subscriptions, those that the identity owns or is related to. */
function answerSubscriptions(tenant: Tenant, request: ApiRequest): Answer {
  const identity = tenant.objects.get(request.params['id'] ?? '');
  if (identity?.record.record_type !== 'identity' || identity.record.service !== 'salesforce') throw missing(tenant);
  const { id } = identity.record;
  const found = [...tenant.objects.values()].filter(
    ({ record, related }) =>
      record.record_type === 'subscription' &&
      (textAt(record, 'owner') === id || related.includes(id) || identity.related.includes(record.id)),
  );
  return answerPage(tenant, request, found, ({ record }) => record, 'subscriptions');
}

const TIMELINES: ReadonlyMap<string, string> = new Map([
  ['subscriptions', 'subscription'],
  ['customers', 'customer'],
]);

/** The parts of a history, oldest first. */
const TIMELINE_PARTS = new Set(['payment_method', 'address', 'subscription_offer', 'schedule']);

function answerTimeline(tenant: Tenant, request: ApiRequest): Answer {
  const { path_type: pathType = '', id = '' } = request.params;
  const type = TIMELINES.get(pathType);
  if (type === undefined) throw new Refusal(400, `path_type must be one of ${[...TIMELINES.keys()].join(', ')}`);
  const object = tenant.objects.get(id);
  if (object?.record.record_type !== type) throw new Refusal(404, 'Subscription or customer not found');
  const parts = [...tenant.objects.values()].filter(
    ({ record, parent }) => parent === id && TIMELINE_PARTS.has(record.record_type),
  );
  const entries = [...listEvents(tenant, id), ...parts].toSorted((a, b) => a.sequence - b.sequence);
  return answerJson({
    subscriptions: entries.map(({ record }) => ({ date: textAt(record, 'created') ?? '', ...record })),
    metadata: { id, record_type: type, count: entries.length },
  });
}

/** Fields of customers and addresses (section 8). */
const PERSONAL =
  /^(?:first|last)?name$|^(?:work)?email$|^(?:work|other)?phone$|^company$|^address\d$|^city$|^state$|^postalcode$/i;

/** Cannot be undone. Everything that the customer has is scrubbed with it. */
function answerForget(tenant: Tenant, request: ApiRequest): Answer {
  if (request.bodyText !== '') readStrictBody(request, []);
  const customer = tenant.objects.get(request.params['id'] ?? '');
  if (customer?.record.record_type !== 'customer') throw missing(tenant);
  const { id } = customer.record;
  for (const object of [...tenant.objects.values()].filter(({ record, parent }) => record.id === id || parent === id)) {
    changeObject(tenant, object, { data: scrub(object.record.data) });
  }
  return acknowledge(tenant, 'Data successfully scrubbed');
}

function scrub(data: JsonObject): JsonObject {
  const clean = (value: Json): Json =>
    Array.isArray(value) ? value.map(clean) : isJsonObject(value) ? scrub(value) : value;
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => [
      key,
      PERSONAL.test(key) && typeof value === 'string' ? '*****' : clean(value),
    ]),
  );
}

/** Of the one session that the emulator knows (credentials.ts). */
function answerEntitlements(tenant: Tenant): Answer {
  const { sessionOwner } = tenant.options;
  const found = [...tenant.objects.values()].filter(
    ({ record }) => record.record_type === 'user_entitlement' && textAt(record, 'owner') === sessionOwner,
  );
  return answerJson({ entitlements: found.map(({ record }) => record) });
}

/** Takes a subscription of Zuora over into Limio, or brings its copy up to date. */
function answerSync(tenant: Tenant, request: ApiRequest): Answer {
  if (request.bodyText !== '') readStrictBody(request, []);
  const source = tenant.objects.get(request.params['id'] ?? '');
  if (source?.record.record_type !== 'subscription' || source.record.service !== 'zuora') throw missing(tenant);
  const { id, data } = source.record;
  const synced = { ...data, syncedFrom: id, lastSynced: new Date(tenant.options.now()).toISOString() };
  const copy = [...tenant.objects.values()].find(
    ({ record }) => record.service === 'limio' && textAt(record.data, 'syncedFrom') === id,
  );
  if (copy) changeObject(tenant, copy, { data: synced });
  else {
    const newId = `sub-${hashText(`zuora ${id}`).slice(0, 32)}`;
    addObject(tenant, { id: newId, service: 'limio', record_type: 'subscription', data: synced }, { related: [id] });
  }
  return acknowledge(tenant, 'Subscription successfully synced');
}
