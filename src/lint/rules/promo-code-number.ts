import type { LintFinding, SingleLintRule } from '../../model/lint-rule.js';
import { readPromo } from '../promos.js';

export const promoCodeNumber: SingleLintRule = {
  id: 'promo-code-number',
  severity: 'info',
  title: 'The number in a promo code differs from the discount',
  kinds: ['promo_code'],
  check(resource, context): LintFinding[] {
    const { code, percent, amount, duration, start, end } = readPromo(resource);
    const number = Number(/^[A-Z]{3,}(\d{1,2})$/.exec(code)?.[1] ?? NaN);
    const years = [context.now, start ?? context.now, end ?? context.now].map(
      (ms) => new Date(ms).getUTCFullYear() % 100,
    );
    const meant = [
      percent,
      amount,
      duration?.count,
      duration && duration.count / 12,
      ...years,
      ...years.map((year) => year + 1),
    ];
    // Discounts come in steps of five; 7 or 42 may mean anything.
    if (
      Number.isNaN(number) ||
      number % 5 !== 0 ||
      (percent === undefined && amount === undefined) ||
      meant.includes(number)
    )
      return [];
    return [
      {
        address: resource.address,
        pointer: '/promoCode',
        message: `The code says ${number}, but the discount is ${percent === undefined ? amount : `${percent} %`}.`,
      },
    ];
  },
};
