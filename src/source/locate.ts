import { isAlias, isMap, isScalar, isSeq, type Node } from 'yaml';
import { KIND_DEFINITIONS } from '../kinds/kinds.js';
import { locateReleased } from '../kinds/released-fields.js';
import type { Kind } from '../model/address.js';
import { getAt, type Json, type JsonObject, parsePointer } from '../model/json.js';
import type { Place, Position } from '../model/problem.js';
import { SECRET_OPENING } from '../model/text.js';
import type { DocumentPath, ParsedDocument, Row, SourceText } from './documents.js';
import { isWholeReference, listColumns } from './each.js';
import { findSupplier, type Supplier } from './layers.js';
import { findNode, followPath } from './nodes.js';
import { getKeyText, measureRange } from './read-node.js';
import { FILE_TAG, locateInText } from './text-files.js';
import { listVariableReferences, type Variables } from './variables.js';

/** A place in a file, and how many characters the caret underlines. */
export type Range = Position & {
  length: number;
  /** For a place in the file of a text: where its `!file` tag is. */
  taggedAt?: Position;
  /** The row that fills in this place of a template. */
  row?: Position;
};

/**
 * Where a path of a document is in its file; for a merged document that may be the overlay. A path
 * that does not exist gives the nearest object above it, an alias the place at its anchor. A text in a file
 * of its own has its place there.
 * @param offset of the place in such a text
 */
export function locatePath(
  document: ParsedDocument,
  path: DocumentPath,
  on: 'key' | 'value' = 'value',
  offset?: number,
): Range {
  const supplier = findSupplier(document, path);
  return { ...locateSupplier(supplier, on, offset), ...locateRow(supplier) };
}

function locateSupplier({ document, path }: Supplier, on: 'key' | 'value', offset?: number): Range {
  if (document.place) return { ...document.place, length: 1 };
  const found = followPath(document, path);
  const node = on === 'key' && found.complete ? (found.key ?? found.node) : found.node;
  const [start, end] = node?.range ?? [0, 1];
  const place = measureRange(document.file, start, end);
  const textFile = on === 'value' && found.complete ? findTextFile(document, node) : undefined;
  if (!textFile) return place;
  const { file, line, col } = place;
  return { ...locateInText(textFile, offset), taggedAt: { file, line, col } };
}

/** The cell of a value that depends on one, the row for one that depends on several, nothing for others. */
function locateRow({ document, path, row }: Supplier): { row?: Position } {
  if (!row) return {};
  const columns = listColumns(getAt(document.value, path) ?? null);
  if (columns.length === 0 && path.length > 0) return {};
  const { file, line, col } = row.locate(columns.length === 1 ? columns[0] : undefined);
  return { row: { file, line, col } };
}

function findTextFile({ aliases, textFiles }: ParsedDocument, node: Node | null): SourceText | undefined {
  const target = isAlias(node) ? aliases.get(node) : node;
  return target ? textFiles.get(target) : undefined;
}

/** A `!file` tag of a document. */
export interface TextUse {
  path: DocumentPath;
  source: SourceText;
}

/** The `!file` tags of one document, never of a merged one. */
export function listTextUses({ yaml, textFiles }: ParsedDocument): TextUse[] {
  const list = (node: unknown, path: DocumentPath): TextUse[] => {
    if (isMap(node)) return node.items.flatMap(({ key, value }) => list(value, [...path, getKeyText(key) ?? '']));
    if (isSeq(node)) return node.items.flatMap((item, i) => list(item, [...path, i]));
    const source = isScalar(node) ? textFiles.get(node) : undefined;
    return source ? [{ path, source }] : [];
  };
  return textFiles.size === 0 ? [] : list(yaml.contents, []);
}

/** {@link locatePath} without the length. */
export function locatePosition(document: ParsedDocument, path: DocumentPath, on?: 'key' | 'value'): Place {
  const { file, line, col, row } = locatePath(document, path, on);
  return { file, line, col, ...(row ? { row } : {}) };
}

