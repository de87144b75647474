import { getOwn, numberAt, objectAt } from '../../model/json.js';
import type { LintFinding, SingleLintRule } from '../../model/lint-rule.js';
import { attributePointer, textOf } from '../attributes.js';
import { findCarriers, readPromo } from '../promos.js';
import { divide, namePeriod, toPeriod } from '../time.js';

/** A discount for longer than the term of every offer that it applies to, none of which renews. */
export const promoDurationTerm: SingleLintRule = {
  id: 'promo-duration-term',
  severity: 'warning',
  title: 'A discount lasts longer than the offers that it applies to',
  kinds: ['promo_code'],
  check(resource, context): LintFinding[] {
    const { duration, labels } = readPromo(resource);
    const offers = labels.flatMap((label) => findCarriers(label, context));
    if (!duration || offers.length === 0) return [];
    const terms = offers.map((offer) => {
      const attributes = context.attributesOf(offer);
      const term = objectAt(attributes, 'term__limio');
      const ends = textOf(term, 'renewal_type') !== 'EVERGREEN' && getOwn(attributes, 'autoRenew__limio') === false;
      return ends ? toPeriod(numberAt(term, 'length'), textOf(term, 'type')) : undefined;
    });
    if (!terms.every((term) => term !== undefined && (divide(duration, term) ?? 0) > 1)) return [];
    const [offer] = offers;
    const [term] = terms;
    if (!offer || !term) return [];
    return [
      {
        address: resource.address,
        pointer: '/discount/durationLength',
        message: `The discount is for ${namePeriod(duration)}, and ${offers.length === 1 ? offer.name : `each of the ${offers.length} offers`} ends after ${namePeriod(term)} or less.`,
        related: [
          {
            address: offer.address,
            pointer: attributePointer('term__limio'),
            message: 'The term of an offer with the label.',
          },
        ],
      },
    ];
  },
};
