import type { Address } from '../model/address.js';
import { type Json, type JsonObject, getAt, getOwn, isJsonObject, jsonEqual } from '../model/json.js';
import type { DocumentPath, ParsedDocument, ParsedFile, Row } from '../source/documents.js';
import { fillRow, isWholeReference, listColumns } from '../source/each.js';
import { type Supplier, findSupplier } from '../source/layers.js';
import { listTableReferences } from '../source/tables/tables.js';
import { resolveTextPath } from '../source/text-files.js';
import { escapeVariables, listVariableReferences } from '../source/variables.js';

/** A document that rows or bases helped to make, and the value that it should have. */
export interface Target {
  address: Address;
  /** The document of the resource, overlays included. */
  whole: ParsedDocument;
  /** That document, or what is below or in its overlay. */
  document: ParsedDocument;
  wanted: Json;
}

/** One value of a target, and where it is written. */
export interface Use {
  target: Target;
  path: DocumentPath;
  value: Json;
  /** Undefined for an element that the tenant no longer has: its text does not matter. */
  wanted: Json | undefined;
  supplier: Supplier;
  /** As written, with references to `each`. */
  raw: Json | undefined;
}

/** Documents of a resource that no file holds as they are: written once, they count for several objects. */
export function listSharedLayers(document: ParsedDocument): ParsedDocument[] {
  const { derivation } = document;
  if (derivation?.by === 'overlay')
    return [...listSharedLayers(derivation.below), ...listSharedLayers(derivation.above)];
  return derivation || document.place ? [document] : [];
}

const unchanged = new WeakMap<ParsedDocument, Use[]>();

/** Every value of a target, without those that an overlay hides. */
export function listUses(target: Target): Use[] {
  const { document, wanted } = target;
  if (wanted !== document.value) return walk(target, document.value, wanted, []);
  const known = unchanged.get(document) ?? walk(target, document.value, wanted, []);
  unchanged.set(document, known);
  return known;
}

function walk(target: Target, value: Json, wanted: Json | undefined, path: DocumentPath): Use[] {
  const { whole, document } = target;
  const supplier = findSupplier(document, path);
  const hidden = whole !== document && findSupplier(whole, path).document !== supplier.document;
  const use = { target, path, value, wanted, supplier, raw: getAt(supplier.document.value, supplier.path) };
  const children = isJsonObject(value)
    ? Object.entries(value).map(([key, child]): [string | number, Json, Json | undefined] => [
        key,
        child,
        isJsonObject(wanted) ? getOwn(wanted, key) : undefined,
      ])
    : Array.isArray(value)
      ? value.map((child, i): [string | number, Json, Json | undefined] => [i, child, findElement(value, wanted, i)])
      : [];
  return [
    ...(hidden ? [] : [use]),
    ...children.flatMap(([part, child, own]) => walk(target, child, own, [...path, part])),
  ];
}

/** Whether two lists differ only inside their elements: none is new, gone or at another place. */
function isPaired(list: readonly Json[], wanted: readonly Json[]): boolean {
  const isOld = (one: Json): boolean => list.some((other) => jsonEqual(other, one));
  return list.length === wanted.length && wanted.every((one, i) => jsonEqual(one, list[i]) || !isOld(one));
}

function findElement(list: readonly Json[], wanted: Json | undefined, i: number): Json | undefined {
  if (!Array.isArray(wanted)) return undefined;
  if (isPaired(list, wanted)) return wanted[i];
  return wanted.find((one) => jsonEqual(one, list[i]));
}

/** Whether a value itself changes, and not only something inside it. */
export function isChanged({ value, wanted }: Use): boolean {
  if (wanted === undefined || jsonEqual(value, wanted)) return false;
  if (isJsonObject(value) && isJsonObject(wanted)) return !hasSameKeys(value, wanted);
  return !(Array.isArray(value) && Array.isArray(wanted) && isPaired(value, wanted));
}

