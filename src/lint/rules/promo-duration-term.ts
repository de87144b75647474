import { getOwn, numberAt, objectAt } from '../../model/json.js';
import type { LintFinding, SingleLintRule } from '../../model/lint-rule.js';
import { attributePointer, textOf } from '../attributes.js';
import { findOffersWithLabel, readPromo } from '../promos.js';
import { divide, namePeriod, toPeriod } from '../time.js';

export const promoDurationTerm: SingleLintRule = {
  id: 'promo-duration-term',
  severity: 'warning',
  title: 'A discount lasts longer than the term of its offers',
  kinds: ['promo_code'],
  check(resource, context): LintFinding[] {
    const { duration, labels } = readPromo(resource);
    const offers = labels.flatMap((label) => findOffersWithLabel(label, context));
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
    const subject = offers.length === 1 ? offer.name : `each of the ${offers.length} offers`;
    return [
      {
        address: resource.address,
        pointer: '/discount/durationLength',
        message: `The discount lasts ${namePeriod(duration)}, but ${subject} ends after ${namePeriod(term)} or less.`,
        related: [
          {
            address: offer.address,
            pointer: attributePointer('term__limio'),
            message: 'Term of an offer with the label.',
          },
        ],
      },
    ];
  },
};
