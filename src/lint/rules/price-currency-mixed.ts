import type { LintFinding, SingleLintRule } from '../../model/lint-rule.js';
import { listCharges } from '../charges.js';

export const priceCurrencyMixed: SingleLintRule = {
  id: 'price-currency-mixed',
  severity: 'error',
  title: 'The charges of an item use several currencies',
  kinds: ['offer', 'add_on'],
  check(resource, context): LintFinding[] {
    const charges = listCharges(context.attributesOf(resource)).filter(({ currency }) => currency !== '');
    const [first] = charges;
    const other = charges.find(({ currency }) => currency !== first?.currency);
    if (!first || !other) return [];
    return [
      {
        address: resource.address,
        pointer: `${other.pointer}/currencyCode`,
        message: `This charge is in ${other.currency}, but the first charge is in ${first.currency}.`,
        hint: 'Create one offer per currency.',
        related: [
          { address: resource.address, pointer: `${first.pointer}/currencyCode`, message: 'The first charge.' },
        ],
      },
    ];
  },
};
