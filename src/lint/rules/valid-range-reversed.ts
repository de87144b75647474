import { objectAt } from '../../model/json.js';
import type { LintFinding, SingleLintRule } from '../../model/lint-rule.js';
import { attributePointer, textOf } from '../attributes.js';
import { parseMoment } from '../time.js';

export const validRangeReversed: SingleLintRule = {
  id: 'valid-range-reversed',
  severity: 'error',
  title: 'The sale period of an offer ends before it begins',
  kinds: ['offer'],
  check(resource, context): LintFinding[] {
    const range = objectAt(context.attributesOf(resource), 'valid_date_range__limio');
    const [from, to] = [textOf(range, 'from'), textOf(range, 'to')];
    const [start, end] = [parseMoment(from, 'start'), parseMoment(to, 'end')];
    if (start === undefined || end === undefined || start <= end) return [];
    return [
      {
        address: resource.address,
        pointer: attributePointer('valid_date_range__limio', 'to'),
        message: `The sale period ends at ${to}, before it begins at ${from}.`,
      },
    ];
  },
};
