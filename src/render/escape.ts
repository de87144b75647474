/**
 * Control and invisible characters, bidirectional marks and line breaks included: text from a tenant
 * must not move the cursor, hide itself or swap its own order. Beside the classes of Unicode these
 * are letters without a shape (Hangul fillers, the blank Braille pattern) and variation selectors
 * that no font has.
 */
const UNSAFE =
  /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\u115F\u1160\u2800\u3164\uFFA0]|\u034F|\u17B4|\u17B5|[\u{E0100}-\u{E01EF}]/gu;

/** One line of text that is safe to show; unsafe characters are shown as `\u{1b}`. */
export function escapeTerminal(text: string): string {
  return replaceUnsafe(text, (char) => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`);
}

/** The text with each unsafe character, line breaks included, as `show` has it. */
export function replaceUnsafe(text: string, show: (char: string) => string): string {
  return text.replace(UNSAFE, show);
}

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

/** A text for XML, which cannot hold control characters at all, not even escaped: they are shown first. */
export function escapeXml(text: string): string {
  return escapeTerminal(text)
    .replace(/[\uFFFE\uFFFF]/g, '\uFFFD')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

/** At most `most` characters of a text, with its length where it is cut; never half a character. */
export function shortenText(text: string, most: number): string {
  if (text.length <= most) return text;
  return `${text.slice(0, most).replace(/[\uD800-\uDBFF]$/, '')}… (${text.length} characters)`;
}
