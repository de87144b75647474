import { listAlternatives, matchGlob, matchGlobs } from '../glob/glob.js';
import { findKinds, findNearestAddress } from '../kinds/address-patterns.js';
import { listKnownKeys } from '../kinds/documents/documents.js';
import { KIND_DEFINITIONS } from '../kinds/kinds.js';
import type { LiveState } from '../kinds/read-live.js';
import { type Address, type Kind, KINDS } from '../model/address.js';
import { formatPointer, isJsonObject, type Json } from '../model/json.js';
import type { DesiredResource } from '../model/model.js';
import type { PlanWarning } from '../model/plan.js';
import { type IgnoreRule, parseIgnoreRule } from '../model/policies.js';
import { suggestNearest } from '../model/spelling.js';
import type { PlanContext } from './plan-context.js';

/** One list of patterns of the configuration, over addresses. */
interface PatternList {
  /** Its key in limio.config. */
  key: string;
  /** With the spelling of the configuration. */
  patterns: readonly { shown: string; pattern: string }[];
}

/** What the patterns can match. */
interface KnownObjects {
  addresses: readonly Address[];
  /** As declared and as live. */
  bodies: readonly { address: Address; body: Json }[];
  listings: LiveState['listings'];
}

/** Why a pattern has no effect, as the rest of a sentence. */
interface Idle {
  what: string;
  nearest?: string | undefined;
}

/**
 * A pattern that matches nothing protects, ignores and owns nothing, mostly because it is misspelt. Only patterns whose
 * kinds were listed whole: the lists of the other kinds are not read, and tags have none.
 */
export function warnPatterns(
  declared: readonly DesiredResource[],
  { resources, unreadable, listings }: LiveState,
  { protect, ignore, ownership, scope }: Pick<PlanContext, 'protect' | 'ignore' | 'ownership' | 'scope'>,
): PlanWarning[] {
  const known: KnownObjects = {
    addresses: [...new Set([...declared.map(({ address }) => address), ...resources.keys(), ...unreadable.keys()])],
    bodies: [...declared, ...resources.values()],
    listings,
  };
  const scopes = KINDS.map((kind): PatternList => ({
    key: `scope.${KIND_DEFINITIONS[kind].scopeKey}`,
    patterns: (scope[kind] ?? []).map((name) => ({
      shown: name,
      pattern: name.replace(/^(!?)/, `$1${kind}:`),
    })),
  }));
  const lists = [
    toList('protect', protect),
    toList('ignore', ignore),
    ...(['app', 'server', 'git'] as const).map((owner) => toList(`ownership.${owner}`, ownership?.[owner])),
    ...scopes,
  ];
  return lists.flatMap(({ key, patterns }) =>
    patterns.flatMap(({ shown, pattern }, i): PlanWarning[] => {
      const earlier = patterns.slice(0, i).map((one) => parseIgnoreRule(one.pattern));
      const rule = parseIgnoreRule(pattern);
      const idle = explainIdle(rule, earlier, known) ?? explainIdleField(rule, known);
      if (!idle) return [];
      const { what, nearest } = idle;
      return [
        {
          code: 'PATTERN_UNMATCHED',
          message: `"${shown}" in "${key}" ${what}.`,
          hint: nearest === undefined ? 'Correct or remove it in limio.config.' : `Did you mean "${nearest}"?`,
        },
      ];
    }),
  );
}

function toList(key: string, patterns: readonly string[] = []): PatternList {
  return { key, patterns: patterns.map((pattern) => ({ shown: pattern, pattern })) };
}

