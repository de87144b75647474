import {
  type Alias,
  type Node,
  type Pair,
  type YAMLMap,
  type YAMLSeq,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  visit,
} from 'yaml';
import type { Json } from '../../model/json.js';
import type { Splice } from './splice.js';

/** What the edits of one document share. */
export interface EditContext {
  text: string;
  eol: string;
  splices: Splice[];
  /** What each alias stands for. */
  aliases: ReadonlyMap<Alias, Node>;
  /** The new values of nodes that aliases stand for; undefined where the node and its anchor are gone. */
  anchored: Map<Node, Json | undefined>;
  /** Nodes deeper than this are written anew whole instead of being edited. */
  depth: number;
}

export function createEditContext(text: string, aliases: ReadonlyMap<Alias, Node>, depth: number): EditContext {
  const eol = /\r?\n/.exec(text)?.[0] ?? '\n';
  return { text, eol, splices: [], aliases, anchored: new Map(), depth };
}

/** Notes that everything in a node is gone, anchors included. */
export function forgetAnchors(node: unknown, context: EditContext): void {
  if (context.aliases.size === 0 || (!isMap(node) && !isSeq(node) && !isScalar(node))) return;
  const targets = new Set(context.aliases.values());
  visit(node, { Node: (_key, inner) => void (targets.has(inner) && context.anchored.set(inner, undefined)) });
}

/** Where the value of a node begins and ends in the text; anchors and tags stand before it. */
export function rangeOf(node: unknown): [start: number, end: number] | undefined {
  const range = isAlias(node) || isMap(node) || isSeq(node) || isScalar(node) ? node.range : undefined;
  return range ? [range[0], range[1]] : undefined;
}

/** Where the text of a pair ends: with its value, or its key where it has none. */
export function endOfPair(pair: Pair): number | undefined {
  return (rangeOf(pair.value) ?? rangeOf(pair.key))?.[1];
}

export function lineStart(text: string, at: number): number {
  return text.lastIndexOf('\n', at - 1) + 1;
}

/** Where the line ends, its line end not included; where it begins, if that is where it is looked for. */
export function lineEnd(text: string, at: number): number {
  const found = text.indexOf('\n', at);
  if (found === -1) return text.length;
  return text[found - 1] === '\r' ? found - 1 : found;
}

/** Whether nothing but spaces stands before a place on its line. */
export function beginsLine(text: string, at: number): boolean {
  return /^ *$/.test(text.slice(lineStart(text, at), at));
}

export function columnOf(text: string, at: number): number {
  return at - lineStart(text, at);
}

export function isFlow(node: YAMLMap | YAMLSeq): boolean {
  return node.flow === true;
}
