import type { Address } from '../model/address.js';
import { jsonEqual } from '../model/json.js';
import type { PageOutcome } from '../model/outcome.js';
import type { Plan, PublishPage } from '../model/plan.js';
import type { JournalEntry, PendingPublish, RunHead, RunRecord } from '../model/run.js';
import { listTouched } from './entries.js';
import type { ProcessProbe } from './lock.js';
import { listRuns, readRun } from './read-runs.js';

export interface PendingPublishRequest {
  environment: string;
  /** Runs that went to another tenant do not count. */
  host: string;
  isRunning: ProcessProbe;
  /** The plan of a run; undefined where it cannot be used. */
  parsePlan: (run: RunRecord) => Plan | undefined;
}

/** The pages that the kept runs of an environment owe. A run in flight is left out: it is at it. */
export function readPendingPublishes(root: string, request: PendingPublishRequest): PendingPublish[] {
  const { environment, host, isRunning } = request;
  const heads = listRuns(root, isRunning).filter(
    ({ start, state }) => start?.environment === environment && start.host === host && state !== 'running',
  );
  return listPendingPublishes(heads.flatMap((head) => readPages(root, head, request)));
}

/** Where all went live the result says enough, and plan and journal, which may be long, stay unread. */
function readPages(
  root: string,
  { id, folder, result }: RunHead,
  { isRunning, parsePlan }: PendingPublishRequest,
): RunPages[] {
  if (result && result.summary.pagesNotLive === 0)
    return [{ run: id, planned: [], outcomes: result.publish.pages, changed: new Set() }];
  const run = readRun(root, folder, isRunning);
  const outcomes = run.entries.flatMap((entry) => (entry.step === 'page' ? [entry.outcome] : []));
  return [{ run: id, planned: parsePlan(run)?.publish.pages ?? [], outcomes, changed: listChangedItems(run.entries) }];
}

/** What a run meant to publish, and what became of it. */
export interface RunPages {
  run: string;
  /** The pages of its plan; none where it is known that all of them went live. */
  planned: readonly PublishPage[];
  outcomes: readonly PageOutcome[];
  /** The items that it may have changed. */
  changed: ReadonlySet<Address>;
}

/**
 * The pages that runs of one environment owe, the oldest run first. A route that only a person can
 * register (the new-route trap; API reference, section 7) is nobody's debt: no run can pay it.
 */
export function listPendingPublishes(runs: readonly RunPages[]): PendingPublish[] {
  const owed = new Map<string, PendingPublish>();
  const everLive = new Set<string>();
  for (const { run, planned, outcomes, changed } of runs) {
    const plannedPaths = new Set(planned.map(({ path }) => path));
    for (const { path, route, status } of outcomes) {
      if (status !== 'live') continue;
      if (route !== undefined) everLive.add(route);
      if (!plannedPaths.has(path)) owed.delete(path);
    }
    const settled = new Set(
      outcomes.flatMap((outcome) => (isSettled(outcome, everLive) ? [`${outcome.path} ${outcome.route}`] : [])),
    );
    for (const page of planned) {
      const before = owed.get(page.path);
      if (page.routes.every((route) => settled.has(`${page.path} ${route}`))) owed.delete(page.path);
      else if (before) owed.set(page.path, mergePage(before, page));
      else if (page.reason === 'not-live' || page.items.some((address) => changed.has(address)))
        owed.set(page.path, mergePage({ path: page.path, items: [], buildItems: [], run }, page));
    }
  }
  return [...owed.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** The items that a run may have changed: those that it wrote, unless it saw them unchanged, and those that were so already. */
export function listChangedItems(entries: readonly JournalEntry[]): Set<Address> {
  const written = listTouched(entries).filter(
    ({ before, left }) => left === undefined || !jsonEqual(before?.body ?? null, left?.body ?? null),
  );
  const done = entries.flatMap((entry) =>
    entry.step === 'outcome' && entry.outcome.status === 'done' ? [entry.outcome.address] : [],
  );
  return new Set([...written.map(({ address }) => address), ...done]);
}

function isSettled({ status, route, code }: PageOutcome, everLive: ReadonlySet<string>): boolean {
  return status === 'live' || (code === 'PUBLISH_NEW_ROUTE' && route !== undefined && !everLive.has(route));
}

function mergePage(owed: PendingPublish, { items, buildItems }: PublishPage): PendingPublish {
  return {
    ...owed,
    items: [...new Set([...owed.items, ...items])].sort(),
    buildItems: [...new Set([...owed.buildItems, ...buildItems])],
  };
}
