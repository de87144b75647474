import { isAlias, isMap, isScalar, isSeq, type Node, type Pair, type YAMLMap, type YAMLSeq } from 'yaml';
import { getOwn, isJsonObject, type Json, jsonEqual, type JsonObject } from '../../model/json.js';
import type { ParsedDocument, ParsedFile, TextFiles } from '../documents.js';
import { parseDocuments } from '../parse.js';
import { getKeyText, isHolderKey } from '../read-node.js';
import { type AlignedElement, alignElements } from './align-elements.js';
import { planMerge } from './edit-merge.js';
import { formatBlock, formatFlow, formatItem, formatKey, formatPair } from './format.js';
import { type Place, replaceValue } from './replace-value.js';
import {
  applySplices,
  beginsLine,
  columnOf,
  createEditContext,
  dependsOnChange,
  type EditContext,
  type ElementRange,
  forgetAnchors,
  hasReferences,
  insertBelow,
  isFlow,
  lineEnd,
  lineStart,
  listBlockElements,
  listFlowElements,
  listPairs,
  rangeOf,
  readsAs,
  removeFromFlow,
  removeLines,
  rewriteTextFile,
} from './text.js';

/** The new value of one document of a file. */
export interface DocumentEdit {
  /** `ParsedDocument.index` */
  index: number;
  value: Json;
}

export interface EditedFile {
  text: string;
  /** Indices of documents that would not read back as the new value; they are unchanged. */
  refused: number[];
  /** The files of `!file` tags, when new values are in them. */
  textFiles?: TextFiles;
}

/** Edits below these depths rewrite whole values. Tried in turn until the text reads back as the new value. */
const DEPTHS = [Infinity, 3, 2];

const BYTE_ORDER_MARK = '\uFEFF';

/**
 * Writes new values into the documents of a file: align-elements.ts finds which list elements stay, edit-merge.ts
 * what becomes of merge keys; text.ts and replace-value.ts make the edits, format.ts writes new text. Comments,
 * order, quoting, line ends and every other byte stay. A text with a `!file` tag is written to its file. Each edit
 * is read back before it counts.
 */
export function editFile(
  path: string,
  source: string,
  edits: readonly DocumentEdit[],
  files: TextFiles = new Map(),
): EditedFile {
  const refused: number[] = [];
  // Together, documents that share a value keep sharing it when it changes for all of them.
  const together = edits.length > 1 ? editDocuments(parseDocuments(path, source, files), edits, [Infinity]) : undefined;
  let { text, textFiles } = together ?? { text: source, textFiles: files };
  for (const edit of together ? [] : edits) {
    const edited = editDocuments(parseDocuments(path, text, textFiles), [edit], DEPTHS);
    if (edited) ({ text, textFiles } = edited);
    else refused.push(edit.index);
  }
  return { text, refused, ...(textFiles === files ? {} : { textFiles }) };
}

/** Undefined if not all edits are possible. */
function editDocuments(
  file: ParsedFile,
  edits: readonly DocumentEdit[],
  depths: readonly number[],
): { text: string; textFiles: TextFiles } | undefined {
  const values = new Map(edits.map(({ index, value }) => [index, value]));
  const edited = file.documents.filter(({ index }) => values.has(index));
  if (edited.length < values.size || edited.some(({ broken }) => broken)) return undefined;
  for (const depth of depths) {
    const context = createEditContext(file, depth);
    if (!edited.every((one) => editRoot(one, values.get(one.index) ?? null, context))) continue;
    const { newTexts } = context;
    const textFiles = newTexts.size === 0 ? file.textFiles : new Map([...file.textFiles, ...newTexts]);
    // A new text also changes the other documents that use its file.
    const { documents } = newTexts.size === 0 ? file : parseDocuments(file.path, file.text, textFiles);
    const wanted = documents.map(({ index, value }) => (values.has(index) ? (values.get(index) ?? null) : value));
    if (!file.documents.every((one, i) => values.has(one.index) || keepValue(one, wanted[i] ?? null, context)))
      continue;
    const applied = applySplices(file.text, context.splices) ?? '';
    // A file without a line break at its end keeps it that way when its last lines are removed.
    const text = file.text.endsWith('\n') ? applied : applied.replace(/\r?\n$/, '');
    if (readsAs(parseDocuments(file.path, text, textFiles), wanted))
      return { text: (file.hasByteOrderMark ? BYTE_ORDER_MARK : '') + text, textFiles };
  }
  return undefined;
}

/** Keeps the value of a document that may use an anchor of an edited one. */
function keepValue(document: ParsedDocument, wanted: Json, context: EditContext): boolean {
  // The new text of a file would also be the value of its aliases.
  if (context.newTexts.size > 0 && dependsOnChange(document.yaml.contents, context)) return false;
  return editRoot(document, wanted, context);
}

