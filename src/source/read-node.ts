import { type Alias, isAlias, isMap, isScalar, isSeq, type Node, type Pair, type Scalar, type YAMLMap } from 'yaml';
import type { ProblemCode } from '../errors/codes.js';
import type { Json } from '../model/json.js';
import type { Position } from '../model/problem.js';
import type { ParsedFile } from './documents.js';

/** Something wrong at a node that the parser itself lets pass. */
export interface NodeFault {
  code: ProblemCode;
  node: Node;
  message: string;
  hint?: string;
  /** The node that was there first. */
  first?: Node;
}

export interface ReadNode {
  value: Json;
  aliases: Map<Alias, Node>;
  faults: NodeFault[];
}

const MAX_DEPTH = 100;

/** Nodes that aliases may add to a document; an alias bomb wants billions. */
const MAX_EXPANDED = 10_000;

const FORBIDDEN_KEYS = new Set(['__proto__', 'constructor', 'prototype']);

interface State {
  aliases: Map<Alias, Node>;
  anchors: Map<string, { node: Node; value?: Json; weight: number }>;
  faults: NodeFault[];
  nodes: number;
  expanded: number;
}

/** JSON of a node, in time linear in its size. Repeated keys are found here, not by the parser. */
export function readNode(root: Node | null): ReadNode {
  const state: State = { aliases: new Map(), anchors: new Map(), faults: [], nodes: 0, expanded: 0 };
  const value = read(root, 0, state);
  return { value, aliases: state.aliases, faults: state.faults };
}

function read(node: unknown, depth: number, state: State): Json {
  if (isAlias(node)) return readAlias(node, state);
  if (!isScalar(node) && !isMap(node) && !isSeq(node)) return null;
  if (depth > MAX_DEPTH) {
    state.faults.push({ code: 'YAML_DEPTH', node, message: `The document is nested deeper than ${MAX_DEPTH} levels.` });
    return null;
  }
  const before = ++state.nodes + state.expanded;
  const anchor = node.anchor === undefined ? undefined : { node: node as Node, weight: 0 };
  if (node.anchor !== undefined && anchor) state.anchors.set(node.anchor, anchor);
  const value = isScalar(node)
    ? readScalar(node, state)
    : isMap(node)
      ? readMap(node, depth, state)
      : readItems(node.items, depth, state);
  if (anchor) Object.assign(anchor, { value, weight: state.nodes + state.expanded - before + 1 });
  return value;
}

function readItems(items: readonly unknown[], depth: number, state: State): Json[] {
  return items.map((item) => read(item, depth + 1, state));
}

function readMap(map: YAMLMap, depth: number, state: State): Json {
  const seen = new Map<string, Node>();
  const entries: [string, Json][] = [];
  for (const pair of map.items) {
    const key = readKey(pair, state);
    const value = read(pair.value, depth + 1, state);
    if (key === undefined) continue;
    const first = seen.get(key.text);
    if (first) {
      state.faults.push({
        code: 'YAML_DUPLICATE_KEY',
        node: key.node,
        message: `The key "${key.text}" stands here twice.`,
        first,
      });
      continue;
    }
    seen.set(key.text, key.node);
    entries.push([key.text, value]);
  }
  return Object.fromEntries(entries);
}

function readKey(pair: Pair, state: State): { text: string; node: Node } | undefined {
  const node = pair.key as Node | null;
  const text = getKeyText(node);
  if (text === undefined || node === null) {
    if (node) state.faults.push({ code: 'YAML_KEY', node, message: 'A key must be a plain text.' });
    return undefined;
  }
  if (FORBIDDEN_KEYS.has(text)) {
    state.faults.push({
      code: 'FORBIDDEN_KEY',
      node,
      message: `The key "${text}" is refused: programs that read it may come to harm.`,
    });
    return undefined;
  }
  if (text === '<<' && isScalar(node) && node.type === 'PLAIN') {
    const hint = 'Write the keys out, or use an alias for a whole value.';
    state.faults.push({ code: 'YAML_MERGE_KEY', node, message: 'The merge key "<<" is not part of YAML 1.2.', hint });
    return undefined;
  }
  return { text, node };
}

/** The text of a key: a number or a boolean counts as it is written. Undefined for anything but a scalar. */
export function getKeyText(node: unknown): string | undefined {
  if (!isScalar(node) || node.value === null) return undefined;
  return typeof node.value === 'string' ? node.value : node.source;
}

function readScalar(node: Scalar, state: State): Json {
  const { value } = node;
  if (typeof value === 'number') {
    const source = node.source ?? String(value);
    if (!Number.isFinite(value) || (Number.isInteger(value) && !Number.isSafeInteger(value))) {
      state.faults.push({
        code: 'YAML_NUMBER',
        node,
        message: `The number ${source} cannot be kept exactly.`,
        hint: `If it is a text, quote it: "${source}"`,
      });
      return null;
    }
    return value;
  }
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return value;
  state.faults.push({ code: 'YAML_TAG', node, message: 'This value is not a text, a number, true, false or null.' });
  return null;
}

function readAlias(alias: Alias, state: State): Json {
  const target = state.anchors.get(alias.source);
  if (!target) {
    state.faults.push({
      code: 'YAML_ALIAS',
      node: alias,
      message: `The alias *${alias.source} has no anchor above it.`,
    });
    return null;
  }
  if (target.value === undefined) {
    state.faults.push({
      code: 'YAML_ALIAS',
      node: alias,
      message: `The alias *${alias.source} stands inside its own anchor.`,
    });
    return null;
  }
  const full = state.expanded > MAX_EXPANDED;
  state.expanded += target.weight;
  if (full) return null;
  if (state.expanded > MAX_EXPANDED) {
    state.faults.push({
      code: 'YAML_ALIAS',
      node: alias,
      message: `Aliases add more than ${MAX_EXPANDED} values to this document.`,
    });
    return null;
  }
  state.aliases.set(alias, target.node);
  return target.value;
}

/** Position of a stretch of text and the length of its part on the first line, at least 1. */
export function measureRange(file: ParsedFile, start: number, end: number): Position & { length: number } {
  const at = file.lines.linePos(start);
  const lineEnd = file.text.indexOf('\n', start);
  const stop = Math.min(end, lineEnd === -1 ? file.text.length : lineEnd);
  const length = file.text.slice(start, stop).trimEnd().length;
  return { file: file.path, line: Math.max(at.line, 1), col: Math.max(at.col, 1), length: Math.max(length, 1) };
}
