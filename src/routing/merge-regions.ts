import { listRegionsOf } from './split-region.js';
import type { Region, VisitorSpace } from './visitor-space.js';

/** Disjoint regions as fewer disjoint ones that hold the same visitors. */
export function mergeRegions(space: VisitorSpace, regions: readonly Region[]): Region[] {
  let merged = regions.map((region) => widenLinked(space, region));
  for (let before = Infinity; merged.length < before; ) {
    before = merged.length;
    for (const at of space.dimensions.keys()) merged = mergeAlong(merged, at);
  }
  return merged;
}

/** What a country says of regions, and a region of countries, need not be said twice. */
export function widenLinked({ link, everybody }: VisitorSpace, region: Region): Region {
  if (!link) return region;
  const { countries, ...at } = link;
  const [regions, allowed] = [region[at.region] ?? 0n, region[at.country] ?? 0n];
  const widened = [...region];
  const possible = listRegionsOf(countries, allowed) & (everybody[at.region] ?? 0n);
  const implied = countries.reduce((bits, one, i) => ((regions >> BigInt(i)) & 1n ? bits | one : bits), 0n) & (everybody[at.country] ?? 0n);
  if (regions === possible) widened[at.region] = everybody[at.region] ?? 0n;
  else if (allowed === implied) widened[at.country] = everybody[at.country] ?? 0n;
  return widened;
}

/** Regions that differ along one dimension alone are one. */
function mergeAlong(regions: readonly Region[], at: number): Region[] {
  const merged = new Map<string, bigint[]>();
  for (const region of regions) {
    const key = region.map((states, i) => (i === at ? '' : states.toString(36))).join();
    const twin = merged.get(key);
    if (twin) twin[at] = (twin[at] ?? 0n) | (region[at] ?? 0n);
    else merged.set(key, [...region]);
  }
  return [...merged.values()];
}

/** Whether disjoint regions hold everybody. */
export function holdEverybody(space: VisitorSpace, regions: readonly Region[]): boolean {
  return regions.reduce((sum, region) => sum + countCells(space, region), 0n) === countCells(space, space.everybody);
}

/** How many combinations of states a region holds; a region of a country and the country have to fit. */
function countCells({ link }: VisitorSpace, region: Region): bigint {
  const product = region.reduce((cells, states, at) => (at === link?.region || at === link?.country ? cells : cells * countBits(states)), 1n);
  if (!link) return product;
  const [regions, countries] = [region[link.region] ?? 0n, region[link.country] ?? 0n];
  return product * link.countries.reduce((pairs, allowed, i) => ((regions >> BigInt(i)) & 1n ? pairs + countBits(allowed & countries) : pairs), 0n);
}

function countBits(states: bigint): bigint {
  return BigInt(states.toString(2).replaceAll('0', '').length);
}