function editRoot({ yaml, value }: ParsedDocument, wanted: Json, context: EditContext): boolean {
  return editNode(yaml.contents, value, wanted, { indent: 0, at: 'pair' }, context);
}

/** Whether a document holds anchors in keys that are no part of its value. */
function hasHolders(root: unknown): boolean {
  return isMap(root) && root.items.some(({ key }) => isHolderKey(getKeyText(key) ?? ''));
}

/**
 * Adds the edits that turn the text of a node from one value into another, as few bytes as its syntax
 * allows. False for a node that has no text of its own to edit.
 */
function editNode(node: unknown, old: Json, wanted: Json, place: Place, context: EditContext, depth = 0): boolean {
  if (isAlias(node)) return editAlias(node, old, wanted, place, context);
  if (!isMap(node) && !isSeq(node) && !isScalar(node)) return jsonEqual(old, wanted);
  // Even without a difference, an alias inside may have lost its anchor.
  if (jsonEqual(old, wanted) && !dependsOnChange(node, context)) return true;
  if (node.anchor !== undefined && !jsonEqual(old, wanted)) context.anchored.set(node, wanted);
  if (isScalar(node)) {
    return (
      jsonEqual(old, wanted) || rewriteTextFile(node, wanted, context) || replaceValue(node, wanted, place, context)
    );
  }
  const edits = context.splices.length;
  const { newTexts } = context;
  context.newTexts = new Map(newTexts);
  if (depth < context.depth && editCollection(node, old, wanted, context, depth)) return true;
  context.splices.length = edits;
  context.newTexts = newTexts;
  return !(depth === 0 && hasHolders(node)) && replaceValue(node, wanted, place, context);
}

/** If the value at the anchor changes or is removed, the alias is replaced by its value. */
function editAlias(node: Node, old: Json, wanted: Json, place: Place, context: EditContext): boolean {
  const target = isAlias(node) ? context.aliases.get(node) : undefined;
  const now = target && context.anchored.has(target) ? context.anchored.get(target) : old;
  return (now !== undefined && jsonEqual(now, wanted)) || replaceValue(node, wanted, place, context);
}

function editCollection(
  node: YAMLMap | YAMLSeq,
  old: Json,
  wanted: Json,
  context: EditContext,
  depth: number,
): boolean {
  if (isMap(node))
    return (
      isJsonObject(old) &&
      isJsonObject(wanted) &&
      Object.keys(wanted).length > 0 &&
      editMap(node, old, wanted, context, depth)
    );
  return (
    Array.isArray(old) && Array.isArray(wanted) && wanted.length > 0 && editList(node, old, wanted, context, depth)
  );
}

function editMap(node: YAMLMap, old: JsonObject, wanted: JsonObject, context: EditContext, depth: number): boolean {
  const flow = isFlow(node);
  const first = rangeOf(node.items[0]?.key)?.[0];
  if (first === undefined) return false;
  const indent = columnOf(context.text, first);
  const place: Place = { indent, at: flow ? 'flow' : 'pair' };
  const elements = listPairs(node);
  if (!elements) return false;
  const isHolder = (key: string): boolean => depth === 0 && isHolderKey(key);
  const merge = planMerge(node, old, wanted, isHolder, context);
  const isGone = (pair: Pair): boolean => {
    if (pair === merge?.pair) return merge.replacement !== undefined && isEmpty(merge.replacement);
    const key = getKeyText(pair.key) ?? '';
    return !isHolder(key) && getOwn(wanted, key) === undefined;
  };
  const ends = new Map<string, number>();
  let last: number | undefined;
  let mergeEnd = 0;
  for (const [i, pair] of node.items.entries()) {
    const key = getKeyText(pair.key);
    const element = elements[i];
    if (key === undefined || !element) return false;
    const merges = pair === merge?.pair;
    if (isGone(pair) || (merges && merge.replacement)) forgetAnchors(pair.value, context);
    if (isGone(pair)) {
      const trailing = node.items.slice(i).every(isGone);
      if (flow) context.splices.push(...removeFromFlow(context.text, elements, i, trailing));
      else if (!removeLines(context, element.start, element.end)) return false;
      continue;
    }
    if (merges) {
      if (merge.replacement) replaceMerge(merge.replacement, element, place, context);
      mergeEnd = element.end;
      for (const given of [...merge.kept, ...Object.keys(merge.replacement ?? {})]) ends.set(given, element.end);
    } else if (!isHolder(key)) {
      const inside = flow ? place : { ...place, ...findColon(pair, context) };
      if (!editNode(pair.value, getOwn(old, key) ?? null, getOwn(wanted, key) ?? null, inside, context, depth + 1))
        return false;
      ends.set(key, element.end);
    }
    if (merges || !isHolder(key)) last = element.end;
  }
  // No key is kept that new ones could follow.
  if (last === undefined) return false;
  let after = last;
  for (const [key, value] of Object.entries(wanted)) {
    const end = ends.get(key);
    if (end !== undefined) {
      after = end;
      continue;
    }
    const at = merge?.changed.has(key) ? mergeEnd : after;
    if (flow) context.splices.push({ start: at, end: at, text: `, ${formatKey(key, true)}: ${formatFlow(value)}` });
    else insertBelow(context, at, ' '.repeat(indent) + formatPair(key, value, indent, { eol: context.eol }));
  }
  return true;
}

