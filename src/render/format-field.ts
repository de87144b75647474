import type { Json } from '../model/json.js';
import type { FieldChange } from '../model/plan.js';
import type { WordPart } from './diff-words.js';
import { escapeTerminal } from './escape-terminal.js';
import { shortenText } from './shorten-text.js';
import type { Style } from './style.js';
import { type FieldView, viewField } from './view-field.js';
import { writeJson } from './write-json.js';

const MOST_NAME_CHARACTERS = 200;
const MOST_VALUE_CHARACTERS = 200;
const CONTEXT_CHARACTERS = 40;

/** One field for a terminal: `display_name__limio: "Monthly" -> "Yearly"`. */
export function formatField(field: FieldChange, style: Style): string {
  return formatFieldView(viewField(field), style);
}

export function formatFieldView(field: FieldView, style: Style): string {
  return `${escapeShort(field.name, MOST_NAME_CHARACTERS)}: ${formatForm(field, style)}`;
}

function formatForm(field: FieldView, style: Style): string {
  switch (field.form) {
    case 'words':
      return field.parts.map((part, i) => formatPart(part, i === 0, i === field.parts.length - 1, style)).join('');
    case 'texts':
      return formatTexts(field.before, field.after, style);
    case 'set':
      return [
        ...field.removed.map((item) => style.removed(`-${escapeShort(item)}`)),
        ...field.added.map((item) => style.added(`+${escapeShort(item)}`)),
      ].join(' ');
    case 'order':
      return `order ${formatValue(field.before)} -> ${formatValue(field.after)}`;
    case 'routing':
      return formatRouting(field.before, field.after, style);
    default:
      return formatSides(field.before, field.after, style);
  }
}

function formatSides(before: Json | undefined, after: Json | undefined, style: Style): string {
  if (before === undefined) return style.added(`+ ${formatValue(after ?? null)}`);
  if (after === undefined) return style.removed(`- ${formatValue(before)}`);
  return `${style.removed(formatValue(before))} -> ${style.added(formatValue(after))}`;
}

/** One line a branch, so that a journey reads as the table that it is. */
function formatRouting(before: readonly string[], after: readonly string[], style: Style): string {
  const lines = [
    ...before.map((line) => style.removed(`- ${escapeShort(line)}`)),
    ...after.map((line) => style.added(`+ ${escapeShort(line)}`)),
  ];
  return lines.length === 1 ? (lines[0] ?? '') : lines.map((line) => `\n        ${line}`).join('');
}

function formatTexts(before: string, after: string, style: Style): string {
  if (Math.max(before.length, after.length) <= MOST_VALUE_CHARACTERS) {
    return `${style.removed(formatValue(before))} -> ${style.added(formatValue(after))}`;
  }
  return `${style.removed(`${before.length} characters`)} -> ${style.added(`${after.length} characters`)} (too different for a diff by words)`;
}

/** With colour the marks are left away: `…the [-monthly-]{+yearly+} price…`. */
function formatPart({ kind, text }: WordPart, first: boolean, last: boolean, style: Style): string {
  if (kind === 'same') return escapeTerminal(shortenContext(text, first, last));
  const shown = escapeShort(text);
  if (kind === 'added') return style.added(style.colour ? shown : `{+${shown}+}`);
  return style.removed(style.colour ? shown : `[-${shown}-]`);
}

function shortenContext(text: string, first: boolean, last: boolean): string {
  if (text.length <= (first || last ? CONTEXT_CHARACTERS : CONTEXT_CHARACTERS * 2)) return text;
  if (first && last) return `${text.slice(0, CONTEXT_CHARACTERS)}…`;
  if (first) return `…${text.slice(-CONTEXT_CHARACTERS)}`;
  if (last) return `${text.slice(0, CONTEXT_CHARACTERS)}…`;
  return `${text.slice(0, CONTEXT_CHARACTERS)} … ${text.slice(-CONTEXT_CHARACTERS)}`;
}

function formatValue(value: Json): string {
  return escapeShort(writeJson(value));
}

function escapeShort(text: string, most = MOST_VALUE_CHARACTERS): string {
  return escapeTerminal(shortenText(text, most));
}
