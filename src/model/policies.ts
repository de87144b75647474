/** Limits of one environment beyond which a change needs a consent of its own. */
/** Who decides, by patterns as `parseIgnoreRule` reads them. `git` wins over the others. */
export interface Ownership {
  app: readonly string[];
  server: readonly string[];
  git: readonly string[];
}

export interface Policies {
  /** Percent by which the amount of a charge may move. */
  price: { maxIncrease: number; maxDecrease: number };
  /** More than `percent` of the managed objects of a kind, and at least `atLeast` of them. */
  massChange: { percent: number; atLeast: number };
}

export const DEFAULT_POLICIES: Policies = {
  price: { maxIncrease: 20, maxDecrease: 20 },
  massChange: { percent: 30, atLeast: 10 },
};

/** A time in which nothing is changed: from `fromMs` up to, not including, `toMs`. */
export interface FreezeWindow {
  /** Milliseconds since the epoch. */
  fromMs: number;
  toMs: number;
  /** As the configuration says it: `2026-11-27T00:00 to 2026-12-01T08:00 Europe/London`. */
  shown: string;
  reason: string;
}
