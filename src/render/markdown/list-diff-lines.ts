import { escapeTerminal } from '../escape-terminal.js';
import { shortenText } from '../shorten-text.js';
import type { FieldView } from '../view-field.js';
import type { WordPart } from '../diff-words.js';
import { writeJson } from '../write-json.js';

const MOST_CHARACTERS = 300;
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
    .map((part) => (part.kind === 'same' ? cutContext(part.text) : shortenText(part.text, MOST_CHARACTERS)))
    .join('');
  return escapeTerminal(shortenText(text, MOST_SIDE_CHARACTERS));
}

function cutContext(text: string): string {
  if (text.length <= 2 * CONTEXT_CHARACTERS + 5) return text;
  return `${text.slice(0, CONTEXT_CHARACTERS)} … ${text.slice(-CONTEXT_CHARACTERS)}`;
}

function show(text: string): string {
  return escapeTerminal(shortenText(text, MOST_CHARACTERS));
}
