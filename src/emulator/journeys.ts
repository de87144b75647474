import { canonicalJson, getOwn, isJsonObject, type JsonObject, pickKeys } from '../model/json.js';
import { getRecordType, hashText } from './item-record.js';
import {
  type Answer,
  answerJson,
  type ApiRequest,
  readBody,
  Refusal,
  requireObject,
  requireText,
  type Route,
} from './route.js';
import { bumpVersion, type StoredJourney, type Tenant } from './tenant.js';

/** Journeys v2 (API reference, section 2). Changes are live at once. */
export const journeyRoutes: readonly Route[] = [
  {
    operation: 'list-journeys',
    area: 'commerce',
    method: 'GET',
    path: '/v2/journey',
    accepts: 'key-or-bearer',
    answer: answerList,
  },
  {
    operation: 'list-first-journeys',
    area: 'commerce',
    method: 'GET',
    path: '/journeys',
    accepts: 'key-or-bearer',
    strict: true,
    answer: answerFirstVersion,
  },
  { operation: 'create-journey', area: 'commerce', method: 'POST', path: '/v2/journey', answer: answerCreate },
  { operation: 'get-journey', area: 'commerce', method: 'GET', path: '/v2/journey/:name', answer: answerOne },
  { operation: 'put-journey', area: 'commerce', method: 'PUT', path: '/v2/journey/:name', answer: answerPut },
  { operation: 'delete-journey', area: 'commerce', method: 'DELETE', path: '/v2/journey/:name', answer: answerDelete },
];

function answerList(tenant: Tenant): Answer {
  const shape = tenant.options.dialect.journeyList;
  const journeys = [...tenant.journeys.values()];
  const [first] = journeys;
  // The one-object shape can express "none" only as 404.
  if (first === undefined && (shape === 'object' || tenant.options.emptyJourneyList === '404')) throw notFound();
  if (shape === 'object') return answerJson(first?.record.data ?? {});
  const records = journeys.map((journey) => showRecord(tenant, journey));
  return answerJson(shape === 'items' ? { items: records } : records);
}

/** Journeys of the first version are one item of the catalog (section 9). */
function answerFirstVersion(tenant: Tenant): Answer {
  const item = [...tenant.items.values()].find((one) => getRecordType(one) === 'journey');
  if (!item && tenant.options.emptyJourneyList === '404') throw notFound();
  const shown = pickKeys(item?.data ?? {}, ['starting_point', 'fallback_tag', 'journeys']);
  return answerJson({ starting_point: '', fallback_tag: '', journeys: [], ...shown });
}

function answerOne(tenant: Tenant, request: ApiRequest): Answer {
  return answerJson(showRecord(tenant, getJourney(tenant, request)));
}

function answerCreate(tenant: Tenant, request: ApiRequest): Answer {
  const body = readBody(request);
  const name = requireText(body, 'name');
  const extra = Object.keys(body).filter((key) => key !== 'name');
  if (extra.length > 0) throw new Refusal(400, `Only name is allowed, not ${extra.join(', ')}`);
  if (tenant.journeys.has(name)) throw new Refusal(409, `Journey "${name}" already exists`);
  tenant.journeys.set(name, { name, record: buildJourneyRecord(tenant, name, {}) });
  return answerJson({ message: 'Journey added successfully' });
}

function answerPut(tenant: Tenant, request: ApiRequest): Answer {
  const body = readBody(request);
  const name = requireText(body, 'name');
  if (name !== request.params['name']) throw new Refusal(400, 'The name in the body differs from the one in the path');
  const sent = requireObject(body, 'data');
  const previous = tenant.journeys.get(name)?.record;
  const merges = tenant.options.dialect.journeyPut === 'merge';
  const data = merges ? mergeTopLevel(previous?.data ?? {}, sent) : sent;
  checkData(data);
  tenant.journeys.set(name, { name, record: buildJourneyRecord(tenant, name, data, previous) });
  // The API echoes the request, which proves nothing about what is stored.
  return answerJson({ name, data: sent });
}

function answerDelete(tenant: Tenant, request: ApiRequest): Answer {
  tenant.journeys.delete(getJourney(tenant, request).name);
  return answerJson({ message: 'Journey deleted successfully' });
}

function getJourney(tenant: Tenant, request: ApiRequest): StoredJourney {
  const journey = tenant.journeys.get(request.params['name'] ?? '');
  if (!journey) throw notFound();
  return journey;
}

function notFound(): Refusal {
  return new Refusal(404, 'Journey not found');
}

function showRecord(tenant: Tenant, { name, record }: StoredJourney): JsonObject {
  return tenant.options.journeyNames ? { ...record, name } : record;
}

/** Merges top-level keys. Null removes a key. */
export function mergeTopLevel(old: JsonObject, sent: JsonObject): JsonObject {
  return Object.fromEntries(
    [...new Map([...Object.entries(old), ...Object.entries(sent)])].filter(([, value]) => value !== null),
  );
}

/** Checks everything except conditions and actions, which are opaque. */
function checkData(data: JsonObject): void {
  const branches = getOwn(data, 'journeys');
  if (!Array.isArray(branches)) throw new Refusal(400, 'data.journeys is required and must be an array');
  const start = getOwn(data, 'starting_point');
  if (typeof start !== 'string' || !start.startsWith('/')) {
    throw new Refusal(400, 'data.starting_point is required and must begin with a slash');
  }
  const ids = new Set<string>();
  for (const [place, branch] of branches.entries()) {
    const at = `data.journeys[${place}]`;
    if (!isJsonObject(branch)) throw new Refusal(400, `${at} must be an object`);
    const id = getOwn(branch, 'id');
    if (typeof id !== 'string' || id === '') throw new Refusal(400, `${at}.id is required`);
    if (ids.has(id)) throw new Refusal(400, `${at}.id is used twice`);
    ids.add(id);
    for (const part of ['conditions', 'actions']) {
      if (!Array.isArray(getOwn(branch, part))) throw new Refusal(400, `${at}.${part} must be an array`);
    }
  }
}

/** A journey's record with a new version (API reference, section 2). The record has no name. */
export function buildJourneyRecord(
  tenant: Tenant,
  name: string,
  data: JsonObject,
  previous?: StoredJourney['record'],
): StoredJourney['record'] {
  const now = new Date(tenant.options.now()).toISOString();
  return {
    status: 'active',
    record_type: 'journey',
    id: `journey-${name}`,
    service: 'limio',
    created: now,
    mode: 'production',
    ...previous,
    data,
    updated: now,
    process_hash: hashText(canonicalJson(data)),
    version: bumpVersion(tenant, `journey ${name}`),
  };
}
