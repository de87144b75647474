import { DEVICES, SUBSCRIPTION_STATUSES } from '../../kinds/documents/document-parts.js';
import { getOwn, listAt, objectAt, textAt } from '../../model/json.js';
import { suggestNearest } from '../../model/spelling.js';
import type { CheckedDocument, DocumentPath, Finding } from '../documents.js';
import { listConditions } from './journey.js';
import { describeUnknownWord } from './unusual.js';

/** What is wrong with a value. */
export interface ValueFault {
  message: string;
  hint?: string;
}

/** Values that a typed condition cannot have. */
export function checkConditions({ value }: CheckedDocument): Finding[] {
  return listConditions(value).flatMap(({ element, path }) => {
    const type = textAt(element, 'type') ?? '';
    return listAt(element, 'values').flatMap((item, i): Finding[] => {
      if (type === 'device' && typeof item === 'string' && item !== '' && !DEVICES.some((device) => device === item))
        return describeUnknownWord(item, [...path, 'values', i], 'device', DEVICES);
      const fault = typeof item === 'string' ? findValueFault(type, item) : undefined;
      return fault ? [{ code: 'CONDITION_VALUE', path: [...path, 'values', i], ...fault }] : [];
    });
  });
}

/** Checks one value of a type of condition (API reference, section 2). `checkCountries` checks countries. */
export function findValueFault(type: string, value: string): ValueFault | undefined {
  if (value === '') return { message: 'A value of a condition cannot be empty.' };
  switch (type) {
    case 'region':
      return findRegionFault(value);
    case 'query':
      return findQueryFault(value);
    case 'cookie':
      return findCookieFault(value);
    case 'subscription_status':
      return findStatusFault(value);
    default:
      return undefined;
  }
}

const COMMA: ValueFault = { message: 'A value cannot contain a comma.', hint: 'Write several values.' };

function findRegionFault(value: string): ValueFault | undefined {
  const country = /^([A-Z]{2})-[A-Z0-9]{1,3}$/.exec(value)?.[1];
  if (country !== undefined && COUNTRY_CODES.has(country)) return undefined;
  return { message: `"${value}" is not a region of ISO 3166-2.`, hint: 'Write country and region, for example DE-BY.' };
}

function findQueryFault(value: string): ValueFault | undefined {
  if (value.includes(',')) return COMMA;
  if (/^[^=]+=/.test(value)) return undefined;
  return { message: `"${value}" is not a query parameter.`, hint: 'Write name and value, for example company=limio.' };
}

function findCookieFault(value: string): ValueFault | undefined {
  if (value.includes(',')) return COMMA;
  if (/^(?:lmo_|limio-)/.test(value)) return undefined;
  const hint = 'They only see cookies whose names begin with lmo_ or limio-.';
  return { message: `Journeys cannot see the cookie "${value}".`, hint };
}

function findStatusFault(value: string): ValueFault | undefined {
  if (SUBSCRIPTION_STATUSES.some((status) => status === value)) return undefined;
  const nearest = suggestNearest(value, SUBSCRIPTION_STATUSES);
  const hint = nearest === undefined ? `Use ${SUBSCRIPTION_STATUSES.join(' or ')}.` : `Did you mean ${nearest}?`;
  return { message: `There is no subscription status "${value}".`, hint };
}

/** `allowed_countries__limio` of a catalog item, and the country conditions of a journey. */
export function checkCountries(document: CheckedDocument): Finding[] {
  const allowed = listAt(objectAt(document.value, 'attributes'), 'allowed_countries__limio');
  const conditions = listConditions(document.value).filter(({ element }) => {
    const type = getOwn(element, 'type');
    return type === 'country' || type === 'billing_country';
  });
  return [
    ...allowed.flatMap((code, i) => checkCountry(code, ['attributes', 'allowed_countries__limio', i])),
    ...conditions.flatMap(({ element, path }) =>
      listAt(element, 'values').flatMap((code, i) => checkCountry(code, [...path, 'values', i])),
    ),
  ];
}

export function checkCountry(code: unknown, path: DocumentPath): Finding[] {
  const fault = typeof code === 'string' ? findCountryFault(code) : undefined;
  return fault ? [{ code: 'COUNTRY_UNKNOWN', path, ...fault }] : [];
}

export function findCountryFault(code: string): ValueFault | undefined {
  if (COUNTRY_CODES.has(code)) return undefined;
  const upper = code.trim().toUpperCase();
  const meant = COUNTRY_CODES.has(upper) ? upper : SLIPS.get(upper);
  const hint = meant === undefined ? 'Write the two letters of ISO 3166-1, for example GB.' : `Did you mean ${meant}?`;
  return { message: `There is no country "${code}" in ISO 3166-1.`, hint };
}

const CODES =
  'AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT ' +
  'BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ' +
  'ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT ' +
  'HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS ' +
  'LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI ' +
  'NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG ' +
  'SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG ' +
  'UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW';

/** The two-letter codes of ISO 3166-1, and XK for Kosovo, which ISO leaves to its users. */
const COUNTRY_CODES: ReadonlySet<string> = new Set([...CODES.split(' '), 'XK']);

/** Codes that people write for another one. */
const SLIPS: ReadonlyMap<string, string> = new Map([
  ['UK', 'GB'],
  ['EN', 'GB'],
  ['GBR', 'GB'],
  ['EL', 'GR'],
  ['USA', 'US'],
  ['DEU', 'DE'],
  ['GER', 'DE'],
  ['FRA', 'FR'],
  ['ESP', 'ES'],
  ['ITA', 'IT'],
  ['CAN', 'CA'],
  ['AUS', 'AU'],
  ['XKX', 'XK'],
]);
