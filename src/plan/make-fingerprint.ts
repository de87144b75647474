import type { Json } from '../model/json.js';
import type { Plan } from '../model/plan.js';
import { hashJson } from './hash-json.js';
import { listWithheld } from './list-withheld.js';

type Fingerprinted = Pick<Plan, 'changes' | 'guards' | 'impact' | 'summary'>;

/**
 * SHA-256 over what a plan would do. Left out is what makes no difference to that: who made it and
 * from which commit, where a resource stands in the files, and what the clock decides: freezes,
 * which apply judges anew, and which promo codes are active.
 */
export function makeFingerprint(plan: Partial<Plan> & Fingerprinted): string {
  const {
    toolVersion: _toolVersion,
    commit: _commit,
    filesHash: _filesHash,
    fingerprint: _fingerprint,
    ...content
  } = plan;
  const guards = content.guards.filter(({ code }) => code !== 'FREEZE');
  const withheld = listWithheld(content.changes, guards);
  return hashJson({
    ...content,
    changes: content.changes.map(({ source: _source, ...change }) => change),
    guards,
    withheld,
    impact: { ...content.impact, prices: content.impact.prices.map(({ promoCodes: _active, ...move }) => move) },
    summary: { ...content.summary, withheld: withheld.length },
  } as unknown as Json);
}
