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
