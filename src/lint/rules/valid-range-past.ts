import { objectAt } from '../../model/json.js';
import type { LintFinding, SingleLintRule } from '../../model/lint-rule.js';
import { attributePointer, textOf } from '../attributes.js';
import { parseMoment } from '../time.js';

/** An offer that nobody can buy any more, in files that say what is sold. */
export const validRangePast: SingleLintRule = {
  id: 'valid-range-past',
  severity: 'warning',
  title: 'The time in which an offer can be bought is over',
  kinds: ['offer'],
  check(resource, context): LintFinding[] {
    const to = textOf(objectAt(context.attributesOf(resource), 'valid_date_range__limio'), 'to');
    const end = parseMoment(to, 'end');
    if (end === undefined || end >= context.now) return [];
    const hint = 'Extend it, write null to remove it, or take the offer out.';
    return [
      {
        address: resource.address,
        pointer: attributePointer('valid_date_range__limio', 'to'),
        message: `The offer could be bought until ${to}.`,
        hint,
      },
    ];
  },
};
