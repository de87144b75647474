import type { LintFinding, SingleLintRule } from '../../model/lint-rule.js';
import { textOf } from '../attributes.js';
import { readPromo } from '../promos.js';

export const promoExpired: SingleLintRule = {
  id: 'promo-expired',
  severity: 'warning',
  title: 'An active promo code has expired',
  kinds: ['promo_code'],
  check(resource, context): LintFinding[] {
    const { active, end } = readPromo(resource);
    if (!active || end === undefined || end >= context.now) return [];
    return [
      {
        address: resource.address,
        pointer: '/promoExpiryDate',
        message: `The code expired on ${textOf(resource.body, 'promoExpiryDate')} but is still active.`,
        hint: 'Extend it, set status: false, or delete the file.',
      },
    ];
  },
};
