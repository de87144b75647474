import type { Change } from '../model/plan.js';
import { compareBranches } from '../routing/compare-branches.js';
import { compareRouting, type VisitorChange } from '../routing/compare-routing.js';
import { holdEverybody } from '../routing/merge-regions.js';
import { describeEnd, describeVisitors, nameConditions } from './describe-visitors.js';

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
