import { parse } from 'csv-parse/sync';
import { LineCounter } from 'yaml';

/** The text of a CSV file as records and cells. csv-parse reads the values; places come from `walkCells`. */

export type Delimiter = ',' | ';';

/** A file without its byte order mark. */
export interface CsvSource {
  path: string;
  text: string;
  delimiter: Delimiter;
  lines: LineCounter;
}

/** Lines and columns count from 1, in UTF-16 units; `length` is that of the first line, at least 1. */
export interface Spot {
  line: number;
  col: number;
  length: number;
}

/** One record: a line, or several where a quoted cell has line breaks. Blank lines are records of one empty cell. */
export interface CsvRecord {
  /** Its offset in the text. */
  start: number;
  /** Quoted cells without their quotes, others without the spaces around them. */
  values: string[];
}

/** Offsets of a cell, with its quotes and without the spaces around it. */
export interface Span {
  start: number;
  end: number;
}

/** A quote in a wrong place. */
export interface QuoteFault {
  kind: 'unclosed' | 'after' | 'inside';
  /** Of the opening quote, of the text after a closing quote, or of the quote inside a cell that begins without. */
  offset: number;
  /** Where the cell begins. */
  cell: number;
}

/**
 * The records of a text without a byte order mark. csv-parse stops at a wrong quote; reading goes on in the next line,
 * so that a text gets all of its faults at once. The time is linear: after a quote that is never closed no other quote
 * can be unclosed, so the rest is read at most twice.
 */
export function readRecords(text: string, delimiter: Delimiter): { records: CsvRecord[]; faults: QuoteFault[] } {
  const bytes = Buffer.from(text);
  const records: CsvRecord[] = [];
  const faults: QuoteFault[] = [];
  const isSuspect = READ_AS_ONE.test(text);
  let at = { byte: 0, offset: 0 };
  /** csv-parse counts bytes. */
  const advance = (byte: number): { byte: number; offset: number } => ({
    byte,
    offset:
      bytes.length === text.length ? byte : at.offset + bytes.toString('utf8', at.byte, Math.max(byte, at.byte)).length,
  });
  while (at.byte < bytes.length) {
    const { byte: base } = at;
    try {
      parse(bytes.subarray(base), {
        delimiter,
        record_delimiter: ['\r\n', '\n', '\r'],
        relax_column_count: true,
        trim: true,
        on_record: (values: string[], { bytes: end }) => {
          const { fault } = isSuspect ? walkCells(text, at.offset, delimiter) : {};
          if (fault) faults.push(fault);
          else records.push({ start: at.offset, values });
          at = advance(base + end);
          return null;
        },
      });
      return { records, faults };
    } catch {
      const { fault } = walkCells(text, at.offset, delimiter);
      if (fault) faults.push(fault);
      const next = findLineEnd(text, fault?.offset ?? at.offset);
      at = { byte: at.byte + Buffer.byteLength(text.slice(at.offset, next)), offset: next };
    }
  }
  return { records, faults };
}

/** csv-parse accepts `"" " "` as one empty cell. */
const READ_AS_ONE = /""\s+"/;

/** The places of the cells of the record at an offset, up to its first fault. */
export function walkCells(text: string, start: number, delimiter: Delimiter): { cells: Span[]; fault?: QuoteFault } {
  const cells: Span[] = [];
  const special = delimiter === ',' ? /[",\r\n]/g : /[";\r\n]/g;
  for (let cell = start; ;) {
    const first = skipSpaces(text, cell);
    let stop: number;
    if (text[first] === '"') {
      const close = findClosingQuote(text, first);
      if (close === -1) return { cells, fault: { kind: 'unclosed', offset: first, cell: first } };
      stop = skipSpaces(text, close + 1);
      if (stop < text.length && text[stop] !== delimiter && !isLineBreak(text[stop])) {
        return { cells, fault: { kind: 'after', offset: stop, cell: first } };
      }
      cells.push({ start: first, end: close + 1 });
    } else {
      special.lastIndex = first;
      stop = special.exec(text)?.index ?? text.length;
      if (text[stop] === '"') return { cells, fault: { kind: 'inside', offset: stop, cell: first } };
      const { length } = text.slice(first, stop).trimEnd();
      cells.push(length === 0 ? { start: cell, end: cell } : { start: first, end: first + length });
    }
    if (text[stop] !== delimiter) return { cells };
    cell = stop + 1;
  }
}

/**
 * The delimiter that is more frequent in the header, the first line that holds more than delimiters. `tab` is the
 * offset of a tab between two names where the header has no other delimiter.
 */
export function findDelimiter(text: string): { delimiter: Delimiter; tab?: number } {
  const first = text.search(/[^\s,;]/);
  if (first === -1) return { delimiter: text.includes(';') ? ';' : ',' };
  const counts = { ',': 0, ';': 0 };
  const tabs: number[] = [];
  let last = first;
  let at = Math.max(text.lastIndexOf('\n', first), text.lastIndexOf('\r', first)) + 1;
  for (; at < text.length && !isLineBreak(text[at]); at++) {
    const char = text[at];
    if (char === ',' || char === ';') counts[char]++;
    else if (char === '\t') tabs.push(at);
    else if (char !== ' ') last = at;
    if (char === '"') at = Math.max(at, findClosingQuote(text, at));
  }
  const tab = tabs.find((offset) => offset > first && offset < last);
  if (tab !== undefined && counts[','] + counts[';'] === 0) return { delimiter: ',', tab };
  return { delimiter: counts[';'] > counts[','] ? ';' : ',' };
}

/** The offset after the line break that follows an offset. */
function findLineEnd(text: string, offset: number): number {
  const lineBreak = /\r\n?|\n/g;
  lineBreak.lastIndex = offset;
  return lineBreak.exec(text) ? lineBreak.lastIndex : text.length;
}

/** The quote that closes the one at an offset; -1 without. */
function findClosingQuote(text: string, open: number): number {
  for (let at = text.indexOf('"', open + 1); at !== -1; at = text.indexOf('"', at + 2)) {
    if (text[at + 1] !== '"') return at;
  }
  return -1;
}

function skipSpaces(text: string, offset: number): number {
  let at = offset;
  while (at < text.length && !isLineBreak(text[at]) && text[at]?.trim() === '') at++;
  return at;
}

function isLineBreak(char: string | undefined): boolean {
  return char === '\n' || char === '\r';
}

/** A lone carriage return is a line break, as it is for csv-parse. */
export function countLines(text: string): LineCounter {
  const lines = new LineCounter();
  lines.addNewLine(0);
  for (const { 0: lineBreak, index } of text.matchAll(/\r\n?|\n/g)) lines.addNewLine(index + lineBreak.length);
  return lines;
}

export function locate({ text, lines }: CsvSource, start: number, end: number): Spot {
  const { line, col } = lines.linePos(start);
  const lineEnd = text.slice(start, end).search(/[\r\n]/);
  const length = text.slice(start, lineEnd === -1 ? end : start + lineEnd).trimEnd().length;
  return { line, col, length: Math.max(length, 1) };
}
