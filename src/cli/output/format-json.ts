import { replaceUnsafe } from '../../render/escape.js';

/**
 * A value as the JSON document that a command prints. JSON may hold characters that a terminal obeys
 * or hides; they are written as \u escapes, which mean the same.
 */
export function formatJson(value: unknown): string {
  return `${replaceUnsafe(JSON.stringify(value, null, 2), escapeCharacter)}\n`;
}

function escapeCharacter(char: string): string {
  if (char === '\n') return char;
  return Array.from({ length: char.length }, (_, at) => `\\u${char.charCodeAt(at).toString(16).padStart(4, '0')}`).join(
    '',
  );
}
