import type { Address } from '../model/address.js';
import { type JsonObject, objectAt } from '../model/json.js';
import type { PageOutcome } from '../model/outcome.js';
import type { Plan, PublishPage } from '../model/plan.js';
import type { PendingPublish, RunHead, RunRecord } from '../model/run.js';
import { compareBy } from '../model/words.js';
import { listChangedBy } from './entries.js';
import type { ProcessProbe } from './lock.js';
import { listRuns, readRun } from './read-runs.js';

export interface PendingPublishRequest {
  environment: string;
  /** Runs that went to another tenant do not count. */
  host: string;
  isRunning: ProcessProbe;
  /** What the snapshot of the last apply remembers, where the runs themselves are gone. */
  kept?: readonly PendingPublish[];
  /** The plan of a run; undefined where it cannot be used. */
  parsePlan: (run: RunRecord) => Plan | undefined;
}

/** The pages that the kept runs of an environment did not get live. A run in flight does not count. */
export function readPendingPublishes(root: string, request: PendingPublishRequest): PendingPublish[] {
  const { environment, host, isRunning } = request;
  const heads = listRuns(root, isRunning).filter(
    ({ start, state }) => start?.environment === environment && start.host === host && state !== 'running',
  );
  return listPendingPublishes(
    heads.map((head) => readPages(root, head, request)),
    request.kept,
  );
}

/** Where all pages went live the result is enough; plan and journal, which may be long, are not read. */
function readPages(
  root: string,
  { id, folder, result }: RunHead,
  { isRunning, parsePlan }: PendingPublishRequest,
): RunPages {
  if (result && result.summary.pagesNotLive === 0)
    return { run: id, planned: [], outcomes: result.publish.pages, changed: new Set(), written: new Map() };
  const run = readRun(root, folder, isRunning);
  const outcomes = run.entries.flatMap((entry) => (entry.step === 'page' ? [entry.outcome] : []));
  const plan = parsePlan(run);
  const changed = listChangedBy(run);
  const written = new Map(
    (plan?.changes ?? []).flatMap(({ address, after }) => (after && changed.has(address) ? [[address, after]] : [])),
  );
  return { run: id, planned: plan?.publish.pages ?? [], outcomes, changed, written };
}

/** The pages that a run planned to publish, and what became of them. */
export interface RunPages {
  run: string;
  /** Empty where it is known that all of them went live. */
  planned: readonly PublishPage[];
  outcomes: readonly PageOutcome[];
  /** The items that it may have changed. */
  changed: ReadonlySet<Address>;
  /** What its plan set in them. */
  written?: ReadonlyMap<Address, JsonObject>;
}

/**
 * The pages that the runs of one environment, the oldest first, did not get live. A route that only a
 * person can register (the new-route trap; API reference, section 7) does not count: no run can publish it. `kept`
 * pages are pending until a run that is later than theirs reports them live.
 */
export function listPendingPublishes(
  runs: readonly RunPages[],
  kept: readonly PendingPublish[] = [],
): PendingPublish[] {
  const pending = new Map(kept.map((page) => [page.path, page]));
  const settle = (path: string, run: string): void => {
    const since = pending.get(path)?.run;
    if (since !== undefined && since < run) pending.delete(path);
  };
  const everLive = new Set<string>();
  for (const { run, planned, outcomes, changed, written } of runs) {
    const plannedPaths = new Set(planned.map(({ path }) => path));
    for (const { path, route, status } of outcomes) {
      if (status !== 'live') continue;
      if (route !== undefined) everLive.add(route);
      if (!plannedPaths.has(path)) settle(path, run);
    }
    const settled = new Set(
      outcomes.flatMap((outcome) => (isSettled(outcome, everLive) ? [`${outcome.path} ${outcome.route}`] : [])),
    );
    for (const page of planned) {
      const before = pending.get(page.path);
      if (page.routes.every((route) => settled.has(`${page.path} ${route}`))) settle(page.path, run);
      else if (before) pending.set(page.path, mergePage(before, page, written));
      else if (page.reason === 'not-live' || page.items.some((address) => changed.has(address)))
        pending.set(page.path, mergePage({ path: page.path, items: [], buildItems: [], run }, page, written));
    }
  }
  return [...pending.values()].sort(compareBy(({ path }) => path));
}

function isSettled({ status, route, code }: PageOutcome, everLive: ReadonlySet<string>): boolean {
  return status === 'live' || (code === 'PUBLISH_NEW_ROUTE' && route !== undefined && !everLive.has(route));
}

function mergePage(
  pending: PendingPublish,
  { items, buildItems }: PublishPage,
  written: RunPages['written'] = new Map(),
): PendingPublish {
  const own = items.flatMap((address) => {
    const after = written.get(address);
    if (!after) return [];
    const earlier = pending.written?.[address] ?? {};
    const attributes = { ...objectAt(earlier, 'attributes'), ...objectAt(after, 'attributes') };
    return [[address, { ...earlier, ...after, attributes }] as const];
  });
  const all = { ...pending.written, ...Object.fromEntries(own) };
  return {
    ...pending,
    items: [...new Set([...pending.items, ...items])].sort(),
    buildItems: [...new Set([...pending.buildItems, ...buildItems])],
    ...(Object.keys(all).length === 0 ? {} : { written: all }),
  };
}
