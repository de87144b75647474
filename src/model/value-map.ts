import { type Json, jsonEqual } from './json.js';
import { SECRET_OPENING } from './secret-text.js';

/** One thing that is called differently in each environment, by the names of the environments. */
export interface ValueMap {
  /** As `parseIgnoreRule` reads it: the whole value of this field. Absent: every text in which the value stands for itself. */
  field?: string;
  values: Readonly<Record<string, string | number | boolean>>;
}

/** Puts the value of one environment in the place of that of any other. */
export type Translate = (value: Json, applies: (map: ValueMap) => boolean) => Json;

/**
 * Translates single values into those of an environment: the maps of the field first, and texts by the
 * others. A map that does not name the environment changes nothing. What is in the environment's
 * own words already stays, so translating twice is translating once.
 */
export function createTranslate(maps: readonly ValueMap[], environment: string): Translate {
  const named = maps.filter(({ values }) => Object.hasOwn(values, environment));
  const fields = named.filter(({ field }) => field !== undefined);
  const texts = named.filter(({ field }) => field === undefined);
  return (value, applies) => {
    const map = fields.find(
      (one) => applies(one) && Object.values(one.values).some((known) => jsonEqual(known, value)),
    );
    if (map) return map.values[environment] ?? value;
    if (typeof value !== 'string' || value.includes(SECRET_OPENING)) return value;
    const words = new Map(
      texts
        .filter(applies)
        .flatMap(({ values }) =>
          Object.values(values).map((known): [string, string] => [String(known), String(values[environment])]),
        ),
    );
    return words.size === 0 ? value : value.replace(matchWords([...words.keys()]), (word) => words.get(word) ?? word);
  };
}

/**
 * Finds words, hosts mostly, that stand for themselves: `shop.acme.com` is in `https://shop.acme.com/`,
 * and not in `test.shop.acme.com`.
 */
export function matchWords(words: readonly string[], flags = 'g'): RegExp {
  const longestFirst = words
    .toSorted((a, b) => b.length - a.length)
    .map((word) => word.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&'));
  return new RegExp(`(?<![A-Za-z0-9._-])(?:${longestFirst.join('|')})(?![A-Za-z0-9_-]|\\.[A-Za-z0-9])`, flags);
}
