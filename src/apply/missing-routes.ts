import type { OutcomeError, PageOutcome } from '../model/outcome.js';
import type { Change } from '../model/plan.js';
import { type ApplyRun, resumeHint } from './run.js';

/** Routes that the run was to make live and did not, each with its page and the reason as a clause. */
export type MissingRoutes = ReadonlyMap<string, { page: string; why: string }>;

/**
 * A route counts as live when a planned page of it is live with its own change: a page that is published without
 * its change is not the page that was reviewed. Why a page is not live does not matter.
 */
export function findMissingRoutes({ plan, outcomes }: ApplyRun, pages: readonly PageOutcome[]): MissingRoutes {
  const missing = new Map<string, { page: string; why: string }>();
  const live = new Set<string>();
  for (const page of plan.publish.pages) {
    const own = outcomes.get(`page:${page.path}`);
    const undone =
      own && own.status !== 'done' ? `${own.address} ${own.status === 'failed' ? '' : 'is '}${own.status}` : undefined;
    for (const route of page.routes) {
      const published = pages.find((one) => one.path === page.path && one.route === route);
      if (published?.status === 'live' && undone === undefined) live.add(route);
      else missing.set(route, { page: page.path, why: undone ?? published?.reason ?? 'it was not published' });
    }
  }
  for (const route of live) missing.delete(route);
  return missing;
}

/**
 * Why a journey must not be written: it is live as soon as it is saved, and would send visitors to a page that is not
 * there. Routes to which somebody consented are not asked for, since the journey got this far.
 */
export function findMissingPage(run: ApplyRun, change: Change, missing: MissingRoutes): OutcomeError | undefined {
  const consented = new Set(
    run.plan.guards
      .filter(({ code, addresses }) => code === 'ROUTE_NOT_LIVE' && addresses.includes(change.address))
      .flatMap(({ routes = [] }) => routes),
  );
  for (const route of change.routes ?? []) {
    const found = missing.get(route);
    if (!found || consented.has(route)) continue;
    const why = `this run did not make ${found.page} live there: ${found.why.replace(/\.$/, '')}.`;
    return {
      code: 'BLOCKED',
      message: `${change.address} needs a page at ${route}, but ${why}`,
      hint: resumeHint(run),
    };
  }
  return undefined;
}