function editList(node: YAMLSeq, old: Json[], wanted: Json[], context: EditContext, depth: number): boolean {
  const aligned = alignElements(old, wanted);
  const kept = new Map(
    aligned.flatMap(({ from, value }): [number, Json][] => (from === undefined ? [] : [[from, value]])),
  );
  const elements = isFlow(node) ? listFlowElements(node) : listBlockElements(node, context);
  if (!elements || kept.size === 0) return false;
  const indent = columnOf(context.text, elements[0]?.start ?? 0);
  const place: Place = { indent, at: isFlow(node) ? 'flow' : 'item' };
  for (const [i, item] of node.items.entries()) {
    const element = elements[i];
    const value = kept.get(i);
    if (!element) return false;
    if (value !== undefined) {
      if (!editNode(item, old[i] ?? null, value, place, context, depth + 1)) return false;
    } else {
      forgetAnchors(item, context);
      const trailing = ![...kept.keys()].some((at) => at > i);
      if (place.at === 'flow') context.splices.push(...removeFromFlow(context.text, elements, i, trailing));
      else if (!removeLines(context, element.start, element.end)) return false;
    }
  }
  const flowItems = isMap(node.items[0]) && isFlow(node.items[0]);
  const moved = old
    .map((value, i) => ({ value, element: elements[i], item: node.items[i], gone: !kept.has(i) }))
    .filter(({ gone, item }) => gone && !hasReferences(item, context));
  const write = (value: Json): string => {
    // An element that only moves keeps its text, comments included.
    const at = moved.findIndex((one) => jsonEqual(one.value, value));
    const [found] = at === -1 ? [] : moved.splice(at, 1);
    if (found?.element) return sliceElement(found.element, place, context);
    return place.at === 'flow' ? formatFlow(value) : formatItem(value, indent, { eol: context.eol, flow: flowItems });
  };
  return insertElements(aligned, elements, place, write, context);
}

function insertElements(
  aligned: readonly AlignedElement[],
  elements: readonly ElementRange[],
  { at, indent }: Place,
  write: (value: Json) => string,
  context: EditContext,
): boolean {
  const [first] = elements;
  if (!first) return false;
  let after: number | undefined;
  for (const { value, from } of aligned) {
    if (from !== undefined) {
      after = elements[from]?.end;
    } else if (at === 'flow') {
      const start = after ?? first.start;
      context.splices.push({
        start,
        end: start,
        text: after === undefined ? `${write(value)}, ` : `, ${write(value)}`,
      });
    } else {
      const item = ' '.repeat(indent) + write(value);
      if (after !== undefined) {
        insertBelow(context, after, item);
      } else {
        if (!beginsLine(context.text, first.start)) return false;
        const start = lineStart(context.text, first.start);
        context.splices.push({ start, end: start, text: item + context.eol });
      }
    }
  }
  return true;
}

/** Writes the pairs that a merge key gave as pairs of the mapping. */
function replaceMerge(pairs: JsonObject, { start, end }: ElementRange, place: Place, context: EditContext): void {
  const { text, eol } = context;
  const ends = text[end - 1] === '\n' ? eol : '';
  const written = place.at === 'flow' ? formatFlow(pairs).slice(2, -2) : formatBlock(pairs, place.indent, { eol });
  context.splices.push({ start, end, text: written + ends });
}

function isEmpty(object: JsonObject): boolean {
  return Object.keys(object).length === 0;
}

/** The text of an element; in block style with the comment after it. */
function sliceElement({ start, end }: ElementRange, { at }: Place, { text }: EditContext): string {
  if (at === 'flow') return text.slice(start, end);
  return text.slice(start, text[end - 1] === '\n' ? end : lineEnd(text, end)).trimEnd();
}

function findColon({ key }: Pair, { text }: EditContext): Pick<Place, 'colon'> {
  const end = rangeOf(key)?.[1];
  const gap = end === undefined ? null : /^ *:/.exec(text.slice(end, lineEnd(text, end)));
  return end === undefined || !gap ? {} : { colon: end + gap[0].length - 1 };
}
