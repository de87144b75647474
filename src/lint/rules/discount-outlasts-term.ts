import { getOwn, numberAt, objectAt } from '../../model/json.js';
import type { LintFinding, SingleLintRule } from '../../model/lint-rule.js';
import { attributePointer, textOf } from '../attributes.js';
import { divide, namePeriod, toPeriod } from '../time.js';

export const discountOutlastsTerm: SingleLintRule = {
  id: 'discount-outlasts-term',
  severity: 'warning',
  title: 'A discount lasts longer than the term of its offer',
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
        message: `The discount lasts ${namePeriod(length)}, but the term is ${namePeriod(whole)} and does not renew.`,
        related: [{ address: resource.address, pointer: attributePointer('term__limio'), message: 'The term.' }],
      },
    ];
  },
};
