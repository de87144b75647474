import type { DoctorFinding, FindingStatus } from '../model/doctor.js';
import type { FactFailure, FactName, Facts, FactValues, Setting } from './facts.js';

type Values<K extends FactName> = { [P in K]: FactValues[P] };

export interface Check {
  id: string;
  title: string;
  judge(facts: Facts, setting: Setting): DoctorFinding;
}

/** What a check says: its status, one sentence, what was seen, and what to do. */
export function find(
  status: FindingStatus,
  message: string,
  evidence: readonly string[] = [],
  advice?: string,
): DoctorFinding {
  return { status, message, evidence: [...evidence], ...(advice === undefined ? {} : { advice }) };
}

/** A check over facts that it needs; without one of them it is `unknown`, with the reason, and stops no other. */
export function defineCheck<K extends FactName>(
  id: string,
  title: string,
  needs: readonly K[],
  judge: (values: Values<K>, setting: Setting) => DoctorFinding,
): Check {
  return {
    id,
    title,
    judge(facts, setting) {
      const values: Partial<FactValues> = {};
      for (const name of needs) {
        const fact = facts[name];
        if ('failure' in fact) return find('unknown', `Not checked, because ${describeMissing(name, fact.failure)}`);
        Object.assign(values, { [name]: fact.value });
      }
      return judge(values as Values<K>, setting);
    },
  };
}

/** What each fact is called in a sentence. */
export const FACT_NOUNS: Record<FactName, string> = {
  signedIn: 'the sign-in',
  offers: 'the list of offers',
  addOns: 'the list of add-ons',
  products: 'the list of products',
  pages: 'the list of pages',
  segments: 'the list of segments',
  publishedOffers: 'the list of published offers',
  publishedAddOns: 'the list of published add-ons',
  publishedPages: 'the list of published pages',
  journeys: 'the list of journeys',
  promoCodes: 'the list of promo codes',
  promoSample: 'a sample of promo codes',
  heads: 'a sample of items at head',
  typedRead: 'a page of /offers/v2',
  entryRead: 'a page of /catalog_items',
  plainPage: 'a page without opt.all',
  largePage: 'a large page',
};

function describeMissing(name: FactName, { message, because }: FactFailure): string {
  if (because === 'signedIn') return 'the tenant could not be reached or refused the credentials.';
  return `${FACT_NOUNS[name]} could not be read: ${message}`;
}
