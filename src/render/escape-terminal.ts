/**
 * Control characters, bidirectional marks and invisible format characters, line breaks included:
 * text from a tenant must not move the cursor, hide itself or swap its own order.
 */
const UNSAFE = /[\u0000-\u001F\u007F-\u009F\u061C\u200B-\u200F\u2028-\u202E\u2060-\u206F\uFEFF]|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/gu;

/** One line of text that is safe to print; unsafe characters are shown as `\u{1b}`. */
export function escapeTerminal(text: string): string {
  return text.replace(UNSAFE, (char) => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`);
}
