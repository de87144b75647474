import type { FieldChange } from '../model/change.js';
import type { Json } from '../model/json.js';
import { parsePointer } from '../model/pointer.js';
import { escapeTerminal } from './escape-terminal.js';
import type { Style } from './style.js';
import { formatRouting } from './format-routing.js';
import { formatWordDiff, readHtml } from './word-diff.js';

const MOST_VALUE_CHARACTERS = 200;
const MOST_SHORT_CHARACTERS = 40;

/** `price__limio[charge_1].value` for `/attributes/price__limio/charge_1/value`. */
export function formatFieldName(pointer: string): string {
  const [first = '', ...rest] = parsePointer(pointer);
  const segments = first === 'attributes' && rest.length > 0 ? rest : [first, ...rest];
  const [head = '', ...tail] = segments.map((segment) => escapeTerminal(shortenId(segment)));
  return tail.reduce((name, segment) => name + (/^[a-z][\w]*$/i.test(segment) ? `.${segment}` : `[${segment}]`), head);
}

/** Eight digits of a uuid tell branches apart as well as all of them. */
function shortenId(segment: string): string {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(segment) ? segment.slice(0, 8) : segment;
}

/** The two sides of a field on one line. */
export function formatFieldValues(field: FieldChange, style: Style): string {
  const { before, after, show } = field;
  if (show === 'routing') return formatRoutingChange(before, after, style);
  if (before === undefined) return style.added(`+ ${formatValue(after ?? null)}`);
  if (after === undefined) return style.removed(`- ${formatValue(before)}`);
  if (show === 'set' && Array.isArray(before) && Array.isArray(after)) return formatSet(before, after, style);
  if (show === 'order') return `order ${formatValue(before)} -> ${formatValue(after)}`;
  if ((show === 'text' || show === 'html') && typeof before === 'string' && typeof after === 'string') {
    return formatTexts(before, after, show, style);
  }
  return `${style.removed(formatValue(before))} -> ${style.added(formatValue(after))}`;
}

/** One line a branch, so that a journey reads as the table that it is. */
function formatRoutingChange(before: Json | undefined, after: Json | undefined, style: Style): string {
  const removed = before === undefined ? [] : formatRouting(before).map((line) => style.removed(`- ${line}`));
  const added = after === undefined ? [] : formatRouting(after).map((line) => style.added(`+ ${line}`));
  const lines = [...removed, ...added];
  return lines.length === 1 ? (lines[0] ?? '') : lines.map((line) => `\n        ${line}`).join('');
}

function formatTexts(before: string, after: string, show: 'text' | 'html', style: Style): string {
  if (show === 'text') return formatWordDiff(before, after, style);
  const [old, wanted] = [readHtml(before), readHtml(after)];
  // Short ones, such as displayed prices, are read more easily whole than word by word.
  if (old !== wanted && Math.max(old.length, wanted.length) <= MOST_SHORT_CHARACTERS) {
    return `${style.removed(formatValue(old))} -> ${style.added(formatValue(wanted))}`;
  }
  // The words are the same, so what changed is the markup itself.
  return old === wanted ? formatWordDiff(before, after, style) : formatWordDiff(old, wanted, style);
}

function formatSet(before: Json[], after: Json[], style: Style): string {
  const old = new Set(before.map(formatValue));
  const wanted = new Set(after.map(formatValue));
  const removed = [...old].filter((item) => !wanted.has(item)).map((item) => style.removed(`-${item}`));
  const added = [...wanted].filter((item) => !old.has(item)).map((item) => style.added(`+${item}`));
  return [...removed, ...added].join(' ');
}

export function formatValue(value: Json): string {
  const text = JSON.stringify(value) ?? 'null';
  const cut = text.length > MOST_VALUE_CHARACTERS ? `${text.slice(0, MOST_VALUE_CHARACTERS)}… (${text.length} characters)` : text;
  return escapeTerminal(cut);
}
