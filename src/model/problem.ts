import { compareText } from './words.js';

/** A place in a file. Lines and columns count from 1. */
export interface Position {
  file: string;
  line: number;
  col: number;
}

/** A place in a file, which may be a template; then with the row, or the cell, that fills it in. */
export interface Place extends Position {
  row?: Position;
}

/** `catalog/digital.yaml:6:17 with catalog/prices.csv:14:9` */
export function formatPlace({ file, line, col, row }: Place): string {
  return `${file}:${line}:${col}${row ? ` with ${formatPlace(row)}` : ''}`;
}

/** `catalog/digital.yaml:6 with catalog/prices.csv:14` */
export function formatLine({ file, line, row }: Place): string {
  return `${file}:${line}${row ? ` with ${formatLine(row)}` : ''}`;
}

/** The place with other names of its files. */
export function renameFiles<T extends Place>(place: T, rename: (file: string) => string): T {
  const { file, row } = place;
  return { ...place, file: rename(file), ...(row ? { row: { ...row, file: rename(row.file) } } : {}) };
}

/** Only `lint` and `journeys check` report `info`. */
export type Severity = 'error' | 'warning' | 'info';

/** One thing wrong with an input file, as `validate` and `lint` report it. */
export interface Problem extends Place {
  severity: Severity;
  /** A code of docs/errors.md, for example `UNKNOWN_KEY`, or the id of a rule of docs/lint.md. */
  code: string;
  /** One sentence, without the position. */
  message: string;
  /** What to do about it: a suggestion or the next command to type. */
  hint?: string;
  /** How many other rows of the template have the same problem. */
  moreRows?: number;
  /** How many other resources have the same problem by the same line of a template or base. */
  moreResources?: number;
  /** How many characters the caret underlines; 1 when absent. */
  length?: number;
  /** A second place that belongs to the problem, such as the first declaration of a duplicate. */
  related?: (Place & { message: string })[];
}

export function comparePositions(a: Position, b: Position): number {
  return compareText(a.file, b.file) || a.line - b.line || a.col - b.col;
}

/** In reading order: file, line, column, then code and message. */
export function compareProblems(a: Problem, b: Problem): number {
  return comparePositions(a, b) || compareText(a.code, b.code) || compareText(a.message, b.message);
}
