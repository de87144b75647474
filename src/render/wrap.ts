import stringWidth from 'string-width';
import wrapAnsi from 'wrap-ansi';

const LEAST_WIDTH = 20;
const HANG = 4;

/** Parts of a report with an empty line between them. */
export function joinBlocks(blocks: readonly string[], width = Infinity): string {
  return wrapText(`${blocks.filter((block) => block !== '').join('\n\n')}\n`, width);
}

/** Breaks lines that are wider than `width` columns. Further rows are indented below their line. */
export function wrapText(text: string, width: number): string {
  if (width < LEAST_WIDTH) return text;
  return text
    .split('\n')
    .map((line) => (stringWidth(line) <= width ? line : wrapLine(line, width)))
    .join('\n');
}

function wrapLine(line: string, width: number): string {
  const indent = Math.min(/^ */.exec(line)?.[0].length ?? 0, Math.floor(width / 2) - HANG);
  const rows = wrapAnsi(line.trimStart(), width - indent - HANG, { hard: true }).split('\n');
  return rows.map((row, i) => ' '.repeat(i === 0 ? indent : indent + HANG) + row).join('\n');
}

/** At most `lines` rows of `columns` columns; the rest becomes an ellipsis. */
export function fitLines(text: string, columns: number, lines: number): string[] {
  const rows = wrapAnsi(text, columns, { hard: true }).split('\n');
  if (rows.length <= lines) return rows;
  return [...rows.slice(0, lines - 1), `${keepStart(rows[lines - 1] ?? '', columns - 1)}…`];
}

/** The first characters of a text, up to `columns` columns. */
export function keepStart(text: string, columns: number): string {
  return takeColumns(Array.from(text), columns).join('');
}

export function keepEnd(text: string, columns: number): string {
  return takeColumns(Array.from(text).toReversed(), columns).toReversed().join('');
}

function takeColumns(characters: readonly string[], columns: number): string[] {
  let left = columns;
  const end = characters.findIndex((character) => (left -= stringWidth(character)) < 0);
  return characters.slice(0, end === -1 ? characters.length : end);
}
