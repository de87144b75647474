import { type Json, type JsonObject } from '../../model/json.js';
import { hintNearest, suggestNearest } from '../../model/spelling.js';
import type { Finding, ParsedDocument, PathPart, Row } from '../documents.js';
import type { ListedRows, TableOptions } from '../rows.js';
import type { Table, TableRow } from './csv.js';
import { findTable, type Tables } from './tables.js';

/** A row of the table, with the rows that are joined to it. */
interface Joined {
  table: Table;
  row: number;
}

/** The rows of a CSV file that a template uses, with the types of their columns and the columns of joined tables. */
export function readTableRows(
  { table: reference, where, columns, joins }: TableOptions,
  document: ParsedDocument,
  tables: Tables,
  result: ListedRows,
): void {
  const report = (finding: Finding): void => void result.findings.push(finding);
  const table = findTable(reference, document, ['for_each', 'table'], tables, report);
  const joined = joins.map(({ table: other, ...how }) => ({
    ...how,
    table: findTable(other, document, [...how.path, 'table'], tables, report),
  }));
  // What is wrong in a table itself is reported there.
  if (!table || joined.some((one) => !one.table) || result.findings.length > 0) return;
  const partners = joined.flatMap(({ table: other, ...how }) => (other ? [{ ...how, table: other }] : []));
  const places = listColumnPlaces(table, partners, report);
  const checkColumn = (column: string, path: PathPart[]): void => {
    if (places.has(column)) return;
    const nearest = suggestNearest(column, places.keys());
    const hint =
      nearest === undefined ? `The columns are ${[...places.keys()].join(', ')}.` : `Did you mean "${nearest}"?`;
    report({ code: 'FOR_EACH', path, on: 'key', message: `The table has no column "${column}".`, hint });
  };
  for (const [column] of where) checkColumn(column, ['for_each', 'where', column]);
  for (const column of columns.keys()) checkColumn(column, ['for_each', 'columns', column]);
  if (result.findings.length > 0) return;

  const indexes = partners.map(({ table: other, on }) => indexRows(other, on));
  const used = new Set<number>();
  result.used.set(table.path, result.isFixed ? used : undefined);
  const wanted = where.map(([column, texts]) => ({ at: places.get(column), texts: new Set(texts) }));
  table.rows.forEach((_, i) => {
    const lines: (Joined | undefined)[] = [{ table, row: i }];
    const reported = result.findings.length;
    partners.forEach((partner, p) => lines.push(join(i, table, partner, indexes[p], report)));
    const isJoined = result.findings.length === reported;
    if (!wanted.every(({ at, texts }) => texts.has(readCell(lines, at)))) {
      // A row that another template uses is checked there.
      result.findings.length = reported;
      return;
    }
    used.add(i);
    // The columns of a missing partner would be reported once more.
    if (isJoined) result.rows.push(makeRow(lines, places, columns, report));
  });
  reportIdle(where, table, places, report);
}

/** Where the value of a column is: which table of the joined ones, and which of its columns. */
interface ColumnPlace {
  table: number;
  column: number;
}

function listColumnPlaces(
  table: Table,
  partners: readonly { table: Table; on: string; path: PathPart[] }[],
  report: (finding: Finding) => void,
): Map<string, ColumnPlace> {
  const places = new Map(table.columns.map(({ name }, column) => [name, { table: 0, column }]));
  partners.forEach(({ table: other, on, path }, i) => {
    for (const side of [[...places.keys()], other.columns.map(({ name }) => name)]) {
      if (side.includes(on)) continue;
      const where = side.includes(other.columns[0]?.name ?? '') ? other.path : table.path;
      const message = `${where} has no column "${on}" to join by.`;
      report({ code: 'FOR_EACH', path: [...path, 'on'], message, hint: `Its columns are ${side.join(', ')}.` });
    }
    other.columns.forEach(({ name }, column) => {
      if (name === on) return;
      const message = `${table.path} and ${other.path} both have a column "${name}".`;
      if (places.has(name)) report({ code: 'FOR_EACH', path, message, hint: 'Rename one of them.' });
      else places.set(name, { table: i + 1, column });
    });
  });
  return places;
}

/** Texts of `where` that no row has: the template makes less than somebody thinks. */
function reportIdle(
  where: TableOptions['where'],
  table: Table,
  places: ReadonlyMap<string, ColumnPlace>,
  report: (finding: Finding) => void,
): void {
  const [path, code] = [['for_each', 'where'], 'ROWS_EMPTY' as const];
  for (const [column, texts] of where) {
    const at = places.get(column);
    if (at?.table !== 0) continue;
    const known = new Set(table.rows.map(({ cells }) => cells[at.column]?.value ?? ''));
    for (const text of texts.filter((one) => !known.has(one))) {
      const message = `No row of ${table.path} has the ${column} "${text}".`;
      const hint = hintNearest(text, [...known].slice(0, MOST_SUGGESTED), 'Check the spelling, in the table too.');
      report({ code, path: [...path, column], message, hint });
    }
  }
}

