import { posix } from 'node:path';
import { isMap, isSeq, type Node } from 'yaml';
import { getAt, getOwn, isJsonObject, type Json, jsonEqual, type JsonObject } from '../model/json.js';
import type { ParsedDocument, ParsedFile, PathPart } from '../source/documents.js';
import { editFile } from '../source/edit/edit.js';
import { formatBlock, formatFlow } from '../source/edit/format.js';
import { listComments, type SourceComment } from '../source/list-comments.js';
import { parseDocuments } from '../source/parse.js';
import { getKeyText } from '../source/read-node.js';

/** A value with every key and element that one of two similar values has. */
export function makeUnion(a: Json, b: Json): Json {
  if (Array.isArray(a) && Array.isArray(b)) {
    const [longer, shorter] = a.length >= b.length ? [a, b] : [b, a];
    return longer.map((item, i) => (i < shorter.length ? makeUnion(a[i] ?? null, b[i] ?? null) : item));
  }
  if (!isJsonObject(a) || !isJsonObject(b)) return a;
  const entries = Object.entries(a).map(([key, value]): [string, Json] => {
    const other = getOwn(b, key);
    return [key, other === undefined ? value : makeUnion(value, other)];
  });
  Object.entries(b).forEach(([key, value], i, all) => {
    if (entries.some(([known]) => known === key)) return;
    const before = entries.findIndex(([known]) => known === all[i - 1]?.[0]);
    entries.splice(before === -1 ? entries.length : before + 1, 0, [key, value]);
  });
  return Object.fromEntries(entries);
}

/** Puts texts in place of the values at their paths, which are JSON texts. */
export function fillTemplate(value: Json, texts: ReadonlyMap<string, string>, path: readonly PathPart[] = []): Json {
  const text = texts.get(JSON.stringify(path));
  if (text !== undefined) return text;
  if (Array.isArray(value)) return value.map((item, i) => fillTemplate(item, texts, [...path, i]));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, child]) => [key, fillTemplate(child, texts, [...path, key])]),
  );
}

const SCHEMA = /^# yaml-language-server: \$schema=(\S+)[ \t]*\r?\n/m;

/** The file of templates; each begins as its first document. */
export function writeTemplates(
  templates: readonly { members: readonly { document: ParsedDocument }[]; value: JsonObject }[],
  path: string,
): string {
  const texts = templates.map(({ members, value }) =>
    writeTemplate(
      members.map(({ document }) => document),
      value,
      path,
    ),
  );
  const { file } = templates[0]?.members[0]?.document ?? {};
  const [, schema] = SCHEMA.exec(file?.text ?? '') ?? [];
  const head = file && schema ? `# yaml-language-server: $schema=${moveReference(schema, file.path, path)}\n` : '';
  return head + texts.join('---\n');
}

/** The text of the first document with new values, so that its order stays, and its comments that fit every row. */
function writeTemplate(documents: readonly ParsedDocument[], value: JsonObject, path: string): string {
  const [document] = documents;
  if (!document) return '';
  const { for_each: rows = null, ...fields } = value;
  const end = document.file.text.includes('\r\n') ? '\r\n' : '\n';
  const edited = editFile(path, `${cutDocument(document, listMisleading(documents, value))}${end}`, [
    { index: 0, value: fields },
  ]);
  const texts = [edited.text, `${formatBlock(fields, 0, { eol: '\n' })}\n`].map((text) => addRows(text, rows));
  return texts.find((one) => jsonEqual(parseDocuments(path, one).documents[0]?.value, value)) ?? texts[1] ?? '';
}

