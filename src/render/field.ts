import { diffWordsWithSpace } from 'diff';
import { listActive, listMarkup, summariseHtml } from '../html/html.js';
import { getOwn, isJsonObject, type Json, parsePointer } from '../model/json.js';
import type { FieldChange } from '../model/plan.js';
import { escapeShort, escapeTerminal, shortenText } from './escape.js';
import { describeRouting } from './journeys/view.js';
import type { Style } from './terminal.js';
import { shortenId, writeJson } from './render.js';

/*
 * One changed field: `viewField` decides how it is best compared, `formatField` writes it for a terminal.
 * Markdown writes it in markdown.ts, HTML in plan/html-change.ts.
 */

/** Every text is the tenant's and unescaped. */
export type FieldView = { name: string; active?: readonly string[] } & FieldForm;

/**
 * `active`: new scripts, event handlers, links and hosts of a value that is too long to be shown whole. What runs in a
 * shop must not hide in the part that a rendering cuts.
 */
export type FieldForm =
  | { form: 'value'; before?: Json; after?: Json }
  | { form: 'words'; parts: readonly WordPart[] }
  /** Too long or too different to compare word by word. */
  | { form: 'texts'; before: string; after: string }
  | { form: 'set'; removed: readonly string[]; added: readonly string[] }
  | { form: 'order'; before: Json; after: Json }
  | { form: 'routing'; before: readonly string[]; after: readonly string[] };

export interface WordPart {
  kind: 'same' | 'removed' | 'added';
  text: string;
}

/** Texts up to this length, such as displayed prices, are easier to read whole than word by word. */
const MOST_WHOLE_CHARACTERS = 40;
/** No rendering shows less of a value. */
const MOST_VALUE_CHARACTERS = 200;
const MOST_POINTER_CHARACTERS = 1_000;

export function viewField(field: FieldChange): FieldView {
  const active = listNewActive(field);
  const types = listTypeChanges(field.before, field.after) ?? [];
  const name = `${nameField(field.path)}${types.length > 0 ? ` (${[...new Set(types)].join(', ')})` : ''}`;
  return { name, ...(active.length > 0 ? { active } : {}), ...chooseForm(field) };
}

function chooseForm({ before, after, show }: FieldChange): FieldForm {
  if (show === 'routing') {
    const [old, wanted] = [before, after].map((side) => (side === undefined ? [] : describeRouting(side)));
    return { form: 'routing', before: old ?? [], after: wanted ?? [] };
  }
  if (before === undefined) return after === undefined ? { form: 'value' } : { form: 'value', after };
  if (after === undefined) return { form: 'value', before };
  if (show === 'order') return { form: 'order', before, after };
  if (show === 'set' && Array.isArray(before) && Array.isArray(after)) return compareSets(before, after);
  if ((show === 'text' || show === 'html') && typeof before === 'string' && typeof after === 'string')
    return show === 'html' ? viewHtml(before, after) : viewWords(before, after);
  const [from, to] = [writeJson(before), writeJson(after)];
  // Two long values could look the same once they are cut.
  if (Math.max(from.length, to.length) > MOST_VALUE_CHARACTERS) return viewWords(from, to);
  return { form: 'value', before, after };
}

/** `number -> text` for 499 and "499", which look alike. Undefined when the two differ in more than their types. */
function listTypeChanges(before: Json | undefined, after: Json | undefined): string[] | undefined {
  if (before === undefined || after === undefined) return undefined;
  if (Array.isArray(before) && Array.isArray(after))
    return before.length === after.length ? joinChanges(before.map((item, i) => [item, after[i]])) : undefined;
  if (isJsonObject(before) && isJsonObject(after))
    return Object.keys(before).length === Object.keys(after).length
      ? joinChanges(Object.entries(before).map(([key, value]) => [value, getOwn(after, key)]))
      : undefined;
  if (before === after) return [];
  const [from, to] = [before, after].map((value) => TYPE_NAMES.get(typeof value));
  return from !== undefined && to !== undefined && from !== to && looksLike(before) === looksLike(after)
    ? [`${from} -> ${to}`]
    : undefined;
}

