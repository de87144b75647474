import { isAlias, isMap, isScalar, isSeq, type Node, type Pair, type YAMLMap, type YAMLSeq } from 'yaml';
import { getOwn, isJsonObject, type Json, jsonEqual, type JsonObject } from '../../model/json.js';
import type { ParsedFile, TextFiles } from '../documents.js';
import { parseDocuments } from '../parse.js';
import { getKeyText, isHolderKey } from '../read-node.js';
import { type AlignedElement, alignElements } from './align-elements.js';
import { formatFlow, formatItem, formatKey, formatPair } from './format.js';
import { type Place, replaceValue } from './replace-value.js';
import {
  applySplices,
  beginsLine,
  columnOf,
  createEditContext,
  type EditContext,
  endOfPair,
  type FlowElement,
  forgetAnchors,
  insertBelow,
  isFlow,
  lineEnd,
  lineStart,
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
 * Writes new values into the documents of a file: align-elements.ts finds which list elements stay,
 * text.ts and replace-value.ts make the edits, format.ts writes new text. Comments, order, quoting, line
 * ends and every other byte stay. A text with a `!file` tag is written to its file. Each edit is read back
 * before it counts.
 */
export function editFile(
  path: string,
  source: string,
  edits: readonly DocumentEdit[],
  files: TextFiles = new Map(),
): EditedFile {
  const refused: number[] = [];
  let text = source;
  let textFiles = files;
  for (const edit of edits) {
    const edited = editDocument(parseDocuments(path, text, textFiles), edit);
    if (edited) ({ text, textFiles } = edited);
    else refused.push(edit.index);
  }
  return { text, refused, ...(textFiles === files ? {} : { textFiles }) };
}

function editDocument(
  file: ParsedFile,
  { index, value }: DocumentEdit,
): { text: string; textFiles: TextFiles } | undefined {
  const document = file.documents.find((one) => one.index === index);
  if (!document || document.broken || hasHolders(document.yaml.contents)) return undefined;
  for (const depth of DEPTHS) {
    const context = createEditContext(document, depth);
    if (!editNode(document.yaml.contents, document.value, value, { indent: 0, at: 'pair' }, context)) continue;
    const applied = applySplices(file.text, context.splices) ?? '';
    // A file without a line break at its end keeps it that way when its last lines are removed.
    const text = file.text.endsWith('\n') ? applied : applied.replace(/\r?\n$/, '');
    const { newTexts } = context;
    const textFiles = newTexts.size === 0 ? file.textFiles : new Map([...file.textFiles, ...newTexts]);
    // A new text also changes the other documents that use its file.
    const { documents } = newTexts.size === 0 ? file : parseDocuments(file.path, file.text, textFiles);
    const wanted = documents.map((one) => (one.index === index ? value : one.value));
    if (readsAs(parseDocuments(file.path, text, textFiles), wanted))
      return { text: (file.hasByteOrderMark ? BYTE_ORDER_MARK : '') + text, textFiles };
  }
  return undefined;
}

/** Whether a document holds anchors in keys that are not part of its value, and that an edit would remove. */
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
  if (jsonEqual(old, wanted) && context.aliases.size === 0) return true;
  if (node.anchor !== undefined) context.anchored.set(node, wanted);
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
  return replaceValue(node, wanted, place, context);
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
  const ends = new Map<string, number>();
  for (const [i, pair] of node.items.entries()) {
    const key = getKeyText(pair.key);
    const element = elements[i];
    if (key === undefined || !element) return false;
    const value = getOwn(wanted, key);
    if (value !== undefined) ends.set(key, element.end);
    if (value === undefined) {
      forgetAnchors(pair.value, context);
      const trailing = node.items.slice(i).every((later) => getOwn(wanted, getKeyText(later.key) ?? '') === undefined);
      if (flow) context.splices.push(...removeFromFlow(context.text, elements, i, trailing));
      else if (!removeLines(context, element.start, element.end)) return false;
    } else if (
      !editNode(
        pair.value,
        getOwn(old, key) ?? null,
        value,
        flow ? place : { ...place, ...findColon(pair, context) },
        context,
        depth + 1,
      )
    ) {
      return false;
    }
  }
  let after = [...ends.values()].at(-1);
  // No key is kept that new ones could follow.
  if (after === undefined) return false;
  for (const [key, value] of Object.entries(wanted)) {
    const end = ends.get(key);
    if (end !== undefined) after = end;
    else if (flow)
      context.splices.push({ start: after, end: after, text: `, ${formatKey(key, true)}: ${formatFlow(value)}` });
    else insertBelow(context, after, ' '.repeat(indent) + formatPair(key, value, indent, { eol: context.eol }));
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
  const moved = old.map((value, i) => ({ value, element: elements[i], gone: !kept.has(i) })).filter(({ gone }) => gone);
  const write = (value: Json): string => {
    // An element that only moves keeps its text, comments included.
    const at = context.aliases.size > 0 ? -1 : moved.findIndex((one) => jsonEqual(one.value, value));
    const [found] = at === -1 ? [] : moved.splice(at, 1);
    if (found?.element) return sliceElement(found.element, place, context);
    return place.at === 'flow' ? formatFlow(value) : formatItem(value, indent, { eol: context.eol, flow: flowItems });
  };
  return insertElements(aligned, elements, place, write, context);
}

function insertElements(
  aligned: readonly AlignedElement[],
  elements: readonly FlowElement[],
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

/** The text of an element; in block style with the comment after it. */
function sliceElement({ start, end }: FlowElement, { at }: Place, { text }: EditContext): string {
  if (at === 'flow') return text.slice(start, end);
  return text.slice(start, text[end - 1] === '\n' ? end : lineEnd(text, end)).trimEnd();
}

function findColon({ key }: Pair, { text }: EditContext): Pick<Place, 'colon'> {
  const end = rangeOf(key)?.[1];
  const gap = end === undefined ? null : /^ *:/.exec(text.slice(end, lineEnd(text, end)));
  return end === undefined || !gap ? {} : { colon: end + gap[0].length - 1 };
}

function listPairs(node: YAMLMap): FlowElement[] | undefined {
  const pairs = node.items.map((pair) => ({ start: rangeOf(pair.key)?.[0] ?? -1, end: endOfPair(pair) ?? -1 }));
  return pairs.every(({ start, end }) => start !== -1 && end !== -1) ? pairs : undefined;
}

function listFlowElements(node: YAMLSeq): FlowElement[] | undefined {
  const ranges = node.items.map(rangeOf);
  return ranges.every((range) => range !== undefined) ? ranges.map(([start, end]) => ({ start, end })) : undefined;
}

/** From the dash of each element to its end. All dashes are in one column. */
function listBlockElements(node: YAMLSeq, { text }: EditContext): FlowElement[] | undefined {
  const column = columnOf(text, node.range?.[0] ?? 0);
  const elements: FlowElement[] = [];
  for (const [i, item] of node.items.entries()) {
    const range = rangeOf(item);
    if (!range) return undefined;
    const floor = i === 0 ? (node.range?.[0] ?? 0) : (elements[i - 1]?.end ?? 0);
    const start = i === 0 ? floor : findDash(text, range[0], floor, column);
    if (start === undefined || text[start] !== '-') return undefined;
    elements.push({ start, end: range[1] });
  }
  return elements;
}

function findDash(text: string, from: number, floor: number, column: number): number | undefined {
  for (let line = lineStart(text, from); line + column >= floor; line = lineStart(text, line - 1)) {
    if (text[line + column] === '-' && beginsLine(text, line + column)) return line + column;
    if (line === 0) return undefined;
  }
  return undefined;
}
