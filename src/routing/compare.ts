import { canonicalJson, getOwn, isJsonObject, type Json, type JsonObject, listAt } from '../model/json.js';
import { type Effort, mergeRegions, misses, splitByBranch, subtractBranches } from './regions.js';
import { type Branch, compileJourney, type Condition, type Journey, type Landing, NOT_INTERCEPTED } from './routing.js';
import { buildVisitorSpace, keyOfCondition, type Region, type VisitorSpace } from './visitor-space.js';

/** Visitors whose destination changes in the same way. */
export interface Shift {
  /** Disjoint; none is empty. */
  regions: readonly Region[];
  before: Landing;
  after: Landing;
}

/** What changes for the visitors of one page. */
export interface VisitorChange {
  /** Starting point; undefined: the journey names none. */
  path?: string;
  /** Only visitors of these hosts; absent: of all hosts of the journey. */
  hosts?: { only: readonly string[] } | { except: readonly string[] };
  space: VisitorSpace;
  before?: Journey;
  after?: Journey;
  /** Exactly the visitors that change; undefined: the conditions distinguish too many kinds of visitors. */
  shifts?: readonly Shift[];
}

/** Limits for one journey. */
const MOST_WORK = 2_000_000;
const MOST_REGIONS = 2_000;

interface Side {
  journey: Journey;
  /** Equal keys lead to the same destination. */
  keys: ReadonlyMap<Landing, string>;
}

/**
 * Compares the old and the new routing of one journey (typed form) for every visitor that the conditions
 * distinguish. Equal raw conditions are assumed to give the same answer on both sides. Where there is no journey
 * before or after, visitors see the page itself.
 */
export function compareRouting(
  name: string,
  { before, after }: { before?: JsonObject; after?: JsonObject },
): VisitorChange[] {
  const [old, wanted] = [before && toSide(name, before), after && toSide(name, after)];
  if (old && wanted && old.journey.start === wanted.journey.start) return compareHosts(old, wanted);
  return [...(old ? [compareSides(old, undefined)] : []), ...(wanted ? [compareSides(undefined, wanted)] : [])];
}

/** Visitors of a host that only one side serves get or lose the whole routing. */
function compareHosts(old: Side, wanted: Side): VisitorChange[] {
  const [was, will] = [old.journey.domains, wanted.journey.domains];
  const gone = was.size === 0 ? [] : [...was].filter((host) => !will.has(host));
  const fresh = will.size === 0 ? [] : [...will].filter((host) => !was.has(host));
  if (was.size === 0 && will.size > 0)
    return [compareSides(old, wanted, { only: [...will] }), compareSides(old, undefined, { except: [...will] })];
  if (will.size === 0 && was.size > 0)
    return [compareSides(old, wanted, { only: [...was] }), compareSides(undefined, wanted, { except: [...was] })];
  if (gone.length + fresh.length === 0) return [compareSides(old, wanted)];
  const kept = [...was].filter((host) => will.has(host));
  return [
    ...(kept.length > 0 ? [compareSides(old, wanted, { only: kept })] : []),
    ...(gone.length > 0 ? [compareSides(old, undefined, { only: gone })] : []),
    ...(fresh.length > 0 ? [compareSides(undefined, wanted, { only: fresh })] : []),
  ];
}

function compareSides(old: Side | undefined, wanted: Side | undefined, hosts?: VisitorChange['hosts']): VisitorChange {
  const journeys = [old, wanted].flatMap((side) => (side ? [side.journey] : []));
  const path = journeys[0]?.start;
  const space = buildVisitorSpace(journeys);
  const shifts = listShifts(space, old ?? NO_JOURNEY, wanted ?? NO_JOURNEY);
  return {
    ...(path === undefined ? {} : { path }),
    ...(hosts ? { hosts } : {}),
    space,
    ...(old ? { before: old.journey } : {}),
    ...(wanted ? { after: wanted.journey } : {}),
    ...(shifts ? { shifts } : {}),
  };
}

const NO_JOURNEY: Side = {
  journey: { name: '', domains: new Set(), branches: [], fallback: NOT_INTERCEPTED },
  keys: new Map([[NOT_INTERCEPTED, 'the page itself']]),
};

function listShifts(space: VisitorSpace, old: Side, wanted: Side): Shift[] | undefined {
  const effort: Effort = { left: MOST_WORK };
  const pair = pairSides(old, wanted);
  const found = new Map<string, { regions: Region[]; before: Landing; after: Landing }>();
  let count = 0;
  for (const { before, after, ...cell } of walk(
    space,
    { region: space.everybody, old: pair.shared, wanted: pair.shared },
    pair,
    effort,
  )) {
    // Shared leading branches are subtracted last: they matter only for visitors whose destination changes below.
    for (const region of subtractBranches(space, cell.region, old.journey.branches.slice(0, pair.shared), effort)) {
      count += 1;
      if (count > MOST_REGIONS) return undefined;
      const key = JSON.stringify([old.keys.get(before), wanted.keys.get(after)]);
      const shift = found.get(key) ?? { regions: [], before, after };
      shift.regions.push(region);
      found.set(key, shift);
    }
  }
  if (effort.left < 0) return undefined;
  return [...found.values()]
    .sort((a, b) => rankLanding(a.before) - rankLanding(b.before) || rankLanding(a.after) - rankLanding(b.after))
    .map((shift) => ({ ...shift, regions: mergeRegions(space, shift.regions) }));
}

function rankLanding({ branch }: Landing): number {
  return branch ?? Number.MAX_SAFE_INTEGER;
}

interface Pair {
  old: Side;
  wanted: Side;
  /** Number of leading branches that are the same on both sides. */
  shared: number;
  /** Whether both sides are the same from these branches on. */
  isSameFrom(old: number, wanted: number): boolean;
}

