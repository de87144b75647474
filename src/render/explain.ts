import type { Kind } from '../model/address.js';
import { isJsonObject, type Json } from '../model/json.js';
import { formatLine, type Place } from '../model/problem.js';
import { escapeTerminal } from './escape.js';
import type { Style } from './terminal.js';
import { measureWidth } from './wrap.js';

/** One row of a kind's table; the shape of resources/field-rule.ts, which render may not import. */
export interface ExplainRow {
  path: readonly string[];
  type: string;
  owner: string;
  list?: 'ordered' | 'set' | { key: string };
  note: string;
}

const MEANING = `A field that is absent from the file is not managed: never compared, never sent.
null clears the field. [] and {} are values. Unknown attributes are legal and compare as ordered.`;

export function renderExplainText(kind: Kind, rows: readonly ExplainRow[]): string {
  const blocks = rows.map((row) => {
    const facts = [row.type, `owner: ${row.owner}`, ...(row.list === undefined ? [] : [`list: ${nameList(row.list)}`])];
    return `  ${escapeTerminal(row.path.join('.'))}  (${facts.join('; ')})\n      ${escapeTerminal(row.note)}`;
  });
  return `${kind}\n\n${MEANING}\n\n${blocks.join('\n')}\n`;
}

function nameList(list: NonNullable<ExplainRow['list']>): string {
  return typeof list === 'object' ? `ordered, elements identified by ${list.key}` : list;
}

/** Where a value comes from, as source/locate.ts finds it. */
export interface ShownOrigin {
  /** Of the key, where there is one. */
  keyPosition: Place;
  layer: 'document' | 'template' | 'base' | 'row' | 'overlay' | 'code';
  /** As written. */
  raw?: Json | undefined;
  /** The columns of the row that fill in the value. */
  filled?: { columns: readonly string[] };
  /** The file of its own that holds the text. */
  textFile?: string;
  variables: readonly { reference: string; source: 'vars' | 'secret' | 'env' }[];
  /** Where it is not git. */
  owner?: string;
}

export type ValuePath = readonly (string | number)[];

/** Values stand left, comments from here on; further to the left when the longest one needs it. */
const COMMENT_COLUMN = 42;

const LEAST_COLUMN = 24;

const DEFAULT_WIDTH = 80;

/** Texts that YAML reads as themselves without quotes. */
const PLAIN = /^[\p{L}\p{Sc}/_](?:[\p{L}\p{M}\p{N}\p{Sc} .,/_%()+!?'-]*[\p{L}\p{M}\p{N}\p{Sc}/_%)+!?.])?$/u;

const NO_TEXT = /^(?:true|false|null)$/i;

interface Line {
  text: string;
  /** Absent for the further lines of a long text, in which a comment would be text. */
  path?: ValuePath;
}

/** A value in the form of a YAML file, each line with the place that it comes from. */
export function renderResourceText(
  value: Json,
  getOrigin: (path: ValuePath) => ShownOrigin,
  options: { style: Style; width?: number },
): string {
  const { style, width = DEFAULT_WIDTH } = options;
  const pairs = listLines(value, []).map(({ text, path }) => ({
    text,
    comment: path && describeOrigin(getOrigin(path)),
  }));
  const longest = pairs.reduce((most, { comment = '' }) => Math.max(most, measureWidth(comment)), 0);
  const column = Math.min(COMMENT_COLUMN, Math.max(LEAST_COLUMN, width - longest));
  const lines = pairs.flatMap(({ text, comment }) => {
    if (comment === undefined) return [text];
    const used = measureWidth(text);
    const start = Math.max(column, used + 2);
    if (start + measureWidth(comment) <= width) return [`${text}${' '.repeat(start - used)}${style.dim(comment)}`];
    const margin = /^ */.exec(text)?.[0] ?? '';
    const isWide = measureWidth(margin) + measureWidth(comment) > width;
    const parts = isWide ? comment.split(/ (?=<- )/).map((part, i) => (i === 0 ? part : `#   ${part}`)) : [comment];
    return [...parts.map((part) => style.dim(`${margin}${part}`)), text];
  });
  return `${lines.join('\n')}\n`;
}

/** `# catalog/digital.yaml:6 (template) with catalog/prices.csv:14 <- each.price, vars.shopDomain, owner: app` */
export function describeOrigin({ keyPosition, raw, layer, filled, textFile, variables, owner }: ShownOrigin): string {
  const { row, ...written } = keyPosition;
  // The values inside an object or a list have lines of their own.
  const columns = typeof raw === 'string' && row ? (filled?.columns ?? []) : [];
  const names = [
    ...columns.map((column) => `each.${column}`),
    ...variables.map(({ reference, source }) => (source === 'secret' ? `${reference} (secret)` : reference)),
  ];
  const isCell = layer === 'row' && row !== undefined;
  const place = isCell
    ? [`${formatLine(row)} (row, column ${columns.join(', ')})`, `<- ${formatLine(written)}`]
    : [
        formatLine(written),
        ...(layer === 'document' ? [] : [`(${layer})`]),
        ...(row && columns.length > 0 ? [`with ${formatLine(row)}`] : []),
        ...(textFile === undefined ? [] : [`!file ${textFile}`]),
        ...(names.length === 0 ? [] : [`<- ${names.join(', ')}`]),
      ];
  return escapeTerminal(`# ${place.join(' ')}${owner === undefined ? '' : `, owner: ${owner}`}`);
}

function listLines(value: Json, path: ValuePath): Line[] {
  if (Array.isArray(value)) return value.flatMap((item, i) => listItem(item, [...path, i]));
  if (!isJsonObject(value)) return [{ text: formatScalar(value), path }];
  return Object.entries(value).flatMap(([key, child]) => {
    const at = [...path, key];
    if (isFilled(child)) return [{ text: `${formatScalar(key)}:`, path: at }, ...indent(listLines(child, at))];
    const text = typeof child === 'string' ? splitText(child) : undefined;
    if (text) return [{ text: `${formatScalar(key)}: |-`, path: at }, ...indent(text.map((line) => ({ text: line })))];
    return [{ text: `${formatScalar(key)}: ${formatScalar(child)}`, path: at }];
  });
}

function listItem(item: Json, path: ValuePath): Line[] {
  const lines = isFilled(item) ? listLines(item, path) : [{ text: formatScalar(item), path }];
  return lines.map(({ text, ...line }, i) => ({ text: `${i === 0 ? '- ' : '  '}${text}`, ...line }));
}

function indent(lines: readonly Line[]): Line[] {
  return lines.map((line) => ({ ...line, text: `  ${line.text}` }));
}

function isFilled(value: Json): boolean {
  return (Array.isArray(value) || isJsonObject(value)) && Object.keys(value).length > 0;
}

/** The lines of a text that a block can hold exactly as it is; undefined for others. */
function splitText(text: string): string[] | undefined {
  const lines = text.split('\n');
  const exact =
    lines.length > 1 &&
    !/^\s/.test(text) &&
    !text.endsWith('\n') &&
    lines.every((line) => line !== '' && escapeTerminal(line) === line);
  return exact ? lines : undefined;
}

function formatScalar(value: Json): string {
  if (typeof value !== 'string') return JSON.stringify(value);
  return escapeTerminal(PLAIN.test(value) && !NO_TEXT.test(value) ? value : JSON.stringify(value));
}
