import { escapeVariables } from '../source/variables.js';

/**
 * A text between references to variables, as data: `$${` is read. A reference is kept as it is written.
 */
export type Piece = { text: string } | { reference: string };

const REFERENCE = /(\$\$\{)|(\$\{(?:vars|env)\.[A-Za-z_][A-Za-z0-9_]*\})/;

/** The texts of a value around its references to variables; they alternate, with empty texts where needed. */
export function splitReferences(raw: string): Piece[] {
  const pieces: Piece[] = [];
  let text = '';
  for (let rest = raw; ;) {
    const match = REFERENCE.exec(rest);
    if (!match) return [...pieces, { text: text + rest }];
    text += rest.slice(0, match.index);
    rest = rest.slice(match.index + match[0].length);
    if (match[2] === undefined) {
      text += '${';
    } else {
      pieces.push({ text }, { reference: match[2] });
      text = '';
    }
  }
}

/** How a text of a template is written. */
export function joinPieces(pieces: readonly Piece[]): string {
  return pieces.map((piece) => ('text' in piece ? escapeVariables(piece.text) : piece.reference)).join('');
}

/** One text for each row, without empty ones. */
export type Texts = readonly string[];

/** A part of all texts: the same in each, a column, or the rest, which needs a column. */
export type TextPart<C> = { text: string } | { column: C } | { rest: Texts };

interface Column {
  values: Texts;
}

/** Longer texts are searched for no columns, only for a common beginning and end. */
const LONGEST_SEARCHED = 5000;

/** Deeper parts take the first column that fits, so that texts of many columns need no long search. */
const DEEPEST_SEARCH = 3;

/**
 * Splits the texts of a field into what is the same in all rows, what known columns hold, and the rest. Undefined if
 * a part would be empty in some rows only.
 * @param columns those to try first come first
 */
export function splitTexts<C extends Column>(
  texts: Texts,
  columns: readonly C[],
  depth = 0,
): TextPart<C>[] | undefined {
  const [first = ''] = texts;
  if (texts.every((text) => text === first)) return first === '' ? [] : [{ text: first }];
  const whole = columns.find(({ values }) => values.every((value, i) => value === texts[i]));
  if (whole) return [{ column: whole }];
  if (texts.includes('')) return undefined;
  let best: TextPart<C>[] | undefined;
  const searched = texts.every((text) => text.length <= LONGEST_SEARCHED) ? columns : [];
  for (const column of searched) {
    const found = splitAtColumn(texts, column, columns, depth);
    if (found && (!best || countRests(found) < countRests(best))) best = found;
    if (best && (depth > 0 || countRests(best) === 0)) return best;
  }
  return best ?? splitEnds(texts);
}

export function countRests(parts: readonly TextPart<unknown>[]): number {
  return parts.filter((part) => 'rest' in part).length;
}

function splitAtColumn<C extends Column>(
  texts: Texts,
  column: C,
  columns: readonly C[],
  depth: number,
): TextPart<C>[] | undefined {
  const splitAt = (find: typeof findFirst): TextPart<C>[] | undefined => {
    const places = texts.map((text, i) => find(text, column.values[i] ?? ''));
    if (places.includes(-1)) return undefined;
    const ends = places.map((place, i) => place + (column.values[i] ?? '').length);
    const left = splitTexts(
      texts.map((text, i) => text.slice(0, places[i])),
      columns,
      depth + 1,
    );
    const right =
      left &&
      splitTexts(
        texts.map((text, i) => text.slice(ends[i])),
        columns,
        depth + 1,
      );
    return left && right && [...left, { column }, ...right];
  };
  const first = splitAt(findFirst);
  if (depth >= DEEPEST_SEARCH || (first && countRests(first) === 0)) return first;
  const last = splitAt(findLast);
  return !first || (last && countRests(last) < countRests(first)) ? last : first;
}

/** Whether every text holds its part, at the edges of words and numbers. */
export function contains(texts: Texts, parts: Texts): boolean {
  return texts.every((text, i) => findFirst(text, parts[i] ?? '') !== -1);
}

function findFirst(text: string, part: string): number {
  if (part === '') return -1;
  for (let at = text.indexOf(part); at !== -1; at = text.indexOf(part, at + 1))
    if (isEdge(text, at) && isEdge(text, at + part.length)) return at;
  return -1;
}

function findLast(text: string, part: string): number {
  if (part === '') return -1;
  for (let at = text.lastIndexOf(part); at !== -1; at = at === 0 ? -1 : text.lastIndexOf(part, at - 1))
    if (isEdge(text, at) && isEdge(text, at + part.length)) return at;
  return -1;
}

const INSIDE = /^(?:[\p{L}\p{M}]{2}|\p{N}{2}|[^]\p{M})$/u;

const ALPHANUMERIC = /[\p{L}\p{M}\p{N}]/u;

/** Not inside of a word or a number, `9.99` being one. */
function isEdge(text: string, at: number): boolean {
  if (at === 0 || at === text.length) return true;
  const [before, after] = [charBefore(text, at), charAfter(text, at)];
  if (before === undefined || INSIDE.test(before + after)) return false;
  const [left, right] = [text.slice(Math.max(0, at - 2), at), text.slice(at, at + 2)];
  return !(/\d$/.test(left) && /^[.,]\d/.test(right)) && !(/\d[.,]$/.test(left) && /^\d/.test(right));
}

/** Undefined in the middle of a surrogate pair. */
function charBefore(text: string, at: number): string | undefined {
  const code = text.codePointAt(at - 1) ?? 0;
  if (code > 0xff_ff) return undefined;
  const pair = at > 1 ? (text.codePointAt(at - 2) ?? 0) : 0;
  return pair > 0xff_ff ? String.fromCodePoint(pair) : text.charAt(at - 1);
}

function charAfter(text: string, at: number): string {
  return String.fromCodePoint(text.codePointAt(at) ?? 0);
}

/** An edge beside a space, a slash or another mark: only there do texts split without a column that says so. */
function isWide(text: string, at: number): boolean {
  if (at === 0 || at === text.length) return true;
  const before = charBefore(text, at) ?? '';
  return isEdge(text, at) && !(ALPHANUMERIC.test(before) && ALPHANUMERIC.test(charAfter(text, at)));
}

function splitEnds<C>(texts: Texts): TextPart<C>[] {
  const [first = ''] = texts;
  const start = measureCommon(texts, 'start');
  const tails = texts.map((text) => text.slice(start));
  const end = measureCommon(tails, 'end');
  return [
    ...(start > 0 ? [{ text: first.slice(0, start) }] : []),
    ...splitPrices<C>(tails.map((tail) => tail.slice(0, tail.length - end))),
    ...(end > 0 ? [{ text: first.slice(first.length - end) }] : []),
  ];
}

/** How long the common beginning or end is that leaves something of each text. */
function measureCommon(texts: Texts, side: 'start' | 'end'): number {
  const [first = ''] = texts;
  const shortest = Math.min(...texts.map(({ length }) => length));
  const charAt = (text: string, i: number): string => text.charAt(side === 'start' ? i : text.length - 1 - i);
  let length = 0;
  while (length < shortest - 1 && texts.every((text) => charAt(text, length) === charAt(first, length))) length++;
  const place = (text: string): number => (side === 'start' ? length : text.length - length);
  while (length > 0 && !texts.every((text) => isWide(text, place(text)))) length--;
  return length;
}

/** `£`, `US$`, `kr`. */
const SIGN = String.raw`[A-Z]{0,3}\p{Sc}|kr\.?|Kč|zł|Ft|lei|лв|S?Fr\.?|CHF`;

const AMOUNT = String.raw`\d+(?:[.,]\d+)*`;

const SIGN_FIRST = new RegExp(`^(${SIGN})([ \u00A0]?)(${AMOUNT})$`, 'u');

const SIGN_LAST = new RegExp(`^(${AMOUNT})([ \u00A0]?)(${SIGN})$`, 'u');

const ONLY_SIGN = new RegExp(`^(?:${SIGN})$`, 'u');

/** With the space that some currencies have before the amount. */
const LIKE_SIGN = /^[\p{L}\p{Sc}.]{1,4}[ \u00A0]?$/u;

/** Whether texts are signs of currencies: `R` is one beside `£` and `kr `. */
export function areSigns(texts: Texts): boolean {
  if (texts.every((text) => ONLY_SIGN.test(text))) return true;
  return texts.every((text) => LIKE_SIGN.test(text)) && texts.some((text) => /\p{Sc}/u.test(text));
}

export const PLAIN_AMOUNT = new RegExp(`^${AMOUNT}$`, 'u');

/** Amounts with a sign become two columns. */
function splitPrices<C>(texts: Texts): TextPart<C>[] {
  for (const pattern of [SIGN_FIRST, SIGN_LAST]) {
    const matches = texts.map((text) => pattern.exec(text));
    const gap = matches[0]?.[2];
    if (!matches.every((match) => match !== null && match[2] === gap)) continue;
    return [1, 2, 3].flatMap((group): TextPart<C>[] => {
      const found = matches.map((match) => match?.[group] ?? '');
      const [first = ''] = found;
      if (!found.every((one) => one === first)) return [{ rest: found }];
      return first === '' ? [] : [{ text: first }];
    });
  }
  return [{ rest: texts }];
}
