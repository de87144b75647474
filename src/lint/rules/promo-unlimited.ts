import type { LintFinding, SingleLintRule } from '../../model/lint-rule.js';
import { readPromo } from '../promos.js';

/** Per cent from which a discount is high. */
const HIGH = 50;

/** The accident that makes the news: half price or less, for everybody who has heard of it. */
export const promoUnlimited: SingleLintRule = {
  id: 'promo-unlimited',
  severity: 'warning',
  title: 'A high discount may be used any number of times',
  kinds: ['promo_code'],
  check(resource): LintFinding[] {
    const { active, percent = 0, quantity } = readPromo(resource);
    if (!active || percent < HIGH || quantity !== undefined) return [];
    return [
      {
        address: resource.address,
        pointer: '/discount/percentageDiscount',
        message: `${percent} % off, any number of times.`,
        hint: 'Add usage: { availableQuantity: 500 }; it is set when the code is created.',
      },
    ];
  },
};
