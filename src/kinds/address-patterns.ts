import { type Alternative, findGlobFault, isNegation, listAlternatives, matchGlob } from '../glob/glob.js';
import type { GlobFault } from '../glob/parse-pattern.js';
import { isCatalogKind, type Kind, KINDS } from '../model/address.js';
import { suggestNearest } from '../model/spelling.js';

/** Why a pattern of addresses, with or without `!`, cannot be read or can match nothing. */
export function findAddressFault(pattern: string): GlobFault | undefined {
  const [sign, text] = isNegation(pattern) ? ['!', pattern.slice(1)] : ['', pattern];
  const fault = findGlobFault(text);
  if (fault) return { ...fault, message: `"${pattern}" cannot be read: ${fault.message}` };
  for (const { pattern: alternative } of listAlternatives(text)) {
    const found = explainNoMatch(alternative, sign);
    if (found) return found;
  }
  return undefined;
}

function explainNoMatch(alternative: string, sign: string): GlobFault | undefined {
  const { kindPattern, name } = splitAddress(alternative);
  const shown = `"${sign}${alternative}"`;
  if (findKinds(alternative).length === 0) {
    const nearest = suggestNearest(kindPattern, KINDS);
    return {
      message: `${shown} does not begin with a kind: ${KINDS.join(', ')}.`,
      hint:
        nearest === undefined || name === undefined
          ? 'Write kind:name, for example "offer:/offers2/Legacy*".'
          : `Did you mean "${sign}${nearest}:${name}"?`,
    };
  }
  if (name === '')
    return { message: `${shown} names no object.`, hint: `Write "${sign}${alternative}*" for all of them.` };
  if (name === undefined || /^[/*?[]/.test(name.replace(/^\\/, ''))) return undefined;
  if (!findKinds(alternative).every(isCatalogKind)) return undefined;
  return {
    message: `${shown} can match nothing: paths begin with a slash.`,
    hint: `Did you mean "${sign}${kindPattern}:/${name}"?`,
  };
}

/** The part before the colon, and the part behind it; a star before the colon may stand for both. */
function splitAddress(alternative: string): { kindPattern: string; name?: string } {
  const [, kindPattern = '', name] = /^([^:*]*):(.*)$/s.exec(alternative) ?? [];
  return name === undefined ? { kindPattern: alternative.replace(/[:*].*$/s, '') } : { kindPattern, name };
}

/** The kinds whose addresses an alternative of a pattern can match. */
export function findKinds(alternative: string): Kind[] {
  const { kindPattern, name } = splitAddress(alternative);
  if (name !== undefined) return KINDS.filter((kind) => matchGlob(kindPattern || '\\:', kind));
  if (!alternative.includes('*')) return [];
  return KINDS.filter((kind) => matchGlob(`${kindPattern}*`, kind));
}

/** Patterns over the names of one kind, from a list of patterns over addresses; without the negations. */
export function listKindPatterns(patterns: readonly string[]): Partial<Record<Kind, string[]>> {
  const alternatives = patterns.filter((pattern) => !isNegation(pattern)).flatMap(listAlternatives);
  return Object.fromEntries(
    KINDS.flatMap((kind): [Kind, string[]][] => {
      const names = alternatives.flatMap((one) => listNames(one, kind));
      return names.length === 0 ? [] : [[kind, names]];
    }),
  );
}

function listNames({ pattern }: Alternative, kind: Kind): string[] {
  return findKinds(pattern).includes(kind) ? [splitAddress(pattern).name ?? '*'] : [];
}

/** The address that a pattern without matches probably meant. */
export function findNearestAddress(pattern: string, addresses: readonly string[]): string | undefined {
  for (const { literal, start, end } of listAlternatives(pattern)) {
    const near =
      literal === undefined
        ? (findNearestBy(start, addresses, (address) => address.slice(0, start.length)) ??
          findNearestBy(
            end,
            addresses.filter((address) => address.startsWith(start)),
            (address) => address.slice(-end.length),
          ))
        : (suggestNearest(literal, addresses, MOST_EDITS) ?? findNamesake(literal, addresses));
    if (near !== undefined) return near;
  }
  return undefined;
}

/** Addresses are long, so more letters of them can be wrong than of a word. */
const MOST_EDITS = 5;

/** The address of which one part is the nearest to a text. */
function findNearestBy(
  text: string,
  addresses: readonly string[],
  cut: (address: string) => string,
): string | undefined {
  if (text === '') return undefined;
  const byPart = new Map(addresses.map((address) => [cut(address), address]));
  if (byPart.has(text)) return undefined;
  const nearest = suggestNearest(text, byPart.keys(), MOST_EDITS);
  return nearest === undefined ? undefined : byPart.get(nearest);
}

/** The same name under another kind. */
function findNamesake(literal: string, addresses: readonly string[]): string | undefined {
  const name = literal.slice(literal.indexOf(':'));
  return addresses.find((address) => address.slice(address.indexOf(':')) === name);
}
