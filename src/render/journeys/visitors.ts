import type { Change } from '../../model/plan.js';
import { compareBranches, compareRouting, type VisitorChange } from '../../routing/compare.js';
import { holdEverybody, listRegionsOf } from '../../routing/regions.js';
import type { Condition, Landing, ListType } from '../../routing/routing.js';
import type { Dimension, Region, VisitorSpace } from '../../routing/visitor-space.js';
import { writeJson } from '../words.js';

/** What a change of a journey means for the visitors of one page; every text is the tenant's and unescaped. */
export interface VisitorsView {
  /** `/landing/`. */
  path: string;
  /** `shop.example` or `all but shop.example`; absent: nothing is said of hosts. */
  hosts?: string;
  rows: readonly VisitorsRow[];
  /** A sentence of ours on those whom no row names; absent: there are none. */
  rest?: string;
}

export interface VisitorsRow {
  /** `country US, without cookie lmo_uid`. */
  who: string;
  before: string;
  after: string;
}

/** The old and the new routing of a journey, told by the visitors whose destination changes. */
export function viewVisitors(name: string, routing: NonNullable<Change['routing']>): VisitorsView[] {
  return compareRouting(name, routing).map((change) => ({
    path: change.path ?? '(no starting point)',
    ...(change.hosts
      ? { hosts: 'only' in change.hosts ? change.hosts.only.join(', ') : `all but ${change.hosts.except.join(', ')}` }
      : {}),
    ...viewRows(change),
  }));
}

function viewRows({ space, shifts, before, after }: VisitorChange): Pick<VisitorsView, 'rows' | 'rest'> {
  if (!shifts) {
    const rows = compareBranches(before, after).map((branch) => ({
      who: nameConditions(branch.conditions),
      before: branch.before ? describeEnd(branch.before) : 'no branch',
      after: branch.after ? describeEnd(branch.after) : 'no branch',
    }));
    return {
      rows,
      rest: 'There are too many sorts of visitors to compare them one by one: the branches that differ are listed, and their order counts.',
    };
  }
  const rows = shifts.flatMap((shift) =>
    shift.regions.map((region) => ({
      who: describeVisitors(space, region),
      before: describeEnd(shift.before),
      after: describeEnd(shift.after),
    })),
  );
  if (rows.length === 0) return { rows, rest: 'Nothing changes: every visitor sees what he saw.' };
  return holdEverybody(
    space,
    shifts.flatMap(({ regions }) => regions),
  )
    ? { rows }
    : { rows, rest: 'All others: unchanged.' };
}

const NAMES: Record<ListType, { one: string; several: string }> = {
  query: { one: 'query', several: 'parameters' },
  cookie: { one: 'cookie', several: 'cookies' },
  segment: { one: 'segment', several: 'segments' },
  offer_label: { one: 'label', several: 'labels' },
};

/** `country US, without cookie lmo_uid`, or `everybody`. Not escaped. */
export function describeVisitors(space: VisitorSpace, region: Region): string {
  const told = space.dimensions
    .map((dimension, at) => ({ dimension, states: region[at] ?? 0n, isOpen: isOpen(space, region, at) }))
    .filter(({ isOpen: open }) => !open);
  const singles = told.flatMap(({ dimension, states }) =>
    dimension.form === 'single' ? [describeSingle(dimension, states)] : [],
  );
  const others = told.flatMap(({ dimension, states }) => {
    if (dimension.form === 'raw')
      return [`${states === 0b10n ? 'if' : 'unless'} raw ${writeJson(dimension.raw)} holds`];
    if (dimension.form !== 'reading') return [];
    return [
      `if ${states === 0b10n ? 'all of several' : 'one of several'} ${NAMES[dimension.type].several} ${states === 0b10n ? 'must be there' : 'is enough'}`,
    ];
  });
  return [...singles, ...describeLists(told), ...others].join(', ') || 'everybody';
}

/** What a region of a country leaves open is not worth a word: other countries have others. */
function isOpen({ everybody, link }: VisitorSpace, region: Region, at: number): boolean {
  const all = everybody[at] ?? 0n;
  const possible = at === link?.region ? listRegionsOf(link.countries, region[link.country] ?? 0n) & all : all;
  return ((region[at] ?? 0n) & possible) === possible;
}

function describeSingle({ type, groups }: Extract<Dimension, { form: 'single' }>, states: bigint): string {
  const isNegative = (states & 1n) === 1n;
  const values = groups.flatMap((group, i) =>
    ((states >> BigInt(i + 1)) & 1n) === (isNegative ? 0n : 1n) ? group : [],
  );
  return `${type.replace('_', ' ')} ${isNegative ? 'other than ' : ''}${values.join(', ')}`;
}

function describeLists(told: readonly { dimension: Dimension; states: bigint }[]): string[] {
  const lists = told.flatMap(({ dimension, states }) => (dimension.form === 'list' ? [{ ...dimension, states }] : []));
  return [...new Set(lists.map(({ type }) => type))].flatMap((type) => {
    const ofType = lists.filter((list) => list.type === type);
    const none = ofType.filter(({ states }) => states === 0b1n).flatMap(({ values }) => values);
    const present = ofType.filter(({ states }) => states !== 0b1n).map((list) => describePresent(list));
    return [...present, ...(none.length === 0 ? [] : [`without ${NAMES[type].one} ${none.join(', ')}`])];
  });
}

function describePresent({ type, values, states }: Extract<Dimension, { form: 'list' }> & { states: bigint }): string {
  const { one, several } = NAMES[type];
  const list = values.join(', ');
  if (values.length === 1) return `with ${one} ${list}`;
  const canBeSome = type === 'query' || type === 'cookie';
  if (!canBeSome || states === 0b110n) return `with one of the ${several} ${list}`;
  if (states === 0b10n) return `with all of the ${several} ${list}`;
  if (states === 0b100n) return `with some but not all of the ${several} ${list}`;
  return states === 0b11n ? `with all or none of the ${several} ${list}` : `without one of the ${several} ${list}`;
}

/** `/us/a/ 60 %, /us/b/ 40 %`. Not escaped. */
export function describeEnd({ via, shares }: Landing): string {
  if (via === 'not-intercepted') return 'the page itself';
  if (via === 'nothing') return 'nowhere (no fallback)';
  const parts = shares.map(
    ({ tag, percent }) =>
      `${tag ?? 'where a raw action leads'}${shares.length > 1 ? ` ${Number(percent.toFixed(2))} %` : ''}`,
  );
  return parts.join(', ') || 'nowhere';
}

/** `country US, CA and cookie lmo_uid`, or `everybody`. Not escaped. */
export function nameConditions(conditions: readonly Condition[]): string {
  return (
    conditions
      .map((one) => (one.form === 'raw' ? `raw ${writeJson(one.raw)}` : `${one.type} ${[...one.values].join(', ')}`))
      .join(' and ') || 'everybody'
  );
}
