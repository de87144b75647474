import type { ApplyResult, Outcome, OutcomeError, OutcomeStatus, PageOutcome } from '../model/outcome.js';
import type { ApplyRun } from './apply-run.js';

/** @throws RangeError when a change has no outcome: a result that hides one is worse than none. */
export function buildResult(run: ApplyRun, pages: PageOutcome[], stopPublish: OutcomeError | undefined): ApplyResult {
  const { plan } = run;
  const outcomes = plan.changes.map(({ address }): Outcome => {
    const outcome = run.outcomes.get(address);
    if (outcome === undefined) throw new RangeError(`${address} ended without an outcome`);
    return outcome;
  });
  outcomes.sort((a, b) => (a.address < b.address ? -1 : a.address > b.address ? 1 : 0));
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
      ...(stopPublish ? { withheld: stopPublish } : {}),
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
    },
    interrupted: run.interrupted,
  };
}