/** The text of a document alone, without what separates it from others. */
function cutDocument(document: ParsedDocument, dropped: readonly SourceComment[]): string {
  return sliceDocument(document, dropped)
    .replace(SCHEMA, '')
    .replace(/^((?:#.*\n|\s*\n)*)---[ \t]*\r?\n/, '$1')
    .replace(/^\.\.\.[ \t]*\r?\n[^]*/m, '')
    .trimEnd();
}

/** `for_each` on one line below the kind. */
function addRows(text: string, rows: Json): string {
  const [line = '', end = '\n'] = /^kind:.*?(\r?\n)/m.exec(text) ?? [];
  return text.replace(line, () => `${line}for_each: ${formatFlow(rows)}${end}`);
}

/** A relative path in one file, as another file must write it. */
function moveReference(reference: string, from: string, to: string): string {
  if (/^[a-z]+:|^\//.test(reference)) return reference;
  return posix.relative(posix.dirname(to), posix.join(posix.dirname(from), reference));
}

/** A file without some of its documents, every other byte as before; undefined when none is left. */
export function removeDocuments(file: ParsedFile, removed: ReadonlySet<ParsedDocument['yaml']>): string | undefined {
  const starts = listStarts(file);
  const kept = starts.filter(({ document }) => !removed.has(document.yaml));
  if (kept.length === 0) return undefined;
  const texts = kept.map(({ document }) => sliceDocument(document));
  const [first] = starts;
  const head = first && removed.has(first.document.yaml) ? SCHEMA.exec(sliceDocument(first.document)) : null;
  return `${file.hasByteOrderMark ? '\uFEFF' : ''}${head?.[0] ?? ''}${texts.join('')}`;
}

function listStarts({ documents, holders }: ParsedFile): { document: ParsedDocument; start: number }[] {
  return [...documents, ...holders]
    .toSorted((a, b) => a.index - b.index)
    .map((document, i) => ({ document, start: i === 0 ? 0 : (document.yaml.range?.[0] ?? 0) }));
}

function findRange({ file, yaml }: ParsedDocument): { start: number; end: number } {
  const starts = listStarts(file);
  const at = starts.findIndex(({ document }) => document.yaml === yaml);
  return { start: starts[at]?.start ?? 0, end: starts[at + 1]?.start ?? file.text.length };
}

/** With the comments above it, which the parser counts to the document before, or to none; without some of them. */
function sliceDocument(document: ParsedDocument, dropped: readonly SourceComment[] = []): string {
  const { text } = document.file;
  const { start, end } = findRange(document);
  let slice = '';
  let done = start;
  for (const { range } of dropped) {
    const before = text.slice(done, range[0]);
    const kept = before.replace(/[ \t]+$/, '');
    const isAlone = kept === '' ? done === start || text[done - 1] === '\n' : kept.endsWith('\n');
    slice += kept;
    // A line of its own goes as a whole.
    done = isAlone
      ? Math.min(end, range[1] + (/^\r?\n/.exec(text.slice(range[1], range[1] + 2))?.[0].length ?? 0))
      : range[1];
  }
  return slice + text.slice(done, end);
}

/** Without the line for editors. */
function listOwn(document: ParsedDocument): SourceComment[] {
  const { start, end } = findRange(document);
  // Tokenizing is slow, and most documents have no comment.
  if (!document.file.text.slice(start, end).includes('#')) return [];
  return listAll(document.file).filter(
    ({ range, text }) => range[0] >= start && range[0] < end && !text.startsWith('yaml-language-server:'),
  );
}

const known = new WeakMap<ParsedFile, SourceComment[]>();

/** Remembered, since a file can hold hundreds of documents. */
function listAll(file: ParsedFile): SourceComment[] {
  const comments = known.get(file) ?? listComments(file, '#');
  known.set(file, comments);
  return comments;
}

/** Comments of the first document that explain one row: at values that differ, unless all documents have them. */
function listMisleading([first, ...others]: readonly ParsedDocument[], template: JsonObject): SourceComment[] {
  if (!first) return [];
  const places = placeComments(first);
  if (places.size === 0) return [];
  const isFilled = findFilled(first, template);
  const rest = others.map((document) => ({ document, places: placeComments(document) }));
  const dropped = [...places].flatMap(([key, { path, line, comments }]) => {
    const texts = JSON.stringify(comments.map(({ text }) => text));
    const isShared = rest.every(({ document, places: own }) => {
      if (getAt(document.value, path) === undefined) return true;
      return JSON.stringify((own.get(key)?.comments ?? []).map(({ text }) => text)) === texts;
    });
    return isShared || !isFilled(path, line) ? [] : comments;
  });
  return dropped.toSorted((a, b) => a.range[0] - b.range[0]);
}

interface Place {
  path: readonly PathPart[];
  line: number;
  comments: SourceComment[];
}

/** Comments beside a value, and the lines above it, each by the path. */
function placeComments(document: ParsedDocument): Map<string, Place> {
  const places = new Map<string, Place>();
  const comments = listOwn(document);
  if (comments.length === 0) return places;
  const { text, lines } = document.file;
  const paths = new Map<number, readonly PathPart[]>();
  walk(document, (path, key) => {
    const line = lines.linePos(key.range?.[0] ?? 0).line;
    // The outermost value of a line comes first.
    if (!paths.has(line)) paths.set(line, path);
  });
  for (const comment of comments) {
    const isBeside = /\S/.test(text.slice(text.lastIndexOf('\n', comment.range[0] - 1) + 1, comment.range[0]));
    const line = isBeside ? comment.line : comment.below?.from;
    const path = line === undefined ? undefined : paths.get(line);
    if (path === undefined || line === undefined) continue;
    const key = JSON.stringify([path, isBeside]);
    const place = places.get(key) ?? { path, line, comments: [] };
    place.comments.push(comment);
    places.set(key, place);
  }
  return places;
}

/** Whether a line holds a value that the template fills in, or the whole value that begins there is filled in. */
function findFilled(document: ParsedDocument, template: JsonObject) {
  const { lines } = document.file;
  const leaves: { path: readonly PathPart[]; from: number; to: number; isFilled: boolean }[] = [];
  walk(document, (path, _, value) => {
    const own: Json | undefined = getAt(document.value, path);
    if (own === undefined || ((isMap(value) || isSeq(value)) && value.items.length > 0)) return;
    const [start, end] = value?.range ?? [0, 0];
    const [from, to] = [lines.linePos(start).line, lines.linePos(Math.max(start, end - 1)).line];
    const filled = getAt(template, path);
    leaves.push({ path, from, to, isFilled: filled === undefined || !jsonEqual(own, filled) });
  });
  return (path: readonly PathPart[], line: number): boolean => {
    const inside = leaves.filter((leaf) => path.every((part, i) => leaf.path[i] === part));
    return (
      (inside.length > 0 && inside.every(({ isFilled }) => isFilled)) ||
      leaves.some(({ from, to, isFilled }) => isFilled && from <= line && line <= to)
    );
  };
}

/** Visits each pair, with its key, and each element, outer ones first. */
function walk(
  { yaml }: ParsedDocument,
  see: (path: readonly PathPart[], start: Node, value: Node | null) => void,
): void {
  const visit = (node: unknown, path: readonly PathPart[]): void => {
    if (isMap<Node, Node | null>(node)) {
      for (const { key, value } of node.items) {
        const inner = [...path, getKeyText(key) ?? ''];
        see(inner, key, value);
        visit(value, inner);
      }
    } else if (isSeq<Node>(node)) {
      node.items.forEach((item, i) => {
        see([...path, i], item, item);
        visit(item, [...path, i]);
      });
    }
  };
  visit(yaml.contents, []);
}

/** The comments of documents that the texts of the templates lack. */
export function listLostComments(
  documents: readonly ParsedDocument[],
  template: string,
): { file: string; line: number }[] {
  const kept = new Set(listComments(parseDocuments('', template), '#').map(({ text }) => text));
  return documents.flatMap((document) =>
    listOwn(document)
      .filter(({ text }) => !kept.has(text))
      .map(({ line }) => ({ file: document.file.path, line })),
  );
}