/**
 * Where a field of a change is written, if several resources can share its lines: those of a template or a base.
 * @param pointer into the body, with the names of elements of keyed lists
 */
export function locateShared(
  { document, kind, body }: { document: ParsedDocument; kind: Kind; body: JsonObject },
  pointer: string,
): Place | undefined {
  const path = locateReleased(body, parsePointer(pointer), KIND_DEFINITIONS[kind].fields);
  const { row, layer } = findSupplier(document, path);
  return row || layer === 'base' ? locatePosition(document, path) : undefined;
}

/** A scalar as it is written, `0012` or `12.90`; undefined for anything else. */
export function readSourceText(document: ParsedDocument, path: DocumentPath): string | undefined {
  const supplier = findSupplier(document, path);
  const found = followPath(supplier.document, supplier.path);
  return found.complete && isScalar(found.node) && found.node.tag !== FILE_TAG ? found.node.source : undefined;
}

/** What supplies a value. `template` is a document with `for_each`, `row` a cell that is the whole value. */
export type OriginLayer = Supplier['layer'] | 'template' | 'row' | 'code';

/** Where one value of a resource comes from, in one environment. */
export interface Origin {
  /** The value, or the nearest object above it where no file holds the value. */
  position: Place;
  /** The key of the value; equal to `position` for an element of a list. */
  keyPosition: Place;
  layer: OriginLayer;
  /** The document as its file holds it: the one to edit to change the value. */
  document: ParsedDocument;
  /** From the root of that document. */
  path: DocumentPath;
  /** The row that fills in the value, and the columns that the value names. */
  filled?: { row: Row; columns: readonly string[] };
  /** The file of its own that holds the text. */
  textFile?: string;
  /** The value as written, `${...}` included; undefined where that document does not hold it. */
  raw: Json | undefined;
  /** `raw`, if it is a text with references to variables. */
  template?: string;
  /** The variables of the template, each once, in order. */
  variables: VariableUse[];
}

export interface VariableUse {
  /** `vars.shopDomain` or `env.CI_BRANCH`, as in the template. */
  reference: string;
  /** `secret` for one of `vars` that is marked as a secret. */
  source: 'vars' | 'secret' | 'env';
}

export function findOrigin(document: ParsedDocument, path: DocumentPath, variables: Variables): Origin {
  const supplier = findSupplier(document, path);
  const { document: written, path: writtenPath, row } = supplier;
  const raw = getAt(written.value, writtenPath);
  const columns = row ? listColumns(raw ?? null) : [];
  const uses = typeof raw === 'string' ? listUses(raw, variables) : [];
  const textFile = findTextFile(written, findNode(written, writtenPath) ?? null);
  return {
    ...(textFile ? { textFile: textFile.path } : {}),
    position: locatePosition(document, path),
    keyPosition: locatePosition(document, path, 'key'),
    layer: nameLayer(supplier, raw),
    document: written,
    path: writtenPath,
    ...(row && columns.length > 0 ? { filled: { row, columns } } : {}),
    raw,
    ...(typeof raw === 'string' && uses.length > 0 ? { template: raw } : {}),
    variables: uses,
  };
}

function nameLayer({ document, layer, row }: Supplier, raw: Json | undefined): OriginLayer {
  if (document.place) return 'code';
  if (typeof raw === 'string' && row && isWholeReference(raw)) return 'row';
  return layer === 'document' && row ? 'template' : layer;
}

function listUses(template: string, { values }: Variables): VariableUse[] {
  const uses = listVariableReferences(template).map(({ from, name }): [string, VariableUse] => {
    const secret = from === 'vars' && JSON.stringify(values.get(name) ?? '').includes(SECRET_OPENING);
    const reference = `${from}.${name}`;
    return [reference, { reference, source: secret ? 'secret' : from }];
  });
  return [...new Map(uses).values()];
}
