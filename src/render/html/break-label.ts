import { escapeTerminal } from '../escape-terminal.js';
import { measureWidth } from '../measure-width.js';

const MOST_CHARACTERS = 400;

/** A label in at most `lines` lines of `columns` columns; what is left over becomes an ellipsis. */
export function breakLabel(text: string, columns: number, lines: number): string[] {
  const rows: string[] = [];
  let row = '';
  for (const word of escapeTerminal(text.slice(0, MOST_CHARACTERS))
    .split(' ')
    .flatMap((one) => breakWord(one, columns))) {
    const joined = row === '' ? word : `${row} ${word}`;
    if (measureWidth(joined) <= columns) {
      row = joined;
    } else {
      rows.push(row);
      row = word;
    }
  }
  rows.push(row);
  if (rows.length <= lines && text.length <= MOST_CHARACTERS) return rows;
  const last = Array.from(rows[lines - 1] ?? '');
  while (last.length > 0 && measureWidth(last.join('')) >= columns) last.pop();
  return [...rows.slice(0, lines - 1), `${last.join('')}…`];
}

function breakWord(word: string, columns: number): string[] {
  if (measureWidth(word) <= columns) return [word];
  const parts: string[] = [''];
  for (const char of word) {
    const last = parts.at(-1) ?? '';
    if (measureWidth(last + char) <= columns) parts[parts.length - 1] = last + char;
    else parts.push(char);
  }
  return parts;
}
