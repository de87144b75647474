import { LimioError } from '../errors/errors.js';
import type { Json, JsonObject } from '../model/json.js';
import { parseTenantEditCall, runTenantEditCall } from './edit-tenant.js';
import {
  addFaults,
  createFaultBook,
  describeFaults,
  type FaultReport,
  type FaultRule,
  type FaultSchedule,
} from './faults/fault-rules.js';
import { parseFaultRules, parseFaults } from './faults/parse-faults.js';
import type { ItemRecord } from './item-record.js';
import { findUnrecognised } from './journey-codec.js';
import { isComplete, listPublishedItems } from './publishing.js';
import {
  type Answer,
  answerJson,
  type ApiRequest,
  getContentType,
  readBody,
  readJson,
  Refusal,
  type Route,
} from './route.js';
import { getCommitId, readIndex, type Tenant } from './tenant.js';

export const CONTROL_PREFIX = '/__emulator/';

/** The emulator's own calls, outside the API: no token, not logged. */
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

/** A form or script of another site must not control the emulator: browsers send JSON only after asking. */
export function refuseControlCall(request: ApiRequest, host: string, origin: string | undefined): Answer | undefined {
  if (origin !== undefined && origin !== `http://${host}`)
    return answerJson({ message: 'Control calls are refused from other origins' }, 403);
  const isJson = getContentType(request) === 'application/json';
  if (request.bodyText === '' ? !['POST', 'PUT'].includes(request.method) : isJson) return undefined;
  return isJson
    ? undefined
    : answerJson({ message: 'Control calls are JSON: Content-Type must be application/json' }, 415);
}

/** `{path, attributes}`, `{journey, data}`, `{promoCode, data}` or `{route}`. */
function answerEdit(tenant: Tenant, request: ApiRequest): Answer {
  const call = parseTenantEditCall(readBody(request));
  if ('problem' in call) throw new Refusal(400, call.problem);
  refuseErrors(() => runTenantEditCall(tenant, call), 404);
  const edited =
    'path' in call ? call.path : 'journey' in call ? call.journey : 'promoCode' in call ? call.promoCode : call.route;
  return answerJson({ edited });
}

/** PUT replaces the schedule, POST adds rules, DELETE clears it. Each returns the resulting schedule, as GET does. */
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

/** Drops undefined fields. */
function toJson(value: object): Json {
  return JSON.parse(JSON.stringify(value)) as Json;
}

/**
 * The faults of later requests. Schedules and rules are validated.
 * Each throws LimioError CONFIG_INVALID for an invalid rule, and then changes nothing.
 */
export interface FaultControl {
  /** Resets counts and chances. */
  replace: (schedule: FaultSchedule | readonly FaultRule[] | Json) => void;
  add: (rules: FaultRule | readonly FaultRule[] | Json) => void;
  clear: () => void;
  /** The rules, with the number of requests that each matched and affected. */
  show: () => { seed: number; rules: FaultReport[] };
}

export function createFaultControl(tenant: Tenant): FaultControl {
  return {
    replace: (schedule) => {
      tenant.faults = createFaultBook(parseFaults(schedule as Json));
    },
    add: (rules) => addFaults(tenant.faults, parseFaultRules(rules as Json)),
    clear: () => {
      tenant.faults = createFaultBook();
    },
    show: () => structuredClone(describeFaults(tenant.faults)),
  };
}

/** The whole tenant as JSON, for tests and inspection. */
export interface EmulatorState {
  commitId: string;
  /** The catalog at head. */
  items: ItemRecord[];
  /** The working copies in lists: head, or an older state while the index lags. */
  indexed: ItemRecord[];
  /** The published index. */
  published: ItemRecord[];
  liveRoutes: { route: string; page: ItemRecord; items: ItemRecord[] }[];
  /** Registered routes: a publish can make only these live. */
  routes: string[];
  journeys: {
    name: string;
    data: JsonObject;
    record: JsonObject;
    /** JSON Pointers into `data` to conditions and actions that are not in the tenant's wire form. */
    unrecognised: string[];
  }[];
  promoCodes: (JsonObject & { id: string; name: string; data: JsonObject })[];
  objects: (JsonObject & { id: string; service: string; record_type: string; data: JsonObject })[];
  baskets: { id: string; order: JsonObject; completed: boolean }[];
  builds: { id: string; items: string[]; complete: boolean; problems: string[] }[];
  jobs: { id: string; done: boolean; failedReason?: string }[];
}

export function describeState(tenant: Tenant): EmulatorState {
  return {
    commitId: getCommitId(tenant),
    items: [...tenant.items.values()],
    indexed: [...readIndex(tenant).values()],
    published: [...listPublishedItems(tenant).values()],
    liveRoutes: [...tenant.liveRoutes.values()].map(({ route, page, items }) => ({
      route,
      page,
      items: [...items.values()],
    })),
    routes: [...tenant.routes].toSorted(),
    journeys: [...tenant.journeys.values()].map(({ name, record }) => ({
      name,
      data: record.data,
      record,
      unrecognised: findUnrecognised(record.data, tenant.journeyCodec),
    })),
    promoCodes: [...tenant.promoCodes.values()].map(({ record }) => record),
    objects: [...tenant.objects.values()].map(({ record }) => record),
    baskets: [...tenant.baskets.values()].map(({ id, order, completed }) => ({ id, order, completed })),
    builds: [...tenant.builds.values()].map((build) => ({
      id: build.id,
      items: build.items,
      complete: isComplete(tenant, build),
      problems: build.problems,
    })),
    jobs: [...tenant.jobs.values()].map(({ id, run, failedReason }) => ({
      id,
      done: run === undefined,
      ...(failedReason !== undefined && { failedReason }),
    })),
  };
}
