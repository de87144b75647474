import { isAmbiguous } from '../errors/errors.js';
import { type JobState, toItemCreation } from '../model/live-api.js';
import type { OutcomeError } from '../model/outcome.js';
import type { Change } from '../model/plan.js';
import { journalWrites } from './journal.js';
import { READ_ONCE, readBack, readFresh, recordUnverified, VERIFY_PAUSES_MS } from './read-back.js';
import { recheckChange } from './recheck.js';
import { type ApplyRun, beginChange, inspectHint, recordOutcome, toOutcomeError } from './run.js';

/** How often a creation job is checked, and the pause between. How long one takes is not documented. */
const JOB_CHECKS = 60;
const JOB_PAUSE_MS = 1_000;

/**
 * Creates catalog items one by one (API reference, section 5). The endpoint is undocumented, so after
 * an item that does not come back as sent no other is created.
 */
export async function createItems(run: ApplyRun, changes: readonly Change[]): Promise<void> {
  let doubtful: Change | undefined;
  for (const change of changes) {
    if (doubtful === undefined) await createItem(run, change);
    else {
      const message = `Not created: the tenant may handle creations in another way, as ${doubtful.address} showed.`;
      recordOutcome(run, change, 'blocked', { error: { code: 'BLOCKED', message } });
    }
    if (run.outcomes.get(change.address)?.status === 'unverified') doubtful ??= change;
  }
}

/** One creation: re-check, start the job, wait for it, read back. The job is never started twice. */
async function createItem(run: ApplyRun, change: Change): Promise<void> {
  if (!beginChange(run, change)) return;
  // An item that exists by now is never overwritten: it is done when it is equal, stale when it is not.
  if ((await recheckChange(run, change)) === undefined) return;

  const started = await startJob(run, change);
  if ('error' in started) return settleRefused(run, change, started);
  const { jobId } = started;
  const job = await waitForJob(run, jobId);
  const back = await readBack(run, change, job.state === 'completed' ? VERIFY_PAUSES_MS : READ_ONCE);
  if (back.state === 'after') return recordOutcome(run, change, 'done');
  if (job.state === 'failed')
    return recordOutcome(run, change, 'failed', { error: describeFailure(run, change, jobId, job) });
  if (job.state === 'completed' || back.state === 'other') return recordUnverified(run, change, back);
  const found = back.state === 'unreadable' ? 'could not be read' : 'does not exist yet';
  const message = `${change.address} ${found}: its job ${jobId} is still "${job.state}" after ${JOB_CHECKS} checks.`;
  recordOutcome(run, change, 'unverified', { error: { code: 'CREATE_PENDING', message, hint: waitHint(run) } });
}

type Started = { jobId: string } | { error: OutcomeError; ambiguous: boolean };

async function startJob(run: ApplyRun, change: Change): Promise<Started> {
  try {
    return await journalWrites(run, [change.address]).createItem(toItemCreation(change));
  } catch (thrown) {
    return { error: toOutcomeError(thrown), ambiguous: isAmbiguous(thrown) };
  }
}

/** Without an answer the job may run, so the item gets as much time as a job. */
async function settleRefused(
  run: ApplyRun,
  change: Change,
  { error, ambiguous }: Extract<Started, { error: OutcomeError }>,
): Promise<void> {
  if (ambiguous) await waitForItem(run, change);
  const back = await readBack(run, change, ambiguous ? VERIFY_PAUSES_MS : READ_ONCE);
  if (back.state === 'after') return recordOutcome(run, change, 'done');
  if (ambiguous && back.state === 'other') return recordUnverified(run, change, back);
  const message = `${error.message} The item does not exist, but its creation may have been accepted.`;
  const doubt = ambiguous ? { message, hint: waitHint(run) } : {};
  recordOutcome(run, change, 'failed', { error: { ...error, ...doubt } });
}

async function waitForItem(run: ApplyRun, change: Change): Promise<void> {
  for (let check = 1; check < JOB_CHECKS; check++) {
    const exists = await readFresh(run, change).then(
      (live) => live !== undefined,
      () => false,
    );
    if (exists) return;
    await run.context.clock.sleep(JOB_PAUSE_MS);
  }
}

/** A job whose state cannot be read is checked again: the read-back decides in the end. */
async function waitForJob(run: ApplyRun, jobId: string): Promise<JobState> {
  let job: JobState = { state: 'unknown' };
  for (let check = 1; ; check++) {
    job = await run.context.api.readJob(jobId).catch((): JobState => job);
    if (job.state === 'completed' || job.state === 'failed' || check >= JOB_CHECKS) return job;
    await run.context.clock.sleep(JOB_PAUSE_MS);
  }
}

function waitHint(run: ApplyRun): string {
  return `${inspectHint(run)}. Apply again when the job has ended`;
}

function describeFailure(run: ApplyRun, { address }: Change, jobId: string, { failedReason }: JobState): OutcomeError {
  const reason = failedReason === undefined ? ' without a reason' : `: ${failedReason.slice(0, 300)}`;
  return {
    code: 'CREATE_JOB_FAILED',
    message: `${address} was not created: its job ${jobId} failed${reason}.`,
    hint: `Fix the cause, or create the item in the web app, then run: ${run.context.resumeCommand}`,
  };
}
