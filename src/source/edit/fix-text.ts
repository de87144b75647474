import { isScalar, isSeq, type Node, type Scalar } from 'yaml';
import { checkShape, type DocumentKind, isDocumentKind } from '../../kinds/documents/documents.js';
import { getOwn, isJsonObject, type Json, jsonEqual, parsePointer, withKey } from '../../model/json.js';
import type { ParsedDocument, ParsedFile } from '../documents.js';
import { resolveAlias } from '../merge-keys.js';
import { findNode } from '../nodes.js';
import { parseDocuments } from '../parse.js';
import { createReader, readNode, type Spellings } from '../read-node.js';
import { editFile } from './edit.js';
import { formatInline } from './format.js';
import { applySplices, lineStart, readsAs, type Splice } from './text.js';

/** A change of one place of a file that keeps every other byte: how `lint --fix` edits. */
export type TextFix =
  | { document: ParsedDocument; pointer: string; from: string; to: string }
  | { document: ParsedDocument; pointer: string; remove: true }
  | ClearingFix
  | { removeComment: readonly [start: number, end: number] };

/** Writes `null` for a key that the document lacks. */
interface ClearingFix {
  document: ParsedDocument;
  pointer: string;
  clear: true;
}

/**
 * Applies fixes to a file and counts them. New keys are written last, by the editor of whole values.
 */
export function fixText(file: ParsedFile, fixes: readonly TextFix[]): { text: string; fixed: number } {
  const inPlace = fixes.filter((fix): fix is InPlaceFix => !('clear' in fix));
  return fixes
    .filter((fix) => 'clear' in fix)
    .reduce(
      (done, fix) => {
        const text = addNull(file, done.text, fix);
        return text === undefined ? done : { text, fixed: done.fixed + 1 };
      },
      fixInPlace(file, inPlace),
    );
}

function addNull(file: ParsedFile, text: string, { document: { index }, pointer }: ClearingFix): string | undefined {
  const now = parseDocuments(file.path, text, file.textFiles).documents.find((document) => document.index === index);
  const value = now && addKey(now.value, parsePointer(pointer));
  if (value === undefined) return undefined;
  const edited = editFile(file.path, text, [{ index, value }], file.textFiles);
  return edited.refused.length === 0 ? edited.text : undefined;
}

/** Undefined where the key exists, or where nothing could hold it. */
function addKey(value: Json | undefined, [key, ...rest]: readonly string[]): Json | undefined {
  if (key === undefined) return value === undefined ? null : undefined;
  if (Array.isArray(value)) {
    const element = addKey(value[Number(key)], rest);
    return element === undefined ? undefined : value.with(Number(key), element);
  }
  const object = value ?? {};
  const below = isJsonObject(object) ? addKey(getOwn(object, key), rest) : undefined;
  return below === undefined || !isJsonObject(object) ? undefined : withKey(object, key, below);
}

type InPlaceFix = Exclude<TextFix, ClearingFix>;

/**
 * Fixes count only if the new text reads back exactly as
 * expected. If all together do not, they are added one by one and those that fail are skipped.
 */
function fixInPlace(file: ParsedFile, fixes: readonly InPlaceFix[]): { text: string; fixed: number } {
  const made = groupBySplice(file, fixes);
  const all = tryFixes(file, made);
  if (all !== undefined) return { text: all, fixed: countFixes(made) };
  const kept = made.reduce<typeof made>(
    (passed, one) => (tryFixes(file, [...passed, one]) === undefined ? passed : [...passed, one]),
    [],
  );
  return { text: tryFixes(file, kept) ?? file.text, fixed: countFixes(kept) };
}

interface MadeFix {
  splice: Splice;
  /** Several for a value that several documents take from one anchor. */
  fixes: InPlaceFix[];
}

function groupBySplice(file: ParsedFile, fixes: readonly InPlaceFix[]): MadeFix[] {
  const made = new Map<string, MadeFix>();
  for (const fix of fixes) {
    const splice = findSplice(file, fix);
    if (!splice) continue;
    const key = JSON.stringify(splice);
    const known = made.get(key) ?? { splice, fixes: [] };
    known.fixes.push(fix);
    made.set(key, known);
  }
  return [...made.values()];
}

function countFixes(made: readonly MadeFix[]): number {
  return made.reduce((sum, { fixes }) => sum + fixes.length, 0);
}

/**
 * Quotes the values whose JSON text differs from their text in the file. Where the schema accepts no text,
 * the value is written as JSON writes it: `05` as 5. Unlike other fixes, for files with errors.
 */
export function fixSpelling(file: ParsedFile): { text: string; fixed: number } {
  const spellings = chooseSpellings(file);
  const splices = [...spellings].map(([{ range }, value]) => ({
    start: range?.[0] ?? 0,
    end: range?.[1] ?? 0,
    text: formatInline(value, 'double'),
  }));
  const text = applySplices(file.text, splices);
  const wanted = respell(file, spellings);
  const reread = parseDocuments(file.path, text ?? '', file.textFiles);
  const correct =
    reread.problems.length === file.problems.length - splices.length &&
    reread.documents.length === file.documents.length &&
    reread.documents.every(({ index, value }) => jsonEqual(value, wanted.get(index)));
  return text === undefined || !correct ? { text: file.text, fixed: 0 } : { text, fixed: splices.length };
}

/** The values of the documents by their index. */
function respell(file: ParsedFile, spellings: Spellings): ReadonlyMap<number, Json> {
  const read = createReader({ spellings, file });
  const inOrder = [...file.documents, ...file.holders].sort((a, b) => a.index - b.index);
  return new Map(inOrder.map(({ index, yaml }) => [index, read(yaml.contents).value]));
}

