import { numberAt, objectAt } from '../../model/json.js';
import type { LintFinding, SingleLintRule } from '../../model/lint-rule.js';
import { attributePointer, textOf } from '../attributes.js';
import { listCharges } from '../charges.js';
import { daysOf, divide, namePeriod, toPeriod } from '../time.js';

export const termIntervalMismatch: SingleLintRule = {
  id: 'term-interval-mismatch',
  severity: 'warning',
  title: 'The term is not a multiple of the billing interval',
  kinds: ['offer', 'add_on'],
  check(resource, context): LintFinding[] {
    const attributes = context.attributesOf(resource);
    const charges = listCharges(attributes);
    return ['term__limio', 'initial_term__limio'].flatMap((key): LintFinding[] => {
      const declared = objectAt(attributes, key);
      const term = toPeriod(numberAt(declared, 'length'), textOf(declared, 'type'));
      if (!term || textOf(declared, 'renewal_type') === 'EVERGREEN') return [];
      const charge = charges.find(({ every, times, delayed }) => {
        // Introductory charges (limited in number, or delayed) do not relate to the term.
        if (!every || times !== undefined || delayed) return false;
        const ratio = divide(term, every);
        // Weeks and months do not divide: only a term that is shorter in any case is certainly wrong.
        return ratio === undefined ? daysOf(term).most < daysOf(every).least : !Number.isInteger(ratio);
      });
      if (!charge?.every) return [];
      return [
        {
          address: resource.address,
          pointer: attributePointer(key, 'length'),
          message: `The term is ${namePeriod(term)}, but the charge recurs every ${namePeriod(charge.every)}.`,
          hint: 'Make the term a multiple of the interval.',
          related: [{ address: resource.address, pointer: charge.pointer, message: 'The charge.' }],
        },
      ];
    });
  },
};
