import { getOwn } from '../../model/json.js';
import type { LintFinding, SingleLintRule } from '../../model/lint-rule.js';
import { textOf } from '../attributes.js';
import { listCharges } from '../charges.js';

const FREE = /free|gratis|kostenlos|gratuito?|complimentary|no charge|ingyen|(?<![\d.,])0(?:[.,]0{1,2})?(?![\d.,])/i;

export const priceZero: SingleLintRule = {
  id: 'price-zero',
  severity: 'warning',
  title: 'An item is free but not marked as a trial',
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
    const said = FREE.test(
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
        message: 'Every charge is zero, but the item is not a trial.',
        hint: 'Set the price. If it is free, set trial__limio: true, or write "free" in the displayed price.',
      },
    ];
  },
};
