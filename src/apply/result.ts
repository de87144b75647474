import type { Address } from '../model/address.js';
import { defined } from '../model/json.js';
import type {
  ApplyResult,
  Outcome,
  OutcomeError,
  OutcomeStatus,
  PageOutcome,
  ResultSummary,
} from '../model/outcome.js';
import { countUnread } from '../model/plan-stop.js';
import { compareBy } from '../model/words.js';
import type { ApplyRun } from './run.js';

/** @throws RangeError when a change has no outcome: a result must not hide one. */
export function buildResult(run: ApplyRun, pages: PageOutcome[], stopPublish: OutcomeError | undefined): ApplyResult {
  const { plan } = run;
  const outcomes = plan.changes.map(({ address }): Outcome => {
    const outcome = run.outcomes.get(address);
    if (outcome === undefined) throw new RangeError(`${address} ended without an outcome`);
    return run.context.rollbackOf !== undefined && outcome.status === 'done'
      ? { ...outcome, undo: outcome.alreadyDone ? 'already-as-before' : 'restored' }
      : outcome;
  });
  outcomes.sort(compareBy(({ address }) => address));
  const count = (status: OutcomeStatus): number => outcomes.filter((outcome) => outcome.status === status).length;
  const pagesLive = pages.filter(({ status }) => status === 'live').length;
  return {
    kind: 'limio-sync/result',
    formatVersion: 1,
    environment: plan.environment,
    host: plan.host,
    fingerprint: plan.fingerprint,
    outcomes,
    publish: {
      pages,
      onNoPage: plan.publish.onNoPage.filter((address) => run.outcomes.get(address)?.status === 'done'),
      ...defined({ withheld: stopPublish }),
    },
    summary: {
      done: count('done'),
      failed: count('failed'),
      unverified: count('unverified'),
      blocked: count('blocked'),
      withheld: count('withheld'),
      pagesBuilt: new Set(pages.filter(({ build }) => build === 'finished').map(({ path }) => path)).size,
      pagesLive,
      pagesNotLive: pages.length - pagesLive,
      ...countUnread(plan),
    },
    interrupted: run.interrupted,
    ...describeRollback(run, outcomes, pages),
  };
}

function describeRollback(
  { plan, context: { rollbackOf, resumeCommand }, interrupted }: ApplyRun,
  outcomes: readonly Outcome[],
  pages: readonly PageOutcome[],
): Pick<ApplyResult, 'rollback'> {
  if (rollbackOf === undefined) return {};
  const planned = new Set<Address>(plan.changes.map(({ address }) => address));
  const complete = !interrupted && outcomes.every(({ status }) => status === 'done') && pages.every(isSettled);
  return {
    rollback: {
      of: rollbackOf,
      complete,
      notUndone: plan.warnings.flatMap(({ code, address, message }) =>
        code === 'CANNOT_UNDO' && address !== undefined && !planned.has(address) ? [{ address, message }] : [],
      ),
      ...(complete ? {} : { resumeCommand }),
    },
  };
}

/** No run can publish a page without a URL, or register a new route (API reference, section 7). */
function isSettled({ status, route, withheld, code }: PageOutcome): boolean {
  const hasNoRoute = status === 'skipped' && route === undefined && !withheld;
  return status === 'live' || hasNoRoute || code === 'PUBLISH_NEW_ROUTE';
}

/**
 * The exit code of a result; the most urgent cause wins: 130 interrupted, 1 failed, 5 only stale,
 * 6 unverified, unread or not live, 4 withheld, 1 blocked without any of these, 0 done. A page without a URL
 * (`skipped`) cannot become live and is not a failure.
 */
export function chooseExitCode(
  result: Pick<ApplyResult, 'outcomes' | 'publish' | 'interrupted'> & {
    summary: Pick<ResultSummary, 'unread' | 'unreadLists'>;
  },
): number {
  const { outcomes, publish, interrupted, summary } = result;
  if (interrupted) return 130;
  const failed = outcomes.filter(({ status }) => status === 'failed');
  if (failed.some(({ error }) => error?.code !== 'STALE')) return 1;
  if (failed.length > 0) return 5;
  const notLive = publish.pages.some(({ status }) => status === 'omitted' || status === 'failed');
  if (notLive || summary.unread || summary.unreadLists || outcomes.some(({ status }) => status === 'unverified'))
    return 6;
  const isWithheld = publish.withheld !== undefined || publish.pages.some(({ withheld }) => withheld);
  if (isWithheld || outcomes.some(({ status }) => status === 'withheld')) return 4;
  return outcomes.some(({ status }) => status === 'blocked') ? 1 : 0;
}
