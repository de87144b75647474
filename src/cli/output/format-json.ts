import { escapeTerminal } from '../../render/escape-terminal.js';

/**
 * A value as the JSON document that a command prints. JSON may hold characters that a terminal obeys
 * or hides; they are written as \u escapes, which mean the same.
 */
export function formatJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2).replace(/[^\n -~]/gu, escapeCharacter)}\n`;
}

function escapeCharacter(char: string): string {
  if (escapeTerminal(char) === char) return char;
  return Array.from({ length: char.length }, (_, at) => `\\u${char.charCodeAt(at).toString(16).padStart(4, '0')}`).join('');
}
