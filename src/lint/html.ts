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

/** A piece of a text that may hold HTML. Offsets are those of the text. */
export interface HtmlToken {
  type: 'text' | 'open' | 'close' | 'comment' | 'broken';
  start: number;
  end: number;
  /** Lower case; empty for what is no tag. */
  name: string;
  /** What stands between the name and the `>`. */
  attributes: string;
}

/** Takes a text apart in one pass, whatever it holds. A tag or comment without an end is `broken`, up to the end of the text. */
export function tokeniseHtml(text: string): HtmlToken[] {
  const tokens: HtmlToken[] = [];
  let at = 0;
  let from = 0;
  const addText = (end: number): void => {
    if (end > from) tokens.push({ type: 'text', start: from, end, name: '', attributes: '' });
  };
  while (at < text.length) {
    const open = text.indexOf('<', at);
    if (open === -1) break;
    const found = text.startsWith('<!--', open) ? readComment(text, open) : readTag(text, open);
    if (found) {
      addText(open);
      tokens.push(found);
      at = found.end;
      from = at;
    } else {
      at = open + 1;
    }
  }
  addText(text.length);
  return tokens;
}

/** The attributes of a tag, names in lower case. */
export function listHtmlAttributes({ attributes }: HtmlToken): { name: string; value: string }[] {
  const form = /([^\s"'<>/=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'<>`]+)))?/g;
  return [...attributes.matchAll(form)].map(([, name = '', double, single, bare]) => ({
    name: name.toLowerCase(),
    value: decodeEntities(double ?? single ?? bare ?? ''),
  }));
}

function readComment(text: string, start: number): HtmlToken {
  const close = text.indexOf('-->', start + 4);
  const end = close === -1 ? text.length : close + 3;
  return { type: close === -1 ? 'broken' : 'comment', start, end, name: '', attributes: '' };
}

const NAME = /<(\/?)([a-z][a-z0-9:-]*)/iy;

function readTag(text: string, start: number): HtmlToken | undefined {
  NAME.lastIndex = start;
  const [head, slash, name] = NAME.exec(text) ?? [];
  if (head === undefined || name === undefined) return undefined;
  const from = start + head.length;
  let at = from;
  let quote = '';
  for (; at < text.length; at++) {
    const char = text[at] ?? '';
    if (quote !== '') {
      if (char === quote) quote = '';
    } else if (char === '"' || char === "'") quote = char;
    else if (char === '>') break;
  }
  const ended = at < text.length;
  const type = !ended ? 'broken' : slash === '/' ? 'close' : 'open';
  return { type, start, end: ended ? at + 1 : at, name: name.toLowerCase(), attributes: text.slice(from, at) };
}

const NAMED: ReadonlyMap<string, string> = new Map(
  Object.entries({
    amp: '&',
    lt: '<',
    gt: '>',
    quot: '"',
    apos: "'",
    nbsp: ' ',
    ensp: ' ',
    emsp: ' ',
    thinsp: ' ',
    pound: '£',
    euro: '€',
    yen: '¥',
    cent: '¢',
    dollar: '$',
    ndash: '–',
    mdash: '—',
    minus: '-',
    lsquo: '‘',
    rsquo: '’',
    hellip: '…',
    sol: '/',
    period: '.',
    comma: ',',
    colon: ':',
    num: '#',
    Tab: '\t',
    NewLine: '\n',
    lpar: '(',
    rpar: ')',
    eacute: 'é',
    egrave: 'è',
    agrave: 'à',
    auml: 'ä',
    ouml: 'ö',
    uuml: 'ü',
    aring: 'å',
    ntilde: 'ñ',
  }),
);

/** Character references that price texts and addresses use; any other stays as it is. */
export function decodeEntities(text: string): string {
  return text.replace(
    /&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,8}));?/gi,
    (match, decimal: string | undefined, hex: string | undefined, name: string | undefined) => {
      if (name !== undefined) return NAMED.get(name) ?? match;
      const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
      return code <= 0x10_ff_ff ? String.fromCodePoint(code) : match;
    },
  );
}
