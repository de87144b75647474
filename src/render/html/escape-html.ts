import { escapeTerminal } from '../escape-terminal.js';
import { shortenText } from '../shorten-text.js';

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const MOST_CHARACTERS = 300;

/** One line of foreign text for HTML, between tags or inside a quoted attribute; nothing in it is invisible. */
export function escapeHtml(text: string, most = MOST_CHARACTERS): string {
  return escapeTerminal(shortenText(text, most)).replace(/[&<>"']/g, (char) => ENTITIES[char] ?? '');
}

/** The same for a text of several lines, which keeps its breaks. */
export function escapeHtmlLines(text: string, most: number): string {
  return shortenText(text, most)
    .split(/\r?\n/)
    .map((line) => escapeHtml(line, Infinity))
    .join('\n');
}
