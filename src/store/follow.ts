import type { OpenRun } from '../journal/journal.js';
import type { Address } from '../model/address.js';
import type { Clock } from '../model/async.js';
import type { ApplyResult } from '../model/outcome.js';
import type { Plan } from '../model/plan.js';
import type { JournalEntry } from '../model/run.js';

/** The journal is sent on at least so often while something is written. */
const SEND_MS = 15_000;

export interface FollowRequest {
  plan: Pick<Plan, 'levels'>;
  clock: Clock;
  /** Before each write. @throws when the lock was lost. */
  guard: () => Promise<void>;
  /** Sends the record of the run to the store as it is here. */
  send: (result?: ApplyResult) => Promise<void>;
}

/**
 * A run whose record the store follows. Before the first write the store has the plan and the values before; it gets
 * the journal again before the first write of each level and at the end, and every 15 seconds in between. When the
 * store does not answer or the lock is lost, the next write is not sent.
 * @throws what `guard` and `send` throw, from `record` of a write and from `finish`.
 */
export function followRun(run: OpenRun, { plan, clock, guard, send }: FollowRequest): OpenRun {
  const levelOf = new Map<string, number>(
    plan.levels.flatMap((level, index) => level.map((one) => [one, index] as const)),
  );
  let stage: string | undefined;
  let sending: Promise<void> = Promise.resolve();
  let sentAt = clock.now();
  let isBehind = false;
  let hasFailed = false;
  const sendOn = (): Promise<void> => {
    const next = sending
      .catch(() => undefined)
      .then(async () => {
        const startedAt = clock.now();
        isBehind = false;
        try {
          await send();
          sentAt = startedAt;
          hasFailed = false;
        } catch (error) {
          isBehind = true;
          hasFailed = true;
          throw error;
        }
      });
    sending = next;
    // Whoever needs it waits for it; the timer does not.
    next.catch(() => undefined);
    return next;
  };
  const timer = setInterval(() => {
    if (isBehind && stage !== undefined && clock.now() - sentAt >= SEND_MS) void sendOn();
  }, SEND_MS / 3);
  timer.unref();
  return {
    id: run.id,
    journal: {
      async record(entry) {
        await run.journal.record(entry);
        isBehind = true;
        if (entry.step !== 'write') return;
        await guard();
        const now = nameStage(entry, levelOf);
        if (now !== stage || hasFailed || clock.now() - sentAt >= SEND_MS) {
          stage = now;
          await sendOn();
        } else await sending;
      },
    },
    async finish(result, rollback) {
      await run.finish(result, rollback);
      await sending.catch(() => undefined);
      await send(result);
    },
    close() {
      clearInterval(timer);
      return run.close();
    },
  };
}

/** Writes of one stage do not depend on each other. */
function nameStage(
  { call, on }: Extract<JournalEntry, { step: 'write' }>,
  levelOf: ReadonlyMap<string, number>,
): string {
  if (call === 'startBuild' || call === 'publish') return 'publish';
  const kind = (on[0] as Address | undefined)?.split(':')[0];
  return `${call.startsWith('delete') ? 'delete' : 'write'} ${kind} ${levelOf.get(on[0] ?? '')}`;
}
