import type { LiveState } from '../../kinds/read-live.js';
import type { Kind } from '../../model/address.js';
import type { Change, ConsentFlag, Guard, PublishPlan } from '../../model/plan.js';
import type { ResourceDiff } from '../compare.js';
import type { DeadLead } from '../pages/destinations.js';
import type { Unproven } from '../pages/also-publishes.js';
import type { PlanContext } from '../plan-context.js';
import type { PriceStep } from '../prices.js';

/** What a plan alone says; a saved plan too. */
export interface PlanGuardInput {
  /** All of them, sorted by address. */
  changes: readonly Change[];
  publish: PublishPlan;
  prices: readonly PriceStep[];
  /** Declared objects of each kind that need no change. */
  unchanged: Readonly<Partial<Record<Kind, number>>>;
  context: PlanContext;
}

/** What guards look at. Each takes only what it needs of it. */
export interface GuardInput extends PlanGuardInput {
  /** How many resources the files declare. */
  declaredCount: number;
  /** Sorted by address. */
  diffs: readonly ResourceDiff[];
  /** Lists that may lack a page to publish, each as one clause. */
  incompletePages: readonly string[];
  /** Changes that would leave visitors where no page is published. */
  deadLeads: readonly DeadLead[];
  /** Pages of which limio-sync cannot say what else would go live. */
  unproven: readonly Unproven[];
  state: LiveState;
}

/** The consent that lifts a guard, and how to give it. The value must equal that of the plan. */
export function offerConsent(
  flag: ConsentFlag,
  given: string | number,
  when = 'If this is intended',
): Pick<Guard, 'consent' | 'hint'> {
  const value = String(given);
  return { consent: { flag, value }, hint: `${when}, add ${flag}=${value}.` };
}

/** For a plan that `command` runs. It names all consents: one alone would leave the others withheld. */
export function rewordHints(guards: readonly Guard[], command: string): Guard[] {
  return guards.map((guard) =>
    guard.consent && guard.hint !== undefined
      ? { ...guard, hint: guard.hint.replace(/\badd --allow-\S+$/, () => `run: ${command}`) }
      : guard,
  );
}
