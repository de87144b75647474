import { findAmbiguity, isPlainAmount, readAmount, spellAmount } from '../../charges/amount.js';
import { readChargeFields } from '../../charges/charges.js';
import { isJsonObject, type Json, listAt, objectAt, textAt } from '../../model/json.js';
import { suggestNearest } from '../../model/spelling.js';
import type { CheckedDocument, DocumentPath, Finding } from '../documents.js';

/** Values and currencies of `price__limio` and its tiers (API reference, section 3), and amounts of discounts. */
export function checkPrices(document: CheckedDocument): Finding[] {
  const attributes = objectAt(document.value, 'attributes');
  const discount = textAt(objectAt(attributes, 'discount__limio'), 'value') ?? '';
  const charges = listAt(attributes, 'price__limio').flatMap((charge, i) => {
    if (!isJsonObject(charge)) return [];
    const path = ['attributes', 'price__limio', i];
    const { value, currency, usesExternalPrice, tiers } = readChargeFields(charge);
    const isLeftOut = usesExternalPrice && value === '';
    return [
      ...(isLeftOut ? [] : checkAmount(value, [...path, 'value'], currency)),
      ...checkCurrency(textAt(charge, 'currencyCode'), [...path, 'currencyCode']),
      ...tiers.flatMap(({ price, index }) => checkAmount(price, [...path, 'tiers', index, 'price'], currency)),
    ];
  });
  return [...charges, ...checkReadings(discount, ['attributes', 'discount__limio', 'value'])];
}

export function checkCurrency(code: string | undefined, path: DocumentPath): Finding[] {
  if (code === undefined || CURRENCY_CODES.has(code)) return [];
  const upper = code.trim().toUpperCase();
  const nearest = CURRENCY_CODES.has(upper) ? upper : suggestNearest(upper, CURRENCY_CODES, 1);
  const hint =
    nearest === undefined ? 'Write the three letters of ISO 4217, for example GBP.' : `Did you mean ${nearest}?`;
  return [{ code: 'CURRENCY_UNKNOWN', path, message: `There is no currency "${code}" in ISO 4217.`, hint }];
}

/** The text of an amount. JSON numbers have one reading. */
export function checkAmount(value: Json | undefined, path: DocumentPath, currency = ''): Finding[] {
  if (typeof value !== 'string') return [];
  const readings = checkReadings(value, path, currency);
  if (readings.length > 0 || isPlainAmount(value)) return readings;
  const decimal = readAmount(value, currency);
  if (decimal) {
    const plain = spellAmount(decimal);
    const message = `limio-sync reads the price "${value}" as ${plain}. Other programs may read it differently.`;
    return [{ code: 'PRICE_SPELLING', path, message, hint: `Write "${plain}": digits with a point.` }];
  }
  const plain = findPlainAmount(value, currency);
  const hint =
    plain === undefined
      ? 'Write digits with a point: "12.99"'
      : `Write "${plain}": digits with a point, without currency or separators.`;
  return [{ code: 'PRICE_NOT_NUMBER', path, message: `The price "${value}" is not a number.`, hint }];
}

/** An amount that two countries read differently. */
function checkReadings(text: string, path: DocumentPath, currency = ''): Finding[] {
  const readings = findAmbiguity(text, currency);
  if (!readings) return [];
  const [thousands, fraction] = readings;
  const message = `"${text}" is ${thousands} in some countries and ${fraction} in others.`;
  return [{ code: 'PRICE_AMBIGUOUS', path, message, hint: `Write "${thousands}" or "${fraction}".` }];
}

/** The only amount that a text can mean. People copy suggestions, so `£1,299`, `1e3` and `2 x 5` have none. */
function findPlainAmount(text: string, currency: string): string | undefined {
  const digits = /^[^\d.,-]*(-?\d(?:[\d.,]*\d)?)[^\d.,]*$/.exec(text)?.[1];
  const decimal = digits === undefined ? undefined : readAmount(digits, currency);
  return decimal && spellAmount(decimal);
}

const CODES =
  'AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BOV BRL BSD BTN BWP BYN ' +
  'BZD CAD CDF CHE CHF CHW CLF CLP CNY COP COU CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP ' +
  'GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF ' +
  'KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR ' +
  'MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK ' +
  'SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD USN UYI UYU ' +
  'UYW UZS VED VES VND VUV WST XAF XCD XCG XDR XOF XPF XSU XUA YER ZAR ZMW ZWG';

/**
 * The currencies and funds of ISO 4217, without its codes for metals, tests and "no currency". ANG and
 * BGN, withdrawn in 2025 and 2026, are here while offers have them.
 */
const CURRENCY_CODES: ReadonlySet<string> = new Set(CODES.split(' '));
