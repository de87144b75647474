import type { PublishAnswer } from '../model/live-api.js';

/** What the tenant last said of one route. */
export interface RouteState {
  route: string;
  live: boolean;
  /** The tenant's reason of the last answer that left the route out. */
  message?: string;
  /** The last answer was the one of the new-route trap (API reference, section 7). */
  neverPublished: boolean;
  /** Such answers in a row, counted only while the build had time enough. */
  neverPublishedInARow: number;
}

export function createRouteState(route: string): RouteState {
  return { route, live: false, neverPublished: false, neverPublishedInARow: 0 };
}

/** Takes one answer in. A route that was live once stays so: the build is the same. */
export function foldAnswer(state: RouteState, answer: PublishAnswer, hadTime: boolean): RouteState {
  if (state.live) return state;
  const { route } = state;
  const entry = answer.omitted.find((omitted) => omitted.route === route);
  if (entry === undefined && answer.published.includes(route)) return { ...createRouteState(route), live: true };
  const neverPublished = entry?.neverPublished ?? false;
  return {
    route,
    live: false,
    ...(entry?.message === undefined ? {} : { message: entry.message }),
    neverPublished,
    neverPublishedInARow: neverPublished && hadTime ? state.neverPublishedInARow + 1 : 0,
  };
}

/**
 * How long the builds of this run needed, as far as is known: a build cannot be asked (API
 * reference, section 7), only a page that went live proves that its own is finished.
 */
export interface BuildTimes {
  /** Notes a build that is proved finished, `elapsedMs` after its start. */
  noteFinished(elapsedMs: number): void;
  /** True when a build of this age had at least the time that the slowest finished one needed. */
  hadAsLong(elapsedMs: number): boolean;
}

export function createBuildTimes(): BuildTimes {
  let slowestMs: number | undefined;
  return {
    noteFinished(elapsedMs) {
      slowestMs = Math.max(slowestMs ?? 0, elapsedMs);
    },
    hadAsLong(elapsedMs) {
      return slowestMs !== undefined && elapsedMs >= slowestMs;
    },
  };
}
