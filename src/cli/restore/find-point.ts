import { LimioError } from '../../errors/errors.js';
import type { RunHead } from '../../model/run.js';
import { formatCommand } from '../../model/text.js';
import { refuseUsage } from '../shared/error-report.js';

/** A moment in the history of an environment. */
export interface Point {
  /** For people: `2026-11-22T17:45:00.000Z`, `the end of the run …`. */
  what: string;
  /** The runs after it, oldest first. */
  later: RunHead[];
}

export interface History {
  environment: string;
  /** All kept runs of the environment, oldest first. */
  runs: readonly RunHead[];
  /** How many runs are kept; among so many of the newest none is missing. */
  keep: number;
}

/**
 * The point that `--at` names: a time, a commit that was applied, or a run.
 * @throws LimioError USAGE for a time that cannot be read, RUN_NOT_FOUND where the kept runs do not reach back so far.
 */
export function findPoint(at: string, history: History): Point {
  const whole = history.runs.slice(-history.keep);
  if (/^\d{4}-/.test(at)) return findTime(at, whole, history);
  const index = findIndex(at, whole, history);
  const run = whole[index];
  return { what: `the end of the run ${run?.id ?? at}`, later: whole.slice(index + 1) };
}

/** The start of a day is that in UTC. */
const TIME = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2}))?$/;

function findTime(at: string, runs: readonly RunHead[], history: History): Point {
  const ms = Date.parse(at);
  if (!TIME.test(at) || Number.isNaN(ms))
    throw refuseUsage(
      `"${at}" is not a date or time.`,
      'Write a date (its start in UTC), or a time with its zone: 2026-11-22, 2026-11-22T17:45:00Z',
    );
  const what = new Date(ms).toISOString();
  const isLater = (run: RunHead): boolean => timeOf(run) > ms;
  if (runs.every(isLater)) throw refuseReach(`how it was at ${what}`, history);
  return { what, later: runs.filter(isLater) };
}

/** An unreadable run has no start, but its name begins with its time: `20261122T174501123Z-…`. */
function timeOf({ id, start }: RunHead): number {
  const [, day, hour, minute, second, ms] = /^(\d{8})T(\d{2})(\d{2})(\d{2})(\d{3})Z/.exec(id) ?? [];
  const named = `${day?.replace(/^(\d{4})(\d{2})/, '$1-$2-')}T${hour}:${minute}:${second}.${ms}Z`;
  return Date.parse(start?.at ?? named);
}

/** A commit means its last apply; a run may be named by its beginning or end where only one matches. */
function findIndex(at: string, runs: readonly RunHead[], history: History): number {
  const isCommit = /^[0-9a-f]{7,64}$/.test(at);
  const applied = runs.findLastIndex(
    ({ start }) => isCommit && start?.command === 'apply' && start.commit?.startsWith(at) === true,
  );
  if (applied >= 0) return applied;
  const named = runs.flatMap(({ id }, i) => (id === at || id.startsWith(at) || id.endsWith(at) ? [i] : []));
  const [only, ...others] = named;
  if (only !== undefined && others.length === 0) return only;
  if (only !== undefined)
    throw refuseUsage(`"${at}" matches ${named.length} runs of ${history.environment}.`, 'Write more of its name.');
  throw refuseReach(isCommit ? `an apply of the commit ${at}` : `a run "${at}"`, history);
}

/** `sought` completes the sentence. */
function refuseReach(sought: string, { environment, runs, keep }: History): LimioError {
  const oldest = runs.slice(-keep)[0]?.id;
  const reach = oldest === undefined ? 'none is kept' : `the oldest is ${oldest}`;
  return new LimioError({
    code: 'RUN_NOT_FOUND',
    message: `The kept runs of ${environment} do not show ${sought}: ${reach}.`,
    hint:
      `limio-sync keeps ${keep} runs (runs.keep). To list them: ${formatCommand('runs', '--env', environment)}. ` +
      'To go further back, check out an older commit of the files and apply it.',
  });
}
