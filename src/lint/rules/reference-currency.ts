import { findKindOfPath } from '../../kinds/catalog/catalog-kinds.js';
import { type Address, formatAddress } from '../../model/address.js';
import type { LintFinding, SingleLintRule } from '../../model/lint-rule.js';
import { listLinks, nameHolder } from '../attributes.js';
import { listCharges } from '../charges.js';

export const referenceCurrency: SingleLintRule = {
  id: 'reference-currency',
  severity: 'warning',
  title: 'An upgrade, downgrade or cross-sell uses another currency',
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
      const [charged, expected] = [[...theirs].join(' and '), [...own].join('')];
      return [
        {
          address: resource.address,
          pointer,
          message: `${path} is ${nameHolder(holder)} of this offer but charged in ${charged}, not in ${expected}.`,
          related: [
            {
              address: formatAddress(kind, path),
              pointer: '/attributes/price__limio',
              message: 'The charges of that item.',
            },
          ],
        },
      ];
    });
  },
};
