import { type Change as Part, diffWordsWithSpace } from 'diff';
import { escapeTerminal } from './escape-terminal.js';
import type { Style } from './style.js';

const CONTEXT_CHARACTERS = 40;
/** Beyond this a word diff costs more than it tells. */
const MOST_CHARACTERS = 20_000;

/**
 * The words that differ, each with a little of what stands around it:
 * `…the [-monthly-]{+yearly+} price…`; with colour the marks are left away.
 */
export function formatWordDiff(before: string, after: string, style: Style): string {
  if (before.length + after.length > MOST_CHARACTERS) {
    return `${style.removed(`${before.length} characters`)} -> ${style.added(`${after.length} characters`)} (too long for a word diff)`;
  }
  return diffWordsWithSpace(before, after)
    .map((part, i, all) => formatPart(part, i === 0, i === all.length - 1, style))
    .join('');
}

function formatPart(part: Part, first: boolean, last: boolean, style: Style): string {
  if (part.added) return style.added(style.colour ? escapeTerminal(part.value) : `{+${escapeTerminal(part.value)}+}`);
  if (part.removed) return style.removed(style.colour ? escapeTerminal(part.value) : `[-${escapeTerminal(part.value)}-]`);
  return escapeTerminal(shorten(part.value, first, last));
}

function shorten(text: string, first: boolean, last: boolean): string {
  const keep = first || last ? CONTEXT_CHARACTERS : CONTEXT_CHARACTERS * 2;
  if (text.length <= keep) return text;
  if (first && last) return `${text.slice(0, keep)}…`;
  if (first) return `…${text.slice(-CONTEXT_CHARACTERS)}`;
  if (last) return `${text.slice(0, CONTEXT_CHARACTERS)}…`;
  return `${text.slice(0, CONTEXT_CHARACTERS)} … ${text.slice(-CONTEXT_CHARACTERS)}`;
}

/** HTML as people read it: its text, with a break where a block ends. */
export function readHtml(html: string): string {
  return html
    .replace(/<(br|\/p|\/li|\/div|\/h[1-6]|\/tr)\b[^>]*>/gi, ' / ')
    .replace(/<li\b[^>]*>/gi, '• ')
    .replace(/<[^>]*>/g, '')
    .replaceAll('&nbsp;', ' ')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&')
    .replace(/\s+/g, ' ')
    .replace(/(\s*\/\s*)+$/, '')
    .trim();
}
