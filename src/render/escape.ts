/*
 * Foreign text at its borders. Each rendering escapes exactly once, with the function of its format:
 * a terminal here, HTML and XML here, Markdown in markdown.ts, Mermaid and Graphviz beside their pictures.
 */

/**
 * Control characters, line breaks, bidirectional marks and invisible characters. Text of a tenant must not move
 * the cursor, hide, or swap its order. Unicode counts Hangul fillers and the blank Braille pattern as letters.
 */
const UNSAFE =
  /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\u115F\u1160\u2800\u3164\uFFA0]|\u034F|\u17B4|\u17B5|[\u{E0100}-\u{E01EF}]/gu;

/** One line that is safe in a terminal; an unsafe character becomes `\u{1b}`. */
export function escapeTerminal(text: string): string {
  return replaceUnsafe(text, (char) => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`);
}

export function replaceUnsafe(text: string, replace: (char: string) => string): string {
  return text.replace(UNSAFE, replace);
}

/** Cuts a text, but no character in half, and states its length. */
export function shortenText(text: string, most: number): string {
  if (text.length <= most) return text;
  return `${text.slice(0, most).replace(/[\uD800-\uDBFF]$/, '')}… (${text.length} characters)`;
}

export function escapeShort(text: string, most = 200): string {
  return escapeTerminal(shortenText(text, most));
}

export function escapeName(text: string): string {
  return escapeShort(text, 300);
}

export function escapeSentence(text: string): string {
  return escapeShort(text, 2_000);
}

/** `prod (acme.prod.limio.com)` */
export function escapeTenant({ environment, host }: { environment: string; host: string }): string {
  return `${escapeName(environment)} (${escapeName(host)})`;
}

const ENTITIES = new Map(Object.entries({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }));

/** One line for HTML, between tags or in a quoted attribute. */
export function escapeHtml(text: string, most = 300): string {
  return escapeEntities(escapeShort(text, most));
}

export function escapeHtmlLines(text: string): string {
  return text
    .split(/\r?\n/)
    .map((line) => escapeHtml(line, Infinity))
    .join('\n');
}

/** XML cannot hold control characters, not even escaped. */
export function escapeXml(text: string): string {
  return escapeEntities(escapeTerminal(text)).replace(/[\uFFFE\uFFFF]/g, '\uFFFD');
}

function escapeEntities(text: string): string {
  return text.replace(/[&<>"']/g, (char) => ENTITIES.get(char) ?? char);
}
