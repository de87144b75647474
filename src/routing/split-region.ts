import type { Branch } from './journey-model.js';
import type { Region, Test, VisitorSpace } from './visitor-space.js';

/**
 * How much may be done: conditions can tell exponentially many visitors apart. To look at a test
 * takes 1, to split a region as much as it has dimensions. Below 0: it was not enough.
 */
export interface Effort {
  left: number;
}

/** Regions of few dimensions are not for nothing either. */
const LEAST_SPLIT = 100;

export interface Part {
  region: Region;
  holds: boolean;
}

/** The parts of a region in which all conditions of a branch hold, and those in which one does not. */
export function* splitByBranch(
  space: VisitorSpace,
  region: Region,
  { conditions }: Pick<Branch, 'conditions'>,
  effort: Effort,
  from = 0,
): Generator<Part> {
  const condition = conditions[from];
  if (condition === undefined) {
    yield { region, holds: true };
    return;
  }
  for (const part of splitByTest(space, region, space.getTest(condition), effort)) {
    if (part.holds) yield* splitByBranch(space, part.region, { conditions }, effort, from + 1);
    else yield part;
  }
}

/** The parts of a region that none of the branches takes. */
export function* subtractBranches(
  space: VisitorSpace,
  from: Region,
  branches: readonly Branch[],
  effort: Effort,
): Generator<Region> {
  // No recursion: there may be thousands of branches.
  const open = [{ region: from, next: 0 }];
  for (let one = open.pop(); one; one = open.pop()) {
    const { region } = one;
    let { next } = one;
    let branch = branches[next];
    while (branch && misses(space, region, branch, effort)) {
      next += 1;
      branch = branches[next];
    }
    if (!branch) yield region;
    else
      for (const part of splitByBranch(space, region, branch, effort))
        if (!part.holds) open.push({ region: part.region, next: next + 1 });
  }
}

/** Whether a branch takes nobody of a region, as most do. */
export function misses(
  space: VisitorSpace,
  region: Region,
  { conditions }: Pick<Branch, 'conditions'>,
  effort: Effort,
): boolean {
  effort.left -= 1;
  if (effort.left < 0) return false;
  for (const condition of conditions) if (judgeRegion(region, space.getTest(condition)) === false) return true;
  return false;
}

function* splitByTest(space: VisitorSpace, region: Region, test: Test, effort: Effort): Generator<Part> {
  effort.left -= 1;
  if (effort.left < 0) return;
  const verdict = judgeRegion(region, test);
  if (typeof verdict === 'boolean') {
    yield { region, holds: verdict };
    return;
  }
  effort.left -= Math.max(region.length, LEAST_SPLIT);
  for (const states of [verdict.states, ~verdict.states]) {
    const half = narrowRegion(space, region, verdict.at, states);
    if (half) yield* splitByTest(space, half, test, effort);
  }
}

/** Whether a test holds all over a region, nowhere in it, or by which states it has to be split first. */
function judgeRegion(region: Region, test: Test): boolean | { at: number; states: bigint } {
  return test.form === 'any' ? judgeAny(region, test.parts) : judgeSeveral(region, test);
}

function judgeAny(region: Region, parts: Extract<Test, { form: 'any' }>['parts']): ReturnType<typeof judgeRegion> {
  let open: { at: number; states: bigint } | undefined;
  for (const part of parts) {
    const allowed = region[part.at] ?? 0n;
    if ((allowed & ~part.states) === 0n) return true;
    if ((allowed & part.states) !== 0n) open ??= part;
  }
  return open ?? false;
}

const NONE = 0b1n;
const ALL = 0b10n;
const SOME = 0b100n;

function judgeSeveral(
  region: Region,
  { parts, reading }: Extract<Test, { form: 'several' }>,
): ReturnType<typeof judgeRegion> {
  const states = parts.map((at) => region[at] ?? 0n);
  const isMixed = states.includes(SOME) || (states.includes(ALL) && states.includes(NONE));
  if (isMixed) {
    const allowed = region[reading] ?? 0n;
    return allowed === 0b11n ? { at: reading, states: 0b1n } : allowed === 0b1n;
  }
  const open = parts.findIndex((_, i) => ![NONE, ALL].includes(states[i] ?? 0n));
  if (open === -1) return states[0] === ALL;
  return { at: parts[open] ?? 0, states: states[open] === (NONE | SOME) ? NONE : ALL };
}

/** Undefined: nobody is left. A region of a country and the country have to fit. */
export function narrowRegion({ link }: VisitorSpace, region: Region, at: number, states: bigint): Region | undefined {
  const narrowed = [...region];
  narrowed[at] = (region[at] ?? 0n) & states;
  if (link && (at === link.region || at === link.country)) {
    const within = narrowed[link.region] ?? 0n;
    const countries = link.countries.reduce(
      (bits, allowed, i) => ((within >> BigInt(i)) & 1n ? bits | allowed : bits),
      0n,
    );
    narrowed[link.country] = (narrowed[link.country] ?? 0n) & countries;
    narrowed[link.region] = within & listRegionsOf(link.countries, narrowed[link.country] ?? 0n);
  }
  return narrowed.includes(0n) ? undefined : narrowed;
}

/** The states of `region` that stand in one of these countries. */
export function listRegionsOf(countries: readonly bigint[], allowed: bigint): bigint {
  return countries.reduce((bits, one, i) => ((one & allowed) === 0n ? bits : bits | (1n << BigInt(i))), 0n);
}
