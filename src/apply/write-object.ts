import { LimioError } from '../errors/errors.js';
import { formatPointer, getOwn, type Json, type JsonObject } from '../model/json.js';
import type { Change, FieldChange } from '../model/plan.js';
import type { LiveResource } from '../model/resource.js';
import { journalWrites } from './journal.js';
import { describeFields } from './live-comparison.js';
import { LOOK_ONCE, readBack, recordUnverified, VERIFY_PAUSES_MS } from './read-back.js';
import { decideGivenUp, type Decision, lookAtHead, recheckChange } from './recheck.js';
import { type ApplyRun, beginChange, driverOf, isAmbiguous, lookAgain, recordOutcome, toOutcomeError } from './run.js';

const NO_MERGE =
  'Set that again in the web app. Unless a colleague removed it just now, this tenant replaces a journey whole: set dialect.journeyPut to replace in limio.config';

/** Carries out one change of a promo code or journey: re-check, write, read back, one outcome. */
export async function writeObject(run: ApplyRun, change: Change): Promise<void> {
  if (!beginChange(run, change)) return;
  const rechecked = await recheckChange(run, change);
  if (rechecked === undefined) return;

  const { last, failure } = await send(run, change, rechecked.fresh);
  if (failure === undefined) {
    const back = await readBack(run, change, VERIFY_PAUSES_MS);
    if (back.state === 'after') recordWritten(run, change, last, back.fresh);
    else recordUnverified(run, change, back);
    return;
  }
  const error = toOutcomeError(failure.thrown);
  const ambiguous = isAmbiguous(failure.thrown);
  if (failure.decision && !ambiguous) return recordOutcome(run, change, failure.decision.status, failure.decision.rest);
  // A create may not be repeated, so even a refusal is looked at: the refused call can be the
  // client's second try of one that worked, or the second of two calls that make the object.
  if (!ambiguous && change.action !== 'create') return recordOutcome(run, change, 'failed', { error });
  const back = await readBack(run, change, ambiguous ? VERIFY_PAUSES_MS : LOOK_ONCE);
  if (back.state === 'after') return recordWritten(run, change, last, back.fresh);
  const left =
    back.state === 'unreadable'
      ? ' It could not be read afterwards, so it may have been written.'
      : back.state === 'other'
        ? ' It was left half written.'
        : '';
  const hint = ambiguous ? { hint: lookAgain(run) } : {};
  recordOutcome(run, change, 'failed', { error: { ...error, ...hint, message: `${error.message}${left}` } });
}

interface Sent {
  /** As read before the last attempt. */
  last: LiveResource | undefined;
  /** `decision`: what a look decided, so that nothing was sent, or nothing more. */
  failure?: { thrown: unknown; decision?: Decision };
}

/** Every attempt is of the object as it is after all else that takes time: journal, token, pauses. */
async function send(run: ApplyRun, change: Change, fresh: LiveResource | undefined): Promise<Sent> {
  let last = fresh;
  let decided: Decision | undefined;
  const reread = async (): Promise<LiveResource | undefined> => {
    const { fresh: now, decision } = await lookAtHead(run, change);
    if (decision === undefined) return (last = now);
    decided = decision;
    throw new LimioError({
      code: 'BLOCKED',
      message: decision.rest.error?.message ?? `${change.address} is as planned already.`,
    });
  };
  try {
    await driverOf(run, change).write?.(journalWrites(run, [change.address]), change, fresh, reread);
    return { last };
  } catch (thrown) {
    const decision = decided ?? decideGivenUp(run, thrown);
    return { last, failure: { thrown, ...(decision ? { decision } : {}) } };
  }
}

/** All that was planned is there; what was there beside it must be so still. */
function recordWritten(
  run: ApplyRun,
  change: Change,
  was: LiveResource | undefined,
  is: LiveResource | undefined,
): void {
  const lost = was && is ? listLostFields(change, was.body, is.body) : [];
  if (lost.length === 0) return recordOutcome(run, change, 'done');
  const wasMerged = change.kind === 'journey' && run.context.dialect.journeyPut === 'merge';
  const hint = wasMerged
    ? NO_MERGE
    : 'Unless a colleague removed that just now, set it again in the web app, and declare it: what is declared is looked after';
  recordOutcome(run, change, 'unverified', {
    error: {
      code: 'UNVERIFIED',
      message: `${change.address} is as planned, and lost what no file declares: ${describeFields(lost)}.`,
      hint,
    },
    differences: lost,
  });
  if (wasMerged)
    run.halt ??= {
      code: 'BLOCKED',
      message: `Not sent: the tenant may save journeys whole, as ${change.address} showed.`,
      hint,
    };
}

/**
 * Top-level fields that a change does not speak of, which the object had just before its write and
 * has no more. A write that replaces an object whole carries them, and a tenant may drop them all the
 * same. Another value is no loss: a colleague may have set it since.
 */
export function listLostFields({ before = {}, after = {} }: Change, was: JsonObject, is: JsonObject): FieldChange[] {
  return Object.entries(was).flatMap(([key, value]): FieldChange[] => {
    if (Object.hasOwn(before, key) || Object.hasOwn(after, key)) return [];
    return isNothing(value) || !isNothing(getOwn(is, key))
      ? []
      : [{ path: formatPointer([key]), before: value, show: 'value' }];
  });
}

function isNothing(value: Json | undefined): boolean {
  return value === undefined || value === null;
}
