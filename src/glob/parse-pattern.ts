/** Alternatives that one pattern may have; `{a,b}{c,d}` are four. */
const MAX_ALTERNATIVES = 64;

/** Paths of files, in which `*` stays inside a folder, or names and addresses. */
export type PatternUse = 'name' | 'path';

/** One character of text, one star, or one `?` or `[class]`. */
export interface PatternPart {
  /** The character. Absent: a wildcard. */
  text?: string;
  isStar?: true;
  /** As patterns write it; a class in the form that picomatch reads. */
  raw: string;
}

/** Why a pattern cannot be read. */
export interface GlobFault {
  message: string;
  hint: string;
}

export function isGlobFault(value: GlobFault | readonly (readonly PatternPart[])[]): value is GlobFault {
  return 'message' in value;
}

/** The alternatives of a pattern, one for each choice in braces, or why it cannot be read. Pure. */
export function parsePattern(pattern: string, use: PatternUse): PatternPart[][] | GlobFault {
  const reader: Reader = { characters: Array.from(pattern), at: 0, use };
  try {
    refuseForeign(pattern);
    return readSequence(reader, false);
  } catch (error) {
    if (error instanceof Unreadable) return { message: error.message, hint: error.hint };
    throw error;
  }
}

/** Ends the reading from any depth of braces; never leaves this module. */
class Unreadable extends Error {
  constructor(
    message: string,
    readonly hint: string,
  ) {
    super(message);
  }
}

/** What bash and other tools read, and this language does not. */
function refuseForeign(pattern: string): void {
  if (pattern === '') throw new Unreadable('The pattern is empty.', 'Write * to match everything.');
  if (pattern.startsWith('!'))
    throw new Unreadable('A pattern has at most one "!" at its start.', 'Write \\! for a name that starts with "!".');
  const group = /(?<!\\)[!@]\([^()]*\)|(?<!\\)\([^()]*(?<!\\)\|[^()]*\)/.exec(pattern)?.[0];
  if (group !== undefined)
    throw new Unreadable(
      `"${group}" is not part of the pattern language.`,
      'Write {a,b} for alternatives, and "!pattern" as its own entry of the list to exclude. ' +
        'For these characters in a name, write a backslash before "(" and "|".',
    );
}

interface Reader {
  characters: readonly string[];
  at: number;
  use: PatternUse;
}

/** Up to the end, or inside braces up to the comma or the brace that ends the alternative. */
function readSequence(reader: Reader, isInBraces: boolean): PatternPart[][] {
  let alternatives: PatternPart[][] = [[]];
  const add = (parts: readonly PatternPart[][]): void => {
    alternatives = alternatives.flatMap((start) => parts.map((part) => [...start, ...part]));
    if (alternatives.length > MAX_ALTERNATIVES)
      throw new Unreadable(
        `The braces have more than ${MAX_ALTERNATIVES} alternatives.`,
        'Write several patterns, or use * where the names have text in common.',
      );
  };
  for (let next = reader.characters[reader.at]; next !== undefined; next = reader.characters[reader.at]) {
    if (isInBraces && (next === ',' || next === '}')) return alternatives;
    reader.at++;
    if (next === '*') add([[{ raw: '*', isStar: true }]]);
    else if (next === '?') add([[{ raw: '?' }]]);
    else if (next === '[') add([[readClass(reader)]]);
    else if (next === '{') add(readBraces(reader));
    else if (next === '\\') add([[readEscaped(reader)]]);
    else if (next === '}' || next === ']') throw refuseUnbalanced(next);
    else add([[{ text: next, raw: /[!@(|]/.test(next) ? `\\${next}` : next }]]);
  }
  if (isInBraces) throw refuseUnbalanced('{');
  return alternatives;
}

function readBraces(reader: Reader): PatternPart[][] {
  const from = reader.at;
  const choices: PatternPart[][] = [];
  do {
    choices.push(...readSequence(reader, true));
    reader.at++;
  } while (reader.characters[reader.at - 1] === ',');
  const inside = reader.characters.slice(from, reader.at - 1).join('');
  if (inside === '') throw new Unreadable('"{}" has no alternatives.', 'Write {a,b}, or \\{\\} for these characters.');
  if (/^[^,]+\.\.[^,]+$/.test(inside))
    throw new Unreadable(`"{${inside}}" is a range, which braces cannot have.`, 'Write {1,2,3}, or a class: [1-3].');
  return choices;
}

function readEscaped(reader: Reader): PatternPart {
  const text = reader.characters[reader.at++];
  if (text === undefined) throw new Unreadable('It ends with a backslash.', 'Write \\\\ for a backslash in a name.');
  if (/[\p{L}\p{N}]/u.test(text) || (reader.use === 'path' && text === '*'))
    throw new Unreadable(
      `"\\${text}" means nothing: a backslash only makes special characters plain.`,
      reader.use === 'path'
        ? 'Write / between folders, on Windows too; for a star in a file name write [*].'
        : 'Write \\\\ for a backslash in a name.',
    );
  return { text, raw: `\\${text}` };
}

/** `[a-z]`, `[!a-z]` or `[^a-z]`, in which a backslash makes the next character plain. */
function readClass(reader: Reader): PatternPart {
  const isNegated = ['!', '^'].includes(reader.characters[reader.at] ?? '');
  if (isNegated) reader.at++;
  const members: { text: string; isDash: boolean }[] = [];
  for (;;) {
    const text = reader.characters[reader.at++];
    if (text === undefined) throw refuseUnbalanced('[');
    if (text === ']') break;
    if (text === '[' && reader.characters[reader.at] === ':')
      throw new Unreadable('"[:name:]" is not part of the pattern language.', 'Write the characters: [a-z], [0-9].');
    const escaped = text === '\\' ? reader.characters[reader.at++] : undefined;
    if (text === '\\' && escaped === undefined) throw refuseUnbalanced('[');
    members.push({ text: escaped ?? text, isDash: text === '-' });
  }
  if (members.length === 0)
    throw new Unreadable('"[]" has no characters.', 'Write [a-z], or \\[\\] for these characters.');
  let inside = '';
  for (let i = 0; i < members.length; i++) {
    const [from, dash, to] = [members[i]?.text ?? '', members[i + 1], members[i + 2]?.text];
    inside += escapeMember(from);
    if (!dash?.isDash || to === undefined) continue;
    if ((from.codePointAt(0) ?? 0) > (to.codePointAt(0) ?? 0))
      throw new Unreadable(`The range "${from}-${to}" runs backwards.`, `Write [${to}-${from}].`);
    inside += `-${escapeMember(to)}`;
    i += 2;
  }
  return { raw: `[${isNegated ? '^' : ''}${inside}]` };
}

function escapeMember(character: string): string {
  return character.replace(/[-[\\\]^]/, '\\$&');
}

function refuseUnbalanced(bracket: '[' | ']' | '{' | '}'): Unreadable {
  const pair = bracket === '[' || bracket === ']' ? '[a-z]' : '{a,b}';
  const other = { '[': ']', ']': '[', '{': '}', '}': '{' }[bracket];
  return new Unreadable(
    `"${bracket}" has no "${other}".`,
    `Write ${pair}, or \\${bracket} for this character in a name.`,
  );
}
