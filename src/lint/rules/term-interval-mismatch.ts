import { numberAt, objectAt } from '../../model/json.js';
import type { LintFinding, SingleLintRule } from '../../model/lint-rule.js';
import { attributePointer, textOf } from '../attributes.js';
import { listCharges } from '../charges.js';
import { daysOf, divide, namePeriod, toPeriod } from '../time.js';

/** A term that is not a whole number of billing intervals ends in the middle of a paid period, or before the first one is over. */
export const termIntervalMismatch: SingleLintRule = {
  id: 'term-interval-mismatch',
  severity: 'warning',
  title: 'The term is not a whole number of billing intervals',
  kinds: ['offer', 'add_on'],
  check(resource, context): LintFinding[] {
    const attributes = context.attributesOf(resource);
    const charges = listCharges(attributes);
    return ['term__limio', 'initial_term__limio'].flatMap((key): LintFinding[] => {
      const declared = objectAt(attributes, key);
      const term = toPeriod(numberAt(declared, 'length'), textOf(declared, 'type'));
      if (!term || textOf(declared, 'renewal_type') === 'EVERGREEN') return [];
      const charge = charges.find(({ every, times, delayed }) => {
        // A charge of an introduction has no part in the term: it comes a number of times, or is what others wait for.
        if (!every || times !== undefined || delayed) return false;
        const ratio = divide(term, every);
        // Weeks and months do not divide; only what is shorter in any case is certain.
        return ratio === undefined ? daysOf(term).most < daysOf(every).least : !Number.isInteger(ratio);
      });
      if (!charge?.every) return [];
      return [
        {
          address: resource.address,
          pointer: attributePointer(key, 'length'),
          message: `The term is ${namePeriod(term)}, and the charge is made every ${namePeriod(charge.every)}.`,
          hint: 'Let the term be a whole number of intervals.',
          related: [{ address: resource.address, pointer: charge.pointer, message: 'This charge.' }],
        },
      ];
    });
  },
};
