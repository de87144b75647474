import type { JsonObject } from '../model/json.js';
import { isComplete } from './builds.js';
import type { ItemRecord } from './item-record.js';
import { findUnrecognised } from './journey-form.js';
import { listPublishedItems } from './published-items.js';
import { getCommitId, type Tenant } from './tenant.js';
import { readIndex } from './write-item.js';

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
