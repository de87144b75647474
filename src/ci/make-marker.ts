/**
 * The hidden first line by which a later run finds what an earlier one wrote. A name can close
 * neither the comment nor the line.
 */
export function makeMarker(what: 'plan' | 'issue', environment: string): string {
  // Half a character, which only a hand-made plan file can hold, cannot be encoded.
  const name = encodeURIComponent(environment.replace(/\p{Cs}/gu, '\uFFFD')).replaceAll('--', '-%2D');
  return `<!-- limio-sync:${what}:${name} -->`;
}
