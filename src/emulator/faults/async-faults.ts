import { getOwn, isJsonObject, type Json, type JsonObject, withKey } from '../../model/json.js';
import { answerJson } from '../route.js';
import type { Job, Tenant } from '../tenant.js';
import type { Fault, FaultCall, Served } from './fault-rules.js';

/** The job is accepted, and fails when it is due. */
export function serveFailedJob({ reason }: Extract<Fault, { fault: 'failed-job' }>, call: FaultCall): Served {
  return changeJob(call, (job) => ({ ...job, run: () => reason ?? 'The item could not be created' }));
}

/** The job is accepted and stays active. */
export function serveUnfinishedJob(call: FaultCall): Served {
  return changeJob(call, (job) => ({ ...job, startedAt: Number.POSITIVE_INFINITY }));
}

function changeJob({ tenant, run }: FaultCall, change: (job: Job) => Job): Served {
  const answer = run();
  const body = 'json' in answer && isJsonObject(answer.json) ? answer.json : {};
  const id = getOwn(body, tenant.options.jobIdKey);
  const job = typeof id === 'string' ? tenant.jobs.get(id) : undefined;
  if (job) tenant.jobs.set(job.id, change(job));
  return { answer, fired: job !== undefined };
}

/** The build is accepted and never completes; the API does not report it (API reference, section 7). */
export function serveUnfinishedBuild({ tenant, run }: FaultCall): Served {
  const answer = run();
  const id = 'json' in answer && isJsonObject(answer.json) ? getOwn(answer.json, 'id') : undefined;
  const build = typeof id === 'string' ? tenant.builds.get(id) : undefined;
  if (build) tenant.builds.set(build.id, { ...build, neverEnds: true });
  return { answer, fired: build !== undefined };
}

/** One route of a publish is omitted and keeps its old page. `success` stays true. */
export function serveOmittedRoute(
  fault: Extract<Fault, { fault: 'omitted-route' }>,
  { tenant, run }: FaultCall,
): Served {
  const before = new Map(tenant.liveRoutes);
  const answer = run();
  const published = 'json' in answer ? readPages(answer.json, 'publishedData') : {};
  const route = fault.route ?? Object.keys(published)[0];
  const entry = route === undefined ? undefined : getOwn(published, route);
  if (!('json' in answer) || route === undefined || entry === undefined) return { answer, fired: false };

  const old = before.get(route);
  if (old) tenant.liveRoutes.set(route, old);
  else tenant.liveRoutes.delete(route);
  const message = fault.message ?? 'The page could not be deployed';
  const described = [entry].flat().map((part) => (isJsonObject(part) && message !== '' ? { ...part, message } : part));
  const rest = Object.fromEntries(Object.entries(published).filter(([key]) => key !== route));
  return {
    answer: answerJson({
      success: true,
      publishedData: { pages: rest },
      ommitedWithError: { pages: withKey(readPages(answer.json, 'ommitedWithError'), route, described) },
    }),
    fired: true,
  };
}

/** Every route goes live; the published index keeps its old documents, and its old `commitId` (section 7). */
export function serveBlockedIndex({ tenant, run }: FaultCall): Served {
  const before = new Map(tenant.liveRoutes);
  const { publishedAt } = tenant;
  const answer = run();
  const moved = [...tenant.liveRoutes.values()].filter((live) => before.get(live.route) !== live);
  for (const live of moved) {
    const old = before.get(live.route);
    const indexed = old === undefined ? null : old.indexed === undefined ? old : old.indexed;
    const publishedOrder = old?.publishedOrder ?? live.publishedOrder;
    tenant.liveRoutes.set(live.route, { ...live, publishedOrder, indexed });
  }
  tenant.publishedAt = publishedAt;
  return { answer, fired: moved.length > 0 };
}

/** The items are written, and the search index shows them `ms` later, or never (API reference, section 3). */
export function serveStaleIndex(
  { paths, ms = Number.POSITIVE_INFINITY }: Extract<Fault, { fault: 'stale-index' }>,
  { tenant, run }: FaultCall,
): Served {
  const queued = new Set(tenant.indexQueue);
  const answer = run();
  const isHeld = (entry: Tenant['indexQueue'][number]): boolean =>
    !queued.has(entry) && (paths?.includes(entry.path) ?? true);
  const fired = tenant.indexQueue.some(isHeld);
  const visibleAt = tenant.options.now() + ms;
  tenant.indexQueue = tenant.indexQueue.map((entry) => (isHeld(entry) ? { ...entry, visibleAt } : entry));
  return { answer, fired };
}

function readPages(answer: Json, key: string): JsonObject {
  const part = isJsonObject(answer) ? getOwn(answer, key) : undefined;
  const pages = isJsonObject(part) ? getOwn(part, 'pages') : undefined;
  return isJsonObject(pages) ? pages : {};
}
