import { type Address, isKind } from '../model/address.js';
import type { Plan } from '../model/plan.js';
import type { JournalEntry, LivePage, RunHead, RunRecord, BuiltItem } from '../model/run.js';
import { listInFlightOf } from './entries.js';
import type { PendingPublishRequest } from './pending-publish.js';
import { listRuns, readRun } from './read-runs.js';

/*
 * What the kept runs of an environment prove of its tenant, where its lists and its published index lag:
 *
 *     listUnsettled    objects that a list may show wrongly
 *     findUnproven     objects that a run left failed, unverified or in flight
 *     listLivePages    pages that were reported live, and the state of each item that their builds hold
 */

/** A list shows a write after minutes at most. */
const LIST_LAG_MS = 60 * 60 * 1000;

export interface UnsettledRequest extends Pick<PendingPublishRequest, 'environment' | 'host' | 'isRunning'> {
  /** Milliseconds since the epoch. */
  now: number;
}

/**
 * Objects that the kept runs of an environment left failed, unverified or in flight, and those that a run of the last
 * hour wrote: a list may still show them as they were before. A later `done` settles an object.
 */
export function listUnsettled(root: string, request: UnsettledRequest): Address[] {
  const unsettled = new Set<Address>();
  for (const head of listRunsOf(root, request)) {
    const { outcomes, inFlight } = readOutcomes(root, head, request);
    const isRecent = request.now - Date.parse(head.start?.at ?? '') < LIST_LAG_MS;
    for (const { address, status } of outcomes) {
      if (status === 'failed' || status === 'unverified' || (status === 'done' && isRecent)) unsettled.add(address);
      else if (status === 'done') unsettled.delete(address);
    }
    for (const subject of inFlight) unsettled.add(subject);
  }
  return [...unsettled].sort();
}

/** What a run left of an object. */
export interface UnprovenObject {
  status: 'failed' | 'unverified' | 'in flight';
  run: string;
  /** ISO 8601, when that run began. */
  at: string;
}

/** Objects that the kept runs of an environment did not prove to be as planned. A run in flight does not count. */
export function findUnproven(
  root: string,
  request: Omit<UnsettledRequest, 'now'>,
): ReadonlyMap<Address, UnprovenObject> {
  const unproven = new Map<Address, UnprovenObject>();
  for (const head of listRunsOf(root, request)) {
    if (head.state === 'running') continue;
    const { outcomes, inFlight } = readOutcomes(root, head, request);
    const origin = { run: head.id, at: head.start?.at ?? '' };
    for (const { address, status } of outcomes) {
      if (status === 'failed' || status === 'unverified') unproven.set(address, { status, ...origin });
      else if (status === 'done') unproven.delete(address);
    }
    for (const subject of inFlight) unproven.set(subject, { status: 'in flight', ...origin });
  }
  return unproven;
}

/** Where there is a result it is enough; a journal may be long. */
function readOutcomes(root: string, { result, folder }: RunHead, { isRunning }: Pick<UnsettledRequest, 'isRunning'>) {
  if (result) return { outcomes: result.outcomes, inFlight: [] };
  const run = readRun(root, folder, isRunning);
  return {
    outcomes: run.entries.flatMap((entry) => (entry.step === 'outcome' ? [entry.outcome] : [])),
    inFlight: listInFlightOf(run).filter(isAddress),
  };
}

/** A build or a publish is in flight for paths. */
function isAddress(subject: string): subject is Address {
  const [kind = '', ...name] = subject.split(':');
  return isKind(kind) && name.join(':') !== '';
}

function listRunsOf(
  root: string,
  { environment, host, isRunning }: Pick<PendingPublishRequest, 'environment' | 'host' | 'isRunning'>,
): RunHead[] {
  return listRuns(root, isRunning).filter(({ start }) => start?.environment === environment && start.host === host);
}

/** The pages that the kept runs of an environment proved live. A run in flight does not count. */
export function listLivePages(root: string, request: PendingPublishRequest): LivePage[] {
  const runs = listRunsOf(root, request)
    .filter(({ state, result }) => state !== 'running' && (result === undefined || result.summary.pagesLive > 0))
    .map(({ folder }) => readRun(root, folder, request.isRunning));
  return joinLivePages(runs.map((run) => ({ run, plan: request.parsePlan(run) })));
}

/**
 * The last proof of each page. A build holds each item at least as new as an earlier build did, so what an earlier run
 * proved of an item that has not changed since still holds.
 */
export function joinLivePages(
  runs: readonly { run: Pick<RunRecord, 'id' | 'entries'>; plan: Plan | undefined }[],
): LivePage[] {
  const pages = new Map<string, LivePage>();
  for (const { run, plan } of runs) {
    const live = new Set(
      run.entries.flatMap((entry) =>
        entry.step === 'page' && entry.outcome.status === 'live'
          ? [`${entry.outcome.path} ${entry.outcome.route}`]
          : [],
      ),
    );
    const written = listWritten(run.entries);
    for (const { path, routes, items } of plan?.publish.pages ?? []) {
      if (routes.length === 0 || !routes.every((route) => live.has(`${path} ${route}`))) continue;
      const shown = items.flatMap((address): [Address, BuiltItem][] => {
        const item = written.get(address) ?? plan?.basis?.shown?.[address];
        return item === undefined ? [] : [[address, item]];
      });
      pages.set(path, { path, routes, run: run.id, shown: new Map([...(pages.get(path)?.shown ?? []), ...shown]) });
    }
  }
  return [...pages.values()];
}

/** The items that a run saw as wanted, in the state in which it last read them: before its first build. */
function listWritten(entries: readonly JournalEntry[]): Map<Address, BuiltItem> {
  const seen = new Map<Address, BuiltItem>();
  const written = new Map<Address, BuiltItem>();
  for (const entry of entries) {
    if ((entry.step === 'before' || entry.step === 'read-back') && entry.live) seen.set(entry.address, entry.live);
    if (entry.step !== 'outcome' || entry.outcome.status !== 'done') continue;
    const item = seen.get(entry.outcome.address);
    if (item) written.set(entry.outcome.address, item);
  }
  return written;
}
