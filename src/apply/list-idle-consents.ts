import type { Plan } from '../model/plan.js';
import type { Consents } from './apply-context.js';

/** One sentence for each consent that lifts nothing in this plan: not asked for, or for another number. */
export function listIdleConsents({ guards }: Pick<Plan, 'guards'>, consents: Consents): string[] {
  return [...consents].flatMap(([flag, value]) => {
    const wanted = guards.flatMap(({ consent }) => (consent?.flag === flag ? [consent.value] : []));
    if (wanted.includes(value)) return [];
    if (wanted.length === 0) return [`${flag}=${value} was given, and nothing in this plan asks for it.`];
    return [`${flag}=${value} was given, and this plan asks for ${flag}=${wanted[0]}; what it stops is withheld.`];
  });
}
