import { measureWidth } from './measure-width.js';

const LEAST_WIDTH = 20;
const HANG = 4;
const ASCII = /^[\u0020-\u007E\u001B]*$/;
/** A marking of our own style, which takes no column; or a run of spaces; or a word. */
const TOKEN = /\u001B\[\d+m| +|[^ \u001B]+/g;

/**
 * Lines of at most `width` columns. What does not fit goes on below, indented a little further than
 * its line, broken at spaces and, where a word alone is too long, inside it. The text may hold the
 * marks of our own style and no other control characters.
 */
export function wrapText(text: string, width: number): string {
  if (width < LEAST_WIDTH) return text;
  return text
    .split('\n')
    .map((line) => (line.length <= width && ASCII.test(line) ? line : wrapLine(line, width)))
    .join('\n');
}

function wrapLine(line: string, width: number): string {
  const indent = Math.min((/^ */.exec(line)?.[0].length ?? 0) + HANG, Math.floor(width / 2));
  const rows: string[] = [];
  let row = '';
  let used = 0;
  let spaces = '';
  const breakRow = (): void => {
    rows.push(row);
    row = ' '.repeat(indent);
    used = indent;
    spaces = '';
  };
  for (const [token] of line.matchAll(TOKEN)) {
    if (token.startsWith('\u001B')) {
      row += token;
    } else if (token.startsWith(' ')) {
      spaces += token;
    } else {
      const wide = measureWidth(token);
      if (used + spaces.length + wide > width && used > indent) breakRow();
      for (const part of used + spaces.length + wide > width ? Array.from(token) : [token]) {
        const columns = part === token ? wide : measureWidth(part);
        if (used + spaces.length + columns > width && used > indent) breakRow();
        row += spaces + part;
        used += spaces.length + columns;
        spaces = '';
      }
    }
  }
  return [...rows, row].join('\n');
}
