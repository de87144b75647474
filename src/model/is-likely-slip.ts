/** Words shorter than this mean something by themselves: UK and US, A and B, GBP and GBX. */
const SHORTEST_WORD = 4;

/**
 * Whether two names that differ by few letters are one name misspelt. "Monthly UK" and "Monthly US",
 * "Plan 1" and "Plan 2" are two things; "Anual" and "Annual", "uk" and "UK" are one.
 */
export function isLikelySlip(a: string, b: string): boolean {
  const [wordsA, wordsB] = [listWords(a), listWords(b)];
  if (wordsA.length !== wordsB.length) return wordsA.join('') === wordsB.join('');
  return wordsA.every((word, i) => {
    const other = wordsB[i] ?? '';
    if (word === other) return true;
    return Math.min(word.length, other.length) >= SHORTEST_WORD && withoutDigits(word) !== withoutDigits(other);
  });
}

function listWords(text: string): string[] {
  return text
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
}

function withoutDigits(text: string): string {
  return text.replaceAll(/\d/g, '');
}
