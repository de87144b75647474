import { SUBSCRIPTION_STATUSES } from '../../kinds/documents/document-parts.js';
import { getOwn, listAt, objectAt, textAt } from '../../model/json.js';
import { suggestNearest } from '../../model/spelling.js';
import type { CheckedDocument, DocumentPath, Finding } from '../documents.js';
import { listConditions } from './journey.js';

export type Complaint = { message: string; hint?: string } | undefined;

const CODES =
  'AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT ' +
  'BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ' +
  'ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT ' +
  'HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS ' +
  'LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI ' +
  'NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG ' +
  'SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG ' +
  'UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW';

/** Every two-letter code of ISO 3166-1, and XK for Kosovo, which ISO leaves to its users and tenants use. */
export const COUNTRY_CODES: ReadonlySet<string> = new Set([...CODES.split(' '), 'XK']);

/** What each type of condition takes (API reference, section 2); countries have a rule of their own. */
const COMPLAINTS: ReadonlyMap<string, (value: string) => Complaint> = new Map([
  ['region', complainOfRegion],
  ['query', complainOfQuery],
  ['cookie', complainOfCookie],
  ['subscription_status', complainOfStatus],
]);

/** Values that a typed condition cannot hold. */
export function checkConditions({ value }: CheckedDocument): Finding[] {
  return listConditions(value).flatMap(({ element, path }) => {
    const type = textAt(element, 'type') ?? '';
    return listAt(element, 'values').flatMap((item, i): Finding[] => {
      const complaint = typeof item === 'string' ? complainOfValue(type, item) : undefined;
      return complaint ? [{ code: 'CONDITION_VALUE', path: [...path, 'values', i], ...complaint }] : [];
    });
  });
}

/** What is wrong with one value of a type of condition, where that can be said. */
export function complainOfValue(type: string, value: string): Complaint {
  return value === '' ? { message: 'A condition cannot look for an empty text.' } : COMPLAINTS.get(type)?.(value);
}

function complainOfRegion(value: string): Complaint {
  const country = /^([A-Z]{2})-[A-Z0-9]{1,3}$/.exec(value)?.[1];
  if (country !== undefined && COUNTRY_CODES.has(country)) return undefined;
  return { message: `"${value}" is not a region of ISO 3166-2.`, hint: 'Write country and region, for example DE-BY.' };
}

function complainOfQuery(value: string): Complaint {
  if (value.includes(','))
    return { message: 'A comma separates values here and cannot stand in one.', hint: 'Write several values.' };
  if (/^[^=]+=/.test(value)) return undefined;
  return { message: `"${value}" is not a query parameter.`, hint: 'Write name and value, for example company=limio.' };
}

function complainOfCookie(value: string): Complaint {
  if (value.includes(','))
    return { message: 'A comma separates values here and cannot stand in one.', hint: 'Write several values.' };
  if (/^(?:lmo_|limio-)/.test(value)) return undefined;
  return {
    message: `The cookie "${value}" is not seen by journeys.`,
    hint: 'Only names that begin with lmo_ or limio- are.',
  };
}

function complainOfStatus(value: string): Complaint {
  if ((SUBSCRIPTION_STATUSES as readonly string[]).includes(value)) return undefined;
  const nearest = suggestNearest(value, SUBSCRIPTION_STATUSES);
  const hint = nearest === undefined ? `Write ${SUBSCRIPTION_STATUSES.join(' or ')}.` : `Did you mean ${nearest}?`;
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

/** An ISO 3166-1 code, or a finding. */
export function checkCountry(code: unknown, path: DocumentPath): Finding[] {
  if (typeof code !== 'string' || COUNTRY_CODES.has(code)) return [];
  const meant = suggestCountry(code);
  const hint = meant === undefined ? 'Write the two letters of ISO 3166-1, for example GB.' : `Did you mean ${meant}?`;
  return [{ code: 'COUNTRY_UNKNOWN', path, message: `There is no country "${code}" in ISO 3166-1.`, hint }];
}

/** Codes that people write and that mean another one. */
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

/** The code that somebody may have meant, or undefined. */
export function suggestCountry(text: string): string | undefined {
  const upper = text.trim().toUpperCase();
  return COUNTRY_CODES.has(upper) ? upper : SLIPS.get(upper);
}