function hasSameKeys(one: object, other: object): boolean {
  const keys = Object.keys(one);
  return keys.length === Object.keys(other).length && keys.every((key) => Object.hasOwn(other, key));
}

/** A document of a file, and a place in it. */
export function keyOfLine({ document: { file, index }, path }: Pick<Supplier, 'document' | 'path'>): string {
  return JSON.stringify([file.path, index, path.map(String)]);
}

/** Where the value of a column of one row is written: in a table, or in a document. */
export type CellPlace = { key: string; column: string } & (
  | { table: string; row: number }
  | { table?: undefined; document: ParsedDocument; path: DocumentPath }
);

/** Undefined where no file holds the value: the key of a mapping, or a variable of the configuration. */
export function findCellPlace({ target, supplier: { row } }: Use, column: string): CellPlace | undefined {
  const cell = row?.findCell(column);
  if (cell) return { ...cell, key: JSON.stringify([cell.table, cell.row, column]) };
  const path = row?.findPath?.(column);
  const template = path && findTemplate(target.document, row);
  if (!template) return undefined;
  const written = findSupplier(template, path);
  const raw = getAt(written.document.value, written.path);
  if (raw === undefined || (typeof raw === 'string' && listVariableReferences(raw).length > 0)) return undefined;
  return { key: keyOfLine(written), column, document: written.document, path: written.path };
}

function findTemplate({ derivation }: ParsedDocument, row: Row | undefined): ParsedDocument | undefined {
  if (derivation?.by === 'row') return derivation.row === row ? derivation.template : undefined;
  return derivation && (findTemplate(derivation.below, row) ?? findTemplate(derivation.above, row));
}

/** A value as a cell holds it; undefined where it cannot. `isOptional`: an empty cell means that nothing is managed. */
export function toCell(wanted: Json, before: Json | undefined, isOptional: boolean): string | undefined {
  if (wanted === null) return isOptional ? '' : undefined;
  if (typeof wanted === 'object' || wanted === '') return undefined;
  const text = typeof wanted === 'string' ? wanted.replaceAll('$${', () => '${') : String(wanted);
  if (typeof before === 'number') return readCell(text, before) === undefined ? undefined : text;
  if (typeof before === 'boolean') return readCell(text, before) === undefined ? undefined : text;
  return typeof wanted === 'number' && !/^-?\d+(?:\.\d+)?$/.test(text) ? undefined : text;
}

/** The value of a cell in the type that it had. */
export function readCell(text: string, before: Json | undefined): Json | undefined {
  if (text === '') return text;
  if (typeof before === 'number') return /^-?\d+(?:\.\d+)?$/.test(text) ? Number(text) : undefined;
  if (typeof before === 'boolean') return /^(?:true|false)$/i.test(text) ? text.toLowerCase() === 'true' : undefined;
  return text;
}

/** Columns that decide which objects exist, by the path of their table or of their template. */
export function listFixedColumns(files: readonly ParsedFile[]): ReadonlyMap<string, ReadonlySet<string>> {
  const fixed = new Map<string, Set<string>>();
  for (const { path, documents } of files) {
    for (const { value } of documents) {
      if (!isJsonObject(value) || !Object.hasOwn(value, 'for_each')) continue;
      const columns = ['only', 'except', ...listFilters(value['for_each'] ?? null), ...listKeyColumns(value)];
      for (const table of [path, ...listTableReferences(value).map((one) => resolveTextPath(path, one))])
        fixed.set(table, new Set([...(fixed.get(table) ?? []), ...columns]));
    }
  }
  return fixed;
}

function listFilters(options: Json): string[] {
  if (!isJsonObject(options)) return [];
  const where = options['where'];
  const joins = [options['join'] ?? []].flat();
  const keys = joins.flatMap((one) => (isJsonObject(one) && typeof one['on'] === 'string' ? [one['on']] : []));
  return [...(isJsonObject(where) ? Object.keys(where) : []), ...keys];
}

