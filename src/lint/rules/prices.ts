import { readHtmlText } from '../../html/html.js';
import { getOwn, objectAt } from '../../model/json.js';
import type { LintContext, LintFinding, SingleLintRule } from '../../model/lint-rule.js';
import { attributePointer, textOf, textsOf } from '../attributes.js';
import { type Charge, isPriceExplained, listCharges } from '../charges.js';
import { findHomeCurrencies } from '../currencies.js';
import { findPriceClaims, type PriceClaim } from '../price-claims.js';
import { namePeriod } from '../time.js';

export const priceCurrencyCopies: SingleLintRule = {
  id: 'price-currency-copies',
  severity: 'warning',
  title: 'A charge names two different currencies',
  kinds: ['offer', 'add_on'],
  check(resource, context): LintFinding[] {
    return listCharges(context.attributesOf(resource)).flatMap(({ raw, pointer }): LintFinding[] => {
      const code = textOf(raw, 'currencyCode').trim().toUpperCase();
      const id = textOf(objectAt(raw, 'currency'), 'id').trim().toUpperCase();
      // The id is "N/A" if the billing system holds the price.
      if (code === '' || code === id || !/^[A-Z]{3}$/.test(id)) return [];
      return [
        {
          address: resource.address,
          pointer: `${pointer}/currency/id`,
          message: `The charge has ${code} in "currencyCode" but ${id} in "currency".`,
          hint: `Set "currency" to ${code} and its symbol, or correct "currencyCode".`,
          related: [{ address: resource.address, pointer: `${pointer}/currencyCode`, message: 'The other currency.' }],
        },
      ];
    });
  },
};

const MOST_CURRENCIES_NAMED = 3;

const USED_CURRENCIES = new WeakMap<LintContext, ReadonlySet<string>>();

/** The currencies of all declared charges. */
function findUsedCurrencies(context: LintContext): ReadonlySet<string> {
  const used =
    USED_CURRENCIES.get(context) ??
    new Set(
      context.resources.flatMap((resource) =>
        listCharges(context.attributesOf(resource)).map(({ currency }) => currency),
      ),
    );
  USED_CURRENCIES.set(context, used);
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
        .slice(0, MOST_CURRENCIES_NAMED)
        .map((country, i) => `${country} (${[...(homes[i] ?? [])].join(' or ')})`)
        .join(', ');
      const more =
        countries.length > MOST_CURRENCIES_NAMED ? ` and ${countries.length - MOST_CURRENCIES_NAMED} more` : '';
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

export const priceCurrencyMixed: SingleLintRule = {
  id: 'price-currency-mixed',
  severity: 'error',
  title: 'The charges of an item use several currencies',
  kinds: ['offer', 'add_on'],
  check(resource, context): LintFinding[] {
    const charges = listCharges(context.attributesOf(resource)).filter(({ currency }) => currency !== '');
    const [first] = charges;
    const other = charges.find(({ currency }) => currency !== first?.currency);
    if (!first || !other) return [];
    return [
      {
        address: resource.address,
        pointer: `${other.pointer}/currencyCode`,
        message: `This charge is in ${other.currency}, but the first charge is in ${first.currency}.`,
        hint: 'Create one offer per currency.',
        related: [
          { address: resource.address, pointer: `${first.pointer}/currencyCode`, message: 'The first charge.' },
        ],
      },
    ];
  },
};

export const priceTiers: SingleLintRule = {
  id: 'price-tiers',
  severity: 'warning',
  title: 'Tiers of a charge overlap or leave a gap',
  kinds: ['offer', 'add_on'],
  check(resource, context): LintFinding[] {
    return listCharges(context.attributesOf(resource)).flatMap(({ tiers }) => {
      const sorted = tiers.filter(({ from }) => from !== undefined).toSorted((a, b) => (a.from ?? 0) - (b.from ?? 0));
      return sorted.slice(1).flatMap((tier, i): LintFinding[] => {
        const before = sorted[i];
        const [from, end] = [tier.from ?? 0, before?.to];
        // A tier without an end reaches to the next one. Some tenants start a tier at the end of the previous one.
        if (!before || end === undefined || from === end || from === end + 1) return [];
        const what =
          from > end
            ? `Quantities ${end + 1} to ${from - 1} are in no tier.`
            : `Quantities ${from} to ${end} are in two tiers.`;
        return [
          {
            address: resource.address,
            pointer: tier.pointer,
            message: what,
            related: [{ address: resource.address, pointer: before.pointer, message: 'The previous tier.' }],
          },
        ];
      });
    });
  },
};

const FREE = /free|gratis|kostenlos|gratuito?|complimentary|no charge|ingyen|(?<![\d.,])0(?:[.,]0{1,2})?(?![\d.,])/i;

export const priceZero: SingleLintRule = {
  id: 'price-zero',
  severity: 'warning',
  title: 'An item is free but not marked as a trial',
  kinds: ['offer', 'add_on'],
  check(resource, context): LintFinding[] {
    const attributes = context.attributesOf(resource);
    const charges = listCharges(attributes);
    const free =
      charges.length > 0 &&
      charges.every(({ amount, tiers }) => amount === 0 && tiers.every((tier) => tier.amount === 0));
    const meant =
      ['trial__limio', 'is_redeem_gift__limio'].some((key) => getOwn(attributes, key) === true) ||
      textOf(attributes, 'offer_type__limio') === 'trial';
    const said = FREE.test(
      ['display_price__limio', 'display_name__limio', 'detailed_display_price__limio']
        .map((key) => textOf(attributes, key))
        .join(' '),
    );
    if (!free || meant || said) return [];
    const pointer = `${charges[0]?.pointer ?? ''}/value`;
    return [
      {
        address: resource.address,
        pointer,
        message: 'Every charge is zero, but the item is not a trial.',
        hint: 'Set the price. If it is free, set trial__limio: true, or write "free" in the displayed price.',
      },
    ];
  },
};

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

const MOST_CHARGES_SHOWN = 3;

function describeCharges(charges: readonly Charge[]): string {
  const shown = charges.slice(0, MOST_CHARGES_SHOWN).map(({ value, currency, recurring, every, tiers }) => {
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
