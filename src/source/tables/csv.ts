import { compareProblems, type Problem } from '../../model/problem.js';
import { reportConflicts } from '../problems.js';
import { checkColumns, checkRows, report, reportFault } from './check-table.js';
import {
  countLines,
  type CsvRecord,
  type CsvSource,
  type Delimiter,
  findDelimiter,
  locate,
  readRecords,
  type Spot,
  walkCells,
} from './read-records.js';

/**
 * Tables in CSV files: `parseTable` reads one with the place of every cell, `setCells` changes cells and no other byte,
 * `formatTable` writes a new one. The first line names the columns. Commas or semicolons, whichever the header has,
 * separate the cells. Spaces around a cell are ignored, spaces inside quotes belong to it. Lines without any text or
 * quote are skipped: spreadsheets leave lines of delimiters at the end.
 */
export interface Table {
  path: string;
  /** In the order of the cells. */
  columns: readonly TableColumn[];
  /** Without records whose quotes are wrong. A row that is too short or too long has a problem and its own cells. */
  rows: readonly TableRow[];
  problems: Problem[];
}

export interface TableColumn extends Spot {
  /** '' for a column without a name, which has no values. */
  name: string;
}

export interface TableRow extends Spot {
  /** By the index of the column. */
  cells: readonly Cell[];
}

export interface Cell extends Spot {
  value: string;
  /** Offset in the text without byte order mark; at the opening quote of a quoted cell. */
  start: number;
  /** Offset of the end, after the closing quote. */
  end: number;
}

const BYTE_ORDER_MARK = '\uFEFF';
/**
 * Text that a spreadsheet would run as a formula. It gets an apostrophe when it is written and loses one when it is
 * read. Texts that already begin with apostrophes get one more, so that every text is read as it was.
 */
const FORMULA = /^'*[=+\-@\t\r\n]/;

/** Whether a cell has an apostrophe before the text. */
export function isGuarded(value: string): boolean {
  return FORMULA.test(value);
}

function readGuarded(cell: string): string {
  return cell.startsWith("'") && FORMULA.test(cell) ? cell.slice(1) : cell;
}

/** Reads a table; mistakes are in `problems`. */
export function parseTable(path: string, content: string): Table {
  const text = content.startsWith(BYTE_ORDER_MARK) ? content.slice(1) : content;
  const none = { path, columns: [], rows: [] };
  const conflicts = reportConflicts(path, text);
  if (conflicts.length > 0) return { ...none, problems: conflicts };
  const { delimiter, tab } = findDelimiter(text);
  const source: CsvSource = { path, text, delimiter, lines: countLines(text) };
  if (tab !== undefined) {
    const hint = 'Save the table as CSV with commas or semicolons.';
    return { ...none, problems: [report(source, tab, 'Tabs separate the columns.', hint)] };
  }
  const separator = /^sep=.\r?\n/.exec(text)?.[0].trim();
  if (separator !== undefined) {
    const message = `"${separator}" is a setting of a spreadsheet, and no header.`;
    return { ...none, problems: [report(source, 0, message, 'Remove the line.', separator.length)] };
  }
  const { records, faults } = readRecords(text, delimiter);
  const [header, ...body] = records.filter((record) => !isBlank(source, record));
  const problems = faults.map((fault) => reportFault(source, fault));
  // Without a header that can be read, every row would look wrong.
  if (!header || faults.some(({ cell }) => cell < header.start)) {
    const hint = 'Name the columns in the first line, for example: country,price';
    if (problems.length === 0) problems.push(report(source, 0, 'The table is empty: it has no header.', hint));
    return { ...none, problems };
  }
  const columns = readCells(source, header).map(({ value, ...cell }) => ({ name: value.trim(), ...cell }));
  problems.push(...checkColumns(source, columns, body), ...checkRows(source, columns, [header, ...body]));
  return {
    path,
    columns: columns.map(({ name, line, col, length }) => ({ name, line, col, length })),
    rows: body.map((record) => makeRow(source, record)),
    problems: problems.sort(compareProblems),
  };
}

/** Cells are made when they are first used: most problems and most tables need only the values. */
function makeRow(source: CsvSource, record: CsvRecord): TableRow {
  let cells: Cell[] | undefined;
  return {
    ...locate(source, record.start, source.text.length),
    get cells() {
      return (cells ??= readCells(source, record));
    },
  };
}

function readCells(source: CsvSource, { start, values }: CsvRecord): Cell[] {
  return walkCells(source.text, start, source.delimiter).cells.map((span, index) => ({
    // A checkout with other line ends must not change the value.
    value: readGuarded(values[index] ?? '').replaceAll('\r\n', '\n'),
    ...locate(source, span.start, span.end),
    ...span,
  }));
}

