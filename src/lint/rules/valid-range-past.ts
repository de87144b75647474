import { objectAt } from '../../model/json.js';
import type { LintFinding, SingleLintRule } from '../../model/lint-rule.js';
import { attributePointer, textOf } from '../attributes.js';
import { parseMoment } from '../time.js';

export const validRangePast: SingleLintRule = {
  id: 'valid-range-past',
  severity: 'warning',
  title: 'The sale period of an offer is over',
  kinds: ['offer'],
  check(resource, context): LintFinding[] {
    const to = textOf(objectAt(context.attributesOf(resource), 'valid_date_range__limio'), 'to');
    const end = parseMoment(to, 'end');
    if (end === undefined || end >= context.now) return [];
    const hint = "Extend the period, set it to null to remove it, or delete the offer's file.";
    return [
      {
        address: resource.address,
        pointer: attributePointer('valid_date_range__limio', 'to'),
        message: `The sale of this offer ended at ${to}.`,
        hint,
      },
    ];
  },
};
