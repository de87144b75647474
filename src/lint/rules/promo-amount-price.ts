import type { LintFinding, SingleLintRule } from '../../model/lint-rule.js';
import { listCharges } from '../charges.js';
import { findOffersWithLabel, readPromo } from '../promos.js';

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
