import stringWidth from 'string-width';

const LEAST_WIDTH = 20;
const HANG = 4;
/** A mark of our own style, which takes no column; a run of spaces; a word. */
const TOKEN = /\u001B\[\d+m| +|[^ \u001B]+/g;
const GRAPHEMES = new Intl.Segmenter();
/** Intl.Segmenter, which string-width uses too, takes minutes for a text of more than 65,535 units (Node 20). */
const PIECE = /[^]{1,10000}/gu;
/**
 * Letters of which none joins another, so that string-width need not be asked, which begins by compiling an expression
 * of all emoji. Latin letters, currencies and punctuation take one column; kana, Han and Hangul syllables take two.
 */
const SINGLE = String.raw` -~\u00A0-\u00AC\u00AE-\u02FF\u2010-\u2015\u2018-\u201F\u2026\u20A0-\u20BF`;
const DOUBLE = String.raw`\u3041-\u3096\u30A1-\u30FA\u4E00-\u9FFF\uAC00-\uD7A3`;
const KNOWN_COLUMNS = new RegExp(`^[${SINGLE}${DOUBLE}]*$`);
const SINGLE_COLUMNS = new RegExp(`[${SINGLE}]+`, 'g');

/**
 * Breaks lines that are wider than `width` columns, and changes no character but spaces. Further rows are indented
 * below their line. The text may contain the marks of our own style and no other control characters.
 */
export function wrapText(text: string, width: number): string {
  if (width < LEAST_WIDTH) return text;
  return text
    .split('\n')
    .map((line) => (measureWidth(line) <= width ? line : wrapLine(line, width)))
    .join('\n');
}

function wrapLine(line: string, width: number): string {
  const indent = /^ */.exec(line)?.[0].length ?? 0;
  return breakLine(line, width, Math.min(indent + HANG, Math.floor(width / 2))).join('\n');
}

/** At most `lines` rows of `columns` columns; the rest becomes an ellipsis. */
export function fitLines(text: string, columns: number, lines: number): string[] {
  const rows = breakLine(text, columns, 0);
  if (rows.length <= lines) return rows;
  return [...rows.slice(0, lines - 1), `${keepStart(rows[lines - 1] ?? '', columns - 1)}…`];
}

/** Breaks at spaces; inside a word only if it is too long for a row. Rows after the first are indented by `hang`. */
function breakLine(line: string, columns: number, hang: number): string[] {
  const rows: string[] = [];
  let row = '';
  let used = 0;
  let spaces = '';
  const isFull = (width: number): boolean => used + spaces.length + width > columns;
  const startRow = (): void => {
    rows.push(row);
    row = ' '.repeat(hang);
    used = hang;
    spaces = '';
  };
  for (const [token] of line.matchAll(TOKEN)) {
    if (token.startsWith('\u001B')) {
      row += token;
    } else if (token.startsWith(' ')) {
      spaces += token;
    } else {
      const whole = measureWidth(token);
      if (isFull(whole) && used > hang) startRow();
      for (const part of isFull(whole) ? splitGraphemes(token) : [token]) {
        const width = part === token ? whole : measureWidth(part);
        if (isFull(width) && used > hang) startRow();
        row += spaces + part;
        used += spaces.length + width;
        spaces = '';
      }
    }
  }
  return [...rows, row];
}

/** The first characters of a text, up to `columns` columns. */
export function keepStart(text: string, columns: number): string {
  return takeColumns(splitGraphemes(text), columns).join('');
}

export function keepEnd(text: string, columns: number): string {
  return takeColumns(splitGraphemesBackwards(text), columns).toReversed().join('');
}

/** The columns that a text takes in a terminal. */
export function measureWidth(text: string): number {
  if (KNOWN_COLUMNS.test(text)) return text.length + text.replaceAll(SINGLE_COLUMNS, '').length;
  return splitPieces(text).reduce((width, piece) => width + stringWidth(piece), 0);
}

/** Characters as people see them: a letter with its accents, an emoji of several code points. */
function* splitGraphemes(text: string): Generator<string> {
  if (KNOWN_COLUMNS.test(text)) return yield* text;
  for (const piece of splitPieces(text)) for (const { segment } of GRAPHEMES.segment(piece)) yield segment;
}

function* splitGraphemesBackwards(text: string): Generator<string> {
  for (const piece of splitPieces(text).toReversed())
    yield* Array.from(GRAPHEMES.segment(piece), ({ segment }) => segment).toReversed();
}

function splitPieces(text: string): string[] {
  return text.match(PIECE) ?? [];
}

function takeColumns(characters: Iterable<string>, columns: number): string[] {
  const taken: string[] = [];
  let left = columns;
  for (const character of characters) {
    left -= measureWidth(character);
    if (left < 0) break;
    taken.push(character);
  }
  return taken;
}
