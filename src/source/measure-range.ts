import type { Position } from '../model/problem.js';
import type { ParsedFile } from './parsed-file.js';

/** Position of a stretch of text and the length of its part on the first line, at least 1. */
export function measureRange(file: ParsedFile, start: number, end: number): Position & { length: number } {
  const at = file.lines.linePos(start);
  const lineEnd = file.text.indexOf('\n', start);
  const stop = Math.min(end, lineEnd === -1 ? file.text.length : lineEnd);
  const length = file.text.slice(start, stop).trimEnd().length;
  return { file: file.path, line: Math.max(at.line, 1), col: Math.max(at.col, 1), length: Math.max(length, 1) };
}
