import type { LintContext, LintFinding, SingleLintRule } from '../../model/lint-rule.js';
import { attributePointer, textsOf } from '../attributes.js';
import { listCharges } from '../charges.js';
import { findHomeCurrencies } from '../currencies.js';

const MOST_NAMED = 3;

const USED = new WeakMap<LintContext, ReadonlySet<string>>();

/** The currencies in which anything of the files is charged. */
function findUsedCurrencies(context: LintContext): ReadonlySet<string> {
  const used =
    USED.get(context) ??
    new Set(
      context.resources.flatMap((resource) =>
        listCharges(context.attributesOf(resource)).map(({ currency }) => currency),
      ),
    );
  USED.set(context, used);
  return used;
}

/**
 * Nobody in the countries where the offer may be bought pays in its currency: mostly a copy of another
 * country's offer. Where nothing is sold in their own currencies, euros or dollars for them are meant.
 */
export const priceCurrencyCountry: SingleLintRule = {
  id: 'price-currency-country',
  severity: 'warning',
  title: 'No country in which the offer is sold pays in its currency',
  kinds: ['offer', 'add_on'],
  check(resource, context): LintFinding[] {
    const attributes = context.attributesOf(resource);
    const countries = [...new Set(textsOf(attributes, 'allowed_countries__limio'))];
    const homes = countries.map(findHomeCurrencies);
    // An empty list is everywhere; of a country without known currency nothing can be said.
    if (countries.length === 0 || homes.includes(undefined)) return [];
    const used = findUsedCurrencies(context);
    if (!homes.every((home) => [...(home ?? [])].some((currency) => used.has(currency)))) return [];
    const strange = listCharges(attributes).filter(
      ({ currency }) => currency !== '' && !homes.some((home) => home?.has(currency)),
    );
    return strange.slice(0, 1).map(({ currency, pointer }) => {
      const named = countries
        .slice(0, MOST_NAMED)
        .map((country, i) => `${country} (${[...(homes[i] ?? [])].join(' or ')})`)
        .join(', ');
      return {
        address: resource.address,
        pointer: `${pointer}/currencyCode`,
        message: `The charge is in ${currency}, and is sold only in ${named}${countries.length > MOST_NAMED ? ` and ${countries.length - MOST_NAMED} more` : ''}.`,
        hint: 'Correct the currency or the countries.',
        related: [
          {
            address: resource.address,
            pointer: attributePointer('allowed_countries__limio'),
            message: 'It is sold in these countries.',
          },
        ],
      };
    });
  },
};
