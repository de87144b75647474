/**
 * Routing written a second time, straight from the words of the API reference and with no code of
 * the program: one visitor of whom everything is known, one reading of what the reference leaves open.
 */
export interface PlainVisitor {
  host: string;
  path: string;
  country: string | null;
  device: string | null;
  query: string[];
  cookies: string[];
  segments: string[];
}

export interface PlainJourney {
  name: string;
  starting_point: string;
  fallback_tag: string | null;
  domains: string[];
  journeys: { conditions: PlainCondition[]; actions: { type: 'destination'; destination: string; split: number }[] }[];
}

export type PlainCondition =
  | { type: 'country' | 'device' | 'query' | 'cookie' | 'segment'; values: string[] }
  | { raw: { number: number } };

/** One way to settle what is not known. */
export interface Reading {
  /** Whether several cookies or parameters must all be there. */
  all: boolean;
  /** The same of cookies alone, where it is another. */
  allCookies?: boolean;
  /** Of each raw condition, by its number. */
  raw: boolean[];
}

/** `journey#2` for a branch from 0, `journey#fallback`, `journey#nothing` or `none`. */
export function routeByHand(journeys: PlainJourney[], visitor: PlainVisitor, reading: Reading): string {
  for (const journey of journeys) {
    if (journey.starting_point !== visitor.path || !journey.domains.includes(visitor.host)) continue;
    for (let i = 0; i < journey.journeys.length; i += 1) {
      let all = true;
      for (const condition of journey.journeys[i]!.conditions) if (!holds(condition, visitor, reading)) all = false;
      if (all) return `${journey.name}#${i}`;
    }
    return `${journey.name}#${journey.fallback_tag === null ? 'nothing' : 'fallback'}`;
  }
  return 'none';
}

function holds(condition: PlainCondition, visitor: PlainVisitor, reading: Reading): boolean {
  if ('raw' in condition) return reading.raw[condition.raw.number] === true;
  const { values } = condition;
  if (condition.type === 'country') return visitor.country !== null && values.includes(visitor.country);
  if (condition.type === 'device') return visitor.device !== null && values.includes(visitor.device);
  if (condition.type === 'segment') return values.some((value) => visitor.segments.includes(value));
  const facts = condition.type === 'query' ? visitor.query : visitor.cookies;
  const all = condition.type === 'cookie' ? (reading.allCookies ?? reading.all) : reading.all;
  return all ? values.every((value) => facts.includes(value)) : values.some((value) => facts.includes(value));
}
