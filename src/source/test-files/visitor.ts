import type { Visitor } from '../../routing/conditions.js';
import { complainOfValue, COUNTRY_CODES, suggestCountry } from '../rules/conditions.js';

/**
 * A visitor as people write one, on the command line and in tests. A single fact that is left out is
 * unknown, null is none; a list that is left out is empty, `unknown` is unknown.
 */
export interface VisitorFacts {
  /** Path with query string, or a whole URL. */
  visit: string;
  host?: string;
  page_exists?: boolean;
  country?: string | null;
  region?: string | null;
  city?: string | null;
  billing_country?: string | null;
  subscription_status?: string | null;
  device?: string | null;
  cookies?: readonly string[] | 'unknown';
  segments?: readonly string[] | 'unknown';
  offer_labels?: readonly string[] | 'unknown';
  split?: number;
}

export interface VisitorComplaint {
  key: keyof VisitorFacts;
  message: string;
  hint?: string;
}

/** Of a visit that is a path alone. */
const BASE = 'http://no-host.invalid';

/** The visitor, and everything that cannot be right about the facts. */
export function parseVisitor(facts: VisitorFacts): { visitor: Visitor; complaints: VisitorComplaint[] } {
  const url = URL.canParse(facts.visit, BASE) ? new URL(facts.visit, BASE) : null;
  const named = url && url.origin !== BASE ? url.host : undefined;
  const host = facts.host ?? named;
  const visitor: Visitor = {
    path: decode(url?.pathname ?? '/'),
    query: new Set(Array.from(url?.searchParams ?? [], ([name, value]) => `${name}=${value}`)),
    ...(host === undefined ? {} : { host }),
    ...(facts.page_exists === undefined ? {} : { pageExists: facts.page_exists }),
    ...pick('country', facts.country === undefined ? facts.region?.slice(0, 2) : facts.country),
    ...pick('region', facts.region),
    ...pick('city', facts.city),
    ...pick('billingCountry', facts.billing_country),
    ...pick('subscriptionStatus', facts.subscription_status),
    ...pick('device', facts.device),
    ...pick('cookies', toSet(facts.cookies)),
    ...pick('segments', toSet(facts.segments)),
    ...pick('offerLabels', toSet(facts.offer_labels)),
    ...pick('split', facts.split),
  };
  return { visitor, complaints: listComplaints(facts, url !== null) };
}

function listComplaints(facts: VisitorFacts, readable: boolean): VisitorComplaint[] {
  const country = (key: 'country' | 'billing_country') =>
    [facts[key]].flatMap((code) => (typeof code === 'string' ? complainOfCountry(key, code) : []));
  const { cookies = [], region, split } = facts;
  return [
    ...(readable && !/^\s*$/.test(facts.visit)
      ? []
      : [
          {
            key: 'visit' as const,
            message: `"${facts.visit}" is not a path.`,
            hint: 'Write it like /landing?company=limio',
          },
        ]),
    ...country('country'),
    ...country('billing_country'),
    ...complain('region', 'region', region),
    ...complain('subscription_status', 'subscription_status', facts.subscription_status),
    ...(cookies === 'unknown' ? [] : cookies.flatMap((name) => complain('cookies', 'cookie', name))),
    ...(split === undefined || (split >= 0 && split < 1)
      ? []
      : [
          {
            key: 'split' as const,
            message: `The number ${split} is not in [0, 1).`,
            hint: 'Write a number from 0 up to, not including, 1.',
          },
        ]),
    ...(typeof region === 'string' && typeof facts.country === 'string' && !region.startsWith(`${facts.country}-`)
      ? [{ key: 'region' as const, message: `The region "${region}" is not in the country "${facts.country}".` }]
      : []),
  ];
}

function complain(key: VisitorComplaint['key'], type: string, text: string | null | undefined): VisitorComplaint[] {
  const complaint = typeof text === 'string' ? complainOfValue(type, text) : undefined;
  return complaint ? [{ key, ...complaint }] : [];
}

function complainOfCountry(key: 'country' | 'billing_country', code: string): VisitorComplaint[] {
  if (COUNTRY_CODES.has(code)) return [];
  const meant = suggestCountry(code);
  const hint = meant === undefined ? 'Write the two letters of ISO 3166-1, for example GB.' : `Did you mean ${meant}?`;
  return [{ key, message: `There is no country "${code}" in ISO 3166-1.`, hint }];
}

function toSet(list: readonly string[] | 'unknown' | undefined): ReadonlySet<string> | undefined {
  return list === 'unknown' ? undefined : new Set(list);
}

function pick<K extends keyof Visitor>(key: K, value: Visitor[K] | undefined): Partial<Visitor> {
  return value === undefined ? {} : { [key]: value };
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
