import { findKindOfPath } from '../../kinds/references.js';
import { type Address, formatAddress } from '../../model/address.js';
import type { LintFinding, SingleLintRule } from '../../model/lint-rule.js';
import { listLinks, nameHolder } from '../attributes.js';
import { listCharges } from '../charges.js';

/** What is sold along with an offer is billed with it, and so in the same currency. Mostly a list copied from another country's offer. */
export const referenceCurrency: SingleLintRule = {
  id: 'reference-currency',
  severity: 'warning',
  title: 'An upgrade, downgrade or cross-sell is in another currency',
  kinds: ['offer'],
  check(resource, context): LintFinding[] {
    const currenciesOf = (address: Address): Set<string> => {
      const target = context.find(address);
      return new Set(
        target
          ? listCharges(context.attributesOf(target))
              .map(({ currency }) => currency)
              .filter((currency) => currency !== '')
          : [],
      );
    };
    const own = currenciesOf(resource.address);
    if (own.size !== 1) return [];
    return listLinks(resource, context).flatMap(({ holder, path, pointer }): LintFinding[] => {
      const kind = findKindOfPath(path);
      const theirs = kind ? currenciesOf(formatAddress(kind, path)) : new Set<string>();
      if (!kind || theirs.size === 0 || [...theirs].some((currency) => own.has(currency))) return [];
      return [
        {
          address: resource.address,
          pointer,
          message: `${path} is ${nameHolder(holder)} of this offer and is charged in ${[...theirs].join(' and ')}, the offer in ${[...own].join('')}.`,
          related: [
            { address: formatAddress(kind, path), pointer: '/attributes/price__limio', message: 'Its charges.' },
          ],
        },
      ];
    });
  },
};
