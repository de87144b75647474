import type { Json } from '../model/json.js';
import type { Condition, Journey, ListType, SingleType } from './routing.js';

/**
 * What a set of conditions can tell apart about visitors. Values that stand in the same conditions
 * behave alike and share one state. Letter case counts; what the reference leaves open has
 * dimensions of its own, so that old and new routing are compared under one reading of it.
 */
export type Dimension =
  /** State 0: any other value, or none; state `i + 1`: one of `groups[i]`. */
  | { form: 'single'; type: SingleType; groups: readonly (readonly string[])[] }
  /** Of the values a visitor has: state 0 none, 1 all (of segments and labels: some), 2 some but not all. */
  | { form: 'list'; type: ListType; values: readonly string[] }
  /** State 1: the raw condition holds. */
  | { form: 'raw'; raw: Json }
  /** State 0: of several values in one condition any is enough, 1: all must be there. */
  | { form: 'reading'; type: ListType };

/** Of each dimension the states that are allowed, as bits. None is ever empty. */
export type Region = readonly bigint[];

/** `any` holds in any of the states; `several` needs all dimensions, or any one, as `reading` says. */
export type Test =
  | { form: 'any'; parts: readonly { at: number; states: bigint }[] }
  | { form: 'several'; parts: readonly number[]; reading: number };

export interface VisitorSpace {
  dimensions: readonly Dimension[];
  everybody: Region;
  /** Of a condition of these journeys. */
  getTest(condition: Condition): Test;
  /** A region says the country: for each state of the dimension `region` those of `country` that it allows. */
  link?: { region: number; country: number; countries: readonly bigint[] };
}

const NEVER: Test = { form: 'any', parts: [] };

/** The partition of visitors that the conditions of these journeys induce. */
export function buildVisitorSpace(journeys: readonly Journey[]): VisitorSpace {
  const all = journeys
    .flatMap(({ branches }) => branches.flatMap((branch) => branch.conditions))
    .map((condition) => ({ condition, key: keyOfCondition(condition) }));
  const conditions = [...new Map(all.map(({ condition, key }) => [key, condition])).values()];
  const dimensions: Dimension[] = [];
  const tests = new Map<string, Test>();
  for (const type of new Set(conditions.flatMap((condition) => (condition.form === 'raw' ? [] : [condition.type])))) {
    const same = conditions.filter(
      (condition): condition is Exclude<Condition, { form: 'raw' }> =>
        condition.form !== 'raw' && condition.type === type,
    );
    const groups = groupValues(same, type === 'region');
    for (const [key, test] of isSingle(same[0])
      ? addSingle(dimensions, same, groups)
      : addLists(dimensions, same, groups))
      tests.set(key, test);
  }
  for (const condition of conditions) {
    if (condition.form !== 'raw') continue;
    dimensions.push({ form: 'raw', raw: condition.raw });
    tests.set(keyOfCondition(condition), { form: 'any', parts: [{ at: dimensions.length - 1, states: 0b10n }] });
  }
  const link = linkRegions(dimensions);
  const byCondition = new Map(all.map(({ condition, key }) => [condition, tests.get(key) ?? NEVER]));
  return {
    dimensions,
    everybody: dimensions.map((dimension) => (1n << BigInt(countStates(dimension))) - 1n),
    getTest: (condition) => byCondition.get(condition) ?? NEVER,
    ...(link ? { link } : {}),
  };
}

/** Equal for conditions that ask the same, whatever the order of their values. */
export function keyOfCondition(condition: Condition): string {
  return condition.form === 'raw'
    ? `raw ${condition.key}`
    : JSON.stringify([condition.type, ...[...condition.values].sort()]);
}

function countStates(dimension: Dimension): number {
  if (dimension.form === 'single') return dimension.groups.length + 1;
  return dimension.form === 'list' && dimension.values.length > 1 && canBeSome(dimension.type) ? 3 : 2;
}

type Typed = Exclude<Condition, { form: 'raw' }>;

function isSingle(condition: Typed | undefined): condition is Extract<Condition, { form: 'single' }> {
  return condition?.form === 'single';
}

/** Of segments and labels one is enough; of parameters and cookies the reference does not say. */
function canBeSome(type: ListType): boolean {
  return type === 'query' || type === 'cookie';
}

function groupValues(conditions: readonly Typed[], byCountry: boolean): string[][] {
  const uses = new Map<string, number[]>();
  conditions.forEach(({ values }, i) => {
    for (const value of values) {
      const known = uses.get(value);
      if (known) known.push(i);
      else uses.set(value, [i]);
    }
  });
  const groups = new Map<string, string[]>();
  for (const [value, list] of uses) {
    const key = `${list.join()} ${byCountry ? countryOf(value) : ''}`;
    const group = groups.get(key);
    if (group) group.push(value);
    else groups.set(key, [value]);
  }
  return [...groups.values()];
}

function addSingle(dimensions: Dimension[], conditions: readonly Typed[], groups: string[][]): [string, Test][] {
  const [first] = conditions;
  if (!isSingle(first)) return [];
  const at = dimensions.push({ form: 'single', type: first.type, groups }) - 1;
  return conditions.map((condition) => {
    const states = groups.reduce(
      (bits, [value = ''], i) => (condition.values.has(value) ? bits | (1n << BigInt(i + 1)) : bits),
      0n,
    );
    return [keyOfCondition(condition), { form: 'any', parts: states === 0n ? [] : [{ at, states }] }];
  });
}

function addLists(dimensions: Dimension[], conditions: readonly Typed[], groups: string[][]): [string, Test][] {
  const [first] = conditions;
  if (first?.form !== 'list') return [];
  const { type } = first;
  const start = dimensions.length;
  for (const values of groups) dimensions.push({ form: 'list', type, values });
  const isOpen = canBeSome(type) && conditions.some(({ values }) => values.size > 1);
  const reading = isOpen ? dimensions.push({ form: 'reading', type }) - 1 : -1;
  return conditions.map((condition) => {
    const parts = groups.flatMap(([value = ''], i) => (condition.values.has(value) ? [start + i] : []));
    const test: Test =
      isOpen && condition.values.size > 1
        ? { form: 'several', parts, reading }
        : { form: 'any', parts: parts.map((at) => ({ at, states: 0b10n })) };
    return [keyOfCondition(condition), test];
  });
}

function linkRegions(dimensions: readonly Dimension[]): VisitorSpace['link'] {
  const find = (type: SingleType) => dimensions.findIndex((one) => one.form === 'single' && one.type === type);
  const [region, country] = [dimensions[find('region')], dimensions[find('country')]];
  if (region?.form !== 'single' || country?.form !== 'single') return undefined;
  const countries = region.groups.map(([value = '']) => {
    const code = countryOf(value);
    if (code === '') return -1n;
    return 1n << BigInt(country.groups.findIndex((group) => group.includes(code)) + 1);
  });
  return { region: find('region'), country: find('country'), countries: [-1n, ...countries] };
}

/** `DE` of `DE-BY`; empty for what is no region of ISO 3166-2. */
export function countryOf(region: string): string {
  return /^([A-Z]{2})-/i.exec(region)?.[1] ?? '';
}