/** Each search compares a text with all of them. */
const MOST_SUGGESTED = 200;

function columnIndex({ columns }: Table, name: string): number {
  return columns.findIndex((column) => column.name === name);
}

function indexRows(table: Table, column: string): Map<string, number[]> {
  const at = columnIndex(table, column);
  const index = new Map<string, number[]>();
  table.rows.forEach(({ cells }, i) => {
    const text = cells[at]?.value ?? '';
    const rows = index.get(text);
    if (rows) rows.push(i);
    else index.set(text, [i]);
  });
  return index;
}

function join(
  row: number,
  table: Table,
  partner: { table: Table; on: string },
  index: Map<string, number[]> | undefined,
  report: (finding: Finding) => void,
): Joined | undefined {
  const { on } = partner;
  const cell = table.rows[row]?.cells[columnIndex(table, on)];
  const [first, second] = index?.get(cell?.value ?? '') ?? [];
  if (!cell || cell.value === '') return undefined;
  const at = { code: 'TABLE_JOIN' as const, path: ['for_each', 'join'] };
  if (first === undefined) {
    const message = `${partner.table.path} has no row with the ${on} "${cell.value}".`;
    report({ ...at, cell: place(table, cell), message, hint: 'Add the row, or correct this cell.' });
    return undefined;
  }
  const other = second === undefined ? undefined : partner.table.rows[second]?.cells[columnIndex(partner.table, on)];
  if (other) {
    const message = `Two rows have the ${on} "${cell.value}", so none can be joined.`;
    report({ ...at, cell: place(partner.table, other), message, hint: 'Keep one of them.' });
  }
  return { table: partner.table, row: first };
}

function readCell(lines: readonly (Joined | undefined)[], at: ColumnPlace | undefined): string {
  const line = at && lines[at.table];
  return line?.table.rows[line.row]?.cells[at?.column ?? 0]?.value ?? '';
}

function place({ path }: Table, { line, col, length }: Pick<TableRow, 'line' | 'col' | 'length'>) {
  return { file: path, line, col, length: Math.max(length, 1) };
}

function makeRow(
  lines: readonly (Joined | undefined)[],
  places: ReadonlyMap<string, ColumnPlace>,
  types: TableOptions['columns'],
  report: (finding: Finding) => void,
): Row {
  const [own] = lines;
  const locate: Row['locate'] = (column) => {
    const at = column === undefined ? undefined : places.get(column);
    const line = at && lines[at.table];
    const cell = line?.table.rows[line.row]?.cells[at?.column ?? 0];
    if (line && cell) return place(line.table, cell);
    const row = own?.table.rows[own.row];
    return own && row ? place(own.table, row) : { file: '', line: 1, col: 1, length: 1 };
  };
  const values: JsonObject = Object.fromEntries(
    [...places].map(([column, at]): [string, Json] => {
      const text = readCell(lines, at);
      const type = types.get(column) ?? 'text';
      if (SPREADSHEET_ERROR.test(text)) {
        const message = `"${text}" is a spreadsheet error.`;
        const hint = 'Correct the formula, or widen the column, and save the table again.';
        report({ code: 'EACH_TYPE', path: ['for_each'], cell: locate(column), message, hint });
      }
      const value = convert(text, type);
      if (value !== undefined) return [column, value];
      const message = `"${text}" is no ${type}, as "columns" of the template says.`;
      const hint = type === 'number' ? 'Write a number such as 12.5, without other signs.' : 'Write true or false.';
      report({ code: 'EACH_TYPE', path: ['for_each', 'columns', column], cell: locate(column), message, hint });
      return [column, text];
    }),
  );
  return {
    values,
    locate,
    findCell: (column) => {
      const at = places.get(column);
      const line = at && lines[at.table];
      return line && { table: line.table.path, row: line.row, column };
    },
  };
}

/** What a spreadsheet saves in place of a value that it cannot compute or show. */
const SPREADSHEET_ERROR = /^(?:#(?:REF!|N\/A|NAME\?|VALUE!|DIV\/0!|NUM!|NULL!|SPILL!)|#{4,})$/;

/** The value of a cell; undefined where the text does not have the type. Spreadsheets write TRUE and FALSE. */
function convert(text: string, type: 'text' | 'number' | 'boolean'): Json | undefined {
  if (type === 'text' || text === '') return text;
  if (type === 'boolean') return /^(?:true|false)$/i.test(text) ? text.toLowerCase() === 'true' : undefined;
  const number = Number(text);
  return /^-?\d+(?:\.\d+)?$/.test(text) && (Number.isSafeInteger(number) || !Number.isInteger(number))
    ? number
    : undefined;
}