function joinChanges(pairs: readonly (readonly [Json, Json | undefined])[]): string[] | undefined {
  const changes = pairs.map(([before, after]) => listTypeChanges(before, after));
  return changes.every((change) => change !== undefined) ? changes.flat() : undefined;
}

const TYPE_NAMES: ReadonlyMap<string, string> = new Map([
  ['string', 'text'],
  ['number', 'number'],
  ['boolean', 'boolean'],
]);

/** 12.5, "12.5" and "12.50" are alike. */
function looksLike(value: Json): string {
  return (typeof value === 'string' ? value : writeJson(value)).replace(/(?:(\.\d*?[1-9])|\.)0+$/, '$1');
}

export function listNewActive({ before = null, after = null }: FieldChange): string[] {
  if (writeJson(after).length <= MOST_VALUE_CHARACTERS) return [];
  const known = new Set(listTexts(before).flatMap(listActive));
  return [...new Set(listTexts(after).flatMap(listActive))].filter((one) => !known.has(one));
}

/** Every text of a value, however deep it is nested. */
function listTexts(value: Json): string[] {
  const texts: string[] = [];
  const open: Json[] = [value];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (typeof next === 'string') texts.push(next);
    else if (Array.isArray(next)) for (const item of next) open.push(item);
    else if (isJsonObject(next)) for (const item of Object.values(next)) open.push(item);
  }
  return texts;
}

/** `price__limio[charge_1].value` for `/attributes/price__limio/charge_1/value`. */
export function nameField(pointer: string): string {
  const [first = '', ...rest] = parsePointer(shortenText(pointer, MOST_POINTER_CHARACTERS));
  const segments = first === 'attributes' && rest.length > 0 ? rest : [first, ...rest];
  const [head = '', ...tail] = segments.map(shortenId);
  return tail.reduce((name, segment) => name + (/^[a-z]\w*$/i.test(segment) ? `.${segment}` : `[${segment}]`), head);
}

function viewHtml(before: string, after: string): FieldForm {
  const [from, to] = [summariseHtml(before), summariseHtml(after)];
  // A changed link or script must not hide behind words that change as well.
  if (from === to || listMarkup(before).join() !== listMarkup(after).join()) return viewWords(before, after);
  if (Math.max(from.length, to.length) <= MOST_WHOLE_CHARACTERS) return { form: 'value', before: from, after: to };
  return viewWords(from, to);
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

function viewWords(before: string, after: string): FieldForm {
  const parts = diffWords(before, after);
  return parts ? { form: 'words', parts } : { form: 'texts', before, after };
}

/** Beyond these limits, comparing takes long and nobody reads the result. */
const MOST_COMPARED_CHARACTERS = 20_000;
const MOST_EDITS = 400;

function diffWords(before: string, after: string): WordPart[] | undefined {
  if (before.length + after.length > MOST_COMPARED_CHARACTERS) return undefined;
  const parts = diffWordsWithSpace(before, after, { maxEditLength: MOST_EDITS });
  return (
    parts &&
    joinParts(
      parts.map(({ added, removed, value }) => ({ kind: added ? 'added' : removed ? 'removed' : 'same', text: value })),
    )
  );
}

/** A space between two changed words is part of the change: `[-ten years-]{+a whole+}`. */
function joinParts(parts: readonly WordPart[]): WordPart[] {
  const joined: WordPart[] = [];
  let change = { removed: '', added: '' };
  const close = (): void => {
    for (const kind of ['removed', 'added'] as const)
      if (change[kind] !== '') joined.push({ kind, text: change[kind] });
    change = { removed: '', added: '' };
  };
  for (const [i, { kind, text }] of parts.entries()) {
    const isBetween = kind === 'same' && text.trim() === '' && i > 0 && i < parts.length - 1;
    if (kind === 'same' && !isBetween) {
      close();
      joined.push({ kind, text });
    } else {
      if (kind !== 'added') change.removed += text;
      if (kind !== 'removed') change.added += text;
    }
  }
  close();
  return joined;
}

/** `display_name__limio: "Monthly" -> "Yearly"` */
export function formatField(field: FieldChange, style: Style): string {
  return formatFieldView(viewField(field), style);
}

/** `mark` comes between the name and the values. */
export function formatFieldView(field: FieldView, style: Style, mark = ':'): string {
  const form = formatForm(field, style);
  const active = listHidden(field, { most: MOST_VALUE_CHARACTERS, mostItems: Infinity, showsTexts: false });
  const lines = active.map((one) => `\n        ${style.added(`+ ${escapeShort(one)}`)}`);
  return `${escapeShort(field.name)}${mark}${form.startsWith('\n') ? '' : ' '}${form}${lines.join('')}`;
}

/** How much a rendering shows: characters of one text, and texts of a list. */
export interface Shown {
  most: number;
  mostItems: number;
  /** Of two texts that are too different, their beginnings and not only their lengths. */
  showsTexts: boolean;
}

/** The `active` parts that a rendering must list, because it does not show them where they stand. */
export function listHidden(field: FieldView, { most, mostItems, showsTexts }: Shown): readonly string[] {
  const { active = [] } = field;
  const areLong = (texts: readonly string[]): boolean =>
    texts.length > mostItems || texts.some(({ length }) => length > most);
  switch (field.form) {
    case 'words':
      return listHiddenWords(field, most);
    case 'texts':
      return areLong([field.after]) || (!showsTexts && areLong([field.before])) ? active : [];
    case 'set':
      return areLong(field.added) ? active : [];
    case 'routing':
      return areLong(field.after) ? active : [];
    case 'order':
    case 'value':
      return field.after !== undefined && areLong([writeJson(field.after)]) ? active : [];
  }
}

/** Removing `<!--` can activate unchanged text, so only what an added part shows is left out. */
function listHiddenWords({ parts, active = [] }: FieldView & { form: 'words' }, most: number): readonly string[] {
  const shown = parts
    .filter(({ kind, text }) => kind === 'added' && text.length <= most)
    .map(({ text }) => text)
    .join('\n');
  return active.filter((one) => !shown.includes(one.slice(one.indexOf(' ') + 1)));
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
    case 'value':
      return formatSides(field.before, field.after, style);
  }
}

