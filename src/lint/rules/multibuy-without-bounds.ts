import { getOwn, numberAt, objectAt } from '../../model/json.js';
import type { LintFinding, SingleLintRule } from '../../model/lint-rule.js';
import { attributePointer } from '../attributes.js';

export const multibuyWithoutBounds: SingleLintRule = {
  id: 'multibuy-without-bounds',
  severity: 'warning',
  title: 'Multibuy is allowed without a maximum quantity',
  kinds: ['offer', 'add_on'],
  check(resource, context): LintFinding[] {
    const attributes = context.attributesOf(resource);
    if (getOwn(attributes, 'allow_multibuy__limio') !== true) return [];
    if (numberAt(objectAt(attributes, 'default_quantity_options__limio'), 'maximum_quantity') !== undefined) return [];
    const hint =
      'Add default_quantity_options__limio: { quantity: 1, minimum_quantity: 1, maximum_quantity: 10, increment: 1 }';
    return [
      {
        address: resource.address,
        pointer: attributePointer('allow_multibuy__limio'),
        message: 'Customers can buy several at once, but there is no maximum quantity.',
        hint,
      },
    ];
  },
};
