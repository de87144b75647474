import { getOwn, isJsonObject, numberAt, objectAt } from '../../model/json.js';
import type { LintFinding, SingleLintRule } from '../../model/lint-rule.js';
import { attributePointer } from '../attributes.js';
import { listCharges } from '../charges.js';

/** A trial whose only charge is the full price from the first day is no trial. */
export const trialWithoutTrial: SingleLintRule = {
  id: 'trial-without-trial',
  severity: 'warning',
  title: 'A trial charges its full price at once',
  kinds: ['offer'],
  check(resource, context): LintFinding[] {
    const attributes = context.attributesOf(resource);
    const [charge, ...others] = listCharges(attributes);
    const discounted = isJsonObject(getOwn(attributes, 'discount__limio'));
    // What ends by itself, or has a first term of its own, may be a trial that is paid for.
    const ends =
      getOwn(attributes, 'autoRenew__limio') === false ||
      numberAt(objectAt(attributes, 'initial_term__limio'), 'length') !== undefined;
    if (getOwn(attributes, 'trial__limio') !== true || !charge || others.length > 0 || discounted || ends) return [];
    // A charge that recurs once only may itself be the trial.
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
        message: `The offer is a trial, and its only charge is ${charge.value} ${charge.currency} from the first day.`,
        hint: 'Delay the charge (delay_interval), or add the charge of the trial.',
        related: [{ address: resource.address, pointer: charge.pointer, message: 'The only charge.' }],
      },
    ];
  },
};
