/** Replaces every occurrence of a known secret, also where it is escaped in URLs, forms, JSON and HTML. */
export function createRedactor(secrets: Iterable<string>): (text: string) => string {
  const needles = [...new Set([...secrets].flatMap(spellings))]
    .filter((secret) => secret.length >= 4)
    .sort((a, b) => b.length - a.length);
  return (text) => needles.reduce((out, needle) => out.split(needle).join('[redacted]'), text);
}

const HTML_NAMES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function spellings(secret: string): string[] {
  const form = new URLSearchParams([['', secret]]).toString().slice(1);
  const html = secret.replace(/[&<>"]/g, (char) => HTML_NAMES[char] ?? char);
  return [
    secret,
    encodeURIComponent(secret),
    form,
    JSON.stringify(secret).slice(1, -1),
    html,
    html.replaceAll("'", '&#39;'),
  ];
}
