import type { OutcomeError } from '../model/outcome.js';
import type { Change } from '../model/plan.js';
import type { KindDriver, LiveResource } from '../model/resource.js';
import { compareToChange } from './compare-to-change.js';
import { describeFields } from './describe-fields.js';

export type FreshCheck = { verdict: 'write' } | { verdict: 'already-done' } | { verdict: 'stale'; error: OutcomeError };

/** Decides, from the object as read just before the write, whether the planned change may still be sent. */
export function checkFresh(change: Change, fresh: LiveResource | undefined, driver: KindDriver): FreshCheck {
  const { state, moved, differences } = compareToChange(change, fresh, driver);
  if (state === 'after') return { verdict: 'already-done' };
  if (state === 'before') return { verdict: 'write' };
  const message =
    state === 'missing'
      ? `${change.address} was deleted since the plan.`
      : change.action === 'create'
        ? `${change.address} exists already and is not as declared: ${describeFields(differences)}.`
        : `${change.address} moved since the plan: ${describeFields(moved)}.`;
  return { verdict: 'stale', error: { code: 'STALE', message } };
}
