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
