import picomatch from 'picomatch';
import { type GlobFault, isGlobFault, type PatternPart, parsePattern, type PatternUse } from './parse-pattern.js';

/**
 * The one pattern language of limio-sync (docs/patterns.md): `* ** ? [a-z] {a,b} \x`, and lists with `!negation`.
 * Names come from tenants, so no name may be slow to match: picomatch compiles the pieces between stars, which have a
 * fixed length, and each piece is searched from left to right and never tried again.
 */

/**
 * Whether a name or an address matches one pattern without `!`. `*` and `**` match any text, slashes included. A
 * pattern spelled exactly like a name matches it too, so that pasted addresses need no escapes. Both are compared in
 * Unicode NFC: what looks alike must not escape `protect`.
 * @throws RangeError for a pattern that `findGlobFault` refuses.
 */
export function matchGlob(pattern: string, name: string): boolean {
  const [wanted, found] = [pattern.normalize('NFC'), name.normalize('NFC')];
  return compileName(wanted).some((matches) => matches(found)) || wanted === found;
}

/** Whether a list matches a name: `!pattern` takes away what earlier ones matched, so the last match decides. */
export function matchGlobs(patterns: readonly string[], name: string): boolean {
  const last = patterns.findLast((pattern) => matchGlob(isNegation(pattern) ? pattern.slice(1) : pattern, name));
  return last !== undefined && !isNegation(last);
}

export function isNegation(pattern: string): boolean {
  return pattern.startsWith('!');
}

/** A list of nothing but negations means everything except those. */
export function completeList(patterns: readonly string[], everything: readonly string[] = ['*']): string[] {
  return patterns.length > 0 && patterns.every(isNegation) ? [...everything, ...patterns] : [...patterns];
}

/** Why a pattern, without its `!`, cannot be read; undefined when it can. */
export function findGlobFault(pattern: string, use: PatternUse = 'name'): GlobFault | undefined {
  const parsed = parsePattern(pattern, use);
  return isGlobFault(parsed) ? parsed : undefined;
}

