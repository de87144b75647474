import type { Branch } from './routing.js';
import type { Region, Test, VisitorSpace } from './visitor-space.js';

/**
 * The remaining budget of a comparison: conditions can distinguish exponentially many visitors. Evaluating a test
 * costs 1, splitting a region as many as it has dimensions. Below 0 the comparison stops.
 */
export interface Effort {
  left: number;
}

/** The least cost of a split. */
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

/** The parts of a region that match none of the branches. */
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

/** Whether a branch matches nobody in a region. Checked before splitting, because most branches match nobody. */
export function misses(
  space: VisitorSpace,
  region: Region,
  { conditions }: Pick<Branch, 'conditions'>,
  effort: Effort,
): boolean {
  effort.left -= 1;
  if (effort.left < 0) return false;
  for (const condition of conditions) if (evaluateRegion(region, space.getTest(condition)) === false) return true;
  return false;
}

function* splitByTest(space: VisitorSpace, region: Region, test: Test, effort: Effort): Generator<Part> {
  effort.left -= 1;
  if (effort.left < 0) return;
  const verdict = evaluateRegion(region, test);
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

/** Whether a test holds for all of a region (true), for none of it (false), or how to split the region to decide. */
function evaluateRegion(region: Region, test: Test): boolean | { at: number; states: bigint } {
  return test.form === 'any' ? evaluateAny(region, test.parts) : evaluateSeveral(region, test);
}

function evaluateAny(
  region: Region,
  parts: Extract<Test, { form: 'any' }>['parts'],
): ReturnType<typeof evaluateRegion> {
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

function evaluateSeveral(
  region: Region,
  { parts, reading }: Extract<Test, { form: 'several' }>,
): ReturnType<typeof evaluateRegion> {
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

/** Undefined: nobody is left. Country and region of country must fit each other. */
function narrowRegion({ link }: VisitorSpace, region: Region, at: number, states: bigint): Region | undefined {
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

/** The states of `region` that belong to one of the allowed countries. */
export function listRegionsOf(countries: readonly bigint[], allowed: bigint): bigint {
  return countries.reduce((bits, one, i) => ((one & allowed) === 0n ? bits : bits | (1n << BigInt(i))), 0n);
}

/** Fewer disjoint regions with the same visitors. */
export function mergeRegions(space: VisitorSpace, regions: readonly Region[]): Region[] {
  let merged = regions.map((region) => hashRegion(widenLinked(space, region)));
  for (let before = Infinity; merged.length < before;) {
    before = merged.length;
    for (const at of space.dimensions.keys()) merged = mergeAlong(merged, at);
  }
  return merged.map(({ region }) => region);
}

/** `sum`: of the hashes of all parts, so that one part can be subtracted. */
interface Hashed {
  region: bigint[];
  sum: number;
}

function hashRegion(region: Region): Hashed {
  return { region: [...region], sum: region.reduce((sum, states, at) => sum + hashPart(states, at), 0) };
}

/** Whole and below 2^32, so that sums are exact. */
function hashPart(states: bigint, at: number): number {
  return Number(BigInt.asUintN(32, (states + BigInt(at + 1)) * 0x9e3779b1n * BigInt(2 * at + 1)));
}

/** Drops the restriction of regions that the countries already imply, or the other way round. */
function widenLinked({ link, everybody }: VisitorSpace, region: Region): Region {
  if (!link) return region;
  const { countries, ...at } = link;
  const [regions, allowed] = [region[at.region] ?? 0n, region[at.country] ?? 0n];
  const widened = [...region];
  const possible = listRegionsOf(countries, allowed) & (everybody[at.region] ?? 0n);
  const implied =
    countries.reduce((bits, one, i) => ((regions >> BigInt(i)) & 1n ? bits | one : bits), 0n) &
    (everybody[at.country] ?? 0n);
  if (regions === possible) widened[at.region] = everybody[at.region] ?? 0n;
  else if (allowed === implied) widened[at.country] = everybody[at.country] ?? 0n;
  return widened;
}

/** Joins regions that differ in only this dimension. */
function mergeAlong(regions: readonly Hashed[], at: number): Hashed[] {
  const first = regions[0]?.region[at];
  if (regions.every(({ region }) => region[at] === first) && regions.length > 1) return [...regions];
  const merged = new Map<number, Hashed[]>();
  for (const one of regions) {
    const key = one.sum - hashPart(one.region[at] ?? 0n, at);
    const alike = merged.get(key) ?? [];
    merged.set(key, alike);
    const twin = alike.find((other) => other.region.every((states, i) => i === at || states === one.region[i]));
    if (twin) {
      twin.region[at] = (twin.region[at] ?? 0n) | (one.region[at] ?? 0n);
      twin.sum = key + hashPart(twin.region[at] ?? 0n, at);
    } else alike.push(one);
  }
  return [...merged.values()].flat();
}

/** Whether disjoint regions contain everybody. */
export function holdEverybody(space: VisitorSpace, regions: readonly Region[]): boolean {
  return regions.reduce((sum, region) => sum + countCells(space, region), 0n) === countCells(space, space.everybody);
}

/** The number of combinations of states in a region, only those whose country and region fit each other. */
function countCells({ link }: VisitorSpace, region: Region): bigint {
  const product = region.reduce(
    (cells, states, at) => (at === link?.region || at === link?.country ? cells : cells * countBits(states)),
    1n,
  );
  if (!link) return product;
  const [regions, countries] = [region[link.region] ?? 0n, region[link.country] ?? 0n];
  return (
    product *
    link.countries.reduce(
      (pairs, allowed, i) => ((regions >> BigInt(i)) & 1n ? pairs + countBits(allowed & countries) : pairs),
      0n,
    )
  );
}

function countBits(states: bigint): bigint {
  return BigInt(states.toString(2).replaceAll('0', '').length);
}
