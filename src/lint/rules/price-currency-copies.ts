import { objectAt } from '../../model/json.js';
import type { LintFinding, SingleLintRule } from '../../model/lint-rule.js';
import { textOf } from '../attributes.js';
import { listCharges } from '../charges.js';

export const priceCurrencyCopies: SingleLintRule = {
  id: 'price-currency-copies',
  severity: 'warning',
  title: 'A charge names two different currencies',
  kinds: ['offer', 'add_on'],
  check(resource, context): LintFinding[] {
    return listCharges(context.attributesOf(resource)).flatMap(({ raw, pointer }): LintFinding[] => {
      const code = textOf(raw, 'currencyCode').trim().toUpperCase();
      const id = textOf(objectAt(raw, 'currency'), 'id').trim().toUpperCase();
      // The id is "N/A" if the billing system holds the price.
      if (code === '' || code === id || !/^[A-Z]{3}$/.test(id)) return [];
      return [
        {
          address: resource.address,
          pointer: `${pointer}/currency/id`,
          message: `The charge has ${code} in "currencyCode" but ${id} in "currency".`,
          hint: `Set "currency" to ${code} and its symbol, or correct "currencyCode".`,
          related: [{ address: resource.address, pointer: `${pointer}/currencyCode`, message: 'The other currency.' }],
        },
      ];
    });
  },
};
