import { LimioError } from '../errors/errors.js';
import { defined } from '../model/json.js';
import type { PublishAnswer } from '../model/live-api.js';
import type { BuildStatus, PageOutcome } from '../model/outcome.js';
import type { PublishPage } from '../model/plan.js';
import { formatCommand } from '../model/text.js';

/** What the tenant last said of one route. */
export interface RouteState {
  route: string;
  live: boolean;
  /** Why the last answer omitted the route. */
  message?: string;
  /** The last answer was the one of the new-route trap (API reference, section 7). */
  neverPublished: boolean;
  /** Such answers in a row, counted only once the build had enough time. */
  neverPublishedInARow: number;
}

export function createRouteState(route: string): RouteState {
  return { route, live: false, neverPublished: false, neverPublishedInARow: 0 };
}

/** Adds one answer. A route that was live once stays live: the build is the same. */
export function foldAnswer(state: RouteState, answer: PublishAnswer, hadTime: boolean): RouteState {
  if (state.live) return state;
  const { route } = state;
  const entry = answer.omitted.find((omitted) => omitted.route === route);
  if (entry === undefined && answer.published.includes(route)) return { ...createRouteState(route), live: true };
  const neverPublished = entry?.neverPublished ?? false;
  return {
    route,
    live: false,
    ...defined({ message: entry?.message }),
    neverPublished,
    neverPublishedInARow: neverPublished && hadTime ? state.neverPublishedInARow + 1 : 0,
  };
}

/** What hints name. */
export interface ResumePlace {
  environment: string;
  /** The command that resumes after a failure. */
  resumeCommand: string;
}

/** Shared by all routes of a page that did not go live. */
export type Ending = Pick<PageOutcome, 'status' | 'code' | 'reason' | 'hint'>;

/** The outcome of a route after the last attempt. */
export function describeRoute(
  { path }: PublishPage,
  { route, live, neverPublished, message }: RouteState,
  attempts: number,
  { environment, resumeCommand }: ResumePlace,
): Omit<PageOutcome, 'build'> {
  if (live) return { path, route, status: 'live' };
  if (neverPublished) {
    const check = formatCommand('publish', '--env', environment, '--pages', path);
    return {
      path,
      route,
      status: 'omitted',
      code: 'PUBLISH_NEW_ROUTE',
      reason: `${route} was never published before, and the API cannot register a new route`,
      hint: `Bulk-publish ${route} once in the Page Builder, then check it: ${check}`,
    };
  }
  if (message !== undefined) {
    return {
      path,
      route,
      status: 'failed',
      code: 'PUBLISH_OMITTED',
      reason: `The tenant omitted ${route} after ${attempts} attempts: ${message}`,
      hint: `Fix the page, then run: ${resumeCommand}`,
    };
  }
  return {
    path,
    route,
    status: 'omitted',
    code: 'PUBLISH_OMITTED',
    reason: `${route} was not reported live after ${attempts} attempts; its build may still be running`,
    hint: `Run: ${resumeCommand}; for slow builds raise dialect.publish.attempts in limio.config.ts`,
  };
}

/** The same end for every route of a page; one line without a route for a page that has none. */
export function describeWholePage(page: PublishPage, build: BuildStatus, ending: Ending): PageOutcome[] {
  if (page.routes.length === 0) return [{ path: page.path, build, ...ending }];
  return page.routes.map((route) => ({ path: page.path, route, build, ...ending }));
}

/** A failed call, with the roles explained where a missing permission is the cause. */
export function describeCallFailure(
  what: 'build' | 'publish',
  thrown: unknown,
  { resumeCommand }: ResumePlace,
): Ending {
  const said = thrown instanceof Error ? thrown.message : String(thrown);
  if (isForbidden(thrown)) {
    const why = 'these credentials lack the permission (Editors cannot publish, Managers can)';
    return {
      status: 'failed',
      code: 'AUTH_REFUSED',
      reason: `The tenant refused to ${what} the page: ${why}. ${said}`,
      hint: `Use credentials with the Manager role, or let a Manager publish the page in Limio. Run: ${resumeCommand}`,
    };
  }
  const known = thrown instanceof LimioError ? thrown : undefined;
  const hint =
    known?.hint === undefined
      ? `Run: ${resumeCommand}`
      : `${known.hint.replace(/\.$/, '')}. Then run: ${resumeCommand}`;
  return { status: 'failed', code: known?.code ?? 'INTERNAL', reason: said, hint };
}

/** A missing permission; credentials that are refused altogether have another status. */
function isForbidden(thrown: unknown): boolean {
  if (!(thrown instanceof LimioError)) return false;
  const { status } = thrown.details;
  return status === 403 || (thrown.code === 'AUTH_REFUSED' && status === undefined);
}
