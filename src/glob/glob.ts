import picomatch from 'picomatch';

/** Alternatives that one pattern may spell out; `{a,b}{c,d}` are four. */
const MAX_ALTERNATIVES = 64;

const OPTIONS: picomatch.PicomatchOptions = {
  dot: true,
  fastpaths: false,
  flags: 's',
  nobrace: true,
  nobracket: true,
  noextglob: true,
  nonegate: true,
  windows: false,
};

/** Ends each path and its pattern, so that a `**` before it may match no folder, as everywhere else. */
const LAST = '\uE000';

/** Replaces a backslash in a path: to picomatch the path `\(` equals the escaped pattern `(`. */
const BACKSLASH = '\uE002';

/**
 * Whether an address, or any other name, matches a pattern. `*` matches any text, slashes included;
 * every other character matches itself. The parts between stars are found from left to right and never
 * tried again: names come from tenants, and a regular expression of five stars can take a minute.
 */
export function matchGlob(pattern: string, name: string): boolean {
  const [first = '', ...parts] = pattern.split('*');
  const last = parts.pop();
  if (last === undefined) return name === pattern;
  const end = name.length - last.length;
  if (end < first.length || !name.startsWith(first) || !name.endsWith(last)) return false;
  let from = first.length;
  for (const part of parts) {
    const found = name.indexOf(part, from);
    if (found === -1 || found + part.length > end) return false;
    from = found + part.length;
  }
  return true;
}

/** `**` matches any number of folders, `*` any text within a name, `{yaml,yml}` either text. */
export interface PathGlob {
  matches: (path: string) => boolean;
  /** The folders, without any `*`, that hold everything that can match. */
  baseFolders: readonly string[];
}

/** @throws RangeError when the choices in braces multiply beyond reason. */
export function parsePathGlob(pattern: string): PathGlob {
  const clean = pattern.replaceAll('\\', '/').replace(/^(?:\.\/)+/, '');
  const alternatives = expandBraces(clean).map((one) => one.split('/').filter((part) => part !== ''));
  const matcher = picomatch(
    alternatives.map((parts) => escapeSpecials([...parts, LAST].join('/'))),
    OPTIONS,
  );
  return {
    matches: (path) => matcher(`${path.replaceAll('\\', BACKSLASH)}/${LAST}`),
    baseFolders: [...new Set(alternatives.map(findBase))],
  };
}

function findBase(parts: readonly string[]): string {
  const star = parts.findIndex((part) => part.includes('*'));
  return parts.slice(0, star === -1 ? -1 : star).join('/');
}

function expandBraces(pattern: string): string[] {
  let expanded = [''];
  let rest = pattern;
  for (let match = /\{([^{}]*)\}/.exec(rest); match; match = /\{([^{}]*)\}/.exec(rest)) {
    const before = rest.slice(0, match.index);
    const choices = (match[1] ?? '').split(',');
    expanded = expanded.flatMap((start) => choices.map((choice) => start + before + choice));
    if (expanded.length > MAX_ALTERNATIVES)
      throw new RangeError(`The pattern "${pattern}" has too many alternatives in braces.`);
    rest = rest.slice(match.index + match[0].length);
  }
  return expanded.map((start) => start + rest);
}

/** Escapes what is special to picomatch, except `*` and the slash. */
function escapeSpecials(pattern: string): string {
  return pattern.replaceAll(/["$()+?@[\]^{|}!]/g, '\\$&');
}
