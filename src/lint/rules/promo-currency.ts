import type { LintFinding, SingleLintRule } from '../../model/lint-rule.js';
import { listCharges } from '../charges.js';
import { findCarriers, readPromo } from '../promos.js';

/** A fixed amount can only be taken off a price in its own currency. */
export const promoCurrency: SingleLintRule = {
  id: 'promo-currency',
  severity: 'warning',
  title: 'A fixed discount is in another currency than its offers',
  kinds: ['promo_code'],
  check(resource, context): LintFinding[] {
    const { amount, currency, labels } = readPromo(resource);
    if (amount === undefined || currency === '') return [];
    const offers = labels.flatMap((label) => findCarriers(label, context));
    const charges = offers.map((offer) => listCharges(context.attributesOf(offer)));
    const currencies = new Set(charges.flat().map((charge) => charge.currency));
    // An offer whose currency is not declared may have any.
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
        message: `${amount} ${currency} off, and the offers with the label are charged in ${[...currencies].join(', ')}.`,
        related: offers.slice(0, 1).map((offer) => ({
          address: offer.address,
          pointer: '/attributes/price__limio',
          message: 'An offer with the label.',
        })),
      },
    ];
  },
};
