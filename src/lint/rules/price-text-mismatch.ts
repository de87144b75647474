import { readHtmlText } from '../../html/html.js';
import type { LintFinding, SingleLintRule } from '../../model/lint-rule.js';
import { attributePointer, textOf } from '../attributes.js';
import { type Charge, isPriceExplained, listCharges } from '../charges.js';
import { findPriceClaims, type PriceClaim } from '../price-claims.js';
import { namePeriod } from '../time.js';

/** Attributes that state the price of the item itself. */
const PRICE_TEXTS = ['display_price__limio', 'detailed_display_price__limio'];
/** Attributes that may mention other prices: only an amount with a period counts. */
const OTHER_TEXTS = ['cta_text__limio', 'badge_text__limio', 'checkout_description__limio'];

/** Cautious: one amount that matches a charge clears the whole text. */
export const priceTextMismatch: SingleLintRule = {
  id: 'price-text-mismatch',
  severity: 'error',
  title: 'A displayed price differs from the charge',
  kinds: ['offer', 'add_on'],
  check(resource, context): LintFinding[] {
    const attributes = context.attributesOf(resource);
    const charges = listCharges(attributes);
    // A charge without a known amount could match anything.
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
          message: `The text says "${claim.shown}", but ${describeCharges(charges)}.`,
          hint: describeDifference(claim, charges),
          related: [{ address: resource.address, pointer: charges[0]?.pointer ?? '', message: 'The charge.' }],
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
  const subject = charges.length === 1 ? 'the charge is' : 'the charges are';
  return `${subject} ${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function describeDifference({ values, currencies, period }: PriceClaim, charges: readonly Charge[]): string {
  const same = charges.find(({ amount }) => amount !== undefined && values.includes(amount));
  if (!same) return 'Correct the text or the charge.';
  if (currencies && same.currency !== '' && !currencies.includes(same.currency))
    return `The amounts match, but the charge is in ${same.currency}.`;
  return period ? `The amounts match, but the text says per ${namePeriod(period)}.` : 'Correct the text or the charge.';
}
