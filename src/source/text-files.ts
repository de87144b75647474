import { readFileSync, realpathSync, statSync } from 'node:fs';
import { join, posix, relative, sep } from 'node:path';
import type { ScalarTag } from 'yaml';
import type { Position } from '../model/problem.js';
import { decodeText } from './decode.js';
import type { SourceText, TextFiles } from './documents.js';

/**
 * Long texts in files of their own: `description__limio: !file ../terms.html`. The path is relative to the
 * YAML file. A reading command loads each named file once, as one more SourceText; the parser takes the
 * value from there, and `pull` writes it back there.
 */

export const FILE_TAG = '!file';

/** The value of the node is the path as it is written; readNode replaces it by the text. */
export const fileTag: ScalarTag = { tag: FILE_TAG, resolve: (path) => path };

export function listTextFiles(sources: readonly SourceText[]): TextFiles {
  return new Map(sources.filter(({ role }) => role === 'text').map((source) => [source.path, source]));
}

/** The path from the root; it begins with `../` when it leaves the root. */
export function resolveTextPath(yamlFile: string, reference: string): string {
  return posix.isAbsolute(reference) ? reference : posix.join(posix.dirname(yamlFile), reference);
}

const BYTE_ORDER_MARK = '\uFEFF';

/** The value of a text file: without the line break at its end, which editors add, and with `\n` for others. */
export function readTextValue(text: string): string {
  return text.replace(BYTE_ORDER_MARK, '').replaceAll('\r\n', '\n').replace(/\n$/, '');
}

/** The text of a file that reads as a value, in the form of the text that it had. */
export function writeTextValue(value: string, before: string): string {
  const mark = before.startsWith(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK : '';
  const ends = before.endsWith('\n') || value.endsWith('\n') ? '\n' : '';
  const text = `${value}${ends}`;
  return mark + (before.includes('\r\n') ? text.replaceAll('\n', '\r\n') : text);
}

/** The place of an offset in the value of a text file, and the rest of its line up to `length`. */
export function locateInText({ path, text }: SourceText, offset = 0, length = Infinity): Position & { length: number } {
  const before = readTextValue(text).slice(0, offset).split('\n');
  const line = readTextValue(text).split('\n')[before.length - 1] ?? '';
  const col = (before.at(-1) ?? '').length;
  return { file: path, line: before.length, col: col + 1, length: Math.max(Math.min(line.length - col, length), 1) };
}

/** What other files name: by `!file`, `for_each` and `extends`. */
export type NamedRole = 'text' | 'table' | 'base';

/** Enough for any shop. Every command reads all of these files. */
const MAX_MEBIBYTES: Readonly<Record<NamedRole, number>> = { text: 1, table: 16, base: 1 };

/** Reads a file that another one names. Whatever is wrong with it is in `fault`, for the place of the tag. */
export function readNamedFile(root: string, path: string, role: NamedRole): SourceText {
  const refuse = (message: string, hint?: string): SourceText => ({
    path,
    text: '',
    role,
    fault: { message, ...(hint === undefined ? {} : { hint }) },
  });
  if (posix.isAbsolute(path)) return refuse('The path is absolute.', 'Write it relative to this YAML file.');
  if (path.startsWith('../')) return refuse(`${path} is outside the folder of the configuration.`);
  if (isHidden(path))
    return refuse(`${path} is hidden or not part of the repository.`, 'Move it beside the YAML files.');
  const isYaml = /\.ya?ml$/i.test(path);
  if (isYaml && role === 'text') return refuse('A YAML file cannot be a text.', 'Name a file such as terms.html.');
  if (!/\.csv$/i.test(path) && role === 'table')
    return refuse(`${path} is no CSV file.`, 'Name a file such as prices.csv, or write "rows" in for_each.');
  if (!isYaml && role === 'base') return refuse(`${path} is no YAML file.`, 'Name a file such as bases/digital.yaml.');
  try {
    const real = realpathSync(join(root, path));
    const inside = relative(realpathSync(root), real);
    if (inside.startsWith('..')) return refuse(`${path} is a link that leads out of the repository.`);
    if (isHidden(inside.replaceAll(sep, '/'))) return refuse(`${path} is a link to a hidden file.`);
    const stat = statSync(real);
    if (!stat.isFile()) return refuse(`${path} is not a regular file.`);
    const most = MAX_MEBIBYTES[role];
    if (stat.size > most * 1024 * 1024) return refuse(`${path} has more than ${most} MiB.`);
    const decoded = decodeText(path, readFileSync(real));
    if ('text' in decoded) return { path, text: decoded.text, role };
    const { message, hint, line, col } = decoded.fault;
    return refuse(`${path}:${line}:${col} ${message}`, hint);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    if (code !== 'ENOENT') return refuse(`${path} cannot be read (${code}).`);
    return refuse(`There is no file ${path}.`, 'The path is relative to the folder of this YAML file.');
  }
}

/** Secrets of the machine, such as .env, must not become texts of the shop. */
function isHidden(path: string): boolean {
  return path.split('/').some((name) => /^\.[^.]/.test(name) || name === 'node_modules');
}
