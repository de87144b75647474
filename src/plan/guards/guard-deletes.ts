import type { Guard } from '../../model/plan.js';
import type { GuardFacts } from './guard-facts.js';

/** Deletions have a consent of their own, equal to their number. */
export function guardDeletes({ changes }: Pick<GuardFacts, 'changes'>): Guard[] {
  const deletes = changes.filter(({ action }) => action === 'delete');
  if (deletes.length === 0) return [];
  const value = String(deletes.length);
  return [
    {
      code: 'DELETE_CONSENT',
      message: `${value} ${deletes.length === 1 ? 'resource' : 'resources'} would be deleted; deletions run only with a consent to exactly that number.`,
      value,
      limit: '0',
      addresses: deletes.map((change) => change.address),
      consent: { flag: '--allow-delete', value },
      hint: `To delete, add --allow-delete=${value} to apply.`,
    },
  ];
}
