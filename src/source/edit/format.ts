import { isJsonObject, type Json, type JsonObject } from '../../model/json.js';

/** A list of scalars up to this length is written on one line. */
const SHORT = 72;

/** Longer texts, and HTML, are written as blocks. */
const LONG_TEXT = 80;

const HTML = /<[a-z][^>]*>/i;

const STEP = 2;

/** How new text is written into a file. */
export interface Layout {
  eol: string;
  /** Collections in braces and brackets, like the elements beside them. */
  flow?: boolean;
}

/** A value on one line. */
export function formatFlow(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(formatFlow).join(', ')}]`;
  if (!isJsonObject(value)) return formatInline(value, 'plain', true);
  const pairs = Object.entries(value).map(([key, child]) => `${formatKey(key, true)}: ${formatFlow(child)}`);
  return pairs.length === 0 ? '{}' : `{ ${pairs.join(', ')} }`;
}

/** `key:` and its value. Further lines are indented by `indent` columns or more, the first is not. */
export function formatPair(key: string, value: Json, indent: number, layout: Layout): string {
  return `${formatKey(key, false)}:${formatAfterKey(value, indent, layout)}`;
}

/** The text after the colon of a key in column `indent`. */
export function formatAfterKey(value: Json, indent: number, layout: Layout): string {
  const inline = formatOnLine(value, indent + STEP, layout);
  if (inline !== undefined) return ` ${inline}`;
  return `${layout.eol}${' '.repeat(indent + STEP)}${formatBlock(value, indent + STEP, layout)}`;
}

/** `- ` and a value. The dash is in column `indent`. */
export function formatItem(value: Json, indent: number, layout: Layout): string {
  return `- ${formatOnLine(value, indent + STEP, layout) ?? formatBlock(value, indent + STEP, layout)}`;
}

/** A non-empty collection in block style. Its lines begin in column `indent`; the first is not indented. */
export function formatBlock(value: Json, indent: number, layout: Layout): string {
  const lines = Array.isArray(value)
    ? value.map((item) => formatItem(item, indent, layout))
    : Object.entries(value as JsonObject).map(([key, child]) => formatPair(key, child, indent, layout));
  return lines.join(`${layout.eol}${' '.repeat(indent)}`);
}

export function formatKey(key: string, inFlow: boolean): string {
  return key === '<<' ? '"<<"' : formatInline(key, 'plain', inFlow);
}

/** The text of a value that begins on the current line; undefined for a collection in block style. */
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
 * A text that is safe without quotes. It begins with no indicator of YAML, and with no digit or sign, as
 * numbers and dates do, unless a word follows: `20% Off`, `12 months`.
 */
const PLAIN = /^(?:[\p{L}\p{Sc}/_(<]|\d[\d.,]*%? \p{L}{2})[^\p{C}\u2028\u2029\u00A0]*$/u;

/** Words that YAML 1.1 or 1.2 does not read as text. */
const WORDS = /^(?:y|n|yes|no|on|off|true|false|null|inf|nan)$/i;

const LINE_LENGTH = 100;

/** Characters that are written as escapes, in double quotes. */
const ESCAPED = /[\u007F-\u009F\u2028\u2029\p{Cf}]/gu;

const NEEDS_ESCAPES = /[^\P{C}\n]|[\u2028\u2029]/u;

/** A scalar on one line: without quotes where that is safe, unless another style is asked for. */
export function formatInline(
  value: string | number | boolean | null,
  style: ScalarStyle = 'plain',
  inFlow = false,
): string {
  if (typeof value !== 'string') return String(value);
  if (value !== value.normalize('NFC')) return escapeUnstable(JSON.stringify(value).replace(ESCAPED, escapeUnit));
  if (style === 'plain' && isPlain(value, inFlow)) return value;
  if (style === 'single' && !/\n/.test(value) && !NEEDS_ESCAPES.test(value)) return `'${value.replaceAll("'", "''")}'`;
  return JSON.stringify(value).replace(ESCAPED, escapeUnit);
}

/**
 * A text as a block scalar with lines indented by `indent` columns, without a line break at its end.
 * Undefined for a text that a block scalar cannot represent exactly.
 */
export function formatBlockScalar(
  value: string,
  style: 'literal' | 'folded',
  indent: number,
  eol: string,
): string | undefined {
  const body = value.replace(/\n+$/, '');
  // The indentation of the first line sets that of the block, and spaces at line ends are invisible.
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

/** In a folded block a line break is read as a space, and an empty line as a line break. */
function fold(body: string): string[] | undefined {
  const paragraphs = body.split('\n');
  if (paragraphs.some((line) => line === '' || /^[ \t]/.test(line))) return undefined;
  return paragraphs.flatMap((paragraph, i) => [...(i === 0 ? [] : ['']), ...wrap(paragraph)]);
}

/** Breaks lines at single spaces only: each line break is read back as one space. */
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

/** Combining marks, and letters of Hangul that combine. */
const COMBINING = /[\p{M}\u1100-\u11FF\uA960-\uA97F\uD7B0-\uD7FF]/u;

/** Editors and git on macOS write texts in the normal form NFC. Escapes keep what that would change. */
function escapeUnstable(quoted: string): string {
  return Array.from(quoted, (char) =>
    COMBINING.test(char) || char !== char.normalize('NFC') ? escapeUnit(char) : char,
  ).join('');
}

function escapeUnit(char: string): string {
  return Array.from({ length: char.length }, (_, i) => `\\u${char.charCodeAt(i).toString(16).padStart(4, '0')}`).join(
    '',
  );
}
