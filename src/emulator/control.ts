import { LimioError } from '../errors/errors.js';
import type { Json } from '../model/json.js';
import { describeState } from './describe-state.js';
import { createFaultControl } from './fault-control.js';
import { readBody, readJson } from './read-body.js';
import { type Answer, answerJson, type ApiRequest, Refusal, type Route } from './route.js';
import { runTenantEditCall } from './run-tenant-edit.js';
import { parseTenantEditCall } from './tenant-edit-call.js';
import type { Tenant } from './tenant.js';

export const CONTROL_PREFIX = '/__emulator/';

/** The emulator's own calls: no token, no log, no part of the API. */
export const controlRoutes: readonly Route[] = [
  { area: 'open', method: 'GET', path: `${CONTROL_PREFIX}log`, answer: (tenant) => answerJson(toJson(tenant.log)) },
  {
    area: 'open',
    method: 'GET',
    path: `${CONTROL_PREFIX}state`,
    answer: (tenant) => answerJson(toJson(describeState(tenant))),
  },
  { area: 'open', method: 'POST', path: `${CONTROL_PREFIX}edit`, answer: answerEdit },
  ...(['GET', 'PUT', 'POST', 'DELETE'] as const).map((method): Route => ({
    area: 'open',
    method,
    path: `${CONTROL_PREFIX}faults`,
    answer: answerFaults,
  })),
];

/** A colleague's edit: `{path, attributes}`, `{journey, data}`, `{promoCode, data}` or `{route}`. */
function answerEdit(tenant: Tenant, request: ApiRequest): Answer {
  const call = parseTenantEditCall(readBody(request));
  if ('problem' in call) throw new Refusal(400, call.problem);
  refuseErrors(() => runTenantEditCall(tenant, call), 404);
  const edited =
    'path' in call ? call.path : 'journey' in call ? call.journey : 'promoCode' in call ? call.promoCode : call.route;
  return answerJson({ edited });
}

/** PUT replaces the schedule, POST adds rules, DELETE clears; each answers what holds now, as GET does. */
function answerFaults(tenant: Tenant, request: ApiRequest): Answer {
  const faults = createFaultControl(tenant);
  refuseErrors(() => {
    if (request.method === 'PUT') faults.replace(readJson(request));
    if (request.method === 'POST') faults.add(readJson(request));
    if (request.method === 'DELETE') faults.clear();
  }, 400);
  return answerJson(toJson(faults.show()));
}

function refuseErrors(run: () => void, status: number): void {
  try {
    run();
  } catch (error) {
    if (!(error instanceof LimioError)) throw error;
    throw new Refusal(status, [error.message, error.hint].filter((text) => text !== undefined).join(' '));
  }
}

/** Plain data by type already; the detour drops absent fields. */
function toJson(value: object): Json {
  return JSON.parse(JSON.stringify(value)) as Json;
}
