import type { Journey, RoutingWorld } from './journey-model.js';
import type { Verdict } from './judge-condition.js';
import { DEFAULT_START, normaliseHost, normalisePath } from './normalise-place.js';
import type { Visitor } from './visitor.js';

/** A journey that may intercept a visit, and why that is not certain. */
export interface Selected {
  journey: Journey;
  /**
   * `case`: the path differs from the starting point in letter case alone. `host`: journeys of other
   * domains start here as well. `rival`: another journey has the same start and host; which of them
   * wins is not known. `missing-page`: it takes the visit only if no page stands at the path.
   */
  doubts: readonly ('case' | 'host' | 'rival' | 'missing-page')[];
}

export interface Selection {
  selected: readonly Selected[];
  /** Whether some journey takes the visit. */
  intercepted: Verdict;
}

const NOBODY: Selection = { selected: [], intercepted: 'no' };

/** Starting point and domain choose the journey (API reference, section 2). */
export function selectJourneys(world: RoutingWorld, visitor: Visitor): Selection {
  const path = normalisePath(visitor.path);
  const here = listServing(world, path, visitor.host);
  if (here.length > 0)
    return {
      selected: here.map((journey) => describe(journey, here, path)),
      intercepted: here.some(({ start }) => start === path) ? 'yes' : 'maybe',
    };
  if (visitor.pageExists === true || path === DEFAULT_START) return NOBODY;
  const home = listServing(world, DEFAULT_START, visitor.host).filter(({ start }) => start === DEFAULT_START);
  if (home.length === 0) return NOBODY;
  const selected = home.map((journey) => describe(journey, home, DEFAULT_START));
  if (visitor.pageExists === false) return { selected, intercepted: 'yes' };
  return {
    selected: selected.map(({ journey, doubts }) => ({ journey, doubts: ['missing-page', ...doubts] })),
    intercepted: 'maybe',
  };
}

function describe(journey: Journey, candidates: readonly Journey[], path: string): Selected {
  if (candidates.length === 1 && journey.start === path) return { journey, doubts: [] };
  const others = candidates.filter((other) => other !== journey);
  const rival =
    others.length === 0
      ? []
      : [others.some((other) => overlap(journey, other)) ? ('rival' as const) : ('host' as const)];
  return { journey, doubts: [...(journey.start === path ? [] : ['case' as const]), ...rival] };
}

function overlap(a: Journey, b: Journey): boolean {
  return a.domains.size === 0 || b.domains.size === 0 || [...a.domains].some((domain) => b.domains.has(domain));
}

function listServing(world: RoutingWorld, path: string, host: string | undefined): readonly Journey[] {
  const journeys = world.byStart.get(path.toLowerCase()) ?? [];
  return host === undefined ? journeys : journeys.filter((journey) => servesHost(journey, host));
}

/** A domain without a port serves every port. */
export function servesHost({ domains }: Pick<Journey, 'domains'>, host: string): boolean {
  if (domains.size === 0) return true;
  // The usual case, without making texts: a million visits must not take long.
  if (domains.has(host)) return true;
  const asked = normaliseHost(host);
  return domains.has(asked) || domains.has(asked.replace(/:\d+$/, ''));
}
