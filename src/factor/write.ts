import { posix } from 'node:path';
import { getOwn, isJsonObject, type Json, jsonEqual, type JsonObject } from '../model/json.js';
import type { ParsedDocument, ParsedFile, PathPart } from '../source/documents.js';
import { editFile } from '../source/edit/edit.js';
import { formatBlock, formatFlow } from '../source/edit/format.js';
import { listComments } from '../source/list-comments.js';
import { parseDocuments } from '../source/parse.js';

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

/** The file of templates, each with the document that it begins as. */
export function writeTemplates(
  templates: readonly { document: ParsedDocument; value: JsonObject }[],
  path: string,
): string {
  const texts = templates.map(({ document, value }) => writeTemplate(document, value, path));
  const { file } = templates[0]?.document ?? {};
  const [, schema] = SCHEMA.exec(file?.text ?? '') ?? [];
  const head = file && schema ? `# yaml-language-server: $schema=${moveReference(schema, file.path, path)}\n` : '';
  return head + texts.join('---\n');
}

/** The text of the document with new values, so that its comments and order stay. */
function writeTemplate(document: ParsedDocument, value: JsonObject, path: string): string {
  const { for_each: rows = null, ...fields } = value;
  const end = document.file.text.includes('\r\n') ? '\r\n' : '\n';
  const edited = editFile(path, `${cutDocument(document)}${end}`, [{ index: 0, value: fields }]);
  const texts = [edited.text, `${formatBlock(fields, 0, { eol: '\n' })}\n`].map((text) => addRows(text, rows));
  return texts.find((one) => jsonEqual(parseDocuments(path, one).documents[0]?.value, value)) ?? texts[1] ?? '';
}

/** The text of a document alone, without what separates it from others. */
function cutDocument(document: ParsedDocument): string {
  return sliceDocument(document)
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

/** With the comments above it; the parser counts them to the document before, or to none. */
function sliceDocument({ file, yaml }: ParsedDocument): string {
  const starts = listStarts(file);
  const at = starts.findIndex(({ document }) => document.yaml === yaml);
  return file.text.slice(starts[at]?.start, starts[at + 1]?.start);
}

function listStarts({ documents, holders }: ParsedFile): { document: ParsedDocument; start: number }[] {
  return [...documents, ...holders]
    .toSorted((a, b) => a.index - b.index)
    .map((document, i) => ({ document, start: i === 0 ? 0 : (document.yaml.range?.[0] ?? 0) }));
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

/** How many comments of documents the texts of the templates lack, and in how many files. */
export function countLostComments(
  documents: readonly ParsedDocument[],
  template: string,
): { comments: number; files: number } {
  const kept = new Set(listComments(parseDocuments('', template), '#').map((one) => one.text));
  const byFile = documents.map((document) => {
    const text = sliceDocument(document).replace(SCHEMA, '');
    // Parsing is slow, and most documents have no comment.
    const comments = text.includes('#') ? listComments(parseDocuments(document.file.path, text), '#') : [];
    return { path: document.file.path, count: comments.filter((one) => !kept.has(one.text)).length };
  });
  const losing = byFile.filter(({ count }) => count > 0);
  return {
    comments: losing.reduce((sum, { count }) => sum + count, 0),
    files: new Set(losing.map(({ path }) => path)).size,
  };
}
