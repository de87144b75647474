import { getOwn, objectAt } from '../../model/json.js';
import type { LintFinding, SingleLintRule } from '../../model/lint-rule.js';
import { attributePointer, textOf } from '../attributes.js';
import { listCharges } from '../charges.js';
import { findOffersWithLabel, readPromo } from '../promos.js';
import { divide, namePeriod, toPeriod } from '../time.js';

export const promoAmountPrice: SingleLintRule = {
  id: 'promo-amount-price',
  severity: 'warning',
  title: 'A fixed discount is as high as the price of an offer',
  kinds: ['promo_code'],
  check(resource, context): LintFinding[] {
    const { amount, currency, labels } = readPromo(resource);
    if (amount === undefined) return [];
    const offers = [...new Set(labels.flatMap((label) => findOffersWithLabel(label, context)))];
    const free = offers.flatMap((offer) => {
      const charge = listCharges(context.attributesOf(offer)).find(
        (one) =>
          one.recurring &&
          one.currency === currency &&
          one.amount !== undefined &&
          one.amount > 0 &&
          one.amount <= amount,
      );
      return charge ? [{ offer, charge }] : [];
    });
    const more = free.length > 1 ? ` (and of ${free.length - 1} more)` : '';
    return free.slice(0, 1).map(({ offer, charge: { value, pointer } }) => ({
      address: resource.address,
      pointer: '/discount/amountDiscount',
      message: `The discount of ${amount} ${currency} covers the price of ${offer.name}, ${value} ${currency}${more}.`,
      related: [{ address: offer.address, pointer, message: 'The charge.' }],
    }));
  },
};

export const promoCurrency: SingleLintRule = {
  id: 'promo-currency',
  severity: 'warning',
  title: 'A fixed discount uses a different currency than its offers',
  kinds: ['promo_code'],
  check(resource, context): LintFinding[] {
    const { amount, currency, labels } = readPromo(resource);
    if (amount === undefined || currency === '') return [];
    const offers = labels.flatMap((label) => findOffersWithLabel(label, context));
    const charges = offers.map((offer) => listCharges(context.attributesOf(offer)));
    const currencies = new Set(charges.flat().map((charge) => charge.currency));
    // An offer without a declared currency may use any.
    if (
      charges.length === 0 ||
      charges.some((list) => list.length === 0) ||
      currencies.has('') ||
      currencies.has(currency)
    )
      return [];
    return [
      {
        address: resource.address,
        pointer: '/discount/currency',
        message: `The discount is in ${currency}, but the offers are charged in ${[...currencies].join(', ')}.`,
        related: offers.slice(0, 1).map((offer) => ({
          address: offer.address,
          pointer: '/attributes/price__limio',
          message: 'An offer with the label.',
        })),
      },
    ];
  },
};

export const promoDurationTerm: SingleLintRule = {
  id: 'promo-duration-term',
  severity: 'warning',
  title: 'A discount lasts longer than the term of its offers',
  kinds: ['promo_code'],
  check(resource, context): LintFinding[] {
    const { duration, labels } = readPromo(resource);
    const offers = labels.flatMap((label) => findOffersWithLabel(label, context));
    if (!duration || offers.length === 0) return [];
    const terms = offers.map((offer) => {
      const attributes = context.attributesOf(offer);
      const term = objectAt(attributes, 'term__limio');
      const ends = textOf(term, 'renewal_type') !== 'EVERGREEN' && getOwn(attributes, 'autoRenew__limio') === false;
      return ends ? toPeriod(getOwn(term, 'length'), textOf(term, 'type')) : undefined;
    });
    if (!terms.every((term) => term !== undefined && (divide(duration, term) ?? 0) > 1)) return [];
    const [offer] = offers;
    const [term] = terms;
    if (!offer || !term) return [];
    const subject = offers.length === 1 ? offer.name : `each of the ${offers.length} offers`;
    return [
      {
        address: resource.address,
        pointer: '/discount/durationLength',
        message: `The discount lasts ${namePeriod(duration)}, but ${subject} ends after ${namePeriod(term)} or less.`,
        related: [
          {
            address: offer.address,
            pointer: attributePointer('term__limio'),
            message: 'Term of an offer with the label.',
          },
        ],
      },
    ];
  },
};

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
