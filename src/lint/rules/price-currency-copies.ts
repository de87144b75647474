import { objectAt } from '../../model/json.js';
import type { LintFinding, SingleLintRule } from '../../model/lint-rule.js';
import { textOf } from '../attributes.js';
import { listCharges } from '../charges.js';

/** A charge holds its currency twice, `currencyCode` and `currency.id`; after "duplicate" one of them is easily forgotten. */
export const priceCurrencyCopies: SingleLintRule = {
  id: 'price-currency-copies',
  severity: 'warning',
  title: 'The two currencies of a charge differ',
  kinds: ['offer', 'add_on'],
  check(resource, context): LintFinding[] {
    return listCharges(context.attributesOf(resource)).flatMap(({ raw, pointer }): LintFinding[] => {
      const code = textOf(raw, 'currencyCode').trim().toUpperCase();
      const id = textOf(objectAt(raw, 'currency'), 'id').trim().toUpperCase();
      // "N/A" stands there when the billing system holds the price.
      if (code === '' || code === id || !/^[A-Z]{3}$/.test(id)) return [];
      return [
        {
          address: resource.address,
          pointer: `${pointer}/currency/id`,
          message: `The charge says ${code} in "currencyCode" and ${id} in "currency".`,
          hint: `Write ${code} and its symbol in "currency" as well, or correct "currencyCode".`,
          related: [{ address: resource.address, pointer: `${pointer}/currencyCode`, message: 'The other one.' }],
        },
      ];
    });
  },
};
