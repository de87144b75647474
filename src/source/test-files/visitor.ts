import type { Visitor } from '../../routing/conditions.js';
import { findCountryFault, findValueFault, type ValueFault } from '../rules/conditions.js';

/**
 * A visitor as people describe one on the command line and in tests. A single value that is absent is
 * unknown, null means none; a list that is absent is empty, 'unknown' means unknown.
 */
export interface VisitorInput {
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

export interface VisitorFault extends ValueFault {
  key: keyof VisitorInput;
}

/** The origin of a visit that is only a path. */
const BASE = 'http://no-host.invalid';

export function parseVisitor(input: VisitorInput): { visitor: Visitor; faults: VisitorFault[] } {
  const url = URL.canParse(input.visit, BASE) ? new URL(input.visit, BASE) : null;
  const named = url && url.origin !== BASE ? url.host : undefined;
  const visitor: Visitor = {
    path: decode(url?.pathname ?? '/'),
    query: new Set(Array.from(url?.searchParams ?? [], ([name, value]) => `${name}=${value}`)),
    ...pick('host', input.host ?? named),
    ...pick('pageExists', input.page_exists),
    ...pick('country', input.country === undefined ? input.region?.slice(0, 2) : input.country),
    ...pick('region', input.region),
    ...pick('city', input.city),
    ...pick('billingCountry', input.billing_country),
    ...pick('subscriptionStatus', input.subscription_status),
    ...pick('device', input.device),
    ...pick('cookies', toSet(input.cookies)),
    ...pick('segments', toSet(input.segments)),
    ...pick('offerLabels', toSet(input.offer_labels)),
    ...pick('split', input.split),
  };
  return { visitor, faults: listFaults(input, url !== null) };
}

function listFaults(input: VisitorInput, readable: boolean): VisitorFault[] {
  const faults: VisitorFault[] = [];
  const report = (key: keyof VisitorInput, fault: ValueFault | undefined): void => {
    if (fault) faults.push({ key, ...fault });
  };
  const { visit, country, billing_country, region, subscription_status, cookies = [], split } = input;
  if (!readable || /^\s*$/.test(visit)) {
    report('visit', { message: `"${visit}" is not a path.`, hint: 'Write it like /landing?company=limio' });
  }
  if (typeof country === 'string') report('country', findCountryFault(country));
  if (typeof billing_country === 'string') report('billing_country', findCountryFault(billing_country));
  if (typeof region === 'string') report('region', findValueFault('region', region));
  if (typeof subscription_status === 'string') {
    report('subscription_status', findValueFault('subscription_status', subscription_status));
  }
  if (cookies !== 'unknown') for (const name of cookies) report('cookies', findValueFault('cookie', name));
  if (split !== undefined && !(split >= 0 && split < 1)) {
    const hint = 'Write a number from 0 up to, but not including, 1.';
    report('split', { message: `The number ${split} is not in [0, 1).`, hint });
  }
  if (typeof region === 'string' && typeof country === 'string' && !region.startsWith(`${country}-`)) {
    report('region', { message: `The region "${region}" is not in the country "${country}".` });
  }
  return faults;
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
