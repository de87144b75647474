import type { LintFinding, SingleLintRule } from '../../model/lint-rule.js';
import { readPromo } from '../promos.js';

/** SPRING25 that gives 20 per cent: customers expect what the code says. A number that may be a year is none. */
export const promoCodeNumber: SingleLintRule = {
  id: 'promo-code-number',
  severity: 'info',
  title: 'The number in a promo code is not its discount',
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
    // Whole steps of five are how discounts are announced; 7 or 42 may be anything.
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
        message: `The code says ${number}, and the discount is ${percent === undefined ? amount : `${percent} %`}.`,
      },
    ];
  },
};
