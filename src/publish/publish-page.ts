import { isAmbiguous, LimioError } from '../errors/errors.js';
import type { Clock } from '../model/async.js';
import type { Dialect } from '../model/dialect.js';
import type { BuildTicket, LiveApi } from '../model/live-api.js';
import type { EventSink, OutcomeError, PageOutcome } from '../model/outcome.js';
import type { PublishPage } from '../model/plan.js';
import {
  createRouteState,
  describeCallFailure,
  describeRoute,
  describeWholePage,
  type Ending,
  foldAnswer,
  type ResumePlace,
  type RouteState,
} from './page-outcome.js';

export interface PublishContext extends ResumePlace {
  api: Pick<LiveApi, 'startBuild' | 'publish'>;
  clock: Clock;
  emit: EventSink;
  dialect: Pick<Dialect, 'publish'>;
  /** Aborted: calls in flight are finished, no build and no attempt is started. */
  signal?: AbortSignal;
  /** Why a page may not be built, from the tenant as it is just before; always built when absent. */
  checkPage?: (page: PublishPage) => Promise<OutcomeError | undefined>;
  /** One build for all pages instead of one for each; one broken page then fails them all. */
  batch?: boolean;
  /** Pages in flight at the same time; 4 when absent. */
  concurrency?: number;
}

/**
 * How long the builds of this run took. A build has no status (API reference, section 7): only a page
 * that went live proves that its own build is finished.
 */
export interface BuildTimes {
  slowestMs?: number;
}

/** What the pages of one run share. */
export interface PageQueue {
  times: BuildTimes;
  /** Runs the work of one page after that of another. */
  takeTurn: <T>(work: () => Promise<T>) => Promise<T>;
  /** One build for all; each page has its own when absent. */
  build?: (() => Promise<BuildTicket>) | undefined;
}

/** Answers of the new-route trap in a row that settle a route, once its build had enough time. */
const SETTLED_AFTER = 5;

/** Builds one page, then repeats its publish until every route is live or the attempts are used up. */
export async function publishPage(
  page: PublishPage,
  context: PublishContext,
  { times, takeTurn, build }: PageQueue,
): Promise<PageOutcome[]> {
  if (page.tags.length === 0) {
    return describeWholePage(page, 'none', {
      status: 'skipped',
      code: 'PAGE_UNTAGGED',
      reason: 'The page has no tag, so it has no URL and cannot be published',
      hint: `Give the page a tag in the Page Builder, then run: ${context.resumeCommand}`,
    });
  }
  // In turn, so that nothing is read for another page between the check of this one and its build.
  const started = await takeTurn(() => checkAndBuild(page, context, build));
  if ('stopped' in started) return describeWholePage(page, 'none', started.stopped);
  const outcomes = await repeatPublish(page, started.ticket, context, { times, startedAt: started.startedAt });
  // One live route proves the build, whatever keeps the others.
  const built = outcomes.some(({ status }) => status === 'live') ? 'finished' : 'accepted';
  return outcomes.map((outcome) => ({ ...outcome, build: built }));
}

async function checkAndBuild(
  page: PublishPage,
  context: PublishContext,
  build: () => Promise<BuildTicket> = () => startBuild(page.buildItems, context),
): Promise<{ ticket: BuildTicket; startedAt: number } | { stopped: Ending }> {
  if (context.signal?.aborted) return { stopped: { status: 'skipped', ...describeInterruption(context) } };
  const obstacle = await context.checkPage?.(page);
  if (obstacle) {
    const { code, message, hint } = obstacle;
    return { stopped: { status: 'failed', code, reason: message, ...(hint && { hint }) } };
  }
  context.emit({ type: 'build-start', page: page.path, items: page.buildItems });
  const startedAt = context.clock.now();
  try {
    return { ticket: await build(), startedAt };
  } catch (thrown) {
    return { stopped: describeCallFailure('build', thrown, context) };
  }
}

/** Repeated once when its answer is lost: a second build of the same page harms nothing. */
export async function startBuild(items: readonly string[], { api }: PublishContext): Promise<BuildTicket> {
  try {
    return await api.startBuild(items);
  } catch (thrown) {
    if (!isAmbiguous(thrown)) throw thrown;
    return api.startBuild(items);
  }
}

