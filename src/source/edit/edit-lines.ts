import { type EditContext, beginsLine, lineEnd, lineStart } from './edit-context.js';
import type { Splice } from './splice.js';

/** Puts lines below what ends at a place; the first is indented by the caller. */
export function insertBelow(context: EditContext, end: number, lines: string): void {
  const { text, eol } = context;
  // A block scalar and a nested collection end where the next line begins.
  if (end > 0 && text[end - 1] === '\n') context.splices.push({ start: end, end, text: lines + eol });
  else context.splices.push({ start: lineEnd(text, end), end: lineEnd(text, end), text: eol + lines });
}

/** Takes out the lines from one that begins with `start` to the one that holds `end`. False where other things stand on them. */
export function removeLines(context: EditContext, start: number, end: number): boolean {
  const { text } = context;
  if (!beginsLine(text, start)) return false;
  const found = text[end - 1] === '\n' ? end - 1 : text.indexOf('\n', end);
  context.splices.push({ start: lineStart(text, start), end: found === -1 ? text.length : found + 1, text: '' });
  return true;
}

/** One element of a collection in braces or brackets and what stands beside it. */
export interface FlowElement {
  start: number;
  end: number;
}

/**
 * How to take an element and its comma out of a collection on one or several lines, its comments
 * left in place. `trailing`: nothing that stays stands behind it.
 */
export function removeFromFlow(
  text: string,
  elements: readonly FlowElement[],
  at: number,
  trailing: boolean,
): Splice[] {
  const [previous, element, next] = [elements[at - 1], elements[at], elements[at + 1]];
  if (!element) return [];
  if (next && !trailing) {
    const gap = text.slice(element.end, next.start);
    return [
      { start: element.start, end: gap.includes('#') ? element.end + gap.indexOf(',') + 1 : next.start, text: '' },
    ];
  }
  const start = previous && !text.slice(previous.end, element.start).includes('#') ? previous.end : element.start;
  return [{ start, end: element.end, text: '' }];
}
