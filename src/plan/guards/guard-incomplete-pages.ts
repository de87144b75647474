import type { Guard } from '../../model/plan.js';
import { formatCommand } from '../../model/text.js';
import type { PlanContext } from '../plan-context.js';

export interface IncompletePagesFacts {
  /** Lists that may lack a page to publish, each as one clause. */
  incompletePages: readonly string[];
  context: Pick<PlanContext, 'environment'>;
}

/** A page that was not read would stay as it is, and nothing would tell: so none is published. */
export function guardIncompletePages({ incompletePages, context: { environment } }: IncompletePagesFacts): Guard[] {
  if (incompletePages.length === 0) return [];
  const [first = '', ...others] = incompletePages;
  const clauses = [first.charAt(0).toUpperCase() + first.slice(1), ...others].join(', and ');
  return [
    {
      code: 'INCOMPLETE_PAGES',
      message: `${clauses}, so a page that shows a change may be missing: no page is built or published.`,
      addresses: [],
      hint: `Run the command again. Pages that you name are published all the same: ${formatCommand('publish', '--env', environment, '--pages')} <path>`,
      stopsPublish: true,
    },
  ];
}
