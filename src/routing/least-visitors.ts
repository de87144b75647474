import type { Branch, Condition, ListType, SingleType } from './routing.js';
import { countryOf } from './visitor-space.js';

type FactType = SingleType | ListType | 'raw';

/**
 * A visitor with the fewest facts that meet some conditions. No condition requires the absence of a fact, so every
 * visitor who meets the conditions has the facts of a least visitor and perhaps more. If branches match all least
 * visitors, they match everybody who meets the conditions. There are few least visitors, but many kinds of visitors.
 */
export interface LeastVisitor {
  /** All facts, by type of condition; of `raw`, the keys of the conditions that hold. */
  facts: ReadonlyMap<FactType, ReadonlySet<string>>;
  /** Types whose conditions require all of their values; of others one is enough. The API reference leaves it open. */
  all: ReadonlySet<ListType>;
}

/** The values to try: of values that occur in the same conditions, one is enough. */
export interface Choices {
  values: ReadonlyMap<Condition, readonly string[]>;
  /** Types with a condition of several values, where the open question matters. */
  open: readonly ListType[];
}

type Typed = Exclude<Condition, { form: 'raw' }>;
type Single = Extract<Condition, { form: 'single' }>;

export function listChoices(branches: readonly Branch[]): Choices {
  const typed = branches.flatMap(({ conditions }) => conditions).filter((one): one is Typed => one.form !== 'raw');
  const uses = new Map<string, number[]>();
  typed.forEach(({ type, values }, i) => {
    for (const value of values) {
      const key = keyOfValue(type, value);
      const known = uses.get(key);
      if (known) known.push(i);
      else uses.set(key, [i]);
    }
  });
  const alike = new Map(Array.from(uses, ([key, list]) => [key, list.join()]));
  const isOpen = (type: ListType): boolean => typed.some((one) => one.type === type && one.values.size > 1);
  return {
    values: new Map(typed.map((condition) => [condition, pickDistinct(condition, alike)])),
    open: (['query', 'cookie'] as const).filter(isOpen),
  };
}

function pickDistinct({ type, values }: Typed, alike: ReadonlyMap<string, string>): string[] {
  // A region implies its country, and conditions may require that country.
  const distinct = new Map(
    [...values]
      .toReversed()
      .map((value) => [`${alike.get(keyOfValue(type, value))} ${type === 'region' ? countryOf(value) : ''}`, value]),
  );
  return [...distinct.values()].toReversed();
}

function keyOfValue(type: string, value: string): string {
  return `${type} ${value}`;
}

/** The least visitors of conditions listed in `choices`. Empty: the conditions exclude each other. */
export function* listLeastVisitors(
  conditions: readonly Condition[],
  { values, open }: Choices,
): Generator<LeastVisitor> {
  const several = open.filter((type) =>
    conditions.some((one) => one.form === 'list' && one.type === type && one.values.size > 1),
  );
  // Branches match fewest visitors if all values are required, so "one is enough" is tried only for these conditions.
  for (const any of listSubsets(several)) {
    const all = new Set(open.filter((type) => !any.includes(type)));
    yield* choose(listDemands(conditions, values, all), 0, new Map(), all);
  }
}

/** One of these values is required; a single value must meet all `conditions`. */
interface Demand {
  type: FactType;
  options: readonly string[];
  conditions: readonly Single[];
}

function listDemands(
  conditions: readonly Condition[],
  values: Choices['values'],
  all: ReadonlySet<ListType>,
): Demand[] {
  const singles = new Map<SingleType, Single[]>();
  const demands = conditions.flatMap((condition): Demand[] => {
    if (condition.form === 'raw') return [{ type: 'raw', options: [condition.key], conditions: [] }];
    if (condition.form === 'single') {
      singles.set(condition.type, [...(singles.get(condition.type) ?? []), condition]);
      return [];
    }
    const { type } = condition;
    if (all.has(type)) return Array.from(condition.values, (value) => ({ type, options: [value], conditions: [] }));
    return [{ type, options: values.get(condition) ?? [], conditions: [] }];
  });
  const own = Array.from(singles, ([type, same]): Demand => {
    const [first, ...others] = same;
    const options = (first && values.get(first)) ?? [];
    return {
      type,
      options: options.filter((value) => others.every((other) => other.values.has(value))),
      conditions: same,
    };
  });
  // Fewest options first; the country last, because a region implies it.
  return [...own.sort((a, b) => rankSingle(a) - rankSingle(b)), ...demands];
}

function rankSingle({ type, options }: Demand): number {
  return type === 'country' ? Infinity : options.length;
}

function* choose(
  demands: readonly Demand[],
  at: number,
  facts: ReadonlyMap<FactType, ReadonlySet<string>>,
  all: ReadonlySet<ListType>,
): Generator<LeastVisitor> {
  const demand = demands[at];
  if (!demand) {
    yield { facts, all };
    return;
  }
  for (const value of listOptions(demand, facts)) {
    const more = new Map(facts).set(demand.type, new Set([...(facts.get(demand.type) ?? []), value]));
    const country = demand.type === 'region' ? countryOf(value) : '';
    if (country !== '') more.set('country', new Set([country]));
    yield* choose(demands, at + 1, more, all);
  }
}

function listOptions({ type, options, conditions }: Demand, facts: LeastVisitor['facts']): readonly string[] {
  const [implied] = (type === 'country' && facts.get(type)) || [];
  if (implied === undefined) return options;
  return conditions.every(({ values }) => values.has(implied)) ? [implied] : [];
}

function listSubsets<T>(all: readonly T[]): T[][] {
  return all.reduce<T[][]>((sets, one) => [...sets, ...sets.map((set) => [...set, one])], [[]]);
}

export function meets({ facts, all }: LeastVisitor, condition: Condition): boolean {
  const own = facts.get(condition.form === 'raw' ? 'raw' : condition.type);
  if (!own) return false;
  if (condition.form === 'raw') return own.has(condition.key);
  const { values } = condition;
  if (condition.form === 'list' && values.size > 1 && all.has(condition.type))
    return [...values].every((value) => own.has(value));
  for (const value of own) if (values.has(value)) return true;
  return false;
}

/** The branches among the first `below` whose conditions a visitor meets; unordered, with repetitions. */
export type FindTakers = (visitor: LeastVisitor, below: number) => Generator<number>;

/** Checks only branches whose first condition requires a fact of the visitor. */
export function indexTakers(branches: readonly Branch[]): FindTakers {
  const open: number[] = [];
  const byFact = new Map<string, Map<string, number[]>>();
  branches.forEach(({ conditions: [first] }, i) => {
    if (!first) {
      open.push(i);
      return;
    }
    const [type, values] = first.form === 'raw' ? ['raw', [first.key]] : [first.type, first.values];
    const byValue = byFact.get(type) ?? new Map<string, number[]>();
    byFact.set(type, byValue);
    for (const value of values) {
      const known = byValue.get(value);
      if (known) known.push(i);
      else byValue.set(value, [i]);
    }
  });
  const takes = (visitor: LeastVisitor, i: number): boolean =>
    branches[i]?.conditions.every((condition) => meets(visitor, condition)) ?? false;
  return function* (visitor, below) {
    if (open[0] !== undefined && open[0] < below) yield open[0];
    for (const [type, values] of visitor.facts) {
      const byValue = byFact.get(type);
      for (const value of byValue ? values : []) {
        for (const i of byValue?.get(value) ?? []) {
          if (i >= below) break;
          if (takes(visitor, i)) yield i;
        }
      }
    }
  };
}