type RouteOutcome = Omit<PageOutcome, 'build'>;

/**
 * `success:true` proves nothing: a route is live when it is in `published` and not in `omitted` (API
 * reference, section 7). The first attempt is made at once: an unfinished build answers that the route
 * is omitted.
 */
async function repeatPublish(
  page: PublishPage,
  ticket: BuildTicket,
  context: PublishContext,
  { times, startedAt }: { times: BuildTimes; startedAt: number },
): Promise<RouteOutcome[]> {
  const { api, clock, emit, dialect, signal } = context;
  const { attempts, intervalMs } = dialect.publish;
  const request = { tags: page.tags, buildId: ticket.id, name: page.name };
  let states = page.routes.map(createRouteState);
  let lastError: unknown;
  let answerLost = false;
  let made = 0;
  const end = (outcomes: RouteOutcome[]): RouteOutcome[] => (answerLost ? outcomes.map(admitDoubt) : outcomes);
  const endAll = (ending: Ending): RouteOutcome[] => end(endAlike(page, states, made, ending, context));
  while (made < attempts) {
    if (made > 0) await pause(context, intervalMs);
    if (signal?.aborted) return endAll({ status: 'omitted', ...describeInterruption(context) });
    made += 1;
    const waitingFor = states.filter(({ live }) => !live).map(({ route }) => route);
    emit({ type: 'publish-attempt', page: page.path, attempt: made, attempts, waitingFor });
    try {
      const answer = await api.publish(request);
      lastError = undefined;
      const hadTime = times.slowestMs !== undefined && clock.now() - startedAt >= times.slowestMs;
      states = states.map((state) => foldAnswer(state, answer, hadTime));
    } catch (thrown) {
      if (!isTransient(thrown)) return endAll(describeCallFailure('publish', thrown, context));
      lastError = thrown;
      answerLost ||= isAmbiguous(thrown);
    }
    if (states.every(({ live }) => live)) {
      times.slowestMs = Math.max(times.slowestMs ?? 0, clock.now() - startedAt);
      break;
    }
    if (isSettled(states)) break;
  }
  if (lastError !== undefined) return endAll(describeCallFailure('publish', lastError, context));
  return end(states.map((state) => describeRoute(page, state, made, context)));
}

/** A publish whose answer was lost may have succeeded, whatever later ones said. */
function admitDoubt(outcome: RouteOutcome): RouteOutcome {
  if (outcome.reason === undefined) return outcome;
  const reason = outcome.reason.replace(/\.$/, '');
  return { ...outcome, reason: `${reason}. The answer to one publish was lost, so it may be live anyway` };
}

/**
 * An unfinished build and a route that was never published give the same answer. A route counts as never
 * published once this build had as long as the slowest one that went live in this run, and the tenant
 * has repeated the answer five times since.
 */
function isSettled(states: readonly RouteState[]): boolean {
  return states.every(({ live, neverPublishedInARow }) => live || neverPublishedInARow >= SETTLED_AFTER);
}

/** Publishing again is harmless, so trouble that may pass costs one attempt only. */
function isTransient(thrown: unknown): boolean {
  if (!(thrown instanceof LimioError)) return false;
  const { status } = thrown.details;
  if (typeof status === 'number') return status >= 500 || status === 429 || status === 408;
  return ['NETWORK', 'TIMEOUT', 'HTTP_RATE_LIMITED', 'HTTP_BAD_BODY'].includes(thrown.code);
}

async function pause({ clock, signal }: PublishContext, intervalMs: number): Promise<void> {
  try {
    await clock.sleep(intervalMs, signal);
  } catch (thrown) {
    if (!signal?.aborted) throw thrown;
  }
}

function describeInterruption({ resumeCommand }: ResumePlace): Omit<Ending, 'status'> {
  return {
    code: 'INTERRUPTED',
    reason: 'The run was interrupted before the page was live',
    hint: `To resume, run: ${resumeCommand}`,
  };
}

/** Routes that are live already stay so. */
function endAlike(
  page: PublishPage,
  states: readonly RouteState[],
  made: number,
  ending: Ending,
  context: PublishContext,
): RouteOutcome[] {
  return states.map((state) =>
    state.live ? describeRoute(page, state, made, context) : { path: page.path, route: state.route, ...ending },
  );
}
