import { listRegionsOf } from './split-region.js';
import type { Region, VisitorSpace } from './visitor-space.js';

/** Disjoint regions as fewer disjoint ones that hold the same visitors. */
export function mergeRegions(space: VisitorSpace, regions: readonly Region[]): Region[] {
  let merged = regions.map((region) => hashRegion(widenLinked(space, region)));
  for (let before = Infinity; merged.length < before;) {
    before = merged.length;
    for (const at of space.dimensions.keys()) merged = mergeAlong(merged, at);
  }
  return merged.map(({ region }) => region);
}

/** With the sum of the hashes of its parts, from which that of one part can be taken. */
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

/** What a country says of regions, and a region of countries, need not be said twice. */
export function widenLinked({ link, everybody }: VisitorSpace, region: Region): Region {
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

/** Regions that differ along one dimension alone are one. */
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

/** Whether disjoint regions hold everybody. */
export function holdEverybody(space: VisitorSpace, regions: readonly Region[]): boolean {
  return regions.reduce((sum, region) => sum + countCells(space, region), 0n) === countCells(space, space.everybody);
}

/** How many combinations of states a region holds; a region of a country and the country have to fit. */
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
