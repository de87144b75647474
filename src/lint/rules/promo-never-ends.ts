import type { LintFinding, SingleLintRule } from '../../model/lint-rule.js';
import { readPromo } from '../promos.js';

/** No expiry date means never (API reference, section 6). */
export const promoNeverEnds: SingleLintRule = {
  id: 'promo-never-ends',
  severity: 'warning',
  title: 'An active promo code has no expiry date and no usage limit',
  kinds: ['promo_code'],
  check(resource): LintFinding[] {
    const { active, end, quantity } = readPromo(resource);
    if (!active || end !== undefined || quantity !== undefined) return [];
    return [
      {
        address: resource.address,
        pointer: '/promoCode',
        message: `${resource.name} is active and has no expiry date and no usage limit.`,
        hint: 'Add promoExpiryDate: YYYY-MM-DD, or usage: { availableQuantity: 1000 }',
      },
    ];
  },
};
