import { type Json, jsonEqual } from '../../model/json.js';
import { parseDocuments } from '../parse-documents.js';
import type { ParsedFile } from '../parsed-file.js';
import { createEditContext } from './edit-context.js';
import { editNode } from './edit-node.js';
import { applySplices } from './splice.js';

/** What one document of a file shall hold. */
export interface DocumentEdit {
  /** `ParsedDocument.index` */
  index: number;
  value: Json;
}

export interface EditedFile {
  text: string;
  /** Indices of documents that could not be written so that they read back as they should; they are as before. */
  refused: number[];
}

/** How deep an edit goes. When the finest does not read back as it should, larger parts are written anew. */
const DEPTHS = [Infinity, 3, 2];
const BYTE_ORDER_MARK = '\uFEFF';

/**
 * The text of a file with other values in its documents: comments, order, quoting, line ends and
 * every byte that says something else stay. Each edit is read back before it counts.
 */
export function editFile(path: string, source: string, edits: readonly DocumentEdit[]): EditedFile {
  const refused: number[] = [];
  let text = source;
  for (const edit of edits) {
    const edited = editDocument(parseDocuments(path, text), edit);
    if (edited === undefined) refused.push(edit.index);
    else text = edited;
  }
  return { text, refused };
}

function editDocument(file: ParsedFile, { index, value }: DocumentEdit): string | undefined {
  const document = file.documents.find((one) => one.index === index);
  if (!document || document.broken) return undefined;
  const wanted = file.documents.map((one) => (one.index === index ? value : one.value));
  for (const depth of DEPTHS) {
    const context = createEditContext(file.text, document.aliases, depth);
    if (!editNode(document.yaml.contents, document.value, value, { indent: 0, at: 'pair' }, context)) continue;
    const applied = applySplices(file.text, context.splices) ?? '';
    // When the last lines go from a file that ends without a line end, it goes on to do so.
    const text = file.text.endsWith('\n') ? applied : applied.replace(/\r?\n$/, '');
    if (readsAs(parseDocuments(file.path, text), wanted)) return (file.hasByteOrderMark ? BYTE_ORDER_MARK : '') + text;
  }
  return undefined;
}

function readsAs({ documents, problems }: ParsedFile, wanted: readonly Json[]): boolean {
  return (
    problems.length === 0 &&
    documents.length === wanted.length &&
    documents.every((document, i) => jsonEqual(document.value, wanted[i]))
  );
}
