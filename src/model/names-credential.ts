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
