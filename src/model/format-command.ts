/** A command as it can be pasted into a shell: `limio-sync apply --env prod`. */
export function formatCommand(...words: readonly string[]): string {
  return ['limio-sync', ...words.map(quoteWord)].join(' ');
}

function quoteWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
