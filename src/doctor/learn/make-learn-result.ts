import type { ApplyResult } from '../../model/outcome.js';
import type { CanaryFinding } from './canary-finding.js';

/** What the journal keeps of one object that was tried on: an update, proved when the object is as it was. */
export function toOutcome({ address, left, failure }: CanaryFinding): ApplyResult['outcomes'][number] {
  if (left.length === 0) return { address, action: 'update', status: 'done' };
  return {
    address,
    action: 'update',
    status: 'unverified',
    error: {
      code: 'CANARY_NOT_RESTORED',
      message: `It differs from what it was at ${left.join(', ')}${failure === undefined ? '' : `: ${failure}`}`,
    },
  };
}

/** The result with which the run of learning ends in the journal. */
export function makeLearnResult({
  findings,
  ...run
}: Pick<ApplyResult, 'environment' | 'host' | 'fingerprint' | 'interrupted'> & {
  findings: readonly CanaryFinding[];
}): ApplyResult {
  const outcomes = findings.map(toOutcome).sort((a, b) => (a.address < b.address ? -1 : 1));
  const done = outcomes.filter(({ status }) => status === 'done').length;
  return {
    kind: 'limio-sync/result',
    formatVersion: 1,
    ...run,
    outcomes,
    publish: { pages: [], onNoPage: [] },
    summary: {
      done,
      failed: 0,
      unverified: outcomes.length - done,
      blocked: 0,
      withheld: 0,
      pagesBuilt: 0,
      pagesLive: 0,
      pagesNotLive: 0,
    },
  };
}
