import { getOwn, isJsonObject, listAt, objectAt, textAt } from '../../model/json.js';
import { suggestNearest } from '../../model/spelling.js';
import type { CheckedDocument, DocumentPath, Finding } from '../documents.js';

/** A price as a file must write it. */
export const AMOUNT = /^-?\d+(?:\.\d+)?$/;

/** Values and currencies of `price__limio` and its tiers (API reference, section 3). */
export function checkPrices(document: CheckedDocument): Finding[] {
  const charges = listAt(objectAt(document.value, 'attributes'), 'price__limio');
  return charges.flatMap((charge, i) => {
    if (!isJsonObject(charge)) return [];
    const path = ['attributes', 'price__limio', i];
    const value = textAt(charge, 'value');
    const external = getOwn(charge, 'use_external_price') === true && value === '';
    const tiers = listAt(charge, 'tiers').flatMap((tier, j) => {
      const price = isJsonObject(tier) ? textAt(tier, 'price') : undefined;
      return price === undefined ? [] : checkAmount(price, [...path, 'tiers', j, 'price']);
    });
    return [
      ...(value === undefined || external ? [] : checkAmount(value, [...path, 'value'])),
      ...checkCurrency(textAt(charge, 'currencyCode'), [...path, 'currencyCode']),
      ...tiers,
    ];
  });
}

export function checkCurrency(code: string | undefined, path: DocumentPath): Finding[] {
  if (code === undefined || CURRENCY_CODES.has(code)) return [];
  const upper = code.trim().toUpperCase();
  const nearest = CURRENCY_CODES.has(upper) ? upper : suggestNearest(upper, CURRENCY_CODES, 1);
  const hint =
    nearest === undefined ? 'Write the three letters of ISO 4217, for example GBP.' : `Did you mean ${nearest}?`;
  return [{ code: 'CURRENCY_UNKNOWN', path, message: `There is no currency "${code}" in ISO 4217.`, hint }];
}

export function checkAmount(text: string, path: DocumentPath): Finding[] {
  if (AMOUNT.test(text)) return [];
  const plain = findPlainAmount(text);
  const hint =
    plain === undefined
      ? 'Write digits with a point: "12.99"'
      : `Write "${plain}": digits with a point, without currency or separators.`;
  return [{ code: 'PRICE_NOT_NUMBER', path, message: `The price "${text}" is not a number.`, hint }];
}

/** The only amount that a text can mean. People copy suggestions, so `1,299`, `1e3` and `2 x 5` have none. */
function findPlainAmount(text: string): string | undefined {
  const digits = /^[^\d.,-]*(-?\d(?:[\d.,]*\d)?)[^\d.,]*$/.exec(text)?.[1];
  if (digits === undefined || AMOUNT.test(digits)) return digits;
  if (/^-?\d+,\d{1,2}$/.test(digits) || /^-?\d{1,3}(?:\.\d{3})+,\d+$/.test(digits))
    return digits.replaceAll('.', '').replace(',', '.');
  return /^-?\d{1,3}(?:,\d{3})+\.\d+$/.test(digits) ? digits.replaceAll(',', '') : undefined;
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
