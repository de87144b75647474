import type { ApplyResult } from '../model/outcome.js';

/**
 * The exit code of a result. A cause outranks its consequences, so `blocked` never decides alone
 * while something failed, was not verified or was withheld; what needs a person soonest goes first:
 * 130 interrupted, 1 failed, 5 only stale, 6 not verified or not live, 4 withheld, 0 done.
 * A page that has no URL (`skipped`) cannot become live and is no failure.
 */
export function chooseExitCode(result: Pick<ApplyResult, 'outcomes' | 'publish' | 'interrupted'>): number {
  const { outcomes, publish, interrupted } = result;
  if (interrupted) return 130;
  const failed = outcomes.filter(({ status }) => status === 'failed');
  if (failed.some(({ error }) => error?.code !== 'STALE')) return 1;
  if (failed.length > 0) return 5;
  const notLive = publish.pages.some(({ status }) => status === 'omitted' || status === 'failed');
  if (notLive || outcomes.some(({ status }) => status === 'unverified')) return 6;
  if (outcomes.some(({ status }) => status === 'withheld') || publish.withheld) return 4;
  return outcomes.some(({ status }) => status === 'blocked') ? 1 : 0;
}
