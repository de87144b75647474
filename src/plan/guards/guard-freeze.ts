import type { Change, Guard, Plan } from '../../model/plan.js';
import type { PlanContext } from '../plan-context.js';
import { countThings } from './count-things.js';

export interface FreezeFacts {
  changes: readonly Change[];
  publish: Plan['publish'];
  context: Pick<PlanContext, 'environment' | 'freeze' | 'now'>;
}

/** Nothing is written and nothing published in a freeze; the end of a window lies outside it. */
export function guardFreeze({ changes, publish, context: { environment, freeze, now } }: FreezeFacts): Guard[] {
  const current = freeze.filter(({ fromMs, toMs }) => fromMs <= now && now < toMs);
  if (current.length === 0 || changes.length + publish.pages.length === 0) return [];
  const windows = current.map(({ shown, reason }) => `${shown} (${reason})`).join('; ');
  return [
    {
      code: 'FREEZE',
      message: `${environment} is frozen: ${windows}. ${countThings(changes.length, 'change')} and ${countThings(publish.pages.length, 'page')} to publish wait.`,
      value: current.map(({ reason }) => reason).join('; '),
      limit: current.map(({ shown }) => shown).join('; '),
      addresses: changes.map(({ address }) => address),
      consent: { flag: '--allow-freeze', value: environment },
      hint: `Apply after the freeze, or add --allow-freeze=${environment} to apply.`,
      stopsPublish: true,
    },
  ];
}
