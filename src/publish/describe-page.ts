import { LimioError } from '../errors/limio-error.js';
import type { PageOutcome } from '../model/outcome.js';
import type { PublishPage } from '../model/plan.js';
import type { RouteState } from './route-state.js';

const AGAIN = 'Run: limio-sync apply';

/** The outcome of a route after the last attempt. */
export function describeRoute(page: PublishPage, state: RouteState, attempts: number): PageOutcome {
  const { route } = state;
  if (state.live) return { path: page.path, route, status: 'live' };
  if (state.neverPublished) {
    return {
      path: page.path,
      route,
      status: 'omitted',
      reason: `PUBLISH_NEW_ROUTE: ${route} was never published before, and the API cannot register a new route`,
      hint: `Bulk-publish ${route} once in the Page Builder, then run: limio-sync apply`,
    };
  }
  if (state.message !== undefined) {
    return {
      path: page.path,
      route,
      status: 'failed',
      reason: `The tenant left ${route} out after ${attempts} attempts: ${state.message}`,
      hint: `Mend the page, then run: limio-sync apply`,
    };
  }
  return {
    path: page.path,
    route,
    status: 'omitted',
    reason: `PUBLISH_OMITTED: ${route} was not reported live after ${attempts} attempts; its build may still run`,
    hint: `${AGAIN}; for slow builds raise dialect.publish.attempts in limio.config.ts`,
  };
}

/** The same end for every route of a page; one line without a route for a page that has none. */
export function describeWholePage(
  page: PublishPage,
  rest: Pick<PageOutcome, 'status' | 'reason' | 'hint'>,
): PageOutcome[] {
  if (page.routes.length === 0) return [{ path: page.path, ...rest }];
  return page.routes.map((route) => ({ path: page.path, route, ...rest }));
}

/** A call that did not go through, with the role explained where that is the cause. */
export function describeCallFailure(
  what: 'build' | 'publish',
  thrown: unknown,
): Pick<PageOutcome, 'status' | 'reason' | 'hint'> {
  const said = thrown instanceof Error ? thrown.message : String(thrown);
  if (isForbidden(thrown)) {
    return {
      status: 'failed',
      reason: `The tenant refused to ${what} the page: these credentials lack the right (Editors cannot publish, Managers can). ${said}`,
      hint: `Use credentials with the Manager role, or let a Manager publish the page in Limio. ${AGAIN}`,
    };
  }
  const hint = thrown instanceof LimioError && thrown.hint !== undefined ? thrown.hint : AGAIN;
  return { status: 'failed', reason: said, hint };
}

/** A right that is lacking; credentials that are refused altogether answer otherwise. */
function isForbidden(thrown: unknown): boolean {
  if (!(thrown instanceof LimioError)) return false;
  const { status } = thrown.details;
  return status === 403 || (thrown.code === 'AUTH_REFUSED' && status === undefined);
}
