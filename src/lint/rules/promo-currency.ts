import type { LintFinding, SingleLintRule } from '../../model/lint-rule.js';
import { listCharges } from '../charges.js';
import { findOffersWithLabel, readPromo } from '../promos.js';

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
