import { isJsonObject, type Json, type JsonObject } from '../../model/json.js';

/** A value that fits on a line in braces or brackets stays on one. */
const SHORT = 72;

/** A longer text is a block, and so is HTML. */
const LONG_TEXT = 80;

const HTML = /<[a-z][^>]*>/i;

const STEP = 2;

/** How a file writes what is put into it. */
export interface Layout {
  eol: string;
  /** Collections in braces and brackets, as their neighbours are. */
  flow?: boolean;
}

/** A value on one line. */
export function formatFlow(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(formatFlow).join(', ')}]`;
  if (!isJsonObject(value)) return formatInline(value, 'plain', true);
  const pairs = Object.entries(value).map(([key, child]) => `${formatKey(key, true)}: ${formatFlow(child)}`);
  return pairs.length === 0 ? '{}' : `{ ${pairs.join(', ')} }`;
}

/** `key:` and its value, with further lines under `indent` columns or more; the first line is not indented. */
export function formatPair(key: string, value: Json, indent: number, layout: Layout): string {
  return `${formatKey(key, false)}:${formatAfterKey(value, indent, layout)}`;
}

/** What follows the colon of a key that stands in column `indent`. */
export function formatAfterKey(value: Json, indent: number, layout: Layout): string {
  const inline = formatOnLine(value, indent + STEP, layout);
  if (inline !== undefined) return ` ${inline}`;
  return `${layout.eol}${' '.repeat(indent + STEP)}${formatBlock(value, indent + STEP, layout)}`;
}

/** `- ` and a value. The dash stands in column `indent`. */
export function formatItem(value: Json, indent: number, layout: Layout): string {
  return `- ${formatOnLine(value, indent + STEP, layout) ?? formatBlock(value, indent + STEP, layout)}`;
}

/** A collection that is not empty in block style, its lines in column `indent`; the first is not indented. */
export function formatBlock(value: Json, indent: number, layout: Layout): string {
  const lines = Array.isArray(value)
    ? value.map((item) => formatItem(item, indent, layout))
    : Object.entries(value as JsonObject).map(([key, child]) => formatPair(key, child, indent, layout));
  return lines.join(`${layout.eol}${' '.repeat(indent)}`);
}

export function formatKey(key: string, inFlow: boolean): string {
  return key === '<<' ? '"<<"' : formatInline(key, 'plain', inFlow);
}

/** What begins on the line it is put on; undefined for a collection that wants lines of its own. */
function formatOnLine(value: Json, indent: number, layout: Layout): string | undefined {
  if (typeof value === 'string') return formatText(value, indent, layout);
  if (value === null || typeof value !== 'object') return formatInline(value);
  const flow = formatFlow(value);
  if (layout.flow || flow === '[]' || flow === '{}') return flow;
  return Array.isArray(value) && value.every(isScalar) && flow.length <= SHORT ? flow : undefined;
}

function formatText(text: string, indent: number, { eol, flow }: Layout): string {
  if (flow || (text.length <= LONG_TEXT && !text.includes('\n') && !HTML.test(text)))
    return formatInline(text, 'plain', flow);
  const style = text.includes('\n') ? 'literal' : 'folded';
  return formatBlockScalar(text, style, indent, eol) ?? formatInline(text);
}

function isScalar(value: Json): boolean {
  return value === null || typeof value !== 'object';
}

/** How a text is written. `literal` and `folded` are the block scalars `|` and `>`. */
export type ScalarStyle = 'plain' | 'single' | 'double' | 'literal' | 'folded';

/**
 * Letters, currency signs and the like: no indicator of YAML, and no digit or sign, which may begin
 * a number or a date, unless a word follows: `20% Off`, `12 months`.
 */
const PLAIN = /^(?:[\p{L}\p{Sc}/_(<]|\d[\d.,]*%? \p{L}{2})[^\p{C}\u2028\u2029\u00A0]*$/u;

/** What YAML 1.1, too, reads as something else than a text. */
const WORDS = /^(?:y|n|yes|no|on|off|true|false|null|inf|nan)$/i;

const LINE_LENGTH = 100;

/** A text with these stands in double quotes, where they are written as escapes. */
const ESCAPED = /[\u007F-\u009F\u2028\u2029\p{Cf}]/gu;

const NEEDS_ESCAPES = /[^\P{C}\n]|[\u2028\u2029]/u;

/** A number, a truth value, null, or a text on one line; plain where that is safe and no other style is asked for. */
export function formatInline(
  value: string | number | boolean | null,
  style: ScalarStyle = 'plain',
  inFlow = false,
): string {
  if (typeof value !== 'string') return String(value);
  if (style === 'plain' && isPlain(value, inFlow)) return value;
  if (style === 'single' && !/\n/.test(value) && !NEEDS_ESCAPES.test(value)) return `'${value.replaceAll("'", "''")}'`;
  return JSON.stringify(value).replace(ESCAPED, escapeUnit);
}

/**
 * A text as a block scalar, its lines under `indent` columns and no line end after the last one;
 * undefined where a block scalar cannot hold it exactly.
 */
export function formatBlockScalar(
  value: string,
  style: 'literal' | 'folded',
  indent: number,
  eol: string,
): string | undefined {
  const body = value.replace(/\n+$/, '');
  // The first line tells how deep the block is, and nobody sees a space at the end of a line.
  if (body === '' || /^[ \t\n]/.test(body) || /[ \t]$/m.test(value) || NEEDS_ESCAPES.test(value)) return undefined;
  const ends = value.length - body.length;
  if (ends > 1) return undefined;
  const lines = style === 'literal' ? body.split('\n') : fold(body);
  if (!lines) return undefined;
  const chomp = ends === 0 ? '-' : '';
  return [
    `${style === 'literal' ? '|' : '>'}${chomp}`,
    ...lines.map((line) => (line === '' ? '' : ' '.repeat(indent) + line)),
  ].join(eol);
}

/** A line end in a folded text is a space, and an empty line is a line end. */
function fold(body: string): string[] | undefined {
  const paragraphs = body.split('\n');
  if (paragraphs.some((line) => line === '' || /^[ \t]/.test(line))) return undefined;
  return paragraphs.flatMap((paragraph, i) => [...(i === 0 ? [] : ['']), ...wrap(paragraph)]);
}

/** Broken at single spaces only: each break is read as one. */
function wrap(paragraph: string): string[] {
  const rows: string[] = [];
  for (const word of paragraph.split(/(?<=[^ \t]) (?=[^ \t])/)) {
    const row = rows.at(-1);
    if (row !== undefined && row.length + word.length < LINE_LENGTH) rows[rows.length - 1] = `${row} ${word}`;
    else rows.push(word);
  }
  return rows;
}

function isPlain(text: string, inFlow: boolean): boolean {
  return PLAIN.test(text) && !WORDS.test(text) && !/: |:$| #|\s$/.test(text) && !(inFlow && /[,[\]{}]|:/.test(text));
}

function escapeUnit(char: string): string {
  return Array.from({ length: char.length }, (_, i) => `\\u${char.charCodeAt(i).toString(16).padStart(4, '0')}`).join(
    '',
  );
}
