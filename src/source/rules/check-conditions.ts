import { SUBSCRIPTION_STATUSES } from '../../kinds/documents/document-parts.js';
import { listAt, textAt } from '../../model/json.js';
import { suggestNearest } from '../../model/spelling.js';
import type { CheckedDocument } from '../checked-document.js';
import type { Finding } from '../finding.js';
import { COUNTRY_CODES } from '../iso-countries.js';
import { listConditions } from './list-journey-parts.js';

export type Complaint = { message: string; hint?: string } | undefined;

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
