import type { Json } from '../../model/json.js';
import type { FieldView } from '../view-field.js';
import type { WordPart } from '../diff-words.js';
import { writeJson } from '../write-json.js';
import { escapeHtml, escapeHtmlLines } from './escape-html.js';

const MOST_CHARACTERS = 20_000;
const MOST_ITEMS = 300;
const EMPTY = '&quot;&quot;';

/** The two sides of a field as HTML; a side is absent when the field is not set there. */
export function writeValues(field: FieldView): { before?: string; after?: string } {
  switch (field.form) {
    case 'words':
      return { before: writeSide(field.parts, 'removed'), after: writeSide(field.parts, 'added') };
    case 'texts':
      return { before: writeText(field.before) || EMPTY, after: writeText(field.after) || EMPTY };
    case 'set':
      return {
        before: writeList(field.removed, '−', 'del') || '<span class="none">nothing goes</span>',
        after: writeList(field.added, '+', 'ins') || '<span class="none">nothing comes</span>',
      };
    case 'routing':
      return {
        ...(field.before.length === 0 ? {} : { before: writeList(field.before, '−', 'del') }),
        ...(field.after.length === 0 ? {} : { after: writeList(field.after, '+', 'ins') }),
      };
    default:
      return {
        ...(field.before === undefined
          ? {}
          : { before: writeValue(field.before, field.after === undefined ? '' : 'del') }),
        ...(field.after === undefined
          ? {}
          : { after: writeValue(field.after, field.before === undefined ? '' : 'ins') }),
      };
  }
}

function writeSide(parts: readonly WordPart[], kind: 'removed' | 'added'): string {
  const tag = kind === 'removed' ? 'del' : 'ins';
  return (
    parts
      .filter((part) => part.kind === 'same' || part.kind === kind)
      .map((part) => (part.kind === 'same' ? writeText(part.text) : `<${tag}>${writeText(part.text)}</${tag}>`))
      .join('') || EMPTY
  );
}

function writeText(text: string): string {
  return escapeHtmlLines(text, MOST_CHARACTERS);
}

function writeList(items: readonly string[], sign: string, tag: 'del' | 'ins'): string {
  const rows = items.slice(0, MOST_ITEMS).map((item) => `<${tag}>${sign} ${escapeHtml(item, 2_000)}</${tag}>`);
  return [...rows, ...(items.length > MOST_ITEMS ? [`and ${items.length - MOST_ITEMS} more`] : [])].join('\n');
}

/** Texts without quotation marks, which in a cell of their own they do not need. */
function writeValue(value: Json, tag: 'del' | 'ins' | ''): string {
  const text = typeof value === 'string' && value !== '' ? writeText(value) : writeText(writeJson(value, 2));
  return tag === '' ? text : `<${tag}>${text}</${tag}>`;
}
