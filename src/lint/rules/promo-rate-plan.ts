import { objectAt } from '../../model/json.js';
import type { LintFinding, SingleLintRule } from '../../model/lint-rule.js';
import { textOf } from '../attributes.js';
import { readPromo } from '../promos.js';
import { namePeriod, toPeriod } from '../time.js';

/** The billing system applies the rate plan, whose name often states the percentage and the duration. */
export const promoRatePlan: SingleLintRule = {
  id: 'promo-rate-plan',
  severity: 'warning',
  title: 'The rate plan name contradicts the discount',
  kinds: ['promo_code'],
  check(resource): LintFinding[] {
    const { percent, duration } = readPromo(resource);
    const plan = textOf(objectAt(objectAt(resource.body, 'productDetails'), 'ratePlan'), 'path');
    const pointer = '/productDetails/ratePlan/path';
    const shares = [...plan.matchAll(/(?<![\d.,])(\d{1,3}(?:\.\d{1,2})?) ?(?:%|percent)/gi)].map(([, named]) =>
      Number(named),
    );
    const [named] = shares;
    if (named !== undefined && percent !== undefined && !shares.includes(percent)) {
      return [
        {
          address: resource.address,
          pointer,
          message: `The rate plan says ${named} %, but the discount is ${percent} %.`,
          related: [{ address: resource.address, pointer: '/discount/percentageDiscount', message: 'The discount.' }],
        },
      ];
    }
    // "12 months plan, off for 3 months": one of them is the duration.
    const periods = [...plan.matchAll(/(?<!\d)(\d{1,3}) ?(days?|weeks?|months?|years?)\b/gi)].flatMap(
      ([, count, unit = '']) => toPeriod(Number(count), unit) ?? [],
    );
    const [period] = periods;
    if (!period || !duration || periods.some(({ unit, count }) => unit === duration.unit && count === duration.count))
      return [];
    return [
      {
        address: resource.address,
        pointer,
        message: `The rate plan says ${namePeriod(period)}, but the discount lasts ${namePeriod(duration)}.`,
        related: [{ address: resource.address, pointer: '/discount/durationLength', message: 'The duration.' }],
      },
    ];
  },
};
