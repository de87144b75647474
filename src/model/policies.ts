import { type Json, jsonEqual, parsePointer } from './json.js';
import { escapeRegExp, SECRET_OPENING } from './text.js';

/** Who decides, by patterns as `parseIgnoreRule` reads them. `git` wins over the others. */
export interface Ownership {
  app: readonly string[];
  server: readonly string[];
  git: readonly string[];
}

export interface Policies {
  /** Percent by which the amount of a charge may move. */
  price: { maxIncrease: number; maxDecrease: number };
  /** More than `percent` of the managed objects of a kind, and at least `atLeast` of them. */
  massChange: { percent: number; atLeast: number };
  /** What apply does if a guard withholds a part of a plan: stop before the first write, or run the rest. */
  partial: 'stop' | 'allow';
  /** Whether unpublished edits that go live with a page require a consent, or are only listed. */
  alsoPublish: 'consent' | 'report';
}

export const DEFAULT_POLICIES: Policies = {
  price: { maxIncrease: 20, maxDecrease: 20 },
  massChange: { percent: 30, atLeast: 10 },
  partial: 'stop',
  alsoPublish: 'consent',
};

/** No changes are applied from `fromMs` up to, not including, `toMs`. */
export interface FreezeWindow {
  /** Milliseconds since the epoch. */
  fromMs: number;
  toMs: number;
  /** As the configuration says it: `2026-11-27T00:00 to 2026-12-01T08:00 Europe/London`. */
  shown: string;
  reason: string;
}

/** What is not managed: objects by a pattern of their address, or one field of them. */
export interface IgnoreRule {
  /** Takes away what earlier rules of the list matched. */
  isNegated?: true;
  /** For `matchGlob`, over whole addresses. */
  address: string;
  /** Segments of the field from the top of the body, each a pattern. */
  field?: readonly string[];
}

/**
 * `offer:/offers2/X*` is whole objects, `offer:/offers2/X*#/attributes/badge_text__limio` one field.
 * The field begins at the first `#/`; an address that holds `#/` itself is written with `\#/`.
 */
export function parseIgnoreRule(text: string): IgnoreRule {
  const negation = text.startsWith('!') ? { isNegated: true as const } : {};
  const rule = text.replace(/^!/, '');
  const hash = rule.search(/(?<!\\)#\//);
  if (hash === -1) return { ...negation, address: rule };
  return { ...negation, address: rule.slice(0, hash), field: parsePointer(rule.slice(hash + 1)) };
}

/** One thing that has a different name in each environment. Keys are names of environments. */
export interface ValueMap {
  /** As in `parseIgnoreRule`: only the whole value of this field. Absent: every text with the value as a word. */
  field?: string | undefined;
  values: Readonly<Record<string, string | number | boolean>>;
}

/** Replaces the value of any other environment by that of one. */
export type Translate = (value: Json, applies: (map: ValueMap) => boolean) => Json;

/**
 * Translates single values into those of an environment: by the maps of the field first, texts also by
 * the maps without a field. A map that does not name the environment changes nothing. A value that is
 * the environment's already stays, so a second translation changes nothing.
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
 * Finds whole words, hosts mostly: `shop.acme.com` in `https://shop.acme.com/`, but not in
 * `test.shop.acme.com`.
 */
export function matchWords(words: readonly string[], flags = 'g'): RegExp {
  const longestFirst = words.toSorted((a, b) => b.length - a.length).map(escapeRegExp);
  return new RegExp(`(?<![A-Za-z0-9._-])(?:${longestFirst.join('|')})(?![A-Za-z0-9_-]|\\.[A-Za-z0-9])`, flags);
}
