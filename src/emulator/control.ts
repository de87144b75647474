import { LimioError } from '../errors/limio-error.js';
import { getOwn, isJsonObject, type Json, type JsonObject } from '../model/json.js';
import { describeState } from './describe-state.js';
import { createTenantEdit } from './edit-tenant.js';
import { readBody } from './read-body.js';
import { answerJson, Refusal, type Answer, type ApiRequest, type Route } from './route.js';
import type { Tenant } from './tenant.js';

export const CONTROL_PREFIX = '/__emulator/';

/** The emulator's own calls: no token, no log, no part of the API. */
export const controlRoutes: readonly Route[] = [
  { area: 'open', method: 'GET', path: `${CONTROL_PREFIX}log`, answer: (tenant) => answerJson(toJson(tenant.log)) },
  { area: 'open', method: 'GET', path: `${CONTROL_PREFIX}state`, answer: (tenant) => answerJson(toJson(describeState(tenant))) },
  { area: 'open', method: 'POST', path: `${CONTROL_PREFIX}edit`, answer: answerEdit },
];

/** A colleague's edit: `{path, attributes}`, `{journey, data}`, `{promoCode, data}` or `{route}`. */
function answerEdit(tenant: Tenant, request: ApiRequest): Answer {
  const body = readBody(request);
  const edit = createTenantEdit(tenant);
  const text = (key: string): string | undefined => {
    const value = getOwn(body, key);
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const object = (key: string): JsonObject => {
    const value = getOwn(body, key);
    if (!isJsonObject(value)) throw new Refusal(400, `${key} must be an object`);
    return value;
  };
  const [path, journey, promoCode, route] = ['path', 'journey', 'promoCode', 'route'].map(text);
  try {
    if (path !== undefined) edit.item(path, object('attributes'));
    else if (journey !== undefined) edit.journey(journey, object('data'));
    else if (promoCode !== undefined) edit.promoCode(promoCode, object('data'));
    else if (route !== undefined) edit.registerRoute(route);
    else throw new Refusal(400, 'Send {path, attributes}, {journey, data}, {promoCode, data} or {route}');
  } catch (error) {
    if (error instanceof LimioError) throw new Refusal(404, error.message);
    throw error;
  }
  return answerJson({ edited: path ?? journey ?? promoCode ?? route ?? '' });
}

/** Plain data by type already; the detour drops absent fields. */
function toJson(value: object): Json {
  return JSON.parse(JSON.stringify(value)) as Json;
}
