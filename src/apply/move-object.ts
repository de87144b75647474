import { isAmbiguous, LimioError } from '../errors/errors.js';
import { type JsonObject, pickKeys } from '../model/json.js';
import type { KindDriver, LiveResource, Parking } from '../model/model.js';
import { toPatch } from '../model/patch.js';
import { type Change, type Move, splitMove } from '../model/plan.js';
import { sendObject } from './journal.js';
import {
  checkComparison,
  compareMove,
  compareWithLive,
  describeFields,
  followCounts,
  type MoveSides,
  readMove,
} from './live-comparison.js';
import { READ_ONCE, type ReadBack, readBack, readFresh, recordUnverified, VERIFY_PAUSES_MS } from './read-back.js';
import { decideCheck } from './recheck.js';
import { type ApplyRun, beginChange, driverOf, recordOutcome, resumeHint, toOutcomeError } from './run.js';

/**
 * Gives an object another name, as one change. The API cannot rename, and two objects must never be live together. So
 * the new one is first written *parked*: complete, but reached by nobody. Then come two calls in a row: the old one is
 * deleted, the new one goes live. At every moment one of the two is in the tenant with all its fields, so after a crash
 * the next plan finishes the move.
 */
export async function moveObject(run: ApplyRun, move: Move): Promise<void> {
  if (!beginChange(run, move)) return;
  const driver = driverOf(run, move);
  const { removal } = splitMove(move);
  let sides: MoveSides;
  try {
    sides = await readMove(move, run.context.api, driver);
  } catch (thrown) {
    return recordOutcome(run, move, 'failed', { error: toOutcomeError(thrown) });
  }
  const decision = decideCheck(run, checkComparison(move, compareMove(move, sides, driver)));
  if (decision) return recordOutcome(run, move, decision.status, decision.rest);

  const wanted: Change = { ...move, after: buildTarget(move, sides, driver) };
  const failure = await send(run, move, wanted, sides);
  const pauses = failure && !isAmbiguous(failure.thrown) ? READ_ONCE : VERIFY_PAUSES_MS;
  const back = await readBack(run, wanted, pauses);
  const old = await readBack(run, removal, READ_ONCE);
  if (isAsWanted(move, wanted, back, driver) && old.state === 'after') return recordOutcome(run, move, 'done');
  if (!failure) return old.state === 'after' ? recordUnverified(run, wanted, back) : reportKept(run, move);
  const left =
    old.state === 'after'
      ? `${removal.address} is deleted, and ${move.address} is not live yet.`
      : `${removal.address} was not deleted.`;
  const { message, ...error } = toOutcomeError(failure.thrown);
  recordOutcome(run, move, 'failed', { error: { ...error, hint: resumeHint(run), message: `${message} ${left}` } });
}

/**
 * The whole body under the new name: every field of the old object, with the declared ones over them. What only the
 * parked form has is cleared.
 */
function buildTarget({ movedFrom, after }: Move, { old, live }: MoveSides, driver: KindDriver): JsonObject {
  const { parking } = driver;
  const isWritten = live !== undefined && parking?.isParked(live.body) === false;
  const base = old?.body ?? (isWritten ? live.body : followCounts(driver, movedFrom.body, live?.body ?? {}));
  const target = Object.fromEntries(Object.entries({ ...base, ...after }).filter(([, value]) => value !== null));
  const parked = parking?.park(target) ?? {};
  const extra = Object.keys(parked).filter((key) => !Object.hasOwn(target, key));
  return { ...target, ...(parking ? pickKeys(parking.unpark(parked), extra) : {}) };
}

/** What the server counted since: in the old object until it was deleted, in the new one since it is live. */
function follow({ after = {} }: Move, target: JsonObject, live: JsonObject, driver: KindDriver): JsonObject {
  return { ...followCounts(driver, target, live), ...after };
}

function isAsWanted(move: Move, { after = {} }: Change, back: ReadBack, driver: KindDriver): boolean {
  if (back.state === 'after' || back.state === 'unreadable' || !back.fresh) return back.state === 'after';
  const { body } = back.fresh;
  const target = follow(move, after, body, driver);
  return driver.compare(target, driver.project(body, target)).length === 0;
}

/** The calls of a move. An interruption is not looked at between them: it would leave neither object live. */
async function send(
  run: ApplyRun,
  move: Move,
  wanted: Change,
  { old, live }: MoveSides,
): Promise<{ thrown: unknown } | undefined> {
  const { removal } = splitMove(move);
  try {
    const driver = driverOf(run, wanted);
    const { parking } = driver;
    const parked = old && parking ? await writeParked(run, wanted, live, parking) : live;
    const last = old && (await deleteOld(run, removal, old));
    const after = last ? follow(move, wanted.after ?? {}, last.body, driver) : (wanted.after ?? {});
    // Only what the write of an update replaces counts, so every field is sent again.
    const update: Change = { ...wanted, action: 'update', before: {}, after, patch: toPatch({}, after) };
    await sendObject(run, update, parked);
    return undefined;
  } catch (thrown) {
    return { thrown };
  }
}

/** Nothing is deleted before the parked object is read back whole. */
async function writeParked(
  run: ApplyRun,
  wanted: Change,
  live: LiveResource | undefined,
  parking: Parking,
): Promise<LiveResource | undefined> {
  const driver = driverOf(run, wanted);
  const after = parking.park(wanted.after ?? {});
  const action = live ? 'update' : 'create';
  const parked: Change = { ...wanted, action, before: {}, after, patch: toPatch({}, after) };
  const { differences } = compareWithLive(parked, live, driver);
  if (live && differences.length === 0) return live;
  await sendObject(run, parked, live);
  const fresh = await readFresh(run, wanted);
  const lost = compareWithLive(parked, fresh, driver).differences;
  if (fresh && lost.length === 0) return fresh;
  const found = fresh ? `differs from what was sent: ${describeFields(lost)}` : 'does not exist after the write';
  throw new LimioError({ code: 'UNVERIFIED', message: `${wanted.address} ${found}.` });
}

/**
 * A lost answer is settled by reading: the new object goes live only once the old one is gone.
 * @returns the old object as it was last seen
 */
async function deleteOld(run: ApplyRun, removal: Change, old: LiveResource): Promise<LiveResource> {
  const driver = driverOf(run, removal);
  let last = old;
  const reread = async (): Promise<LiveResource | undefined> => {
    const fresh = await readFresh(run, removal);
    const { state, moved } = compareWithLive(removal, fresh, driver);
    if (state !== 'other') return ((last = fresh ?? last), fresh);
    const message = `${removal.address} changed since the plan: ${describeFields(moved)}.`;
    throw new LimioError({ code: 'STALE', message });
  };
  try {
    await sendObject(run, removal, old, reread);
  } catch (thrown) {
    if (!isAmbiguous(thrown) || (await readFresh(run, removal)) !== undefined) throw thrown;
  }
  return last;
}

function reportKept(run: ApplyRun, move: Move): void {
  const { address, movedFrom } = move;
  const message = `${movedFrom.address} still exists, although its deletion was accepted; ${address} is live, too.`;
  recordOutcome(run, move, 'unverified', {
    error: { code: 'UNVERIFIED', message, hint: resumeHint(run) },
  });
}
