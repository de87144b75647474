/** Replaces every occurrence of a known secret, also inside JSON and URL-encoded text. */
export function createRedactor(secrets: Iterable<string>): (text: string) => string {
  const needles = [...new Set([...secrets].flatMap(spellings))]
    .filter((secret) => secret.length >= 4)
    .sort((a, b) => b.length - a.length);
  return (text) => needles.reduce((out, needle) => out.split(needle).join('[redacted]'), text);
}

function spellings(secret: string): string[] {
  return [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)];
}
