import { escapeTerminal } from './escape-terminal.js';

/** A text for XML, which cannot hold control characters at all, not even escaped: they are shown first. */
export function escapeXml(text: string): string {
  return escapeTerminal(text)
    .replace(/[\uFFFE\uFFFF]/g, '\uFFFD')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
