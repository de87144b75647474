import { getOwn } from '../../model/json.js';
import type { LintFinding, SingleLintRule } from '../../model/lint-rule.js';
import { textOf } from '../attributes.js';
import { listCharges } from '../charges.js';

/** Everything is free, and nothing says that it is meant to be: no trial, no gift to redeem, no later charge. */
export const priceZero: SingleLintRule = {
  id: 'price-zero',
  severity: 'warning',
  title: 'An item costs nothing and is no trial',
  kinds: ['offer', 'add_on'],
  check(resource, context): LintFinding[] {
    const attributes = context.attributesOf(resource);
    const charges = listCharges(attributes);
    const free =
      charges.length > 0 &&
      charges.every(({ amount, tiers }) => amount === 0 && tiers.every((tier) => tier.amount === 0));
    const meant =
      ['trial__limio', 'is_redeem_gift__limio'].some((key) => getOwn(attributes, key) === true) ||
      textOf(attributes, 'offer_type__limio') === 'trial';
    const said =
      /free|gratis|kostenlos|gratuit|complimentary|no charge|gratuito|ingyen|(?<![\d.,])0(?:[.,]0{1,2})?(?![\d.,])/i.test(
        ['display_price__limio', 'display_name__limio', 'detailed_display_price__limio']
          .map((key) => textOf(attributes, key))
          .join(' '),
      );
    if (!free || meant || said) return [];
    const pointer = `${charges[0]?.pointer ?? ''}/value`;
    return [
      {
        address: resource.address,
        pointer,
        message: 'Every charge is zero, and the item is no trial.',
        hint: 'Set the price, or say that it is meant: trial__limio: true, or "free" in the displayed price.',
      },
    ];
  },
};
