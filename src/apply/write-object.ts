import { isAmbiguous, LimioError } from '../errors/errors.js';
import { defined, formatPointer, getOwn, type JsonObject } from '../model/json.js';
import type { LiveResource } from '../model/model.js';
import { type Change, type FieldChange, isMove } from '../model/plan.js';
import { sendObject } from './journal.js';
import { describeFields } from './live-comparison.js';
import { moveObject } from './move-object.js';
import { READ_ONCE, readBack, recordUnverified, VERIFY_PAUSES_MS } from './read-back.js';
import { decideGivenUp, type Decision, readAndDecide, recheckChange } from './recheck.js';
import { type ApplyRun, beginChange, inspectHint, recordOutcome, toOutcomeError } from './run.js';

/** Writes one promo code or journey: re-check, write, read back, one outcome. Renames are in move-object.ts. */
export async function writeObject(run: ApplyRun, change: Change): Promise<void> {
  if (isMove(change)) return moveObject(run, change);
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
  // A refused creation is read back, too: the refused call can be the client's second try of one that
  // succeeded, or the second of the two calls that create an object.
  if (!ambiguous && change.action !== 'create') return recordOutcome(run, change, 'failed', { error });
  const back = await readBack(run, change, ambiguous ? VERIFY_PAUSES_MS : READ_ONCE);
  if (back.state === 'after') return recordWritten(run, change, last, back.fresh);
  const left =
    back.state === 'unreadable'
      ? ' It could not be read back, so it may have been written.'
      : back.state === 'other'
        ? ' It was only partly written.'
        : '';
  const hint = ambiguous ? { hint: inspectHint(run) } : {};
  recordOutcome(run, change, 'failed', { error: { ...error, ...hint, message: `${error.message}${left}` } });
}

interface Sent {
  /** As read before the last attempt. */
  last: LiveResource | undefined;
  /** `decision`: made before an attempt, which was not sent then. */
  failure?: { thrown: unknown; decision?: Decision };
}

/** Each attempt writes the object as it is after everything else that takes time: journal, token, pauses. */
async function send(run: ApplyRun, change: Change, fresh: LiveResource | undefined): Promise<Sent> {
  let last = fresh;
  let decided: Decision | undefined;
  const reread = async (): Promise<LiveResource | undefined> => {
    const { fresh: now, decision } = await readAndDecide(run, change);
    if (decision === undefined) return (last = now);
    decided = decision;
    const message = decision.rest.error?.message ?? `${change.address} is already as planned.`;
    throw new LimioError({ code: 'BLOCKED', message });
  };
  try {
    await sendObject(run, change, fresh, reread);
    return { last };
  } catch (thrown) {
    return { last, failure: { thrown, ...defined({ decision: decided ?? decideGivenUp(run, thrown) }) } };
  }
}

/** Every planned field is written; the fields beside them must not be lost. */
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
    ? 'Set these fields again in the web app. Unless a colleague just removed them, this tenant replaces journeys ' +
      'whole: set dialect.journeyPut to replace in limio.config'
    : 'Unless a colleague just removed these fields, set them again in the web app and declare them: ' +
      'limio-sync keeps only declared fields';
  const message = `${change.address} is as planned, but lost undeclared fields: ${describeFields(lost)}.`;
  recordOutcome(run, change, 'unverified', { error: { code: 'UNVERIFIED', message, hint }, differences: lost });
  if (!wasMerged) return;
  const halted = `Not sent: the tenant may replace journeys whole, as ${change.address} showed.`;
  run.halt ??= { code: 'BLOCKED', message: halted, hint };
}

/**
 * Undeclared top-level fields that the object had just before its write and no longer has: a tenant may
 * drop them although a write of the whole object carries them. Another value is no loss, since a
 * colleague may have set it.
 */
function listLostFields({ before = {}, after = {} }: Change, was: JsonObject, is: JsonObject): FieldChange[] {
  return Object.entries(was).flatMap(([key, value]): FieldChange[] => {
    if (Object.hasOwn(before, key) || Object.hasOwn(after, key)) return [];
    const isLost = value !== null && (getOwn(is, key) ?? null) === null;
    return isLost ? [{ path: formatPointer([key]), before: value, show: 'value' }] : [];
  });
}
