import {
  type Alias,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  type Scalar,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import type { ProblemCode } from '../errors/codes.js';
import type { Json, JsonObject } from '../model/json.js';
import type { Position } from '../model/problem.js';
import type { ParsedFile, SourceText } from './documents.js';
import { isMergeKey, listMergedValues, mergeEntries, suggestList } from './merge-keys.js';
import { FILE_TAG, readTextValue, resolveTextPath } from './text-files.js';

/** A mistake that the YAML parser accepts. */
export interface NodeFault {
  code: ProblemCode;
  node: Node;
  message: string;
  hint?: string | undefined;
  /** For a repeated key, the first one. */
  first?: Node | undefined;
}

export interface ReadNode {
  value: Json;
  /** Those of all nodes that the reader has read. */
  aliases: Map<Alias, Node>;
  faults: NodeFault[];
  /** Those of all nodes that the reader has read. */
  textFiles: Map<Node, SourceText>;
  /** Values whose JSON text differs from their text in the file: `00123`, `1.10`, `True`. */
  respelled: Scalar[];
}

/** The values that `lint --fix` gives to scalars. */
export type Spellings = ReadonlyMap<Scalar, string | number | boolean | null>;

const MAX_DEPTH = 100;

/**
 * How many values aliases and merges may add to a file: this many, or for a long file `EXPANDED_PER_NODE` for each
 * of its values. An alias bomb adds billions.
 */
const MAX_EXPANDED = 10_000;
const EXPANDED_PER_NODE = 20;

/** The top-level keys that begin so only hold anchors. */
const HOLDER = 'x-';

/** Null, and never text that somebody meant. */
const EMPTY = new Set(['', '~']);

const FORBIDDEN_KEYS = new Set(['__proto__', 'constructor', 'prototype']);

export interface ReadOptions {
  spellings?: Spellings;
  /** The file of the node, to find the files that `!file` tags name. */
  file?: Pick<ParsedFile, 'path' | 'textFiles' | 'textPaths'>;
}

interface State extends Omit<ReadNode, 'value'>, ReadOptions {
  anchors: Map<string, Anchor>;
  nodes: number;
  expanded: number;
  /** Whether the document has too many aliases, which is reported once. */
  full: boolean;
  /** The depth of the deepest value since the last anchor began. */
  deepest: number;
}

interface Anchor {
  node: Node;
  /** Undefined inside the anchored value. */
  value?: Json;
  weight: number;
  height: number;
}

/**
 * Reads the documents of a file in their order: JSON of each node, in time linear in the size of the file. An alias
 * may use an anchor of an earlier document. Finds repeated keys, which the parser is told to ignore.
 */
export function createReader(options: ReadOptions = {}): (root: Node | null) => ReadNode {
  const shared = { ...options, aliases: new Map(), textFiles: new Map(), anchors: new Map() };
  let [nodes, expanded] = [0, 0];
  return (root) => {
    const state: State = { ...shared, faults: [], respelled: [], nodes, expanded, full: false, deepest: 0 };
    const value = read(root, 0, state);
    ({ nodes, expanded } = state);
    const { aliases, textFiles, faults, respelled } = state;
    return { value, aliases, textFiles, faults, respelled };
  };
}

/** {@link createReader} for a single node. */
export function readNode(root: Node | null): ReadNode {
  return createReader()(root);
}

function read(node: unknown, depth: number, state: State): Json {
  if (isAlias(node)) return readAlias(node, depth, state);
  if (!isScalar(node) && !isMap(node) && !isSeq(node)) return null;
  if (depth > MAX_DEPTH) {
    return refuse(state, 'YAML_DEPTH', node, `The document is nested deeper than ${MAX_DEPTH} levels.`);
  }
  const before = ++state.nodes + state.expanded;
  state.deepest = Math.max(state.deepest, depth);
  if (node.anchor === undefined) return readContent(node, depth, state);
  const anchor: Anchor = { node, weight: 0, height: 0 };
  state.anchors.set(node.anchor, anchor);
  const { deepest } = state;
  state.deepest = depth;
  anchor.value = readContent(node, depth, state);
  anchor.weight = state.nodes + state.expanded - before + 1;
  anchor.height = state.deepest - depth;
  state.deepest = Math.max(state.deepest, deepest);
  return anchor.value;
}

function readContent(node: Scalar | YAMLMap | YAMLSeq, depth: number, state: State): Json {
  if (isScalar(node)) return readScalar(node, state);
  return isMap(node) ? readMap(node, depth, state) : node.items.map((item) => read(item, depth + 1, state));
}

function refuse(state: State, code: ProblemCode, node: Node, message: string, hint?: string): null {
  state.faults.push({ code, node, message, hint });
  return null;
}

function readMap(map: YAMLMap, depth: number, state: State): Json {
  const seen = new Map<string, Node>();
  const entries: [string, Json][] = [];
  let merge: { at: number; pair: Pair; values: JsonObject[] } | undefined;
  for (const pair of map.items) {
    if (isMergeKey(pair.key)) {
      const values = readMerge(pair, depth, state);
      if (merge) refuseSecondMerge(pair.key, pair, merge.pair, state);
      merge ??= { at: entries.length, pair, values };
      continue;
    }
    const key = readKey(pair, state);
    const value = read(pair.value, depth + 1, state);
    if (!key) continue;
    const { text, node } = key;
    const first = seen.get(text);
    if (first) {
      state.faults.push({ code: 'YAML_DUPLICATE_KEY', node, message: `The key "${text}" appears twice.`, first });
      continue;
    }
    seen.set(text, node);
    entries.push([text, value]);
  }
  const all = merge ? mergeEntries(entries, merge) : entries;
  return Object.fromEntries(depth === 0 ? all.filter(([key]) => !isHolderKey(key)) : all);
}

/** Whether a top-level key only holds anchors, and is no part of the resource. */
export function isHolderKey(key: string): boolean {
  return key.startsWith(HOLDER);
}

function readMerge(pair: Pair, depth: number, state: State): JsonObject[] {
  const value = read(pair.value, depth + 1, state);
  const { values, wrong } = listMergedValues(pair, value, state.aliases);
  for (const node of wrong) {
    const name = isScalar(node) ? String(node.value) : '';
    const hint = state.anchors.has(name)
      ? `To merge the mapping at the anchor, write <<: *${name}`
      : 'Name the anchor of a mapping, <<: *name, or several: <<: [*a, *b]. A key that is called << needs quotes.';
    refuse(state, 'YAML_MERGE_KEY', node, '"<<" can only merge mappings.', hint);
  }
  return values;
}

function refuseSecondMerge(node: Node, pair: Pair, first: Pair, state: State): void {
  state.faults.push({
    code: 'YAML_DUPLICATE_KEY',
    node,
    message: 'The key "<<" appears twice.',
    hint: `Write a list, in which the earlier ones win: ${suggestList(first, pair)}`,
    first: first.key as Node,
  });
}

function readKey(pair: Pair, state: State): { text: string; node: Node } | null {
  // The parser creates nodes for keys, or nothing.
  const node = pair.key as Node | null;
  if (!node) return null;
  const text = getKeyText(node);
  if (text === undefined || (isScalar(node) && node.tag === FILE_TAG)) {
    return refuse(state, 'YAML_KEY', node, 'A key must be plain text.', hintKey(node));
  }
  if (FORBIDDEN_KEYS.has(text)) {
    const message = `The key "${text}" is not allowed: it can harm programs that read it.`;
    return refuse(state, 'FORBIDDEN_KEY', node, message);
  }
  return { text, node };
}

function hintKey(node: Node): string | undefined {
  if (!isScalar(node)) return 'If it is text, quote all of it. A variable is written "${vars.NAME}".';
  if (node.value !== null) return undefined;
  return node.source ? `If it is text, quote it: "${node.source}"` : 'Write the key before the colon.';
}

/** The text of a scalar key: a number, a boolean or `null` as it is written. */
export function getKeyText(node: unknown): string | undefined {
  if (!isScalar(node)) return undefined;
  if (typeof node.value === 'string') return node.value;
  return node.value === null && EMPTY.has(node.source ?? '') ? undefined : node.source;
}

function readScalar(node: Scalar, state: State): Json {
  if (node.tag === FILE_TAG) return readText(node, state);
  const spelled = state.spellings?.get(node);
  const { value } = spelled === undefined ? node : { value: spelled };
  if (typeof value === 'string') return value;
  if (typeof value !== 'number' && typeof value !== 'boolean' && value !== null) {
    return refuse(state, 'YAML_TAG', node, 'This value is not text, a number, true, false or null.');
  }
  return spelled === undefined ? checkSpelling(node, value, state) : value;
}

function readText(node: Scalar, state: State): Json {
  const { file } = state;
  const path = resolveTextPath(file?.path ?? '', String(node.value));
  file?.textPaths.add(path);
  const source = file?.textFiles.get(path);
  const fault = source ? source.fault : { message: 'Resources take texts from other files, tests do not.' };
  if (!source || fault) {
    refuse(state, 'TEXT_FILE', node, fault?.message ?? '', fault?.hint);
    return '';
  }
  state.textFiles.set(node, source);
  return readTextValue(source.text);
}

/** What is sent for a value that is not text. Another text in the file may be a code, a version or a name. */
function checkSpelling(node: Scalar, value: number | boolean | null, state: State): Json {
  const source = node.source ?? '';
  const sent = JSON.stringify(value);
  if (typeof value === 'number' && !isExact(value)) {
    state.respelled.push(node);
    const message = `The number ${source} cannot be represented exactly.`;
    return refuse(state, 'YAML_NUMBER', node, message, `If it is text, quote it: "${source}"`);
  }
  if (source === sent || (value === null && EMPTY.has(source))) return value;
  state.respelled.push(node);
  const message = `${source} is read as ${value === null ? '' : `the ${typeof value} `}${sent}.`;
  const hint = `If it is text, quote it: "${source}". If not, write ${sent}. limio-sync lint --fix does it.`;
  refuse(state, 'YAML_SPELLING', node, message, hint);
  return value;
}

function isExact(value: number): boolean {
  return Number.isSafeInteger(value) || (Number.isFinite(value) && !Number.isInteger(value));
}

function readAlias(alias: Alias, depth: number, state: State): Json {
  const target = state.anchors.get(alias.source);
  if (!target) return refuse(state, 'YAML_ALIAS', alias, `The alias *${alias.source} has no anchor above it.`);
  if (target.value === undefined) {
    return refuse(state, 'YAML_ALIAS', alias, `The alias *${alias.source} is inside its own anchor.`);
  }
  if (depth + target.height > MAX_DEPTH) {
    return refuse(
      state,
      'YAML_DEPTH',
      alias,
      `With this alias the document is nested deeper than ${MAX_DEPTH} levels.`,
    );
  }
  state.expanded += target.weight;
  const limit = Math.max(MAX_EXPANDED, EXPANDED_PER_NODE * state.nodes);
  if (state.expanded > limit) {
    if (!state.full) refuse(state, 'YAML_ALIAS', alias, `Aliases add more than ${limit} values to this file.`);
    state.full = true;
    return null;
  }
  state.deepest = Math.max(state.deepest, depth + target.height);
  state.aliases.set(alias, target.node);
  return target.value;
}

/** The position of a range of the text, and the length of its first line, at least 1. */
export function measureRange(file: ParsedFile, start: number, end: number): Position & { length: number } {
  const at = file.lines.linePos(start);
  const lineEnd = file.text.indexOf('\n', start);
  const stop = Math.min(end, lineEnd === -1 ? file.text.length : lineEnd);
  const length = file.text.slice(start, stop).trimEnd().length;
  return { file: file.path, line: Math.max(at.line, 1), col: Math.max(at.col, 1), length: Math.max(length, 1) };
}
