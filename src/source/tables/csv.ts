import { LineCounter } from 'yaml';
import { compareProblems, type Problem } from '../../model/problem.js';
import { makeProblem, reportConflicts } from '../problems.js';
import {
  type CsvRecord,
  type Delimiter,
  findDelimiter,
  type QuoteFault,
  readRecords,
  walkCells,
} from './read-records.js';

/**
 * Tables in CSV files: `parseTable` reads one with the place of every cell. The first line names the columns.
 * Commas or semicolons, whichever the header has, are between the cells. Spaces around cells do not count, spaces
 * inside quotes do. Lines without any text or quote are skipped: spreadsheets leave lines of delimiters at the end.
 */
export interface Table {
  path: string;
  /** In the order of the cells. */
  columns: readonly TableColumn[];
  /** Without records whose quotes are wrong. A row that is too short or too long has a problem and its own cells. */
  rows: readonly TableRow[];
  problems: Problem[];
}

/** Lines and columns count from 1, in UTF-16 units; `length` is that of the first line, at least 1. */
interface Spot {
  line: number;
  col: number;
  length: number;
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

/** What the functions below share about one file. */
interface Source {
  path: string;
  text: string;
  delimiter: Delimiter;
  lines: LineCounter;
}

type HeaderCell = Omit<Cell, 'value'> & { name: string };

const BYTE_ORDER_MARK = '\uFEFF';
const NAMES = { ',': 'comma', ';': 'semicolon' };
const FORBIDDEN_NAMES = new Set(['__proto__', 'constructor', 'prototype']);

/** All of C0 and C1 except tab and line breaks. */
// oxlint-disable-next-line no-control-regex -- finds them
const CONTROL = /[\0-\x08\x0B\x0C\x0E-\x1F\x7F-\x9F]/;

/**
 * Text that a spreadsheet would run as a formula. It is written with an apostrophe before it, as spreadsheets show
 * text. Apostrophes that stood there already are counted in, so that what was written is what is read.
 */
const FORMULA = /^'*[=+\-@\t\r\n]/;

function readGuarded(cell: string): string {
  return cell.startsWith("'") && FORMULA.test(cell) ? cell.slice(1) : cell;
}

/** Reads a table; mistakes are in `problems`. */
export function parseTable(path: string, content: string): Table {
  const text = content.startsWith(BYTE_ORDER_MARK) ? content.slice(1) : content;
  const none = { path, columns: [], rows: [] };
  const conflicts = reportConflicts(path, text);
  if (conflicts.length > 0) return { ...none, problems: conflicts };
  const delimiter = findDelimiter(text);
  const source: Source = { path, text, delimiter: delimiter === 'tab' ? ',' : delimiter, lines: countLines(text) };
  if (delimiter === 'tab') {
    const hint = 'Save the table as CSV with commas or semicolons.';
    return { ...none, problems: [report(source, text.indexOf('\t'), 'Tabs separate the columns.', hint)] };
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

/** A lone carriage return is a line break, as it is for csv-parse. */
function countLines(text: string): LineCounter {
  const lines = new LineCounter();
  lines.addNewLine(0);
  for (const { 0: lineBreak, index } of text.matchAll(/\r\n?|\n/g)) lines.addNewLine(index + lineBreak.length);
  return lines;
}

/** Cells are made when they are first used: most problems and most tables need only the values. */
function makeRow(source: Source, record: CsvRecord): TableRow {
  let cells: Cell[] | undefined;
  return {
    ...locate(source, record.start, source.text.length),
    get cells() {
      return (cells ??= readCells(source, record));
    },
  };
}

function readCells(source: Source, { start, values }: CsvRecord): Cell[] {
  return walkCells(source.text, start, source.delimiter).cells.map((span, index) => ({
    value: readGuarded(values[index] ?? ''),
    ...locate(source, span.start, span.end),
    ...span,
  }));
}

function locate({ text, lines }: Source, start: number, end: number): Spot {
  const { line, col } = lines.linePos(start);
  const lineEnd = text.slice(start, end).search(/[\r\n]/);
  const length = text.slice(start, lineEnd === -1 ? end : start + lineEnd).trimEnd().length;
  return { line, col, length: Math.max(length, 1) };
}

/** Whether a record holds only spaces and delimiters. An empty cell in quotes is a value. */
function isBlank({ text, delimiter }: Source, { start, values }: CsvRecord): boolean {
  if (values.some((value) => value !== '')) return false;
  return walkCells(text, start, delimiter).cells.every((cell) => cell.start === cell.end);
}

function report(source: Source, start: number, message: string, hint: string, end = start + 1): Problem {
  return makeProblem('TABLE_SYNTAX', { file: source.path, ...locate(source, start, end) }, message, { hint });
}

function reportFault(source: Source, { kind, offset, cell }: QuoteFault): Problem {
  const { path, text } = source;
  if (kind === 'unclosed') {
    const hint = 'Close it at the end of the cell. A quote inside the cell is written twice: ""';
    return report(source, offset, 'The quote is never closed.', hint, text.length);
  }
  if (kind === 'inside') {
    const hint = 'Put the whole cell in quotes, and write each quote inside twice: "5"" pipe"';
    return report(source, offset, 'A quote is inside a cell that does not begin with one.', hint);
  }
  const hint = 'A quote inside the cell is written twice: "5"" pipe". If the cell ends here, a delimiter is missing.';
  const problem = report(source, offset, 'Text follows the closing quote of the cell.', hint);
  const opening = locate(source, cell, cell + 1);
  if (opening.line === problem.line) return problem;
  const message = 'The cell begins here.';
  return { ...problem, related: [{ file: path, line: opening.line, col: opening.col, message }] };
}

function checkColumns(source: Source, columns: readonly HeaderCell[], body: readonly CsvRecord[]): Problem[] {
  const first = new Map<string, HeaderCell>();
  return columns.flatMap((column, index) => {
    const { name, start, end } = column;
    if (name === '') {
      const used = body.find(({ values }) => (values[index] ?? '') !== '');
      if (!used) return [];
      const { line } = source.lines.linePos(used.start);
      const message = `Column ${index + 1} has no name, and line ${line} has a value in it.`;
      return [report(source, start, message, 'Name the column in the header, or remove its values.')];
    }
    if (FORBIDDEN_NAMES.has(name)) {
      const message = `The column name "${name}" is not allowed: it can harm programs that read it.`;
      return [report(source, start, message, 'Rename the column.', end)];
    }
    const other = first.get(name);
    if (!other) first.set(name, column);
    if (!other) return [];
    const problem = report(source, start, `Two columns are named "${name}".`, 'Rename or remove one of them.', end);
    const related = { file: source.path, line: other.line, col: other.col, message: 'The first one is here.' };
    return [{ ...problem, related: [related] }];
  });
}

function checkRows(source: Source, columns: readonly HeaderCell[], records: readonly CsvRecord[]): Problem[] {
  const most = columns.length;
  // A row may omit columns without a name at its end, which have no values.
  const least = columns.findLastIndex(({ name }) => name !== '') + 1;
  const names = columns.map(({ name }) => name).join(source.delimiter);
  return records.flatMap((record) => {
    const { start, values } = record;
    const problems = values.flatMap((value, index) => reportControl(source, record, value, index));
    if (values.length >= least && values.length <= most) return problems;
    const cells = `${values.length} ${values.length === 1 ? 'cell' : 'cells'}`;
    const message = `The row has ${cells}, the header has ${most}: ${names}`;
    if (values.length < least) {
      const hint = `Add what is missing. An empty cell needs its delimiter: ${source.delimiter}`;
      return [...problems, report(source, start, message, hint, source.text.length)];
    }
    const surplus = walkCells(source.text, start, source.delimiter).cells[most] ?? { start, end: start };
    const hint = `Remove the rest, or put a cell that contains a ${NAMES[source.delimiter]} in quotes.`;
    return [...problems, report(source, surplus.start, message, hint, surplus.end)];
  });
}

function reportControl(source: Source, record: CsvRecord, value: string, index: number): Problem[] {
  const control = CONTROL.exec(value)?.[0];
  if (control === undefined) return [];
  const code = control.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
  const { start, end } = walkCells(source.text, record.start, source.delimiter).cells[index] ?? { start: 0, end: 1 };
  const hint = 'Remove it. If it stands for a letter, save the table again as UTF-8.';
  return [report(source, start, `The cell contains the control character U+${code}.`, hint, end)];
}
