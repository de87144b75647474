import type { LintFinding, SingleLintRule } from '../../model/lint-rule.js';
import { readPromo } from '../promos.js';

/** A code that the checkout accepts and that changes nothing. */
export const promoZero: SingleLintRule = {
  id: 'promo-zero',
  severity: 'warning',
  title: 'A promo code gives nothing',
  kinds: ['promo_code'],
  check(resource): LintFinding[] {
    const { active, percent, amount } = readPromo(resource);
    if (!active || (percent !== 0 && amount !== 0)) return [];
    return [
      {
        address: resource.address,
        pointer: percent === 0 ? '/discount/percentageDiscount' : '/discount/amountDiscount',
        message: 'The discount is zero.',
      },
    ];
  },
};
