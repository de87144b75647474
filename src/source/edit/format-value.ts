import { type Json, type JsonObject, isJsonObject } from '../../model/json.js';
import { formatBlockScalar, formatInline } from './format-scalar.js';

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
