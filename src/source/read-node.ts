import { type Alias, isAlias, isMap, isScalar, isSeq, type Node, type Pair, type Scalar, type YAMLMap } from 'yaml';
import type { ProblemCode } from '../errors/codes.js';
import type { Json } from '../model/json.js';
import type { Position } from '../model/problem.js';
import type { ParsedFile, SourceText } from './documents.js';
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
  aliases: Map<Alias, Node>;
  faults: NodeFault[];
  textFiles: Map<Node, SourceText>;
  /** Values whose JSON text differs from their text in the file: `00123`, `1.10`, `True`. */
  respelled: Scalar[];
}

/** The values that `lint --fix` gives to scalars. */
export type Spellings = ReadonlyMap<Scalar, string | number | boolean | null>;

const MAX_DEPTH = 100;

/** How many nodes aliases may add to a document; an alias bomb adds billions. */
const MAX_EXPANDED = 10_000;

/** Null, and never text that somebody meant. */
const EMPTY = new Set(['', '~']);

const FORBIDDEN_KEYS = new Set(['__proto__', 'constructor', 'prototype']);

export interface ReadOptions {
  spellings?: Spellings;
  /** The file of the node, to find the files that `!file` tags name. */
  file?: Pick<ParsedFile, 'path' | 'textFiles' | 'textPaths'>;
}

interface State extends Omit<ReadNode, 'value'>, ReadOptions {
  anchors: Map<string, { node: Node; value?: Json; weight: number }>;
  nodes: number;
  expanded: number;
}

/** JSON of a node, in time linear in its size. Finds repeated keys, which the parser is told to ignore. */
export function readNode(root: Node | null, options: ReadOptions = {}): ReadNode {
  const found = { aliases: new Map(), faults: [], respelled: [], textFiles: new Map() };
  const value = read(root, 0, { ...found, ...options, anchors: new Map(), nodes: 0, expanded: 0 });
  return { value, ...found };
}

function read(node: unknown, depth: number, state: State): Json {
  if (isAlias(node)) return readAlias(node, state);
  if (!isScalar(node) && !isMap(node) && !isSeq(node)) return null;
  if (depth > MAX_DEPTH) {
    return refuse(state, 'YAML_DEPTH', node, `The document is nested deeper than ${MAX_DEPTH} levels.`);
  }
  const before = ++state.nodes + state.expanded;
  const anchor = node.anchor === undefined ? undefined : { node: node as Node, weight: 0 };
  if (node.anchor !== undefined && anchor) state.anchors.set(node.anchor, anchor);
  const value = isScalar(node)
    ? readScalar(node, state)
    : isMap(node)
      ? readMap(node, depth, state)
      : node.items.map((item) => read(item, depth + 1, state));
  if (anchor) Object.assign(anchor, { value, weight: state.nodes + state.expanded - before + 1 });
  return value;
}

function refuse(state: State, code: ProblemCode, node: Node, message: string, hint?: string): null {
  state.faults.push({ code, node, message, hint });
  return null;
}

function readMap(map: YAMLMap, depth: number, state: State): Json {
  const seen = new Map<string, Node>();
  const entries: [string, Json][] = [];
  for (const pair of map.items) {
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
  return Object.fromEntries(entries);
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
  if (text === '<<' && isScalar(node) && node.type === 'PLAIN') {
    const hint = 'Write the keys out, or use an alias for a whole value.';
    return refuse(state, 'YAML_MERGE_KEY', node, 'The merge key "<<" is not part of YAML 1.2.', hint);
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

function readAlias(alias: Alias, state: State): Json {
  const target = state.anchors.get(alias.source);
  if (!target) return refuse(state, 'YAML_ALIAS', alias, `The alias *${alias.source} has no anchor above it.`);
  if (target.value === undefined) {
    return refuse(state, 'YAML_ALIAS', alias, `The alias *${alias.source} is inside its own anchor.`);
  }
  const full = state.expanded > MAX_EXPANDED;
  state.expanded += target.weight;
  if (full) return null;
  if (state.expanded > MAX_EXPANDED) {
    return refuse(state, 'YAML_ALIAS', alias, `Aliases add more than ${MAX_EXPANDED} values to this document.`);
  }
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
