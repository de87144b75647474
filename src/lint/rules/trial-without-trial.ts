import { getOwn, isJsonObject, numberAt, objectAt } from '../../model/json.js';
import type { LintFinding, SingleLintRule } from '../../model/lint-rule.js';
import { attributePointer } from '../attributes.js';
import { listCharges } from '../charges.js';

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
      numberAt(objectAt(attributes, 'initial_term__limio'), 'length') !== undefined;
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