/** The position of the walk in both lists: a branch, or the end. */
interface Place {
  region: Region;
  old: number | Landing;
  wanted: number | Landing;
}

function* walk(
  space: VisitorSpace,
  start: Place,
  pair: Pair,
  effort: Effort,
): Generator<{ region: Region; before: Landing; after: Landing }> {
  // No recursion: there may be thousands of branches.
  const open = [start];
  for (let place = open.pop(); place; place = open.pop()) {
    const { region, old, wanted } = place;
    if (typeof old !== 'number' && typeof wanted !== 'number') {
      if (pair.old.keys.get(old) !== pair.wanted.keys.get(wanted)) yield { region, before: old, after: wanted };
    } else if (typeof old !== 'number' || typeof wanted !== 'number' || !pair.isSameFrom(old, wanted)) {
      open.push(...advance(space, place, pair, effort));
    }
  }
}

/** One branch further on one side. */
function advance(space: VisitorSpace, place: Place, pair: Pair, effort: Effort): Place[] {
  const side = chooseSide(place, pair);
  const { journey } = pair[side];
  const index = place[side];
  const branch = typeof index === 'number' ? journey.branches[index] : undefined;
  if (!branch) return [{ ...place, [side]: journey.fallback }];
  if (misses(space, place.region, branch, effort)) return [{ ...place, [side]: branch.index + 1 }];
  return Array.from(splitByBranch(space, place.region, branch, effort), ({ region, holds }) => ({
    ...place,
    region,
    [side]: holds ? branch.landing : branch.index + 1,
  }));
}

/** The side with more branches before it, so that equal ends meet. */
function chooseSide({ old, wanted }: Place, pair: Pair): 'old' | 'wanted' {
  if (typeof old !== 'number') return 'wanted';
  if (typeof wanted !== 'number') return 'old';
  return pair.old.journey.branches.length - old >= pair.wanted.journey.branches.length - wanted ? 'old' : 'wanted';
}

function pairSides(old: Side, wanted: Side): Pair {
  const [was, will] = [old, wanted].map((side) => [
    ...side.journey.branches.map((branch) => keyOfBranch(branch, side)),
    side.keys.get(side.journey.fallback) ?? '',
  ]);
  const [first, second] = [was ?? [], will ?? []];
  const differs = first.findIndex((key, i) => key !== second[i]);
  const least = Math.min(first.length, second.length) - 1;
  const fromEnd = first.toReversed().findIndex((key, i) => key !== second.at(-1 - i));
  const same = fromEnd === -1 ? first.length : fromEnd;
  return {
    old,
    wanted,
    shared: differs === -1 ? least : Math.min(differs, least),
    isSameFrom: (i, j) => first.length - i === second.length - j && first.length - i <= same,
  };
}

function keyOfBranch({ conditions, landing }: Branch, { keys }: Side): string {
  return JSON.stringify([[...new Set(conditions.map(keyOfCondition))].sort(), keys.get(landing)]);
}

function toSide(name: string, body: JsonObject): Side {
  const journey = compileJourney(name, body);
  return { journey, keys: keyLandings(journey, body) };
}

export interface BranchShift {
  conditions: readonly Condition[];
  /** Destination of the first branch with these conditions; undefined: no such branch. */
  before?: Landing;
  after?: Landing;
}

/**
 * Branches with a new destination, added and removed ones, matched by conditions. Less exact than `compareRouting`:
 * it ignores the order of branches.
 */
export function compareBranches(before: Journey | undefined, after: Journey | undefined): BranchShift[] {
  const [old, wanted] = [indexBranches(before), indexBranches(after)];
  return [...new Set([...old.keys(), ...wanted.keys()])].flatMap((key) => {
    const [was, will] = [old.get(key), wanted.get(key)];
    if (was && will && JSON.stringify(was.landing.shares) === JSON.stringify(will.landing.shares)) return [];
    return [
      {
        conditions: (will ?? was)?.conditions ?? [],
        ...(was ? { before: was.landing } : {}),
        ...(will ? { after: will.landing } : {}),
      },
    ];
  });
}

function indexBranches(
  journey: Journey | undefined,
): Map<string, { conditions: readonly Condition[]; landing: Landing }> {
  const rows = journey ? [...journey.branches, { conditions: [], landing: journey.fallback }] : [];
  const byKey = new Map<string, { conditions: readonly Condition[]; landing: Landing }>();
  for (const row of rows) {
    const key = JSON.stringify(row.conditions.map(keyOfCondition).sort());
    if (!byKey.has(key)) byKey.set(key, row);
  }
  return byKey;
}

/** One key per landing of a journey made from this body; equal keys lead to the same destination. */
export function keyLandings({ branches, fallback }: Journey, body: JsonObject): Map<Landing, string> {
  const elements = listAt(body, 'journeys');
  return new Map([
    [fallback, keyOfLanding(fallback, null)],
    ...branches.map(({ landing, index }) => [landing, keyOfLanding(landing, elements[index] ?? null)] as const),
  ]);
}

/** Raw actions are compared as JSON: their destination is unknown. */
function keyOfLanding({ via, shares }: Landing, branch: Json): string {
  if (shares.length === 0) return via;
  if (shares.some(({ tag }) => tag === null))
    return canonicalJson((isJsonObject(branch) && getOwn(branch, 'actions')) || null);
  const percents = new Map<string | null, number>();
  for (const { tag, percent } of shares) percents.set(tag, (percents.get(tag) ?? 0) + percent);
  return [...percents]
    .filter(([, percent]) => percent > 0)
    .map(([tag, percent]) => `${percent.toFixed(6)} ${tag}`)
    .sort()
    .join('\n');
}
