import { objectAt } from '../../model/json.js';
import type { LintFinding, SingleLintRule } from '../../model/lint-rule.js';
import { attributePointer, textOf } from '../attributes.js';

export const checkoutWithoutUrl: SingleLintRule = {
  id: 'checkout-without-url',
  severity: 'error',
  title: 'An external checkout has no URL',
  kinds: ['offer', 'add_on'],
  check(resource, context): LintFinding[] {
    const checkout = objectAt(context.attributesOf(resource), 'checkout__limio');
    if (textOf(checkout, 'checkout_type') !== 'external' || textOf(checkout, 'external_url').trim() !== '') return [];
    const pointer = attributePointer('checkout__limio', 'checkout_type');
    return [
      {
        address: resource.address,
        pointer,
        message: 'The checkout is external, but external_url is missing.',
        hint: 'Add external_url, or use checkout_type: standard.',
      },
    ];
  },
};
