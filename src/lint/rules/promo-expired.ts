import type { LintFinding, SingleLintRule } from '../../model/lint-rule.js';
import { textOf } from '../attributes.js';
import { readPromo } from '../promos.js';

/** A code that is switched on and can no longer be redeemed. */
export const promoExpired: SingleLintRule = {
  id: 'promo-expired',
  severity: 'warning',
  title: 'A promo code that is switched on is over',
  kinds: ['promo_code'],
  check(resource, context): LintFinding[] {
    const { active, end } = readPromo(resource);
    if (!active || end === undefined || end >= context.now) return [];
    return [
      {
        address: resource.address,
        pointer: '/promoExpiryDate',
        message: `The code could be redeemed until ${textOf(resource.body, 'promoExpiryDate')}.`,
        hint: 'Extend it, write status: false, or take the file out.',
      },
    ];
  },
};