function explainIdle(
  rule: IgnoreRule,
  earlier: readonly IgnoreRule[],
  { addresses, listings }: KnownObjects,
): Idle | undefined {
  // Everything of a kind names nothing that could be misspelt.
  if (/^(?:[^:*]*:)?\*+$/.test(rule.address)) return undefined;
  const matched = addresses.filter((address) => matchGlob(rule.address, address));
  for (const { pattern } of listAlternatives(rule.address)) {
    if (!findKinds(pattern).every((kind) => listings[kind]?.complete)) return undefined;
    if (matched.some((address) => matchGlob(pattern, address) || address === rule.address)) continue;
    return {
      what: 'matches nothing that is declared or live, so it has no effect',
      nearest: findNearestAddress(pattern, addresses),
    };
  }
  const isSimple = [rule, ...earlier].every(({ field }) => field === undefined);
  const before = earlier.map(({ isNegated, address }) => (isNegated ? `!${address}` : address));
  return rule.isNegated && isSimple && !matched.some((address) => matchGlobs(before, address))
    ? { what: 'excludes nothing: no pattern before it matches the same objects' }
    : undefined;
}

/**
 * A field that no object has and that no kind of file describes. An attribute may be one of a tenant's own, so it
 * counts only where all objects of the kinds are known; at the top of a file, only described keys are legal.
 */
function explainIdleField({ isNegated, address, field }: IgnoreRule, known: KnownObjects): Idle | undefined {
  if (field === undefined) return undefined;
  const kinds = [...new Set(listAlternatives(address).flatMap(({ pattern }) => findKinds(pattern)))];
  const bodies = known.bodies.filter((one) => matchGlob(address, one.address)).map(({ body }) => body);
  const exists = (path: readonly string[]): boolean =>
    kinds.some((kind) => isDescribed(kind, path)) || bodies.some((body) => holdsField(body, path));
  if (exists(field)) return undefined;
  const isCertain = kinds.every((kind) => known.listings[kind]?.complete) || !exists(field.slice(0, 1));
  if (!isCertain) return undefined;
  const depth = field.findIndex((_, i) => !exists(field.slice(0, i + 1)));
  const parents = field.slice(0, depth);
  const names = [
    ...kinds.flatMap((kind) => listDescribed(kind, parents)),
    ...bodies.flatMap((body) => listNames(body, parents)),
  ];
  const nearest = suggestNearest(field[depth] ?? '', new Set(names), MOST_EDITS);
  const found = [...parents, nearest ?? '', ...field.slice(depth + 1)];
  return {
    what: 'names a field that no declared or live object has, so it has no effect',
    nearest: nearest === undefined ? undefined : `${isNegated ? '!' : ''}${address}#${formatPointer(found)}`,
  };
}

const MOST_EDITS = 5;

/** Whether a part of the pattern may be a described key at each level; elements of lists have any name. */
function isDescribed(kind: Kind, [first, ...rest]: readonly string[], at: readonly (string | number)[] = []): boolean {
  if (first === undefined) return true;
  if (listKnownKeys(kind, [...at, 0]).length > 0) return isDescribed(kind, rest, [...at, 0]);
  return listKnownKeys(kind, at).some((key) => matchGlob(first, key) && isDescribed(kind, rest, [...at, key]));
}

/** The described keys at a pattern of a place. */
function listDescribed(
  kind: Kind,
  [first, ...rest]: readonly string[],
  at: readonly (string | number)[] = [],
): string[] {
  if (first === undefined) return listKnownKeys(kind, at);
  if (listKnownKeys(kind, [...at, 0]).length > 0) return listDescribed(kind, rest, [...at, 0]);
  return listKnownKeys(kind, at).flatMap((key) =>
    matchGlob(first, key) ? listDescribed(kind, rest, [...at, key]) : [],
  );
}

function holdsField(value: Json, [first, ...rest]: readonly string[]): boolean {
  if (first === undefined) return true;
  if (Array.isArray(value)) return value.some((element) => holdsField(element, rest));
  return (
    isJsonObject(value) &&
    Object.entries(value).some(([key, child]) => matchGlob(first, key) && holdsField(child, rest))
  );
}

/** The keys of the objects at a pattern of a place. */
function listNames(value: Json, [first, ...rest]: readonly string[]): string[] {
  if (Array.isArray(value)) return value.flatMap((element) => listNames(element, rest));
  if (!isJsonObject(value)) return [];
  if (first === undefined) return Object.keys(value);
  return Object.entries(value).flatMap(([key, child]) => (matchGlob(first, key) ? listNames(child, rest) : []));
}
