import type { Plan } from '../model/plan.js';
import type { OwedPage, RunHead, RunRecord } from '../model/run.js';
import { listChangedItems, listOwedPages, type RunPages } from './list-owed-pages.js';
import { listRuns } from './list-runs.js';
import type { ProcessProbe } from './process-identity.js';
import { readRun } from './read-run.js';

export interface OwedRequest {
  environment: string;
  /** Runs that went to another tenant do not count. */
  host: string;
  isRunning: ProcessProbe;
  /** The plan of a run; undefined where it cannot be used. */
  parsePlan: (run: RunRecord) => Plan | undefined;
}

/** The pages that the kept runs of an environment owe. A run in flight is left out: it is at it. */
export function readOwedPages(root: string, request: OwedRequest): OwedPage[] {
  const { environment, host, isRunning } = request;
  const heads = listRuns(root, isRunning).filter(
    ({ start, state }) => start?.environment === environment && start.host === host && state !== 'running',
  );
  return listOwedPages(heads.flatMap((head) => readPages(root, head, request)));
}

/** Where all went live the result says enough, and plan and journal, which may be long, stay unread. */
function readPages(root: string, { id, folder, result }: RunHead, { isRunning, parsePlan }: OwedRequest): RunPages[] {
  if (result && result.summary.pagesNotLive === 0)
    return [{ run: id, planned: [], outcomes: result.publish.pages, changed: new Set() }];
  const run = readRun(root, folder, isRunning);
  const outcomes = run.entries.flatMap((entry) => (entry.step === 'page' ? [entry.outcome] : []));
  return [{ run: id, planned: parsePlan(run)?.publish.pages ?? [], outcomes, changed: listChangedItems(run.entries) }];
}
