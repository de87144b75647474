import type { Change } from '../../model/plan.js';
import { compareBranches, compareRouting, type VisitorChange } from '../../routing/compare.js';
import { holdEverybody, listRegionsOf } from '../../routing/regions.js';
import type { Condition, Landing, ListType, Share } from '../../routing/routing.js';
import type { Dimension, Region, VisitorSpace } from '../../routing/visitor-space.js';
import { writeJson } from '../render.js';

/*
 * What a changed journey means for visitors: who is led elsewhere, before and after. Every text is the tenant's and
 * unescaped.
 */

/** The visitors of one page. */
export interface VisitorsView {
  /** `/landing/` */
  path: string;
  /** `shop.example` or `all but shop.example`; absent: all hosts. */
  hosts?: string;
  rows: readonly VisitorsRow[];
  /** A sentence about the visitors that are in no row; absent when there are none. */
  rest?: string;
}

interface VisitorsRow {
  /** `country US, without cookie lmo_uid` */
  who: string;
  before: string;
  after: string;
}

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
      rest: 'Too many groups of visitors to compare each. The branches that differ are listed; their order matters.',
    };
  }
  const rows = shifts.flatMap((shift) =>
    shift.regions.map((region) => ({
      who: describeVisitors(space, region),
      before: describeEnd(shift.before),
      after: describeEnd(shift.after),
    })),
  );
  if (rows.length === 0) return { rows, rest: 'Nothing changes for visitors.' };
  const regions = shifts.flatMap((shift) => shift.regions);
  return holdEverybody(space, regions) ? { rows } : { rows, rest: 'All other visitors: unchanged.' };
}

const NAMES: Record<ListType, { one: string; several: string }> = {
  query: { one: 'query', several: 'parameters' },
  cookie: { one: 'cookie', several: 'cookies' },
  segment: { one: 'segment', several: 'segments' },
  offer_label: { one: 'label', several: 'labels' },
};

/** `country US, without cookie lmo_uid`, or `everyone` */
function describeVisitors(space: VisitorSpace, region: Region): string {
  const narrowed = space.dimensions.flatMap((dimension, at) =>
    isOpen(space, region, at) ? [] : [{ dimension, states: region[at] ?? 0n }],
  );
  const singles = narrowed.flatMap(({ dimension, states }) =>
    dimension.form === 'single' ? [describeSingle(dimension, states)] : [],
  );
  const others = narrowed.flatMap(({ dimension, states }) => describeCondition(dimension, states === 0b10n));
  return [...singles, ...describeLists(narrowed), ...others].join(', ') || 'everyone';
}

/** What is not known about a raw condition, or about several values in one condition. */
function describeCondition(dimension: Dimension, isTrue: boolean): string[] {
  if (dimension.form === 'raw') return [`${isTrue ? 'if' : 'unless'} raw ${writeJson(dimension.raw)} holds`];
  if (dimension.form !== 'reading') return [];
  const { several } = NAMES[dimension.type];
  return [isTrue ? `if all of several ${several} must be there` : `if one of several ${several} is enough`];
}

/** Of the regions, only those of the allowed countries count. */
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

function describeLists(narrowed: readonly { dimension: Dimension; states: bigint }[]): string[] {
  const lists = narrowed.flatMap(({ dimension, states }) =>
    dimension.form === 'list' ? [{ ...dimension, states }] : [],
  );
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

function describeEnd({ via, shares }: Landing): string {
  if (via === 'not-intercepted') return 'the page itself';
  return via === 'nothing' ? 'nowhere (no fallback)' : describeShares(shares);
}

/** `/us/a/ 60 %, /us/b/ 40 %` */
export function describeShares(shares: readonly Share[]): string {
  const parts = shares.map(({ tag, percent }) => {
    const text = tag ?? 'where a raw action leads';
    return shares.length > 1 ? `${text} ${Number(percent.toFixed(2))} %` : text;
  });
  return parts.join(', ') || 'nowhere';
}

function nameConditions(conditions: readonly Condition[]): string {
  return conditions.map(nameCondition).join(' and ') || 'everyone';
}

/** `country US, CA` */
export function nameCondition(condition: Condition): string {
  return condition.form === 'raw'
    ? `raw ${writeJson(condition.raw)}`
    : `${condition.type} ${[...condition.values].join(', ')}`;
}
