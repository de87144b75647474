import { groupDigits } from '../model/words.js';
import { escapeShort, shortenText } from './escape.js';
import { type FieldView, listHidden, type WordPart } from './field.js';
import { writeJson } from './render.js';

/*
 * Markdown for comments and summaries of GitHub and GitLab, within a budget of bytes:
 *
 *   quoteCode, quoteWords   foreign text that cannot become a mention, a link or markup
 *   writeFence              a block of lines
 *   listDiffLines           a changed field in a `diff` block
 *   takeLines, countBytes   what fits
 */

/** What GitHub accepts as an issue or a comment; GitLab accepts more. */
export const COMMENT_BYTES = 65_536;

/** One code span. Not for table cells, where a bar would end the cell. */
export function quoteCode(text: string, most = 200): string {
  const shown = escapeShort(text, most) || '(empty)';
  const longestRun = Math.max(0, ...(shown.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longestRun + 1);
  // Markdown removes one space at both ends, which keeps a backtick of the text apart from the fence.
  const pad = shown.trim() !== '' && /^[` ]|[` ]$/.test(shown) ? ' ' : '';
  return `${fence}${pad}${shown}${pad}${fence}`;
}

const MOST_SENTENCE_CHARACTERS = 600;
/** A word or a short number, with the punctuation of a sentence around it. */
const PLAIN = /^[("]?(\p{L}{1,40}(['’]\p{L}{1,2})?|[+-]?\d{1,4}([.,]\d{1,3})?|%|->)[)"]?[.,;:!?]?$/u;
const LIST_NUMBER = /^\d+[.)]$/;
const COMMIT = /[0-9a-f]{7,}/i;

/** A sentence of ours that names foreign things: every word that is more than letters becomes code. */
export function quoteWords(sentence: string): string {
  const words = escapeShort(sentence, MOST_SENTENCE_CHARACTERS).split(' ');
  const parts: { text: string; isCode: boolean }[] = [];
  for (const [i, word] of words.filter((one) => one !== '').entries()) {
    const isCode = !PLAIN.test(word) || COMMIT.test(word) || (i === 0 && LIST_NUMBER.test(word));
    const last = parts.at(-1);
    if (last?.isCode === isCode) last.text += ` ${word}`;
    else parts.push({ text: word, isCode });
  }
  return parts.map(({ text, isCode }) => (isCode ? quoteEnd(text) : text.replaceAll('->', '→'))).join(' ');
}

/** The full stop of a sentence is not part of the path before it. */
function quoteEnd(text: string): string {
  const end = /[^.,;:!?][.,;:!?]$/.test(text) ? text.slice(-1) : '';
  return `${quoteCode(end === '' ? text : text.slice(0, -1), Infinity)}${end}`;
}

/** Each line must begin with a mark of ours, so that no foreign backtick ends the block. */
export function writeFence(language: string, lines: readonly string[]): string[] {
  return [`\`\`\`${language}`, ...lines, '```'];
}

const MOST_CHARACTERS = 300;
const MOST_ITEMS = 30;
const MOST_SIDE_CHARACTERS = 1_500;
const CONTEXT_CHARACTERS = 40;

/** The name as a hunk, then the removed and the added lines. */
export function listDiffLines(field: FieldView): string[] {
  const most = field.form === 'words' && isLongSide(field.parts) ? 0 : MOST_CHARACTERS;
  const active = listHidden(field, { most, mostItems: MOST_ITEMS, showsTexts: true });
  return [`@@ ${show(field.name)} @@`, ...listSides(field), ...active.map((one) => `+ ${show(one)}`)];
}

function isLongSide(parts: readonly WordPart[]): boolean {
  return (
    parts.reduce((sum, { kind, text }) => (kind === 'removed' ? sum : sum + text.length), 0) > MOST_SIDE_CHARACTERS
  );
}

function listSides(field: FieldView): string[] {
  switch (field.form) {
    case 'words':
      return [`- ${showSide(field.parts, 'removed')}`, `+ ${showSide(field.parts, 'added')}`];
    case 'texts':
      return [`- ${show(field.before)}`, `+ ${show(field.after)}`];
    case 'set':
      return [...listItems('-', field.removed), ...listItems('+', field.added)];
    case 'routing':
      return [...listItems('-', field.before), ...listItems('+', field.after)];
    case 'order':
    case 'value':
      return [
        ...(field.before === undefined ? [] : [`- ${show(writeJson(field.before))}`]),
        ...(field.after === undefined ? [] : [`+ ${show(writeJson(field.after))}`]),
      ];
  }
}

function listItems(sign: string, items: readonly string[]): string[] {
  const rows = items.slice(0, MOST_ITEMS).map((item) => `${sign} ${show(item)}`);
  return items.length > MOST_ITEMS ? [...rows, `${sign} and ${items.length - MOST_ITEMS} more`] : rows;
}

function showSide(parts: readonly WordPart[], kind: 'removed' | 'added'): string {
  const side = parts.filter((part) => part.kind === 'same' || part.kind === kind);
  const text = side
    .map((part) => (part.kind === 'same' ? cutContext(part.text) : shortenText(part.text, MOST_CHARACTERS)))
    .join('');
  return escapeShort(text, MOST_SIDE_CHARACTERS);
}

function cutContext(text: string): string {
  if (text.length <= 2 * CONTEXT_CHARACTERS + 5) return text;
  return `${text.slice(0, CONTEXT_CHARACTERS)} … ${text.slice(-CONTEXT_CHARACTERS)}`;
}

function show(text: string): string {
  return escapeShort(text, MOST_CHARACTERS);
}

/** Of the line that counts the omitted items. */
const MORE_BYTES = 60;

/** As many items as fit below a heading, and the number of the others. Empty when not even that fits. */
export function takeLines(
  heading: readonly string[],
  items: readonly (readonly string[])[],
  maxBytes: number,
): string[] {
  if (items.length === 0) return [];
  const all = [...heading, ...items.flat()];
  if (countBytes(all) <= maxBytes) return all;
  const lines = [...heading];
  let room = maxBytes - countBytes(heading) - MORE_BYTES;
  if (room < 0) return [];
  let taken = 0;
  for (const item of items) {
    const size = countBytes(item);
    if (size > room) break;
    lines.push(...item);
    room -= size;
    taken += 1;
  }
  const left = groupDigits(items.length - taken);
  return [...lines, taken === 0 ? `- ${left} in total, not listed (size limit)` : `- and ${left} more`];
}

/** Of UTF-8, with line ends. */
export function countBytes(lines: readonly string[]): number {
  return lines.reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0);
}
