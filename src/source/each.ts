import { getOwn, isJsonObject, type Json, type JsonObject, mapTexts } from '../model/json.js';
import { suggestNearest } from '../model/spelling.js';
import type { Finding, PathPart, Row } from './documents.js';
import { keyOfPath } from './layers.js';
import { escapeVariables } from './variables.js';

/** `$${` (an escape), or `${each.COLUMN}`, with a question mark where an empty cell leaves the value out. */
const REFERENCE = /\$\$\{|\$\{each\.([^{}?\n]+)(\?)?\}/g;

const WHOLE = /^\$\{each\.([^{}?\n]+)(\?)?\}$/;

/** A template filled in with one row. */
export interface Filled {
  value: Json;
  /** See `Derivation`. */
  parts: Map<string, PathPart>;
  findings: Finding[];
}

interface Walk extends Omit<Filled, 'value'> {
  row: Row;
  path: PathPart[];
}

/** The value that mentions an empty cell is not managed. */
const LEFT_OUT = Symbol('left out');

/**
 * Replaces the references to `each` in every text and key of a value. A text that is only a reference takes the
 * type of the cell. What a cell contains is text and never a reference to a variable.
 */
export function fillRow(template: JsonObject, row: Row): Filled {
  const walk: Walk = { row, path: [], parts: new Map(), findings: [] };
  const value = fill(template, walk);
  return { value: value === LEFT_OUT ? {} : value, parts: walk.parts, findings: walk.findings };
}

const known = new WeakMap<object, readonly string[]>();

/** The columns that a value names, each once, in order. */
export function listColumns(value: Json): readonly string[] {
  if (typeof value === 'string') {
    if (!value.includes('${each.')) return [];
    return [...new Set([...value.matchAll(REFERENCE)].flatMap(([, name]) => name ?? []))];
  }
  if (typeof value !== 'object' || value === null) return [];
  const before = known.get(value);
  if (before) return before;
  const children = Array.isArray(value) ? value : Object.entries(value).flat();
  const columns = [...new Set(children.flatMap(listColumns))];
  known.set(value, columns);
  return columns;
}

/** Whether a text is one reference to `each` and nothing else. */
export function isWholeReference(text: string): boolean {
  return WHOLE.test(text);
}

function fill(value: Json, walk: Walk): Json | typeof LEFT_OUT {
  if (typeof value === 'string') return value.includes('${each.') ? fillText(value, walk) : value;
  if (listColumns(value).length === 0) return value;
  if (Array.isArray(value)) return fillList(value, walk);
  return isJsonObject(value) ? fillObject(value, walk) : value;
}

function fillList(list: readonly Json[], walk: Walk): Json[] {
  const filled: Json[] = [];
  list.forEach((item, i) => {
    const at = filled.length;
    const one = step(at, i, walk, () => fill(item, walk));
    if (one !== LEFT_OUT) filled.push(one);
  });
  return filled;
}

function fillObject(object: JsonObject, walk: Walk): JsonObject {
  const entries = new Map<string, Json>();
  for (const [key, child] of Object.entries(object)) {
    const name = key.includes('${each.') ? fillKey(key, walk) : key;
    if (name === LEFT_OUT) continue;
    if (entries.has(name)) {
      walk.findings.push({
        code: 'YAML_DUPLICATE_KEY',
        path: [...walk.path, name],
        on: 'key',
        message: `With this row the key "${name}" appears twice.`,
      });
    }
    const value = step(name, key, walk, () => fill(child, walk));
    if (value !== LEFT_OUT) entries.set(name, value);
  }
  return Object.fromEntries(entries);
}

function fillKey(key: string, walk: Walk): string | typeof LEFT_OUT {
  const filled = step(key, key, walk, () => fillText(key, walk));
  if (filled === LEFT_OUT) return LEFT_OUT;
  // Keys have no references to variables, so nothing takes an escape back.
  return (typeof filled === 'string' ? filled : JSON.stringify(filled)).replaceAll('$${', () => '${');
}

/** Fills in a part of the value; the template may have another part in its place. */
function step<T>(part: PathPart, written: PathPart, walk: Walk, run: () => T): T {
  walk.path.push(part);
  if (part !== written) walk.parts.set(keyOfPath(walk.path), written);
  const result = run();
  walk.path.pop();
  return result;
}

function fillText(text: string, walk: Walk): Json | typeof LEFT_OUT {
  const [, whole, optional] = WHOLE.exec(text) ?? [];
  if (whole !== undefined) {
    const value = readCell(whole, optional !== undefined, text, walk);
    return typeof value === 'symbol' ? value : mapTexts(value, escapeVariables);
  }
  let leftOut = false;
  const filled = text.replace(REFERENCE, (match: string, name: string | undefined, mark: string | undefined) => {
    if (name === undefined) return match;
    const value = readCell(name, mark !== undefined, match, walk);
    if (typeof value === 'symbol') leftOut = true;
    else if (typeof value !== 'object' || value === null) return escapeVariables(String(value));
    else report(walk, 'EACH_TYPE', `\${each.${name}} is a list or a mapping, and cannot be part of a text.`);
    return escapeVariables(match);
  });
  return leftOut ? LEFT_OUT : filled;
}

/** The value of a cell. What has none stays in the text, as text. */
function readCell(name: string, optional: boolean, reference: string, walk: Walk): Json | typeof LEFT_OUT {
  const { row } = walk;
  const value = getOwn(row.values, name) ?? findInside(row.values, name);
  if (value === undefined && !Object.hasOwn(row.values, name)) {
    const columns = Object.keys(row.values);
    const nearest = suggestNearest(name, columns);
    const hint = nearest === undefined ? `The columns are ${columns.join(', ')}.` : `Did you mean \${each.${nearest}}?`;
    report(walk, 'EACH_UNKNOWN', `The rows have no column "${name}".`, hint);
    return reference;
  }
  if (value !== undefined && value !== '' && value !== null) return value;
  if (optional) return LEFT_OUT;
  walk.findings.push({
    code: 'EACH_EMPTY',
    path: [...walk.path],
    cell: row.locate(name),
    message: `The column "${name}" is empty in this row.`,
    hint: `Fill it in, or write \${each.${name}?} in the template, so that the value is not managed where it is empty.`,
  });
  return reference;
}

/** `price.monthly` in a row that holds objects. */
function findInside(values: JsonObject, name: string): Json | undefined {
  return name
    .split('.')
    .reduce<Json | undefined>((at, part) => (isJsonObject(at) ? getOwn(at, part) : undefined), values);
}

function report(walk: Walk, code: Finding['code'], message: string, hint?: string): void {
  walk.findings.push({ code, path: [...walk.path], message, hint });
}
