import { numberAt, objectAt } from '../../model/json.js';
import type { LintFinding, SingleLintRule } from '../../model/lint-rule.js';
import { attributePointer } from '../attributes.js';

export const quantityBounds: SingleLintRule = {
  id: 'quantity-bounds',
  severity: 'error',
  title: 'Quantity options contradict each other',
  kinds: ['offer', 'add_on'],
  check(resource, context): LintFinding[] {
    const options = objectAt(context.attributesOf(resource), 'default_quantity_options__limio');
    const quantity = numberAt(options, 'quantity');
    const least = numberAt(options, 'minimum_quantity');
    const most = numberAt(options, 'maximum_quantity');
    const step = numberAt(options, 'increment');
    const report = (key: string, message: string): LintFinding[] => [
      { address: resource.address, pointer: attributePointer('default_quantity_options__limio', key), message },
    ];
    if (least !== undefined && most !== undefined && least > most)
      return report('minimum_quantity', `The minimum quantity ${least} is above the maximum ${most}.`);
    if (step !== undefined && step <= 0) return report('increment', `The increment is ${step}; it must be above zero.`);
    if (
      quantity !== undefined &&
      ((least !== undefined && quantity < least) || (most !== undefined && quantity > most))
    ) {
      return report(
        'quantity',
        `The default quantity ${quantity} is outside the range ${least ?? 1} to ${most ?? 'unlimited'}.`,
      );
    }
    return [];
  },
};
