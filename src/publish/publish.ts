import { LimioError } from '../errors/errors.js';
import { mapConcurrent } from '../model/async.js';
import type { BuildTicket } from '../model/live-api.js';
import type { PageOutcome } from '../model/outcome.js';
import type { PublishPage } from '../model/plan.js';
import {
  describeCallFailure,
  describeRoute,
  describeWholePage,
  type Ending,
  type PublishContext,
} from './page-outcome.js';
import { type BuildTimes, createBuildTimes, createRouteState, foldAnswer, type RouteState } from './route-state.js';

const DEFAULT_CONCURRENCY = 4;

/**
 * Makes pages live, each with a build of its own unless `batch` is set: one broken page fails a whole
 * batch (API reference, section 7). Answers one line a route, in the order of the pages; what the tenant
 * refuses is in the lines and not thrown.
 */
export async function publishPages(pages: readonly PublishPage[], context: PublishContext): Promise<PageOutcome[]> {
  const times = createBuildTimes();
  const build = context.batch ? shareBuild(pages, context) : undefined;
  const lines = await mapConcurrent(pages, context.concurrency ?? DEFAULT_CONCURRENCY, async (page) => {
    const outcomes = await publishPage(page, context, times, build);
    for (const outcome of outcomes) context.emit({ type: 'page-end', outcome });
    return outcomes;
  });
  return lines.flat();
}

/** One build of all pages that can be published, started when the first of them asks for it. */
function shareBuild(pages: readonly PublishPage[], context: PublishContext): () => Promise<BuildTicket> {
  const items = [...new Set(pages.filter(({ tags }) => tags.length > 0).flatMap(({ buildItems }) => buildItems))];
  let build: Promise<BuildTicket> | undefined;
  return () => (build ??= startBuild(items, context));
}

/** Answers of the new-route trap in a row that settle it, once the build had its time. */
const SETTLED_AFTER = 5;

/**
 * Builds one page and repeats its publish until every route is live or the attempts are used up.
 * `build`: a build that the page shares with others.
 */
export async function publishPage(
  page: PublishPage,
  context: PublishContext,
  times: BuildTimes,
  build: () => Promise<BuildTicket> = () => startBuild(page.buildItems, context),
): Promise<PageOutcome[]> {
  if (page.tags.length === 0) {
    return describeWholePage(page, 'none', {
      status: 'skipped',
      code: 'PAGE_UNTAGGED',
      reason: 'The page has no tag, so it has no URL and cannot be published',
      hint: `Give the page a tag in the Page Builder, then run: ${context.again}`,
    });
  }
  if (context.signal?.aborted)
    return describeWholePage(page, 'none', { status: 'skipped', ...describeInterruption(context) });
  context.emit({ type: 'build-start', page: page.path, items: page.buildItems });
  const startedAt = context.clock.now();
  let ticket: BuildTicket;
  try {
    ticket = await build();
  } catch (thrown) {
    return describeWholePage(page, 'none', describeCallFailure('build', thrown, context));
  }
  const outcomes = await repeatPublish(page, ticket, context, { times, startedAt });
  // One route from this build proves the build, whatever keeps the others.
  const built = outcomes.some(({ status }) => status === 'live') ? 'finished' : 'accepted';
  return outcomes.map((outcome) => ({ ...outcome, build: built }));
}

/** A call whose answer was lost is made once more: a second build of the same page harms nothing. */
export async function startBuild(items: readonly string[], { api }: PublishContext): Promise<BuildTicket> {
  try {
    return await api.startBuild(items);
  } catch (thrown) {
    if (!(thrown instanceof LimioError) || thrown.details['ambiguous'] !== true) throw thrown;
    return api.startBuild(items);
  }
}

/**
 * `success:true` proves nothing; a route is live when it stands in `published` and not in `omitted`
 * (API reference, section 7). The first attempt comes at once: a build that is not finished answers
 * with the route left out.
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
  while (made < attempts) {
    if (made > 0) await pause(context, intervalMs);
    if (signal?.aborted) return admitDoubt(endInterrupted(page, states, made, context), answerLost);
    made += 1;
    const waitingFor = states.filter(({ live }) => !live).map(({ route }) => route);
    emit({ type: 'publish-attempt', page: page.path, attempt: made, attempts, waitingFor });
    try {
      const answer = await api.publish(request);
      lastError = undefined;
      const hadTime = times.hadAsLong(clock.now() - startedAt);
      states = states.map((state) => foldAnswer(state, answer, hadTime));
    } catch (thrown) {
      if (!mayPass(thrown)) return admitDoubt(endFailed(page, states, made, thrown, context), answerLost);
      lastError = thrown;
      answerLost ||= thrown instanceof LimioError && thrown.details['ambiguous'] === true;
    }
    if (states.every(({ live }) => live)) {
      times.noteFinished(clock.now() - startedAt);
      break;
    }
    if (isSettled(states)) break;
  }
  const outcomes =
    lastError === undefined
      ? states.map((state) => describeRoute(page, state, made, context))
      : endFailed(page, states, made, lastError, context);
  return admitDoubt(outcomes, answerLost);
}

/** A publish whose answer was lost may have gone through, whatever a later one was told. */
function admitDoubt(outcomes: RouteOutcome[], answerLost: boolean): RouteOutcome[] {
  if (!answerLost) return outcomes;
  return outcomes.map((outcome) =>
    outcome.reason === undefined
      ? outcome
      : {
          ...outcome,
          reason: `${outcome.reason.replace(/\.$/, '')}. The answer to one publish was lost, so it may be live all the same`,
        },
  );
}

/**
 * An unfinished build and a route that was never published look alike. They are told apart without
 * using up the attempts when this build has had as long as the slowest page of the run that went
 * live needed, and the tenant has said the same five more times since.
 */
function isSettled(states: readonly RouteState[]): boolean {
  return states.every(({ live, neverPublishedInARow }) => live || neverPublishedInARow >= SETTLED_AFTER);
}

/** Publishing again is harmless, so what may be a passing trouble costs an attempt and no more. */
function mayPass(thrown: unknown): boolean {
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

type RouteOutcome = Omit<PageOutcome, 'build'>;

function describeInterruption({ again }: PublishContext): Omit<Ending, 'status'> {
  return { code: 'INTERRUPTED', reason: 'The run was interrupted before the page was live', hint: `Run: ${again}` };
}

function endInterrupted(
  page: PublishPage,
  states: readonly RouteState[],
  made: number,
  context: PublishContext,
): RouteOutcome[] {
  return endAlike(page, states, made, { status: 'omitted', ...describeInterruption(context) }, context);
}

function endFailed(
  page: PublishPage,
  states: readonly RouteState[],
  made: number,
  thrown: unknown,
  context: PublishContext,
): RouteOutcome[] {
  return endAlike(page, states, made, describeCallFailure('publish', thrown, context), context);
}

/** Routes that were live before stay so. */
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
