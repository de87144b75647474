import { type Json, parsePointer } from '../model/json.js';
import type { FieldChange } from '../model/plan.js';
import { diffWords, type WordPart } from './diff-words.js';
import { escapeTerminal, shortenText } from './escape.js';
import { describeRouting } from './journeys/view.js';
import { listMarkup, summariseHtml } from '../text/html.js';
import type { Style } from './terminal.js';
import { shortenId, writeJson } from './words.js';

/** One field of a change, ready to be shown in any form; every text is the tenant's and unescaped. */
export type FieldView = { name: string } & (
  | { form: 'value'; before?: Json; after?: Json }
  | { form: 'words'; parts: readonly WordPart[] }
  /** Texts that are too long or too different for a diff by words. */
  | { form: 'texts'; before: string; after: string }
  | { form: 'set'; removed: readonly string[]; added: readonly string[] }
  | { form: 'order'; before: Json; after: Json }
  | { form: 'routing'; before: readonly string[]; after: readonly string[] }
);

const MOST_SHORT_CHARACTERS = 40;

/** No rendering shows less of a value. */
const MOST_VALUE_CHARACTERS = 200;

const MOST_POINTER_CHARACTERS = 1_000;

export function viewField(field: FieldChange): FieldView {
  const { before, after, show } = field;
  const name = nameField(field.path);
  if (show === 'routing') {
    return {
      name,
      form: 'routing',
      before: before === undefined ? [] : describeRouting(before),
      after: after === undefined ? [] : describeRouting(after),
    };
  }
  if (before === undefined || after === undefined)
    return {
      name,
      form: 'value',
      ...(before === undefined ? {} : { before }),
      ...(after === undefined ? {} : { after }),
    };
  if (show === 'order') return { name, form: 'order', before, after };
  if (show === 'set' && Array.isArray(before) && Array.isArray(after)) return { name, ...compareSets(before, after) };
  if ((show === 'text' || show === 'html') && typeof before === 'string' && typeof after === 'string') {
    return viewTexts(name, before, after, show);
  }
  const [from, to] = [writeJson(before), writeJson(after)];
  // Cut off for the length, two long values could look the same.
  if (Math.max(from.length, to.length) > MOST_VALUE_CHARACTERS) return viewWords(name, from, to);
  return { name, form: 'value', before, after };
}

/** `price__limio[charge_1].value` for `/attributes/price__limio/charge_1/value`. */
export function nameField(pointer: string): string {
  const [first = '', ...rest] = parsePointer(shortenText(pointer, MOST_POINTER_CHARACTERS));
  const segments = first === 'attributes' && rest.length > 0 ? rest : [first, ...rest];
  const [head = '', ...tail] = segments.map(shortenId);
  return tail.reduce((name, segment) => name + (/^[a-z]\w*$/i.test(segment) ? `.${segment}` : `[${segment}]`), head);
}

function viewTexts(name: string, before: string, after: string, show: 'text' | 'html'): FieldView {
  const [old, wanted] = [summariseHtml(before), summariseHtml(after)];
  // Where the words are the same it is the markup that changed, and a link or a script must not hide behind words that change, too.
  const isRead = show === 'html' && old !== wanted && listMarkup(before).join() === listMarkup(after).join();
  const [from, to] = isRead ? [old, wanted] : [before, after];
  // Short ones, such as displayed prices, are read more easily whole than word by word.
  if (isRead && Math.max(from.length, to.length) <= MOST_SHORT_CHARACTERS)
    return { name, form: 'value', before: from, after: to };
  return viewWords(name, from, to);
}

function viewWords(name: string, from: string, to: string): FieldView {
  const parts = diffWords(from, to);
  return parts ? { name, form: 'words', parts } : { name, form: 'texts', before: from, after: to };
}

function compareSets(before: Json[], after: Json[]): { form: 'set'; removed: string[]; added: string[] } {
  const old = new Set(before.map((item) => writeJson(item)));
  const wanted = new Set(after.map((item) => writeJson(item)));
  return {
    form: 'set',
    removed: [...old].filter((item) => !wanted.has(item)),
    added: [...wanted].filter((item) => !old.has(item)),
  };
}

const MOST_NAME_CHARACTERS = 200;

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
