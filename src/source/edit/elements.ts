import type { Pair, YAMLMap, YAMLSeq } from 'yaml';
import type { Place } from './replace-value.js';
import { beginsLine, columnOf, type EditContext, lineEnd, lineStart, rangeOf, type Splice } from './text.js';

/** Where one element of a collection is in the text. */
export interface ElementRange {
  start: number;
  end: number;
}

/**
 * The edits that remove an element and its comma from a collection in braces or brackets; comments stay.
 * @param trailing whether every later element is removed too
 */
export function removeFromFlow(
  text: string,
  elements: readonly ElementRange[],
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

export function listPairs(node: YAMLMap): ElementRange[] | undefined {
  const pairs = node.items.map((pair) => ({ start: rangeOf(pair.key)?.[0] ?? -1, end: endOfPair(pair) ?? -1 }));
  return pairs.every(({ start, end }) => start !== -1 && end !== -1) ? pairs : undefined;
}

export function listFlowElements(node: YAMLSeq): ElementRange[] | undefined {
  const ranges = node.items.map(rangeOf);
  return ranges.every((range) => range !== undefined) ? ranges.map(([start, end]) => ({ start, end })) : undefined;
}

/** From the dash of each element to its end. All dashes are in one column. */
export function listBlockElements(node: YAMLSeq, { text }: EditContext): ElementRange[] | undefined {
  const column = columnOf(text, node.range?.[0] ?? 0);
  const elements: ElementRange[] = [];
  for (const [i, item] of node.items.entries()) {
    const range = rangeOf(item);
    if (!range) return undefined;
    const floor = i === 0 ? (node.range?.[0] ?? 0) : (elements[i - 1]?.end ?? 0);
    const start = i === 0 ? floor : findDash(text, range[0], floor, column);
    if (start === undefined || text[start] !== '-') return undefined;
    elements.push({ start, end: range[1] });
  }
  return elements;
}

function findDash(text: string, from: number, floor: number, column: number): number | undefined {
  for (let line = lineStart(text, from); line + column >= floor; line = lineStart(text, line - 1)) {
    if (text[line + column] === '-' && beginsLine(text, line + column)) return line + column;
    if (line === 0) return undefined;
  }
  return undefined;
}

/** Where the text of a pair ends: with its value, or its key where it has none. */
function endOfPair(pair: Pair): number | undefined {
  return (rangeOf(pair.value) ?? rangeOf(pair.key))?.[1];
}

/** The text of an element; in block style with the comment after it. */
export function sliceElement({ start, end }: ElementRange, { at }: Place, { text }: EditContext): string {
  if (at === 'flow') return text.slice(start, end);
  return text.slice(start, text[end - 1] === '\n' ? end : lineEnd(text, end)).trimEnd();
}

export function findColon({ key }: Pair, { text }: EditContext): Pick<Place, 'colon'> {
  const end = rangeOf(key)?.[1];
  const gap = end === undefined ? null : /^ *:/.exec(text.slice(end, lineEnd(text, end)));
  return end === undefined || !gap ? {} : { colon: end + gap[0].length - 1 };
}
