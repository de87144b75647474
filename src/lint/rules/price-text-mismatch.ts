import type { LintFinding, SingleLintRule } from '../../model/lint-rule.js';
import { attributePointer, textOf } from '../attributes.js';
import { type Charge, isPriceExplained, listCharges } from '../charges.js';
import { readHtmlText } from '../html.js';
import { findPriceClaims, type PriceClaim } from '../price-claims.js';
import { namePeriod } from '../time.js';

/** Texts that state the price of the offer itself. */
const PRICE_TEXTS = ['display_price__limio', 'detailed_display_price__limio'];
/** Texts that may as well speak of something else: only an amount with a period counts there. */
const OTHER_TEXTS = ['cta_text__limio', 'badge_text__limio', 'checkout_description__limio'];

/** Customers are told one price and charged another. Cautious: one amount of a text that fits a charge clears the whole text. */
export const priceTextMismatch: SingleLintRule = {
  id: 'price-text-mismatch',
  severity: 'error',
  title: 'A text states another price than is charged',
  kinds: ['offer', 'add_on'],
  check(resource, context): LintFinding[] {
    const attributes = context.attributesOf(resource);
    const charges = listCharges(attributes);
    // A charge whose amount is not known may be any amount.
    if (charges.length === 0 || charges.some(({ amount, tiers }) => amount === undefined && tiers.length === 0))
      return [];
    return [...PRICE_TEXTS, ...OTHER_TEXTS].flatMap((key): LintFinding[] => {
      const claims = findPriceClaims(readHtmlText(textOf(attributes, key)));
      if (claims.some((claim) => isPriceExplained(claim, charges, attributes))) return [];
      const [claim] = claims.filter(
        ({ firm, period, currencies }) =>
          firm && (PRICE_TEXTS.includes(key) || (period !== undefined && currencies !== undefined)),
      );
      if (!claim) return [];
      return [
        {
          address: resource.address,
          pointer: attributePointer(key),
          message: `The text says "${claim.shown}", and ${describeCharges(charges)}.`,
          hint: describeDifference(claim, charges),
          related: [{ address: resource.address, pointer: charges[0]?.pointer ?? '', message: 'This is charged.' }],
        },
      ];
    });
  },
};

const MOST_SHOWN = 3;

function describeCharges(charges: readonly Charge[]): string {
  const shown = charges.slice(0, MOST_SHOWN).map(({ value, currency, recurring, every, tiers }) => {
    const amount = value === '' ? `${tiers[0]?.amount ?? ''} and more` : value;
    return `${amount} ${currency}${recurring ? (every ? ` per ${namePeriod(every)}` : '') : ' once'}`.trim();
  });
  const more = charges.length - shown.length;
  return `${charges.length === 1 ? 'the charge is' : 'the charges are'} ${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function describeDifference({ values, currencies, period }: PriceClaim, charges: readonly Charge[]): string {
  const same = charges.find(({ amount }) => amount !== undefined && values.includes(amount));
  if (!same) return 'Correct the text or the charge.';
  if (currencies && same.currency !== '' && !currencies.includes(same.currency))
    return `The amount is the same, the currency is not: the charge is in ${same.currency}.`;
  return period
    ? `The amount is the same, the period is not: ${namePeriod(period)} in the text.`
    : 'Correct the text or the charge.';
}