function formatSides(before: Json | undefined, after: Json | undefined, style: Style): string {
  if (before === undefined) return style.added(`+ ${formatValue(after ?? null)}`);
  if (after === undefined) return style.removed(`- ${formatValue(before)}`);
  return `${style.removed(formatValue(before))} -> ${style.added(formatValue(after))}`;
}

/** One line a branch, as a table of the journey. */
function formatRouting(before: readonly string[], after: readonly string[], style: Style): string {
  const lines = [
    ...before.map((line) => style.removed(`- ${escapeShort(line)}`)),
    ...after.map((line) => style.added(`+ ${escapeShort(line)}`)),
  ];
  return lines.length === 1 ? lines.join('') : lines.map((line) => `\n        ${line}`).join('');
}

function formatTexts(before: string, after: string, style: Style): string {
  if (Math.max(before.length, after.length) <= MOST_VALUE_CHARACTERS) return formatSides(before, after, style);
  const [from, to] = [before, after].map(({ length }) => `${length} characters`);
  return `${style.removed(from ?? '')} -> ${style.added(to ?? '')} (too different to compare word by word)`;
}

/** `…the [-monthly-]{+yearly+} price…`; colours replace the marks. */
function formatPart({ kind, text }: WordPart, first: boolean, last: boolean, style: Style): string {
  if (kind === 'same') return escapeTerminal(shortenContext(text, first, last));
  const shown = escapeShort(text);
  if (kind === 'added') return style.added(style.colour ? shown : `{+${shown}+}`);
  return style.removed(style.colour ? shown : `[-${shown}-]`);
}

const CONTEXT_CHARACTERS = 40;

function shortenContext(text: string, first: boolean, last: boolean): string {
  if (text.length <= (first || last ? CONTEXT_CHARACTERS : CONTEXT_CHARACTERS * 2)) return text;
  if (last) return `${text.slice(0, CONTEXT_CHARACTERS)}…`;
  if (first) return `…${text.slice(-CONTEXT_CHARACTERS)}`;
  return `${text.slice(0, CONTEXT_CHARACTERS)} … ${text.slice(-CONTEXT_CHARACTERS)}`;
}

function formatValue(value: Json): string {
  return escapeShort(writeJson(value));
}
