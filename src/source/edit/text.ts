import {
  type Alias,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  visit,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import { type Json, jsonEqual } from '../../model/json.js';
import type { ParsedFile, SourceText } from '../documents.js';
import { writeTextValue } from '../text-files.js';

/** What the edits of one file share. */
export interface EditContext {
  text: string;
  eol: string;
  splices: Splice[];
  /** The node that each alias refers to. */
  aliases: ReadonlyMap<Alias, Node>;
  /** The nodes that aliases refer to. */
  targets: ReadonlySet<Node>;
  /** The new values of nodes with an anchor, where they change; undefined where the node is removed. */
  anchored: Map<Node, Json | undefined>;
  /** The file of a node with a `!file` tag. */
  textFiles: ReadonlyMap<Node, SourceText>;
  /** Such files with a new text, by path. */
  newTexts: Map<string, SourceText>;
  /** Nodes deeper than this are rewritten as a whole. */
  depth: number;
}

export function createEditContext({ text, documents: [first] }: ParsedFile, depth: number): EditContext {
  // All documents of a file have the same ones.
  const { aliases, textFiles } = first ?? { aliases: new Map(), textFiles: new Map() };
  const eol = /\r?\n/.exec(text)?.[0] ?? '\n';
  const targets = new Set(aliases.values());
  return { text, eol, splices: [], aliases, targets, anchored: new Map(), textFiles, newTexts: new Map(), depth };
}

/** Gives the file of a `!file` tag a new text. False for any other node or value. */
export function rewriteTextFile(node: Node, wanted: Json, { textFiles, newTexts }: EditContext): boolean {
  const source = textFiles.get(node);
  if (!source || typeof wanted !== 'string') return false;
  newTexts.set(source.path, { ...source, text: writeTextValue(wanted, source.text) });
  return true;
}

/** Marks the anchors inside a node as removed. */
export function forgetAnchors(node: unknown, context: EditContext): void {
  if (context.aliases.size === 0 || (!isMap(node) && !isSeq(node) && !isScalar(node))) return;
  const { targets, anchored } = context;
  visit(node, { Node: (_key, inner) => void (targets.has(inner) && anchored.set(inner, undefined)) });
}

/** Whether a node has an alias of a value that changes. */
export function dependsOnChange(node: unknown, { aliases, anchored }: EditContext): boolean {
  if (anchored.size === 0) return false;
  return hasNode(node, (inner) => isAlias(inner) && anchored.has(aliases.get(inner) ?? inner));
}

/** Whether a node has an alias, or an anchor that is used: its text means something else in another place. */
export function hasReferences(node: unknown, { targets }: EditContext): boolean {
  return targets.size > 0 && hasNode(node, (inner) => isAlias(inner) || targets.has(inner));
}

function hasNode(node: unknown, matches: (inner: Node) => boolean): boolean {
  if (!isAlias(node) && !isMap(node) && !isSeq(node) && !isScalar(node)) return false;
  let found = false;
  visit(node, {
    Node: (_key, inner) => {
      found ||= matches(inner);
      return found ? visit.BREAK : undefined;
    },
  });
  return found;
}

/** Where the value of a node begins and ends, without its anchor and tag. */
export function rangeOf(node: unknown): [start: number, end: number] | undefined {
  const range = isAlias(node) || isMap(node) || isSeq(node) || isScalar(node) ? node.range : undefined;
  return range ? [range[0], range[1]] : undefined;
}

export function lineStart(text: string, at: number): number {
  return text.lastIndexOf('\n', at - 1) + 1;
}

/** Where the line of a place ends, before its line break. */
export function lineEnd(text: string, at: number): number {
  const found = text.indexOf('\n', at);
  if (found === -1) return text.length;
  return text[found - 1] === '\r' ? found - 1 : found;
}

/** Whether only spaces are before a place on its line. */
export function beginsLine(text: string, at: number): boolean {
  return /^ *$/.test(text.slice(lineStart(text, at), at));
}

export function columnOf(text: string, at: number): number {
  return at - lineStart(text, at);
}

export function isFlow(node: YAMLMap | YAMLSeq): boolean {
  return node.flow === true;
}

/** Inserts lines below the text that ends at a place; the caller indents the first one. */
export function insertBelow(context: EditContext, end: number, lines: string): void {
  const { text, eol } = context;
  // A block scalar and a nested collection end where the next line begins.
  if (end > 0 && text[end - 1] === '\n') context.splices.push({ start: end, end, text: lines + eol });
  else context.splices.push({ start: lineEnd(text, end), end: lineEnd(text, end), text: eol + lines });
}

/** Removes the lines from `start`, which must begin one, to the one with `end`; false if other text shares them. */
export function removeLines(context: EditContext, start: number, end: number): boolean {
  const { text } = context;
  if (!beginsLine(text, start)) return false;
  const found = text[end - 1] === '\n' ? end - 1 : text.indexOf('\n', end);
  context.splices.push({ start: lineStart(text, start), end: found === -1 ? text.length : found + 1, text: '' });
  return true;
}

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

/** A range of a text and its replacement. */
export interface Splice {
  start: number;
  end: number;
  text: string;
}

/** Replaces every range; undefined when two overlap. Insertions at one place keep their order. */
export function applySplices(text: string, splices: readonly Splice[]): string | undefined {
  const ordered = splices
    .map((splice, order) => ({ ...splice, order }))
    .sort((a, b) => a.start - b.start || a.end - b.end || a.order - b.order);
  let at = 0;
  let out = '';
  for (const splice of ordered) {
    if (splice.start < at) return undefined;
    out += text.slice(at, splice.start) + splice.text;
    at = splice.end;
  }
  return out + text.slice(at);
}

/** Whether a file without errors holds exactly these values, one a document. */
export function readsAs({ documents, problems }: ParsedFile, wanted: readonly Json[]): boolean {
  return (
    problems.length === 0 &&
    documents.length === wanted.length &&
    documents.every((document, i) => jsonEqual(document.value, wanted[i]))
  );
}
