import type { Plan } from '../model/plan.js';

/** Whether nothing is left to promote. */
export function isDone({ changes, publish }: Pick<Plan, 'changes' | 'publish'>): boolean {
  return changes.length === 0 && publish.pages.length === 0;
}
