/** A command as it can be pasted into a shell: `limio-sync apply --env prod`. */
export function formatCommand(...words: readonly string[]): string {
  return ['limio-sync', ...words.map(quoteWord)].join(' ');
}

function quoteWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** Words in the names of credentials. */
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
 * Whether an environment variable is named like a credential: of this tool, of the CI system or of
 * anything else. Ignores case, as names on Windows do.
 */
export function namesCredential(variable: string): boolean {
  const name = variable.toUpperCase();
  return OF_THIS_TOOL.test(name) || name.split('_').some((word) => WORDS.has(word) || ENDINGS.test(word));
}

/**
 * How a reference to a secret begins, in declared bodies and in plans:
 *
 *     ${secret:NAME}           the value of the variable NAME of the process
 *     ${secret:sha256:<hex>}   a value that nobody may read: the first 12 digits of its SHA-256
 *     ${secret:}               the text `${secret:` itself, where the tenant holds it
 */
export const SECRET_OPENING = '${secret:';

/** The text as a part of a regular expression that matches it. */
export function escapeRegExp(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}

export function formatSecretReference(name: string): string {
  return `${SECRET_OPENING}${name}}`;
}
