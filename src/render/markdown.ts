import { groupDigits } from '../model/words.js';
import type { WordPart } from './diff-words.js';
import { escapeTerminal, shortenText } from './escape.js';
import type { FieldView } from './field.js';
import { writeJson } from './words.js';

const MOST_CHARACTERS = 600;

/** A word or a short number, with the punctuation of a sentence around it. */
const PLAIN = /^[("]?(\p{L}{1,40}(['’]\p{L}{1,2})?|[+-]?\d{1,4}([.,]\d{1,3})?|%|->)[)"]?[.,;:!?]?$/u;

const LIST_NUMBER = /^\d+[.)]$/;

const COMMIT = /[0-9a-f]{7,}/i;

/**
 * A sentence of ours in which foreign text may stand: every word that is more than letters becomes
 * code, so that no path, name or number in it is a mention, a reference, a link or markup.
 */
export function quoteWords(sentence: string): string {
  const shown = escapeTerminal(shortenText(sentence, MOST_CHARACTERS));
  const parts: { text: string; isCode: boolean }[] = [];
  for (const [i, word] of shown
    .split(' ')
    .filter((one) => one !== '')
    .entries()) {
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
  return `${quoteCode(end === '' ? text : text.slice(0, -1), MOST_CHARACTERS * 9)}${end}`;
}

const MOST_CHARACTERSQuoteCode = 200;

/**
 * Foreign text as a code span, in which a forge looks for no mention, reference, link, markup or
 * HTML. One line, whatever the text holds. Not for table cells, where a bar would end the cell.
 */
export function quoteCode(text: string, most = MOST_CHARACTERSQuoteCode): string {
  const shown = escapeTerminal(shortenText(text, most)) || '(empty)';
  const fence = '`'.repeat(longestRun(shown) + 1);
  // A space at both ends is taken off again, unless there is nothing else, and keeps a backtick off the fence.
  const pad = shown.trim() !== '' && /^[` ]|[` ]$/.test(shown) ? ' ' : '';
  return `${fence}${pad}${shown}${pad}${fence}`;
}

/** The length of the longest run of backticks. */
function longestRun(text: string): number {
  return (text.match(/`+/g) ?? []).reduce((most, run) => Math.max(most, run.length), 0);
}

/** A fenced block. No line may begin with a backtick: each begins with a mark of ours, which foreign text cannot take away. */
export function writeFence(language: string, lines: readonly string[]): string[] {
  return [`\`\`\`${language}`, ...lines, '```'];
}

const MOST_CHARACTERSListDiffLines = 300;

const MOST_ITEMS = 30;

const MOST_SIDE_CHARACTERS = 1_500;

const CONTEXT_CHARACTERS = 40;

/** One field for a `diff` block: its name as a hunk, then what goes and what comes. */
export function listDiffLines(field: FieldView): string[] {
  return [`@@ ${show(field.name)} @@`, ...listSides(field)];
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
    default:
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

/** One side of a diff by words; what stays is cut to a little before and after. */
function showSide(parts: readonly WordPart[], kind: 'removed' | 'added'): string {
  const side = parts.filter((part) => part.kind === 'same' || part.kind === kind);
  const text = side
    .map((part) =>
      part.kind === 'same' ? cutContext(part.text) : shortenText(part.text, MOST_CHARACTERSListDiffLines),
    )
    .join('');
  return escapeTerminal(shortenText(text, MOST_SIDE_CHARACTERS));
}

function cutContext(text: string): string {
  if (text.length <= 2 * CONTEXT_CHARACTERS + 5) return text;
  return `${text.slice(0, CONTEXT_CHARACTERS)} … ${text.slice(-CONTEXT_CHARACTERS)}`;
}

function show(text: string): string {
  return escapeTerminal(shortenText(text, MOST_CHARACTERSListDiffLines));
}

/** Room for the line that tells how many are left out. */
const MORE_BYTES = 60;

/** As many items as fit under a heading, and how many do not; nothing when not even that fits. */
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
  return [...lines, taken === 0 ? `- ${left} in all, without room to name them` : `- and ${left} more`];
}

/** UTF-8 bytes of lines, each with its end. */
export function countBytes(lines: readonly string[]): number {
  return lines.reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0);
}
