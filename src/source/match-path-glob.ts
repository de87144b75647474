import { matchGlob } from '../model/text.js';

/** Alternatives that one pattern may spell out; `{a,b}{c,d}` are four. */
const MAX_ALTERNATIVES = 64;

/**
 * A pattern for file paths, taken apart: `**` is any number of folders, `*` any text within a name,
 * `{yaml,yml}` a choice. Nothing else is special.
 */
export interface PathGlob {
  pattern: string;
  /** The alternatives, each split at its slashes. */
  alternatives: readonly (readonly string[])[];
}

/** @throws RangeError when the choices in braces multiply beyond reason. */
export function parsePathGlob(pattern: string): PathGlob {
  const clean = pattern.replaceAll('\\', '/').replace(/^(?:\.\/)+/, '');
  return { pattern, alternatives: expandBraces(clean).map((one) => one.split('/').filter((part) => part !== '')) };
}

export function matchPathGlob(glob: PathGlob, path: string): boolean {
  const parts = path.split('/');
  return glob.alternatives.some((pattern) => matchParts(pattern, parts));
}

/** The folders, without any `*`, under which everything that can match lies. */
export function listBaseFolders(glob: PathGlob): string[] {
  const bases = glob.alternatives.map((parts) => {
    const star = parts.findIndex((part) => part.includes('*'));
    return parts.slice(0, star === -1 ? -1 : star).join('/');
  });
  return [...new Set(bases)];
}

/** Only the last `**` ever needs a second try, so this takes at most pattern times path steps. */
function matchParts(pattern: readonly string[], parts: readonly string[]): boolean {
  let p = 0;
  let retry: { pattern: number; part: number } | undefined;
  let i = 0;
  while (i < parts.length) {
    const wanted = pattern[p];
    if (wanted === '**') {
      retry = { pattern: ++p, part: i };
    } else if (wanted !== undefined && matchGlob(wanted, parts[i] ?? '')) {
      p++;
      i++;
    } else if (retry) {
      retry.part++;
      p = retry.pattern;
      i = retry.part;
    } else {
      return false;
    }
  }
  return pattern.slice(p).every((part) => part === '**');
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
