/** How text is marked. Decided once by the command; renderers only call it. */
export interface Style {
  colour: boolean;
  added: (text: string) => string;
  removed: (text: string) => string;
  changed: (text: string) => string;
  bold: (text: string) => string;
  dim: (text: string) => string;
}

export const PLAIN_STYLE: Style = {
  colour: false,
  added: (text) => text,
  removed: (text) => text,
  changed: (text) => text,
  bold: (text) => text,
  dim: (text) => text,
};

const ANSI_STYLE: Style = {
  colour: true,
  added: (text) => `\u001B[32m${text}\u001B[39m`,
  removed: (text) => `\u001B[31m${text}\u001B[39m`,
  changed: (text) => `\u001B[33m${text}\u001B[39m`,
  bold: (text) => `\u001B[1m${text}\u001B[22m`,
  dim: (text) => `\u001B[2m${text}\u001B[22m`,
};

export function chooseStyle(colour: boolean): Style {
  return colour ? ANSI_STYLE : PLAIN_STYLE;
}

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

const WIDE =
  /[\p{Emoji_Presentation}\u1100-\u115F\u2E80-\u303E\u3041-\u33FF\u3400-\u4DBF\u4E00-\u9FFF\uA960-\uA97C\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6\u{20000}-\u{3FFFD}]/u;

const COMBINING = /\p{M}/u;

const ASCIIMeasureWidth = /^[ -~]*$/;

/** Columns that a text without control characters takes in a terminal. */
export function measureWidth(text: string): number {
  if (ASCIIMeasureWidth.test(text)) return text.length;
  let width = 0;
  for (const char of text) width += COMBINING.test(char) ? 0 : WIDE.test(char) ? 2 : 1;
  return width;
}
