import type { LintContext, LintFinding, SingleLintRule } from '../../model/lint-rule.js';
import { attributePointer, textsOf } from '../attributes.js';
import { listCharges } from '../charges.js';
import { findHomeCurrencies } from '../currencies.js';

const MOST_NAMED = 3;

const USED = new WeakMap<LintContext, ReadonlySet<string>>();

/** The currencies of all declared charges. */
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

/** Silent if nothing is sold in the countries' own currencies: then euros or dollars are intended there. */
export const priceCurrencyCountry: SingleLintRule = {
  id: 'price-currency-country',
  severity: 'warning',
  title: 'The charge currency is not used in any allowed country',
  kinds: ['offer', 'add_on'],
  check(resource, context): LintFinding[] {
    const attributes = context.attributesOf(resource);
    const countries = [...new Set(textsOf(attributes, 'allowed_countries__limio'))];
    const homes = countries.map(findHomeCurrencies);
    // An empty list means everywhere; a country without a known currency cannot be checked.
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
      const more = countries.length > MOST_NAMED ? ` and ${countries.length - MOST_NAMED} more` : '';
      return {
        address: resource.address,
        pointer: `${pointer}/currencyCode`,
        message: `The charge is in ${currency}, but the item is sold only in ${named}${more}.`,
        hint: 'Correct the currency or the countries.',
        related: [
          {
            address: resource.address,
            pointer: attributePointer('allowed_countries__limio'),
            message: 'The allowed countries.',
          },
        ],
      };
    });
  },
};
