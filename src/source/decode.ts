import { basename } from 'node:path';

/** Why bytes are not the UTF-8 text that a person meant, with the place of the first byte that shows it. */
export interface EncodingFault {
  line: number;
  col: number;
  message: string;
  hint: string;
}

const START = { line: 1, col: 1 };

/** The header of the files in which macOS keeps attributes on disks of other systems: `._name`. */
const APPLE_DOUBLE = [0x00, 0x05, 0x16, 0x07];

const UTF16 = [
  [0xff, 0xfe],
  [0xfe, 0xff],
];

/** The text of a file, byte order mark included, or what its bytes are instead. */
export function decodeText(path: string, bytes: Buffer): { text: string } | { fault: EncodingFault } {
  if (begins(bytes, APPLE_DOUBLE)) {
    const message = `${basename(path)} is metadata of macOS (AppleDouble), no text.`;
    return { fault: { ...START, message, hint: 'Delete it, and add "._*" to .gitignore.' } };
  }
  if (UTF16.some((mark) => begins(bytes, mark))) {
    const hint = `Save it as UTF-8: iconv -f utf-16 -t utf-8 ${basename(path)}`;
    return { fault: { ...START, message: 'The file is UTF-16, not UTF-8.', hint } };
  }
  const zero = bytes.indexOf(0);
  if (zero !== -1) {
    const message = 'The file has a zero byte: it is binary, or UTF-16 without a byte order mark.';
    return { fault: { ...locateByte(bytes, zero), message, hint: 'Save it as UTF-8 text.' } };
  }
  try {
    return { text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch {
    const at = findBadByte(bytes);
    const byte = (bytes[at] ?? 0).toString(16).toUpperCase().padStart(2, '0');
    const message = `The file is not UTF-8 text: the byte ${byte} is probably Latin-1 (Windows-1252).`;
    const hint = `Save it as UTF-8: iconv -f windows-1252 -t utf-8 ${basename(path)}`;
    return { fault: { ...locateByte(bytes, at), message, hint } };
  }
}

function begins(bytes: Buffer, start: readonly number[]): boolean {
  return start.every((byte, i) => bytes[i] === byte);
}

/** The first byte that the text before it, and a replacement character, do not account for. */
function findBadByte(bytes: Buffer): number {
  let at = 0;
  for (const char of bytes.toString('utf8')) {
    const written = Buffer.from(char);
    if (!written.equals(bytes.subarray(at, at + written.length))) return at;
    at += written.length;
  }
  return at;
}

/** Columns count characters. */
function locateByte(bytes: Buffer, at: number): { line: number; col: number } {
  const lines = bytes.subarray(0, at).toString('utf8').split('\n');
  return { line: lines.length, col: (lines.at(-1) ?? '').length + 1 };
}

/** From the first marker to the last one, each at the start of a line; or one that somebody forgot to remove. */
const CONFLICT = /^<{7} .*$[^]*?^={7}\r?$[^]*?^>{7} .*$|^(?:<{7}|>{7}) .*$/gm;

/** The first and last lines of each conflict that git left in a text. */
export function findConflicts(text: string): { line: number; last: number }[] {
  if (!text.includes('<<<<<<< ') && !text.includes('>>>>>>> ')) return [];
  return [...text.matchAll(CONFLICT)].map(({ 0: conflict, index }) => {
    const line = text.slice(0, index).split('\n').length;
    return { line, last: line + conflict.split('\n').length - 1 };
  });
}
