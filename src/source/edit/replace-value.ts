import { isMap, isScalar, isSeq, type Node } from 'yaml';
import { isJsonObject, type Json } from '../../model/json.js';
import {
  formatAfterKey,
  formatBlock,
  formatBlockScalar,
  formatFlow,
  formatInline,
  type ScalarStyle,
} from './format.js';
import { FILE_TAG } from '../text-files.js';
import { columnOf, type EditContext, forgetAnchors, isFlow, lineEnd, rangeOf, removeLines } from './text.js';

type Scalar = string | number | boolean | null;

const STYLES: Record<string, ScalarStyle> = {
  QUOTE_SINGLE: 'single',
  QUOTE_DOUBLE: 'double',
  BLOCK_LITERAL: 'literal',
  BLOCK_FOLDED: 'folded',
};

/** Where a value is: after a key or a dash in column `indent`, or inside braces or brackets. */
export interface Place {
  indent: number;
  at: 'pair' | 'item' | 'flow';
  /** Offset of the colon after the key. */
  colon?: number;
}

/** Replaces the text of a node by a value, in the style of the node where possible. Anchor and tag stay. */
export function replaceValue(node: Node, wanted: Json, place: Place, context: EditContext): boolean {
  const range = rangeOf(node);
  if (!range) return false;
  forgetAnchors(node, context);
  if (node.anchor !== undefined) context.anchored.set(node, wanted);
  const { text } = context;
  const [valueStart, end] = range;
  // The new value is not in that file, so the tag goes too.
  const start = context.textFiles.has(node) ? text.lastIndexOf(FILE_TAG, valueStart) : valueStart;
  const collection = isMap(node) || isSeq(node);
  // Only a list may begin in the column of its key; any other value must be indented.
  const shallow =
    collection &&
    place.at === 'pair' &&
    !isFlow(node) &&
    columnOf(context.text, start) <= place.indent &&
    !(Array.isArray(wanted) && wanted.length > 0);
  const shift = shallow && start > 0 ? ' '.repeat(2) : '';
  const beside =
    isOneLine(wanted) && shallow && text.slice(place.colon, start).includes('#')
      ? findBesideKey(node, place, context)
      : undefined;
  if (beside !== undefined) {
    // Below comments that are not indented, a value is not always read as the value of the key.
    context.splices.push({
      start: beside,
      end: beside,
      text: ` ${isScalarValue(wanted) ? formatInline(wanted) : formatFlow(wanted)}`,
    });
    return removeLines(context, start, end);
  }
  if (isOneLine(wanted)) {
    const from = collection && !isFlow(node) && place.at === 'pair' ? pullUp(start, context) : start;
    const written = isScalarValue(wanted) ? formatScalar(node, wanted, place, context) : formatFlow(wanted);
    put(from, end, (from === start ? shift : '') + written, context);
  } else if (place.at === 'flow' || (collection ? isFlow(node) : hasMoreOnLine(end, context))) {
    put(start, end, formatFlow(wanted), context);
  } else if (collection) {
    put(
      start,
      end,
      shift + formatBlock(wanted, columnOf(context.text, start) + shift.length, { eol: context.eol }),
      context,
    );
  } else if (place.at === 'item') {
    put(start, end, formatBlock(wanted, place.indent + 2, { eol: context.eol }), context);
  } else {
    const spaces = /[ \t]*$/.exec(context.text.slice(0, start))?.[0].length ?? 0;
    put(start - spaces, end, formatAfterKey(wanted, place.indent, { eol: context.eol }), context);
  }
  return true;
}

function formatScalar(node: Node, value: Scalar, place: Place, context: EditContext): string {
  const style = (isScalar(node) ? STYLES[node.type ?? ''] : undefined) ?? 'plain';
  const isBlock = style === 'literal' || style === 'folded';
  const comment = isBlock ? findHeaderComment(node, context) : '';
  const block =
    typeof value === 'string' && place.at !== 'flow' ? formatAsBlock(node, value, style, place, context) : undefined;
  if (block === undefined) return formatInline(value, isBlock ? 'plain' : style, place.at === 'flow') + comment;
  const [header = '', ...lines] = block.split(context.eol);
  return [header + comment, ...lines].join(context.eol);
}

/** Blocks stay blocks, and plain text becomes a block when it gets line breaks. */
function formatAsBlock(
  node: Node,
  value: string,
  style: ScalarStyle,
  { indent }: Place,
  context: EditContext,
): string | undefined {
  const end = rangeOf(node)?.[1] ?? 0;
  if (style === 'single' || style === 'double') return undefined;
  if (style === 'plain' && (!value.includes('\n') || hasMoreOnLine(end, context))) return undefined;
  return formatBlockScalar(value, style === 'folded' ? 'folded' : 'literal', indent + 2, context.eol);
}

/** The offset after the colon of the key and its anchor; undefined if the anchor is on another line. */
function findBesideKey(node: Node, { colon }: Place, { text }: EditContext): number | undefined {
  if (colon === undefined) return undefined;
  const [properties = ''] = /^(?: +[&!]\S+)*/.exec(text.slice(colon + 1)) ?? [];
  return properties === '' && node.anchor !== undefined ? undefined : colon + 1 + properties.length;
}

/** ` # text` after the `|` or `>` of a block scalar. */
function findHeaderComment(node: Node, { text }: EditContext): string {
  const start = rangeOf(node)?.[0] ?? 0;
  return / #.*$/.exec(text.slice(start, lineEnd(text, start)))?.[0] ?? '';
}

/** Where a value below its key can begin when it moves up to the key; a comment between keeps it below. */
function pullUp(start: number, { text }: EditContext): number {
  const before = text.slice(0, start).trimEnd();
  const line = before.slice(before.lastIndexOf('\n') + 1);
  return line.includes('#') ? start : before.length;
}

/** True if a comment follows on the line: it would end up inside a value of several lines. */
function hasMoreOnLine(end: number, { text }: EditContext): boolean {
  return text[end - 1] !== '\n' && text.slice(end, lineEnd(text, end)).trim() !== '';
}

/** Replaces a range. Keeps a line break at its end, and a space after a colon or a dash. */
function put(start: number, end: number, written: string, context: EditContext): void {
  const { text, eol } = context;
  const ends = end > start && text[end - 1] === '\n' ? eol : '';
  const touching = start > 0 && /[^\s[{,]/.test(text[start - 1] ?? '') && /^\S/.test(written);
  const space = touching && (start === end || /\s/.test(text[start] ?? '')) ? ' ' : '';
  context.splices.push({ start, end, text: space + written + ends });
}

function isOneLine(value: Json): boolean {
  if (Array.isArray(value)) return value.length === 0;
  return isJsonObject(value) ? Object.keys(value).length === 0 : true;
}

function isScalarValue(value: Json): value is Scalar {
  return value === null || typeof value !== 'object';
}
