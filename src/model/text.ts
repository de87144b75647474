/** A command as it can be pasted into a shell: `limio-sync apply --env prod`. */
export function formatCommand(...words: readonly string[]): string {
  return ['limio-sync', ...words.map(quoteWord)].join(' ');
}

function quoteWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/**
 * Whether a name matches a pattern in which `*` stands for any text, slashes included. Nothing else
 * is special. The parts between stars are searched for one after the other, never again from the
 * start, so a hostile pattern costs no more than a friendly one.
 */
export function matchGlob(pattern: string, text: string): boolean {
  const parts = pattern.split('*');
  const first = parts[0] ?? '';
  if (parts.length === 1) return text === first;
  const last = parts.at(-1) ?? '';
  if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last)) return false;
  const end = text.length - last.length;
  let from = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = text.indexOf(part, from);
    if (found === -1 || found + part.length > end) return false;
    from = found + part.length;
  }
  return true;
}

/** Words in the names of variables whose values nobody may read. */
const WORDS = new Set([
  'AUTH',
  'COOKIE',
  'CREDENTIAL',
  'CREDENTIALS',
  'KEY',
  'KEYS',
  'PASS',
  'PAT',
  'PRIVATE',
  'PWD',
  'SESSION',
]);

const ENDINGS = /(?:SECRETS?|TOKENS?|PASSWORDS?|PASSWD|PASSPHRASE|APIKEY)$/;

const OF_THIS_TOOL = /^LIMIO_(?:.+_)?CLIENT_ID$/;

/**
 * Whether a variable of the process is named like a credential: of this tool, of the CI system or of
 * anything else. Names on Windows ignore case, so this does, too.
 */
export function namesCredential(variable: string): boolean {
  const name = variable.toUpperCase();
  return OF_THIS_TOOL.test(name) || name.split('_').some((word) => WORDS.has(word) || ENDINGS.test(word));
}

/**
 * How a text that stands for a secret begins, in declared bodies and in plans:
 *
 *     ${secret:NAME}           the value of the variable NAME of the process
 *     ${secret:sha256:<hex>}   a value that nobody may read: the first 12 digits of its SHA-256
 *     ${secret:}               the text `${secret:` itself, where the tenant holds it
 */
export const SECRET_OPENING = '${secret:';

export function formatSecretReference(name: string): string {
  return `${SECRET_OPENING}${name}}`;
}
