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
import { findUnrecognised } from './journey-form.js';
import { isComplete, listPublishedItems } from './publishing.js';
import { type Answer, answerJson, type ApiRequest, readBody, readJson, Refusal, type Route } from './route.js';
import { getCommitId, readIndex, type Tenant } from './tenant.js';

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

/**
 * What goes wrong from now on. Schedules and rules are checked, typed or not.
 * Each throws LimioError CONFIG_INVALID for a bad rule, and then changes nothing.
 */
export interface FaultControl {
  /** Counts and chances begin anew. */
  replace: (schedule: FaultSchedule | readonly FaultRule[] | Json) => void;
  add: (rules: FaultRule | readonly FaultRule[] | Json) => void;
  clear: () => void;
  /** The rules with how many requests each could have struck and how often it did. */
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

/** The whole tenant as JSON, for tests and for the curious. */
export interface EmulatorState {
  commitId: string;
  /** The catalog at head. */
  items: ItemRecord[];
  /** What lists of the working copies show: head, or what it was before the lag. */
  indexed: ItemRecord[];
  /** What lists of the published index show. */
  published: ItemRecord[];
  /** What each live route shows. */
  liveRoutes: { route: string; page: ItemRecord; items: ItemRecord[] }[];
  /** Routes that a publish can make live. */
  routes: string[];
  journeys: {
    name: string;
    data: JsonObject;
    record: JsonObject;
    /** JSON Pointers into `data` of conditions and actions that are not in the tenant's wire form. */
    unrecognised: string[];
  }[];
  promoCodes: (JsonObject & { id: string; name: string; data: JsonObject })[];
  builds: { id: string; items: string[]; complete: boolean; problems: string[] }[];
  jobs: { id: string; done: boolean; failedReason?: string }[];
}

/** A snapshot: later requests do not change it. */
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
      unrecognised: findUnrecognised(record.data, tenant.journeyForm),
    })),
    promoCodes: [...tenant.promoCodes.values()].map(({ record }) => record),
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
