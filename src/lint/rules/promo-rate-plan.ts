import type { LintFinding, SingleLintRule } from '../../model/lint-rule.js';
import { objectOf, textOf } from '../facts/json-parts.js';
import { namePeriod, toPeriod } from '../facts/period.js';
import { readPromo } from '../facts/read-promo.js';

/** The rate plan is what the billing system discounts by. Its name often says how much and how long, and then should say the same. */
export const promoRatePlan: SingleLintRule = {
  id: 'promo-rate-plan',
  severity: 'warning',
  title: 'The rate plan of a promo code is named for another discount',
  kinds: ['promo_code'],
  check(resource): LintFinding[] {
    const { percent, duration } = readPromo(resource);
    const plan = textOf(objectOf(objectOf(resource.body, 'productDetails'), 'ratePlan'), 'path');
    const pointer = '/productDetails/ratePlan/path';
    const named = /(?<![\d.,])(\d{1,3}(?:\.\d{1,2})?) ?(?:%|percent)/i.exec(plan)?.[1];
    if (named !== undefined && percent !== undefined && Number(named) !== percent) {
      return [{ address: resource.address, pointer, message: `The rate plan is named for ${named} %, and the discount is ${percent} %.`, related: [{ address: resource.address, pointer: '/discount/percentageDiscount', message: 'The discount.' }] }];
    }
    const [, count, unit = ''] = /(?<!\d)(\d{1,3}) ?(days?|weeks?|months?|years?)\b/i.exec(plan) ?? [];
    const period = count === undefined ? undefined : toPeriod(Number(count), unit);
    if (!period || !duration || (period.unit === duration.unit && period.count === duration.count)) return [];
    return [{ address: resource.address, pointer, message: `The rate plan is named for ${namePeriod(period)}, and the discount is for ${namePeriod(duration)}.`, related: [{ address: resource.address, pointer: '/discount/durationLength', message: 'The duration.' }] }];
  },
};
