import type { LintFinding, SingleLintRule } from '../../model/lint-rule.js';
import { listCharges } from '../charges.js';
import { findCarriers, readPromo } from '../promos.js';

/** A fixed amount that is as much as a price: the offer is free, or worse. */
export const promoAmountPrice: SingleLintRule = {
  id: 'promo-amount-price',
  severity: 'warning',
  title: 'A fixed discount is as high as a price that it applies to',
  kinds: ['promo_code'],
  check(resource, context): LintFinding[] {
    const { amount, currency, labels } = readPromo(resource);
    if (amount === undefined) return [];
    const offers = [...new Set(labels.flatMap((label) => findCarriers(label, context)))];
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
    return free.slice(0, 1).map(({ offer, charge }) => ({
      address: resource.address,
      pointer: '/discount/amountDiscount',
      message: `${amount} ${currency} off leaves nothing of ${charge.value} ${charge.currency}, the price of ${offer.name}${free.length > 1 ? ` and ${free.length - 1} more` : ''}.`,
      related: [{ address: offer.address, pointer: charge.pointer, message: 'This is charged.' }],
    }));
  },
};
