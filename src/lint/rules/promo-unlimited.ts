import type { LintFinding, SingleLintRule } from '../../model/lint-rule.js';
import { readPromo } from '../promos.js';

/** Percentage from which a discount counts as high. */
const HIGH = 50;

export const promoUnlimited: SingleLintRule = {
  id: 'promo-unlimited',
  severity: 'warning',
  title: 'A high discount has no usage limit',
  kinds: ['promo_code'],
  check(resource): LintFinding[] {
    const { active, percent = 0, quantity } = readPromo(resource);
    if (!active || percent < HIGH || quantity !== undefined) return [];
    return [
      {
        address: resource.address,
        pointer: '/discount/percentageDiscount',
        message: `${percent} % off without a usage limit.`,
        hint: 'Add usage: { availableQuantity: 500 }. It can only be set at creation.',
      },
    ];
  },
};