function listKeyColumns(value: Json): string[] {
  if (Array.isArray(value)) return value.flatMap(listKeyColumns);
  if (!isJsonObject(value)) return [];
  return Object.entries(value).flatMap(([key, child]) => [...listColumns(key), ...listKeyColumns(child)]);
}

/** A row with other cells. */
export function withCells(row: Row, values: JsonObject): Row {
  return { ...row, values: { ...row.values, ...values } };
}

/** What a value of a template is with a row; undefined where the row leaves it out. */
export function fillValue(raw: Json, row: Row | undefined): Json | undefined {
  return row ? getOwn(fillRow({ value: raw }, row).value as { value: Json }, 'value') : raw;
}

/** Equal, also where a tenant holds a number and a cell its digits. */
export function isSameValue(a: Json | undefined, b: Json | undefined): boolean {
  if (jsonEqual(a, b) || ((a ?? null) === null && (b ?? null) === null)) return true;
  const [one, other] = [a, b].map((value) => (typeof value === 'number' ? String(value) : value));
  return typeof one === 'string' && one === other;
}

/** The columns of which one new cell alone makes a text of a template equal to `wanted`, with that cell. */
export function fitCells(raw: string, row: Row, wanted: string): { column: string; value: string }[] {
  return listColumns(raw).flatMap((column) => {
    // No text holds this character: the reader refuses it.
    const mark = '\u0000';
    const filled = fillValue(raw, { ...row, values: { ...row.values, [column]: mark } });
    if (typeof filled !== 'string') return [];
    const fixed = filled.split(mark);
    const length = (wanted.length - fixed.join('').length) / (fixed.length - 1);
    const start = fixed[0]?.length ?? 0;
    const value = wanted.slice(start, start + length);
    return length > 0 && Number.isInteger(length) && fixed.join(value) === wanted ? [{ column, value }] : [];
  });
}

/** A value of a template changed so that, with the row, it gives `wanted`. References stay where they still fit. */
export function rewrite(raw: Json | undefined, value: Json, wanted: Json, row: Row | undefined): Json {
  if (raw === undefined) return wanted;
  if (isSameValue(fillValue(raw, row), wanted)) return raw;
  if (typeof raw === 'string' && typeof wanted === 'string' && row) return rewriteText(raw, wanted, row);
  if (Array.isArray(raw) && Array.isArray(value) && Array.isArray(wanted) && raw.length === value.length) {
    const paired = isPaired(value, wanted);
    const taken = new Set<number>();
    return wanted.map((one, i) => {
      if (paired) return rewrite(raw[i], value[i] ?? null, one, row);
      const from = value.findIndex((before, at) => !taken.has(at) && jsonEqual(before, one));
      taken.add(from);
      return raw[from] ?? one;
    });
  }
  if (!isJsonObject(raw) || !isJsonObject(value) || !isJsonObject(wanted)) return wanted;
  // A key may hold a reference, or its value may be left out.
  const hidden = Object.entries(raw).filter(([key]) => !Object.hasOwn(value, key));
  const shown = Object.entries(wanted).map(([key, one]): [string, Json] => [
    key,
    rewrite(getOwn(raw, key), getOwn(value, key) ?? null, one, row),
  ]);
  return Object.fromEntries([...shown, ...hidden]);
}

/** The references in their order, each where the text of its cell is. */
function rewriteText(raw: string, wanted: string, row: Row): string {
  if (isWholeReference(raw)) return wanted;
  const parts: string[] = [];
  let from = 0;
  for (const [reference] of raw.matchAll(/\$\$\{|\$\{each\.[^{}\n]+\}/g)) {
    if (reference === '$${') continue;
    const cell = fillValue(reference, row);
    const text = typeof cell === 'string' ? cell : cell === undefined ? '' : escapeVariables(JSON.stringify(cell));
    const at = text === '' ? -1 : wanted.indexOf(text, from);
    if (at === -1) return wanted;
    parts.push(wanted.slice(from, at), reference);
    from = at + text.length;
  }
  return parts.join('') + wanted.slice(from);
}
