import { isCatalogKind } from '../../model/address.js';
import type { Guard } from '../../model/plan.js';
import type { GuardFacts } from './guard-facts.js';

/** The dialect of the tenant says that a field cannot be cleared (API reference, section 11). */
export function guardRemovals({ compared }: Pick<GuardFacts, 'compared'>): Guard[] {
  return compared
    .filter(({ change, compared: { unremovable } }) => change && unremovable.length > 0)
    .map(({ desired, compared: { unremovable } }) => ({
      code: 'REMOVAL_UNSUPPORTED',
      message: `${desired.address} clears ${unremovable.join(', ')}, which this tenant cannot do by the API (dialect ${isCatalogKind(desired.kind) ? 'bulkUpdate' : 'promo'}.removal is "unsupported").`,
      addresses: [desired.address],
      hint: 'Clear the field in the web app, or declare a value in place of null.',
    }));
}
