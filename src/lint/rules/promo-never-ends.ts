import type { LintFinding, SingleLintRule } from '../../model/lint-rule.js';
import { readPromo } from '../promos.js';

/** "Absent = never" (API reference, section 6): a code without an end is found on the web years later. */
export const promoNeverEnds: SingleLintRule = {
  id: 'promo-never-ends',
  severity: 'warning',
  title: 'A promo code that is switched on never ends',
  kinds: ['promo_code'],
  check(resource): LintFinding[] {
    const { active, end, quantity } = readPromo(resource);
    if (!active || end !== undefined || quantity !== undefined) return [];
    return [
      {
        address: resource.address,
        pointer: '/promoCode',
        message: `${resource.name} is switched on, without an end and without a number of uses.`,
        hint: 'Add promoExpiryDate: YYYY-MM-DD, or usage: { availableQuantity: 1000 }',
      },
    ];
  },
};
