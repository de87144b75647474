import { LimioError } from '../errors/errors.js';
import type { Clock } from '../model/async.js';
import type { Dialect } from '../model/dialect.js';
import type { LiveApi } from '../model/live-api.js';
import type { BuildStatus, EventSink, PageOutcome } from '../model/outcome.js';
import type { PublishPage } from '../model/plan.js';
import { formatCommand } from '../model/text.js';
import type { RouteState } from './route-state.js';

type Place = Pick<PublishContext, 'environment' | 'again'>;

/** What is the same for every route of a page that did not become live. */
export type Ending = Pick<PageOutcome, 'status' | 'code' | 'reason' | 'hint'>;

/** The outcome of a route after the last attempt. */
export function describeRoute(
  page: PublishPage,
  state: RouteState,
  attempts: number,
  { environment, again }: Place,
): Omit<PageOutcome, 'build'> {
  const { path } = page;
  const { route } = state;
  if (state.live) return { path, route, status: 'live' };
  if (state.neverPublished) {
    return {
      path,
      route,
      status: 'omitted',
      code: 'PUBLISH_NEW_ROUTE',
      reason: `${route} was never published before, and the API cannot register a new route`,
      hint: `Bulk-publish ${route} once in the Page Builder; to make sure of it afterwards: ${formatCommand('publish', '--env', environment, '--pages', path)}`,
    };
  }
  if (state.message !== undefined) {
    return {
      path,
      route,
      status: 'failed',
      code: 'PUBLISH_OMITTED',
      reason: `The tenant left ${route} out after ${attempts} attempts: ${state.message}`,
      hint: `Mend the page, then run: ${again}`,
    };
  }
  return {
    path,
    route,
    status: 'omitted',
    code: 'PUBLISH_OMITTED',
    reason: `${route} was not reported live after ${attempts} attempts; its build may still run`,
    hint: `Run: ${again}; for slow builds raise dialect.publish.attempts in limio.config.ts`,
  };
}

/** The same end for every route of a page; one line without a route for a page that has none. */
export function describeWholePage(page: PublishPage, build: BuildStatus, ending: Ending): PageOutcome[] {
  if (page.routes.length === 0) return [{ path: page.path, build, ...ending }];
  return page.routes.map((route) => ({ path: page.path, route, build, ...ending }));
}

/** A call that did not go through, with the role explained where that is the cause. */
export function describeCallFailure(what: 'build' | 'publish', thrown: unknown, { again }: Place): Ending {
  const said = thrown instanceof Error ? thrown.message : String(thrown);
  if (isForbidden(thrown)) {
    return {
      status: 'failed',
      code: 'AUTH_REFUSED',
      reason: `The tenant refused to ${what} the page: these credentials lack the right (Editors cannot publish, Managers can). ${said}`,
      hint: `Use credentials with the Manager role, or let a Manager publish the page in Limio. Run: ${again}`,
    };
  }
  const known = thrown instanceof LimioError ? thrown : undefined;
  return { status: 'failed', code: known?.code ?? 'INTERNAL', reason: said, hint: known?.hint ?? `Run: ${again}` };
}

/** A right that is lacking; credentials that are refused altogether answer otherwise. */
function isForbidden(thrown: unknown): boolean {
  if (!(thrown instanceof LimioError)) return false;
  const { status } = thrown.details;
  return status === 403 || (thrown.code === 'AUTH_REFUSED' && status === undefined);
}

export interface PublishContext {
  api: Pick<LiveApi, 'startBuild' | 'publish'>;
  clock: Clock;
  emit: EventSink;
  dialect: Pick<Dialect, 'publish'>;
  environment: string;
  /** The command that a person types to go on. */
  again: string;
  /** Aborted: calls in flight are finished, no build and no attempt is started. */
  signal?: AbortSignal;
  /** One build for all pages instead of one for each; one broken page then fails them all. */
  batch?: boolean;
  /** Pages in flight at the same time; 4 when absent. */
  concurrency?: number;
}
