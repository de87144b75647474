import { escapeTerminal } from './escape-terminal.js';
import { measureWidth } from './measure-width.js';
import { PLAIN_STYLE, type Style } from './style.js';

export interface FramePlace {
  /** From 1. */
  line: number;
  /** From 1, in UTF-16 units, as editors count. */
  col: number;
  length?: number;
}

/** Columns of the terminal that a line of the frame may take, the gutter aside. */
const MAX_WIDTH = 100;
const TAB = '  ';

/**
 * The line of a place with the one before it, and a caret under the place. `lines` are those of the
 * file, without their ends; `mark` colours the caret.
 */
export function renderCodeFrame(
  lines: readonly string[],
  place: FramePlace,
  style: Style = PLAIN_STYLE,
  mark: Style['bold'] = style.removed,
): string {
  const text = lines[place.line - 1];
  if (text === undefined) return '';
  const start = Math.min(Math.max(place.col - 1, 0), text.length);
  const end = Math.min(start + Math.max(place.length ?? 1, 1), Math.max(text.length, start + 1));
  const window = chooseWindow(text, start, end);
  const caret = '^'.repeat(Math.max(1, measureWidth(window.marked)));
  const gutter = String(place.line).length;
  const previous = lines[place.line - 2];
  const rows = [
    ...(previous === undefined
      ? []
      : [style.dim(`  ${String(place.line - 1).padStart(gutter)} | ${cutEnd(previous)}`.trimEnd())]),
    `${mark('>')} ${style.dim(`${place.line} |`)} ${window.before}${window.marked}${window.after}`.trimEnd(),
    `  ${' '.repeat(gutter)} ${style.dim('|')} ${' '.repeat(measureWidth(window.before))}${mark(caret)}`,
  ];
  return rows.join('\n');
}

/** Text that is safe in a terminal and in which nothing is invisible; tabs take two columns. */
function showHidden(text: string): string {
  return escapeTerminal(text.replaceAll('\t', TAB));
}

/** The part of a long line around the mark, ready to show. */
function chooseWindow(text: string, start: number, end: number): { before: string; marked: string; after: string } {
  if (text.length <= MAX_WIDTH && measureWidth(showHidden(text)) <= MAX_WIDTH) {
    return {
      before: showHidden(text.slice(0, start)),
      marked: showHidden(text.slice(start, end)),
      after: showHidden(text.slice(end)),
    };
  }
  // Reading more than this much of a huge line would show nothing more.
  const near = {
    from: Math.max(0, start - 2 * MAX_WIDTH),
    to: Math.min(text.length, end + MAX_WIDTH, start + 2 * MAX_WIDTH),
  };
  const before = showHidden(text.slice(near.from, start));
  const marked = showHidden(text.slice(start, Math.min(end, near.to)));
  const after = showHidden(text.slice(Math.min(end, near.to), near.to));
  const kept =
    near.from === 0 && measureWidth(before) <= MAX_WIDTH / 2 ? before : `…${keepEnd(before, MAX_WIDTH / 2 - 1)}`;
  const mark = keepStart(marked, MAX_WIDTH - measureWidth(kept));
  const room = MAX_WIDTH - measureWidth(kept) - measureWidth(mark);
  const fits = near.to === text.length && measureWidth(after) <= room && mark === marked;
  return { before: kept, marked: mark, after: fits ? after : `${mark === marked ? keepStart(after, room - 1) : ''}…` };
}

function cutEnd(line: string): string {
  const shown = showHidden(line.slice(0, 2 * MAX_WIDTH));
  return line.length <= 2 * MAX_WIDTH && measureWidth(shown) <= MAX_WIDTH
    ? shown
    : `${keepStart(shown, MAX_WIDTH - 1)}…`;
}

function keepStart(text: string, width: number): string {
  let kept = '';
  let left = width;
  for (const char of text) {
    left -= measureWidth(char);
    if (left < 0) break;
    kept += char;
  }
  return kept;
}

function keepEnd(text: string, width: number): string {
  const chars = Array.from(text);
  let from = chars.length;
  for (let left = width; from > 0; from--) {
    left -= measureWidth(chars[from - 1] ?? '');
    if (left < 0) break;
  }
  return chars.slice(from).join('');
}
