import type { Problem } from '../../model/problem.js';
import { makeProblem } from '../problems.js';
import { type CsvRecord, type CsvSource, locate, type QuoteFault, type Span, walkCells } from './read-records.js';

/** What can be wrong with a table. Every problem is a TABLE_SYNTAX. */

/** A cell of the header. */
export interface HeaderCell extends Span {
  name: string;
  line: number;
  col: number;
}

const NAMES = { ',': 'comma', ';': 'semicolon' };
const FORBIDDEN_NAMES = new Set(['__proto__', 'constructor', 'prototype']);

/** All of C0 and C1 except tab and line breaks. */
// oxlint-disable-next-line no-control-regex -- finds them
const CONTROL = /[\0-\x08\x0B\x0C\x0E-\x1F\x7F-\x9F]/;

export function report(source: CsvSource, start: number, message: string, hint: string, end = start + 1): Problem {
  return makeProblem('TABLE_SYNTAX', { file: source.path, ...locate(source, start, end) }, message, { hint });
}

export function reportFault(source: CsvSource, { kind, offset, cell }: QuoteFault): Problem {
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

export function checkColumns(source: CsvSource, columns: readonly HeaderCell[], body: readonly CsvRecord[]): Problem[] {
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

export function checkRows(source: CsvSource, columns: readonly HeaderCell[], records: readonly CsvRecord[]): Problem[] {
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

function reportControl(source: CsvSource, record: CsvRecord, value: string, index: number): Problem[] {
  const control = CONTROL.exec(value)?.[0];
  if (control === undefined) return [];
  const code = control.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
  const { start, end } = walkCells(source.text, record.start, source.delimiter).cells[index] ?? { start: 0, end: 1 };
  const hint = 'Remove it. If it should be a letter, save the table again as UTF-8.';
  return [report(source, start, `The cell contains the control character U+${code}.`, hint, end)];
}
