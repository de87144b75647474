import type { LintFinding, SingleLintRule } from '../../model/lint-rule.js';
import { readPromo } from '../promos.js';

export const promoZero: SingleLintRule = {
  id: 'promo-zero',
  severity: 'warning',
  title: 'A promo code gives no discount',
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