function chooseSpellings(file: ParsedFile): Spellings {
  const known = file.documents.filter(({ value }) => findShape(value) !== undefined);
  // With a tag, the quoted text would still not be read as text.
  const scalars = [...known, ...file.holders]
    .flatMap(({ respelled }) => respelled)
    .filter(({ tag, range }) => tag === undefined && range);
  if (scalars.length === 0) return new Map();
  const quoted = new Map(scalars.map((node): [Scalar, string] => [node, node.source ?? '']));
  const values = respell(file, quoted);
  const textRefused = new Set(known.flatMap((document) => listRefused(document, values.get(document.index))));
  return new Map(
    [...quoted].flatMap(([node, text]): [Scalar, string | number | boolean | null][] => {
      if (!textRefused.has(node)) return [[node, text]];
      const { value: sent, faults } = readNode(node);
      const exact = faults.every(({ code }) => code === 'YAML_SPELLING');
      return exact && (sent === null || typeof sent !== 'object') ? [[node, sent]] : [];
    }),
  );
}

/** The nodes that the schema of a document refuses when it has another value. */
function listRefused(document: ParsedDocument, value: Json | undefined): unknown[] {
  const kind = findShape(value);
  if (!isJsonObject(value) || kind === undefined) return [];
  return checkShape(kind, value).map(({ path }) => resolveAlias(findNode(document, path), document.aliases));
}

/** The kind whose schema a document has. Catalog items share their attributes, so a base has those of an offer. */
function findShape(value: Json | undefined): DocumentKind | undefined {
  const kind = isJsonObject(value) ? value['kind'] : undefined;
  if (kind === 'base') return 'offer';
  return isDocumentKind(kind) ? kind : undefined;
}

function tryFixes(file: ParsedFile, made: readonly MadeFix[]): string | undefined {
  const fixes = made.flatMap((one) => one.fixes);
  const text = applySplices(
    file.text,
    made.map(({ splice }) => splice),
  );
  if (text === undefined) return undefined;
  const wanted = file.documents.map((document) => expectValue(document, fixes));
  return readsAs(parseDocuments(file.path, text, file.textFiles), wanted) ? text : undefined;
}

function findSplice(file: ParsedFile, fix: InPlaceFix): Splice | undefined {
  if ('removeComment' in fix) return cutComment(file.text, fix.removeComment);
  const path = parsePointer(fix.pointer);
  const node = findNode(fix.document, path);
  if (!node?.range) return undefined;
  return 'remove' in fix
    ? cutElement(file.text, findNode(fix.document, path.slice(0, -1)), Number(path.at(-1)))
    : replaceScalar(file.text, node, fix);
}

/** Replaces a text inside its quotes, if any. Texts with escapes are skipped: their source differs. */
function replaceScalar(text: string, node: Node, { from, to }: { from: string; to: string }): Splice | undefined {
  const [start, end] = node.range ?? [0, 0];
  const source = text.slice(start, end);
  const at = source.indexOf(from);
  if (!isScalar(node) || node.value !== from || at === -1 || source.includes(from, at + 1)) return undefined;
  return { start: start + at, end: start + at + from.length, text: to };
}

/** Removes an element with its comma or its line. Not the first one, and no line with a comment. */
function cutElement(text: string, list: Node | undefined, index: number): Splice | undefined {
  const [before, item] = isSeq(list) ? (list.items.slice(index - 1, index + 1) as Node[]) : [];
  if (!isSeq(list) || index < 1 || !isScalar(item) || !before?.range || !item.range) return undefined;
  const [, end] = item.range;
  if (list.flow) {
    const start = before.range[1];
    return text.slice(start, end).includes('#') ? undefined : { start, end, text: '' };
  }
  const start = lineStart(text, item.range[0]);
  const lineEnd = text.indexOf('\n', end);
  const stop = lineEnd === -1 ? text.length : lineEnd + 1;
  const alone = /^\s*-\s+$/.test(text.slice(start, item.range[0])) && text.slice(end, stop).trim() === '';
  return alone ? { start, end: stop, text: '' } : undefined;
}

function cutComment(text: string, [start, end]: readonly [number, number]): Splice {
  const from = lineStart(text, start);
  const before = text.slice(from, start);
  if (before.trim() !== '') return { start: from + before.trimEnd().length, end, text: '' };
  return { start: from, end: text[end] === '\r' ? end + 2 : Math.min(end + 1, text.length), text: '' };
}

function expectValue(document: ParsedDocument, fixes: readonly InPlaceFix[]): Json {
  const mine = fixes.filter((fix) => !('removeComment' in fix) && fix.document === document);
  const replaced = mine.reduce<Json>(
    (value, fix) => ('to' in fix ? replaceAt(value, parsePointer(fix.pointer), () => [fix.to]) : value),
    document.value,
  );
  // The last element first, so that the other indexes stay valid.
  const removed = mine
    .filter((fix) => 'remove' in fix)
    .map(({ pointer }) => parsePointer(pointer))
    .toSorted((a, b) => Number(b.at(-1)) - Number(a.at(-1)));
  return removed.reduce<Json>((value, path) => replaceAt(value, path, () => []), replaced);
}

/** Replaces the value at a path by one value or none. A path that does not exist changes nothing. */
function replaceAt(value: Json, [part, ...rest]: readonly string[], make: () => Json[]): Json {
  if (part === undefined) return make()[0] ?? null;
  const step = (child: Json): Json[] => (rest.length === 0 ? make() : [replaceAt(child, rest, make)]);
  if (Array.isArray(value)) return value.flatMap((item, i) => (String(i) === part ? step(item) : [item]));
  if (!isJsonObject(value) || !Object.hasOwn(value, part)) return value;
  const [changed] = step(value[part] ?? null);
  return changed === undefined ? value : withKey(value, part, changed);
}
