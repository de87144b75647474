import { type HtmlToken, decodeEntities, listHtmlAttributes, tokeniseHtml } from './tokenise-html.js';

const BLOCKS = new Set([
  'p',
  'br',
  'li',
  'ul',
  'ol',
  'div',
  'tr',
  'td',
  'th',
  'table',
  'h1',
  'h2',
  'h3',
  'h4',
  'h5',
  'h6',
  'hr',
]);
const STRUCK = new Set(['s', 'del', 'strike']);
const HIDDEN = new Set(['script', 'style', 'template']);

/**
 * A text as people read it: without tags, entities decoded, a line end where a block begins or ends.
 * What is struck through is left out: it is the price of yesterday.
 */
export function readHtmlText(html: string): string {
  if (!html.includes('<') && !html.includes('&')) return html;
  let text = '';
  let skipping: { name: string; depth: number } | undefined;
  for (const token of tokeniseHtml(html)) {
    if (skipping) {
      if (token.name !== skipping.name) continue;
      skipping.depth += token.type === 'open' ? 1 : token.type === 'close' ? -1 : 0;
      if (skipping.depth === 0) skipping = undefined;
    } else if (token.type === 'text') text += decodeEntities(html.slice(token.start, token.end));
    else if (token.name === 'sup' && token.type === 'open' && /\d$/.test(text)) {
      const raised = readRaised(text, html.slice(token.end, token.end + 20));
      if (raised === 'cents') text += '.';
      if (raised === 'note') skipping = { name: 'sup', depth: 1 };
    } else if (token.type === 'open' && isLeftOut(token)) skipping = { name: token.name, depth: 1 };
    else if (BLOCKS.has(token.name)) text += '\n';
  }
  return text;
}

/** Raised digits behind others: `12<sup>99</sup>` is 12.99, and in `12.99<sup>1</sup>` they are the mark of a footnote. */
function readRaised(before: string, after: string): 'cents' | 'note' | undefined {
  const digits = /^\s*(\d{1,2})\s*<\/sup/i.exec(after)?.[1];
  if (digits === undefined) return undefined;
  return digits.length === 2 && !/[.,]\d+$/.test(before) ? 'cents' : 'note';
}

function isLeftOut(token: HtmlToken): boolean {
  if (STRUCK.has(token.name) || HIDDEN.has(token.name)) return true;
  return (
    token.attributes.includes('line-through') &&
    listHtmlAttributes(token).some(
      ({ name, value }) => (name === 'style' || name === 'class') && value.includes('line-through'),
    )
  );
}
