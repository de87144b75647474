import { type JobState, toItemCreation } from '../model/live-api.js';
import type { OutcomeError } from '../model/outcome.js';
import type { Change } from '../model/plan.js';
import { journalWrites } from './journal.js';
import { LOOK_ONCE, readBack, readFresh, recordUnverified, VERIFY_PAUSES_MS } from './read-back.js';
import { recheckChange } from './recheck.js';
import { type ApplyRun, beginChange, isAmbiguous, recordOutcome, toOutcomeError } from './run.js';

/** How often a creation job is looked at, and the pause between. Nothing is known of how long one takes. */
export const JOB_LOOKS = 60;

export const JOB_PAUSE_MS = 1_000;

const LATER = 'Run limio-sync plan to see what the tenant holds, and apply again once the job is over';

/**
 * Creates catalog items one after another (API reference, section 5): the endpoint is undocumented, so
 * an item that does not come back as it was sent is the last one that is tried.
 */
export async function createItems(run: ApplyRun, changes: readonly Change[]): Promise<void> {
  let doubtful: Change | undefined;
  for (const change of changes) {
    if (doubtful === undefined) await createItem(run, change);
    else {
      const error = {
        code: 'BLOCKED',
        message: `Not created: the tenant may understand creations differently, as ${doubtful.address} showed.`,
      };
      recordOutcome(run, change, 'blocked', { error });
    }
    if (run.outcomes.get(change.address)?.status === 'unverified') doubtful ??= change;
  }
}

/** One creation: re-check, start the job, wait for it, read back. The job is never started twice. */
async function createItem(run: ApplyRun, change: Change): Promise<void> {
  if (!beginChange(run, change)) return;
  // Whatever stands at the path by now is not overwritten: equal it is done, else the plan is stale.
  if ((await recheckChange(run, change)) === undefined) return;

  const started = await startJob(run, change);
  if ('error' in started) return settleRefused(run, change, started);
  const job = await waitForJob(run, started.jobId);
  const back = await readBack(run, change, job.state === 'completed' ? VERIFY_PAUSES_MS : LOOK_ONCE);
  if (back.state === 'after') return recordOutcome(run, change, 'done');
  if (job.state === 'failed')
    return recordOutcome(run, change, 'failed', { error: describeFailure(change, started.jobId, job) });
  if (job.state === 'completed' || back.state === 'other') return recordUnverified(run, change, back);
  const seen = back.state === 'unreadable' ? 'could not be read' : 'is not there yet';
  recordOutcome(run, change, 'unverified', {
    error: {
      code: 'CREATE_PENDING',
      message: `${change.address} ${seen}: after ${JOB_LOOKS} looks its job ${started.jobId} was ${job.state}.`,
      hint: LATER,
    },
  });
}

type Started = { jobId: string } | { error: OutcomeError; ambiguous: boolean };

async function startJob(run: ApplyRun, change: Change): Promise<Started> {
  try {
    return await journalWrites(run, [change.address]).createItem(toItemCreation(change));
  } catch (thrown) {
    return { error: toOutcomeError(thrown), ambiguous: isAmbiguous(thrown) };
  }
}

/** Without an answer the job may run all the same, so the item is waited for as long as a job would be. */
async function settleRefused(
  run: ApplyRun,
  change: Change,
  { error, ambiguous }: Extract<Started, { error: OutcomeError }>,
): Promise<void> {
  if (ambiguous) await waitForItem(run, change);
  const back = await readBack(run, change, ambiguous ? VERIFY_PAUSES_MS : LOOK_ONCE);
  if (back.state === 'after') return recordOutcome(run, change, 'done');
  if (ambiguous && back.state === 'other') return recordUnverified(run, change, back);
  const doubt = ambiguous
    ? { message: `${error.message} The item is not there, but it may have been asked for.`, hint: LATER }
    : {};
  recordOutcome(run, change, 'failed', { error: { ...error, ...doubt } });
}

async function waitForItem(run: ApplyRun, change: Change): Promise<void> {
  for (let look = 1; look < JOB_LOOKS; look++) {
    const isThere = await readFresh(run, change).then(
      (live) => live !== undefined,
      () => false,
    );
    if (isThere) return;
    await run.context.clock.sleep(JOB_PAUSE_MS);
  }
}

/** A job that cannot be looked at is looked at again: the read-back decides in the end. */
async function waitForJob(run: ApplyRun, jobId: string): Promise<JobState> {
  let job: JobState = { state: 'never seen' };
  for (let look = 1; ; look++) {
    job = await run.context.api.readJob(jobId).catch((): JobState => job);
    if (job.state === 'completed' || job.state === 'failed' || look >= JOB_LOOKS) return job;
    await run.context.clock.sleep(JOB_PAUSE_MS);
  }
}

function describeFailure({ address }: Change, jobId: string, { failedReason }: JobState): OutcomeError {
  return {
    code: 'CREATE_JOB_FAILED',
    message: `${address} was not created: its job ${jobId} failed${failedReason === undefined ? ', without a reason' : `: ${failedReason.slice(0, 300)}`}.`,
    hint: 'Mend that, or create the item in the web app, then run: limio-sync apply',
  };
}
