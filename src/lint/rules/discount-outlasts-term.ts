import { getOwn, numberAt, objectAt } from '../../model/json.js';
import type { LintFinding, SingleLintRule } from '../../model/lint-rule.js';
import { attributePointer, textOf } from '../attributes.js';
import { divide, namePeriod, toPeriod } from '../time.js';

/** A discount for longer than a term that does not renew is partly a promise that cannot be kept. */
export const discountOutlastsTerm: SingleLintRule = {
  id: 'discount-outlasts-term',
  severity: 'warning',
  title: 'The discount of an offer is longer than its term',
  kinds: ['offer'],
  check(resource, context): LintFinding[] {
    const attributes = context.attributesOf(resource);
    const discount = objectAt(attributes, 'discount__limio');
    const term = objectAt(attributes, 'term__limio');
    const length = toPeriod(Number(textOf(discount, 'termLength')), textOf(discount, 'termType'));
    const whole = toPeriod(numberAt(term, 'length'), textOf(term, 'type'));
    if (!length || !whole || getOwn(attributes, 'autoRenew__limio') !== false) return [];
    if (textOf(term, 'renewal_type') === 'EVERGREEN' || (divide(length, whole) ?? 0) <= 1) return [];
    return [
      {
        address: resource.address,
        pointer: attributePointer('discount__limio', 'termLength'),
        message: `The discount is for ${namePeriod(length)}, and the term is ${namePeriod(whole)} and does not renew.`,
        related: [{ address: resource.address, pointer: attributePointer('term__limio'), message: 'The term.' }],
      },
    ];
  },
};
