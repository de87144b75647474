import type { Branch, Condition, ListType, SingleType } from './routing.js';
import { countryOf } from './visitor-space.js';

type FactType = SingleType | ListType | 'raw';

/**
 * A visitor who has only what some conditions ask for. No condition asks for the absence of
 * anything: everybody who meets them has the facts of such a visitor and perhaps more, so what takes
 * none of these takes some of all. They are few, where the sorts of visitors are many.
 */
export interface LeastVisitor {
  /** What he has, by type of condition; of `raw` the keys of those that hold. He has nothing else. */
  facts: ReadonlyMap<FactType, ReadonlySet<string>>;
  /** Types of which all of several values must be there: the reference leaves it open. Of others one is enough. */
  all: ReadonlySet<ListType>;
}

/** What there is to choose from: of values that stand in the same conditions one is enough. */
export interface Choices {
  values: ReadonlyMap<Condition, readonly string[]>;
  /** Types with a condition of several values, whose reading decides. */
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
  // A region says the country, which conditions may ask for.
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

/** All who meet the conditions, which are among those of `choices`. None: the conditions exclude each other. */
export function* listLeastVisitors(
  conditions: readonly Condition[],
  { values, open }: Choices,
): Generator<LeastVisitor> {
  const several = open.filter((type) =>
    conditions.some((one) => one.form === 'list' && one.type === type && one.values.size > 1),
  );
  // Branches take fewest where all values must be there; that one is enough matters only where it lets him in himself.
  for (const any of listSubsets(several)) {
    const all = new Set(open.filter((type) => !any.includes(type)));
    yield* choose(listDemands(conditions, values, all), 0, new Map(), all);
  }
}

/** One value of these; of singles it must be of all the conditions. */
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
  // The country last: a region says it. What has least to choose from first.
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
  const [told] = (type === 'country' && facts.get(type)) || [];
  if (told === undefined) return options;
  return conditions.every(({ values }) => values.has(told)) ? [told] : [];
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

/** The branches among the first `below` whose conditions a visitor meets; not in order, and perhaps twice. */
export type FindTakers = (visitor: LeastVisitor, below: number) => Generator<number>;

/** Looks only at branches of which the first condition asks for something that the visitor has. */
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
