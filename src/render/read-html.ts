/** HTML as people read it: its text, with a break where a block ends. Linear, also for what is no HTML. */
export function readHtml(html: string): string {
  return dropLastBreaks(
    html
      .replace(/<(br|\/p|\/li|\/div|\/h[1-6]|\/tr)\b[^<>]*>/gi, ' / ')
      .replace(/<li\b[^<>]*>/gi, '• ')
      .replace(/<[^<>]*>/g, '')
      .replaceAll('&nbsp;', ' ')
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&quot;', '"')
      .replaceAll('&amp;', '&')
      .replace(/\s+/g, ' ')
      .trim(),
  );
}

const FORMATTING = /^<\/?(?:p|br|div|ul|ol|li|b|strong|i|em|u|span|h[1-6])\s*\/?>$/i;

/** What {@link readHtml} leaves out and may matter: links, pictures, scripts, comments, every attribute. */
export function listMarkup(html: string): string[] {
  return (html.match(/<[^<>]*>/g) ?? []).filter((tag) => !FORMATTING.test(tag));
}

function dropLastBreaks(text: string): string {
  let end = text.length;
  while (text.endsWith(' /', end) || text.endsWith(' ', end)) end -= 1;
  return text.slice(0, end);
}
