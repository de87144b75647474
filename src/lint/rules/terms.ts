import { countAt } from '../../charges/period.js';
import { getOwn, isJsonObject, objectAt } from '../../model/json.js';
import type { LintFinding, SingleLintRule } from '../../model/lint-rule.js';
import { attributePointer, textOf } from '../attributes.js';
import { listCharges } from '../charges.js';
import { daysOf, divide, namePeriod, parseMoment, toPeriod } from '../time.js';

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
      const term = toPeriod(getOwn(declared, 'length'), textOf(declared, 'type'));
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

export const trialWithoutTrial: SingleLintRule = {
  id: 'trial-without-trial',
  severity: 'warning',
  title: 'A trial charges the full price from day one',
  kinds: ['offer'],
  check(resource, context): LintFinding[] {
    const attributes = context.attributesOf(resource);
    const [charge, ...others] = listCharges(attributes);
    const discounted = isJsonObject(getOwn(attributes, 'discount__limio'));
    // An offer that ends without renewal, or has an initial term, may be a paid trial.
    const ends =
      getOwn(attributes, 'autoRenew__limio') === false ||
      countAt(objectAt(attributes, 'initial_term__limio'), 'length') !== undefined;
    if (getOwn(attributes, 'trial__limio') !== true || !charge || others.length > 0 || discounted || ends) return [];
    // A charge with a fixed number of repetitions may itself be the trial.
    const full =
      charge.recurring &&
      !charge.delayed &&
      (charge.amount ?? 0) > 0 &&
      charge.tiers.length === 0 &&
      charge.times === undefined &&
      charge.every !== undefined;
    if (!full) return [];
    return [
      {
        address: resource.address,
        pointer: attributePointer('trial__limio'),
        message: `The offer is a trial, but its only charge is ${charge.value} ${charge.currency} from the first day.`,
        hint: 'Delay the charge with delay_interval, or add a charge for the trial.',
        related: [{ address: resource.address, pointer: charge.pointer, message: 'The only charge.' }],
      },
    ];
  },
};

export const discountOutlastsTerm: SingleLintRule = {
  id: 'discount-outlasts-term',
  severity: 'warning',
  title: 'A discount lasts longer than the term of its offer',
  kinds: ['offer'],
  check(resource, context): LintFinding[] {
    const attributes = context.attributesOf(resource);
    const discount = objectAt(attributes, 'discount__limio');
    const term = objectAt(attributes, 'term__limio');
    const length = toPeriod(getOwn(discount, 'termLength'), textOf(discount, 'termType'));
    const whole = toPeriod(getOwn(term, 'length'), textOf(term, 'type'));
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

export const giftAutoRenew: SingleLintRule = {
  id: 'gift-auto-renew',
  severity: 'warning',
  title: 'A gift renews automatically',
  kinds: ['offer'],
  check(resource, context): LintFinding[] {
    const attributes = context.attributesOf(resource);
    if (getOwn(attributes, 'is_gift__limio') !== true || getOwn(attributes, 'autoRenew__limio') !== true) return [];
    return [
      {
        address: resource.address,
        pointer: attributePointer('autoRenew__limio'),
        message: 'The offer is a gift that renews automatically: the giver is charged again.',
        hint: 'Set autoRenew__limio: false.',
        related: [
          { address: resource.address, pointer: attributePointer('is_gift__limio'), message: 'Marked as a gift here.' },
        ],
      },
    ];
  },
};

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
