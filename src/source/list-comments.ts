import { type CST, isMap, isSeq, type Node, type Pair, Parser } from 'yaml';
import type { ParsedFile } from './documents.js';
import type { Range } from './locate.js';
import { measureRange } from './read-node.js';

export interface SourceComment extends Range {
  /** Without the `#` and the spaces around. */
  text: string;
  /** Offsets in the text of the file, from the `#` to the end of the line. */
  range: [start: number, end: number];
  /**
   * The lines of the pair or list element below: the one that begins on the next line that is neither
   * empty nor a comment.
   */
  below?: { from: number; to: number };
}

/** The comments of a file that contain a text, in their order. */
export function listComments(file: ParsedFile, holding: string): SourceComment[] {
  // Tokenizing is slow, and most files have no such comment.
  if (!file.text.includes(holding)) return [];
  const spans = listSpans(file);
  const lines = file.text.split('\n');
  return listTokens(file.text)
    .filter(({ source }) => source.includes(holding))
    .map(({ offset, source }): SourceComment => {
      const place = measureRange(file, offset, offset + source.length);
      const below = spans.get(findNextLine(lines, place.line));
      return {
        ...place,
        text: source.slice(1).trim(),
        range: [offset, offset + source.length],
        ...(below === undefined ? {} : { below }),
      };
    });
}

/** With a stack of its own, since a file may be nested deeper than the call stack allows. */
function listTokens(text: string): CST.SourceToken[] {
  const found: CST.SourceToken[] = [];
  const stack: unknown[] = [...new Parser().parse(text)];
  for (let value = stack.pop(); value !== undefined; value = stack.pop()) {
    if (typeof value !== 'object' || value === null) continue;
    if ('type' in value && value.type === 'comment') found.push(value as CST.SourceToken);
    else stack.push(...Object.values(value).filter((child) => typeof child === 'object'));
  }
  return found.sort((a, b) => a.offset - b.offset);
}

/** For each line, the lines of the outermost pair or list element that begins on it. */
function listSpans(file: ParsedFile): Map<number, { from: number; to: number }> {
  const spans = new Map<number, { from: number; to: number }>();
  const add = (start: Node | null, end: Node | null): void => {
    const from = start?.range?.[0];
    if (from === undefined) return;
    const line = file.lines.linePos(from).line;
    const last = Math.max(from, (end?.range?.[1] ?? start?.range?.[1] ?? from) - 1);
    if (!spans.has(line)) spans.set(line, { from: line, to: file.lines.linePos(last).line });
  };
  const queue: unknown[] = [...file.documents, ...file.holders].map(({ yaml }) => yaml.contents);
  // Breadth first, so that outer nodes come before inner ones.
  for (let at = 0; at < queue.length; at++) {
    const node = queue[at];
    if (isMap(node)) {
      for (const { key, value } of node.items as Pair<Node, Node | null>[]) {
        add(key, value);
        queue.push(value);
      }
    } else if (isSeq(node)) {
      for (const item of node.items as Node[]) {
        add(item, item);
        queue.push(item);
      }
    }
  }
  return spans;
}

function findNextLine(lines: readonly string[], line: number): number {
  let next = line;
  while (next < lines.length && /^\s*(?:#|$)/.test(lines[next] ?? '')) next++;
  return next + 1;
}
