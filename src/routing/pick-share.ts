import type { Landing, Share } from './journey-model.js';

/** The shares that a visitor may get: with a number in [0, 1) the one whose stretch holds it, in order. */
export function pickShares({ shares }: Landing, split: number | undefined): readonly Share[] {
  if (split === undefined) return shares.filter(({ percent, tag }) => percent > 0 || tag === null);
  let end = 0;
  for (const share of shares) {
    end += share.percent;
    if (split * 100 < end) return [{ ...share, percent: 100 }];
  }
  // Rounding may leave the sum a hair below 100.
  const last = shares.findLast(({ percent }) => percent > 0);
  return last ? [{ ...last, percent: 100 }] : [];
}
