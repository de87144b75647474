import type { Guard } from '../../model/plan.js';
import type { GuardFacts } from './guard-facts.js';

/** Files that declare nothing are a mistake of the run, not the wish to delete everything. */
export function guardEmptyDesired({ declaredCount, changes }: Pick<GuardFacts, 'declaredCount' | 'changes'>): Guard[] {
  if (declaredCount > 0 || changes.length === 0) return [];
  return [
    {
      code: 'EMPTY_DESIRED',
      message: `The files declare nothing at all, so ${changes.length} ${changes.length === 1 ? 'resource' : 'resources'} would be deleted.`,
      value: '0 declared',
      limit: '1 declared',
      addresses: changes.map(({ address }) => address),
      hint: 'No consent lifts this. Look whether the folder of the files is the right one; to delete everything, keep one resource declared.',
    },
  ];
}