/** The pattern that matches exactly this name. */
export function escapeGlob(name: string): string {
  return name.replaceAll(/[*?[\]{}\\|]|^!|(?<=[!@])\(/g, '\\$&');
}

/** One choice of the braces of a pattern. */
export interface Alternative {
  /** Written as a pattern without braces. */
  pattern: string;
  /** The only name that it matches. Absent: it has wildcards. */
  literal?: string;
  /** The text before the first and after the last wildcard. */
  start: string;
  end: string;
}

/** @throws RangeError for a pattern that `findGlobFault` refuses. */
export function listAlternatives(pattern: string): Alternative[] {
  return readAlternatives(pattern, 'name').map((parts) => {
    const texts = parts.map(({ text }) => text);
    const [first, last] = [texts.indexOf(undefined), texts.lastIndexOf(undefined)];
    return {
      pattern: parts.map(({ raw }) => raw).join(''),
      ...(first === -1 ? { literal: texts.join('') } : {}),
      start: texts.slice(0, first === -1 ? undefined : first).join(''),
      end: texts.slice(last + 1).join(''),
    };
  });
}

/** A list of patterns for paths of files. `**` is any number of folders, `*` any text within one name. */
export interface PathGlobs {
  matches: (path: string) => boolean;
  /** The folders, without any wildcard, that hold everything that can match. */
  baseFolders: readonly string[];
}

/** @throws RangeError for a pattern that `findGlobFault` refuses. */
export function parsePathGlobs(patterns: readonly string[]): PathGlobs {
  const globs = patterns.map((pattern) => {
    const isNegated = isNegation(pattern);
    return { isNegated, folders: readAlternatives(isNegated ? pattern.slice(1) : pattern, 'path').map(splitFolders) };
  });
  const lines = globs.map(({ isNegated, folders }) => ({ isNegated, alternatives: folders.map(compilePath) }));
  return {
    matches: (path) => {
      const names = path.split('/');
      const last = lines.findLast(({ alternatives }) => alternatives.some((matches) => matches(names)));
      return last !== undefined && !last.isNegated;
    },
    baseFolders: [
      ...new Set(globs.filter(({ isNegated }) => !isNegated).flatMap(({ folders }) => folders.map(findBase))),
    ],
  };
}

type Parts = readonly PatternPart[];

/** The parts of each folder, without empty ones: `./a//b` is `a/b`. */
function splitFolders(parts: Parts): Parts[] {
  const folders: PatternPart[][] = [[]];
  for (const part of parts)
    if (part.text === '/') folders.push([]);
    else folders.at(-1)?.push(part);
  const isHere = (folder: Parts): boolean => folder.length === 0 || (folder.length === 1 && folder[0]?.text === '.');
  return folders.filter((folder) => !isHere(folder));
}

function findBase(folders: readonly Parts[]): string {
  const first = folders.findIndex((folder) => !folder.every(isText));
  return folders
    .slice(0, first === -1 ? -1 : first)
    .map((folder) => folder.map(({ text }) => text ?? '').join(''))
    .join('/');
}

function isText(part: PatternPart): part is PatternPart & { text: string } {
  return part.text !== undefined;
}

/** Follows all places in the path that the pattern can have reached: at most one for each folder. */
function compilePath(folders: readonly Parts[]): (names: readonly string[]) => boolean {
  const steps = folders.map((folder) =>
    folder.length > 1 && folder.every(({ isStar }) => isStar) ? 'any' : compileParts(folder),
  );
  return (names) => {
    let places = [0];
    for (const step of steps) {
      const [first = names.length + 1] = places;
      if (step === 'any') places = Array.from({ length: names.length + 1 - first }, (_, i) => first + i);
      else places = places.filter((at) => at < names.length && step(names[at] ?? '')).map((at) => at + 1);
    }
    return places.includes(names.length);
  };
}

/** Patterns of the running command, compiled. Selectors can be names of all objects, so it is emptied at times. */
const compiled = new Map<string, ((name: string) => boolean)[]>();

function compileName(pattern: string): ((name: string) => boolean)[] {
  const known = compiled.get(pattern);
  if (known) return known;
  const made = readAlternatives(pattern, 'name').map(compileParts);
  if (compiled.size >= 1000) compiled.clear();
  compiled.set(pattern, made);
  return made;
}

function readAlternatives(pattern: string, use: PatternUse): Parts[] {
  const parsed = parsePattern(pattern, use);
  if (!isGlobFault(parsed)) return parsed;
  throw new RangeError(`The pattern "${pattern}" cannot be read: ${parsed.message}`);
}

function compileParts(parts: Parts): (name: string) => boolean {
  const pieces: PatternPart[][] = [[]];
  for (const part of parts)
    if (part.isStar) pieces.push([]);
    else pieces.at(-1)?.push(part);
  const steps = pieces.map((piece, i) => compilePiece(piece, { first: i === 0, last: i === pieces.length - 1 }));
  return (name) => {
    let end: number | undefined = 0;
    for (const step of steps) {
      end = step(name, end);
      if (end === undefined) return false;
    }
    return true;
  };
}

/** Where the first match of a piece at or after `from` ends. */
type Step = (name: string, from: number) => number | undefined;

function compilePiece(piece: Parts, { first, last }: { first: boolean; last: boolean }): Step {
  if (!piece.every(isText)) {
    const inner = piece.map(({ text, raw }) => (text === undefined ? translate(raw) : escapeText(text))).join('');
    const regex = new RegExp(`${first ? '^' : ''}${inner}${last ? '$' : ''}`, 'gsu');
    return (name, from) => {
      regex.lastIndex = from;
      return regex.test(name) ? regex.lastIndex : undefined;
    };
  }
  const text = piece.map((part) => part.text).join('');
  if (first && last) return (name) => (name === text ? text.length : undefined);
  if (first) return (name) => (name.startsWith(text) ? text.length : undefined);
  if (last) return (name, from) => (name.length - text.length >= from && name.endsWith(text) ? name.length : undefined);
  return (name, from) => {
    const at = name.indexOf(text, from);
    return at === -1 ? undefined : at + text.length;
  };
}

/** `?` or a class, by picomatch. Text never reaches it: even without braces and negation it reads quotes and dots. */
function translate(wildcard: string): string {
  return picomatch.makeRe(wildcard, OPTIONS).source.slice(1, -1);
}

const OPTIONS: picomatch.PicomatchOptions & { literalBrackets: boolean } = {
  dot: true,
  fastpaths: false,
  literalBrackets: false,
  nonegate: true,
  strictSlashes: true,
  windows: false,
};

function escapeText(text: string): string {
  return text.replaceAll(/[$()*+.?[\\\]^{|}/]/g, '\\$&');
}