/** Whether a record holds only spaces and delimiters. An empty cell in quotes is a value. */
function isBlank({ text, delimiter }: CsvSource, { start, values }: CsvRecord): boolean {
  if (values.some((value) => value !== '')) return false;
  return walkCells(text, start, delimiter).cells.every((cell) => cell.start === cell.end);
}

/** A new value for one cell. */
export interface CellEdit {
  /** Index among the rows, without the header. */
  row: number;
  column: string;
  value: string;
}

/**
 * Changes cells of a table; every other byte stays. Throws a RangeError for a cell that does not exist, a table with
 * problems, and a value that a table cannot hold, such as one with a control character.
 */
export function setCells(text: string, edits: readonly CellEdit[]): string {
  const { columns, rows, problems } = parseTable('', text);
  if (problems[0]) throw new RangeError(`The table has problems: ${problems[0].message}`);
  const values = rows.map(({ cells }) => cells.map(({ value }) => value));
  const changed = new Map<number, Set<number>>();
  for (const { row, column, value } of edits) {
    const index = column === '' ? -1 : columns.findIndex(({ name }) => name === column);
    const line = values[row];
    const isSet = changed.get(row)?.has(index);
    if (line?.[index] === undefined) throw new RangeError(`Row ${row + 1} has no column "${column}".`);
    if (isSet && line[index] !== value) throw new RangeError(`Row ${row + 1}, "${column}" gets two values.`);
    line[index] = value;
    changed.set(row, (changed.get(row) ?? new Set()).add(index));
  }
  const content = text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text;
  const { delimiter } = findDelimiter(content);
  const pieces: string[] = [];
  let done = 0;
  for (const [row, indexes] of [...changed].sort(([a], [b]) => a - b)) {
    const cells = rows[row]?.cells ?? [];
    const isQuoted = cells.map(({ start }) => content[start] === '"');
    // A line without text or quotes would be no row.
    const vanishes = !isQuoted.includes(true) && values[row]?.every((value) => value === '');
    for (const index of [...indexes].sort((a, b) => a - b)) {
      const cell = cells[index];
      const value = values[row]?.[index];
      if (!cell || value === undefined || value === cell.value) continue;
      pieces.push(content.slice(done, cell.start), writeCell(value, [delimiter], isQuoted[index] || vanishes));
      done = cell.end;
    }
  }
  const edited = text.slice(0, text.length - content.length) + pieces.join('') + content.slice(done);
  const names = columns.map(({ name }) => name);
  requireRead(edited, names, values);
  return edited;
}

/** A new table. Throws a RangeError when it would not be read as the same columns and rows. */
export function formatTable(
  columns: readonly string[],
  rows: readonly (readonly string[])[],
  { delimiter = ',' }: { delimiter?: Delimiter } = {},
): string {
  // The header decides which delimiter the table has, and that of a single column names none.
  const header = columns.map((name) => writeCell(name, [',', ';', '\t'])).join(delimiter);
  const special = columns.length === 1 ? [',', ';'] : [delimiter];
  const lines = rows.map((row) => {
    const isEmpty = row.every((value) => value === '');
    return row.map((value, index) => writeCell(value, special, isEmpty && index === 0)).join(delimiter);
  });
  const text = [header, ...lines].map((line) => `${line}\n`).join('');
  requireRead(text, columns, rows);
  return text;
}

/** A cell with quotes where it needs them. */
function writeCell(value: string, delimiters: readonly string[], isQuoted = false): string {
  const cell = isGuarded(value) ? `'${value}` : value;
  const isPlain = cell === cell.trim() && !['"', '\r', '\n', ...delimiters].some((char) => cell.includes(char));
  return isPlain && !isQuoted ? cell : `"${cell.replaceAll('"', '""')}"`;
}

function requireRead(text: string, names: readonly string[], values: readonly (readonly string[])[]): void {
  const { columns, rows, problems } = parseTable('', text);
  if (problems[0]) throw new RangeError(`The table would have problems: ${problems[0].message}`);
  const read = [columns.map(({ name }) => name), ...rows.map(({ cells }) => cells.map(({ value }) => value))];
  const wrong = [names, ...values].findIndex((row, at) => !isSame(row, read[at]));
  if (wrong === -1 && read.length === values.length + 1) return;
  throw new RangeError(`${wrong > 0 ? `Row ${wrong}` : 'The table'} would be read differently.`);
}

function isSame(some: readonly string[], others: readonly string[] = []): boolean {
  return some.length === others.length && some.every((value, index) => value === others[index]);
}
