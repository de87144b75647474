import { joinWords } from './words.js';

/**
 * The candidate nearest to a misspelt word, or undefined when none is near: at most one edit per three
 * letters and never more than `most` (Damerau-Levenshtein: a swap of neighbours is one edit). A word
 * that differs only in case is always near.
 */
export function suggestNearest(word: string, candidates: Iterable<string>, most = 3): string | undefined {
  const limit = Math.min(most, Math.max(1, Math.floor(word.length / 3)));
  const lower = word.toLowerCase();
  let best: string | undefined;
  let bestDistance = limit + 1;
  for (const candidate of candidates) {
    if (candidate === word) continue;
    if (Math.abs(candidate.length - word.length) >= bestDistance) continue;
    const sameLetters = candidate.length === word.length && candidate.toLowerCase() === lower;
    const distance = sameLetters ? 0 : measureEdits(word, candidate, bestDistance);
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
    if (distance === 0) break;
  }
  return best;
}

/** `Did you mean "offer"?`, or the default hint where no candidate is near. */
export function hintNearest<T extends string | undefined>(
  word: string,
  candidates: Iterable<string>,
  defaultHint: T,
  most?: number,
): string | T {
  const nearest = suggestNearest(word, candidates, most);
  return nearest === undefined ? defaultHint : `Did you mean "${nearest}"?`;
}

/** Edits from one word to the other; gives up with `limit` as soon as it cannot be fewer. */
export function measureEdits(a: string, b: string, limit = Infinity): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  // Skip the common beginning and end: paths of one catalog share most of their letters.
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a.at(-1 - end) === b.at(-1 - end)) end++;
  return measureRows(a.slice(start, a.length - end), b.slice(start, b.length - end), limit);
}

function measureRows(a: string, b: string, limit: number): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    let least = i;
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let edits = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (same ? 0 : 1));
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) edits = Math.min(edits, (beforeLast[j - 2] ?? 0) + 1);
      row.push(edits);
      least = Math.min(least, edits);
    }
    if (least >= limit) return limit;
    [beforeLast, last] = [last, row];
  }
  return Math.min(last[b.length] ?? 0, limit);
}

/**
 * Equal for identities that people read as one: in another Unicode normal form, in another case, or with other blanks.
 */
export function foldIdentity(name: string): string {
  return strip(name.normalize('NFC').toLowerCase().normalize('NFC'));
}

function strip(text: string): string {
  return text.replaceAll(BLANKS, '');
}

/** White space, and the characters that show nothing: soft hyphen, zero width space, word joiner. */
const BLANKS = /[\s\u00AD\u200B\u2060]/gu;

/** In which of the three ways two identities of one folded form differ: `case and blanks`. */
export function describeIdentityDifference(a: string, b: string): string {
  const [formA, formB] = [a.normalize('NFC'), b.normalize('NFC')];
  const isForm = strip(a.toLowerCase()) !== strip(b.toLowerCase());
  return joinWords([
    ...(isForm ? ['Unicode normal form'] : []),
    ...(strip(formA) === strip(formB) ? [] : ['case']),
    ...(formA.toLowerCase() === formB.toLowerCase() ? [] : ['blanks']),
  ]);
}

/**
 * A name in the double quotes of YAML. Where it differs from the other name in a way that nobody sees, it has escapes,
 * `"Cafe\u0301"` beside `"Caf\u00e9"`, so that it can be read, copied and typed.
 */
export function quoteApart(name: string, other: string): string {
  const [chars, others] = [Array.from(name), Array.from(other)];
  let start = 0;
  while (start < chars.length && chars[start] === others[start]) start++;
  let end = 0;
  const most = Math.min(chars.length, others.length) - start;
  while (end < most && chars.at(-1 - end) === others.at(-1 - end)) end++;
  const isForm = name !== name.normalize('NFC') || other !== other.normalize('NFC');
  const shown = chars.map((char, i) => {
    const isApart = i >= start && i < chars.length - end;
    const isHidden = char !== ' ' && strip(char) === '';
    return isApart && (isHidden || isForm) && !ASCII.test(char) ? escapeChar(char) : JSON.stringify(char).slice(1, -1);
  });
  return `"${shown.join('')}"`;
}

const ASCII = /^[ -~]$/;

function escapeChar(char: string): string {
  const hex = (char.codePointAt(0) ?? 0).toString(16);
  return hex.length > 4 ? `\\U${hex.padStart(8, '0')}` : `\\u${hex.padStart(4, '0')}`;
}

/** Shorter words that differ are different words: UK and US, A and B, GBP and GBX. */
const SHORTEST_WORD = 4;

/**
 * Whether two names that differ by few letters are the same name misspelt. "Monthly UK" and "Monthly
 * US", "Plan 1" and "Plan 2" are different names; "Anual" and "Annual", "uk" and "UK" are the same.
 */
export function isLikelySlip(a: string, b: string): boolean {
  const [wordsA, wordsB] = [listWords(a), listWords(b)];
  if (wordsA.length !== wordsB.length) return wordsA.join('') === wordsB.join('');
  return wordsA.every((word, i) => {
    const other = wordsB[i] ?? '';
    if (word === other) return true;
    return Math.min(word.length, other.length) >= SHORTEST_WORD && withoutDigits(word) !== withoutDigits(other);
  });
}

function listWords(text: string): string[] {
  return text
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
}

function withoutDigits(text: string): string {
  return text.replaceAll(/\d/g, '');
}
