import { ErrorCodes, type Token, Tokenizer, TokenizerMode } from 'parse5';

/*
 * The one reader of HTML, on the tokenizer of parse5. It builds no tree: a tree drops tags that do not fit their
 * place, and only the page that shows a text knows the place.
 *
 *   listHtmlTokens   texts, tags and comments, in order
 *   readHtmlText     what a customer reads, line by line (for lint)
 *   summariseHtml    what a customer reads, on one line (for a diff)
 *   listMarkup       what summariseHtml does not show
 *   listActive       scripts, event handlers, links and hosts, of plain text too
 */

export interface HtmlToken {
  type: 'text' | 'open' | 'close' | 'comment';
  /** Of a tag, in lower case. */
  name: string;
  attributes: readonly { name: string; value: string }[];
  selfClosing: boolean;
  /** Of a text, with its character references decoded. */
  text: string;
  /** As it is written. */
  source: string;
  /** Offset of the source. */
  start: number;
  /** The tag or comment has no end. */
  broken: boolean;
}

/** The ends of an unfinished tag: outside quotes, then inside. */
const ENDINGS = ['', '>', '">', "'>"];

export function listHtmlTokens(html: string): HtmlToken[] {
  // The tokenizer drops a tag without an end, but the page that shows the text continues and ends it.
  for (const ending of ENDINGS) {
    const { tokens, eofIn } = tokenise(html + ending);
    if (eofIn === 'tag') continue;
    const last = tokens.at(-1);
    if (last && (eofIn === 'comment' || ending !== '')) {
      last.broken = true;
      last.source = last.source.slice(0, last.source.length - ending.length);
    }
    return tokens;
  }
  return [];
}

/** Elements that contain no HTML. */
const RAW = new Map([
  ['script', TokenizerMode.SCRIPT_DATA],
  ['style', TokenizerMode.RAWTEXT],
]);

function tokenise(html: string): { tokens: HtmlToken[]; eofIn?: 'tag' | 'comment' } {
  const tokens: HtmlToken[] = [];
  let eofIn: 'tag' | 'comment' | undefined;
  const add = (token: Token.Token, parts: Pick<HtmlToken, 'type'> & Partial<HtmlToken>): void => {
    const start = token.location?.startOffset ?? 0;
    const source = html.slice(start, token.location?.endOffset);
    tokens.push({ name: '', attributes: [], selfClosing: false, text: '', source, start, broken: false, ...parts });
  };
  // The tokenizer parts spaces from words.
  const addText = (token: Token.CharacterToken): void => {
    const last = tokens.at(-1)?.type === 'text' ? tokens.pop() : undefined;
    add(token, { type: 'text', text: (last?.text ?? '') + token.chars });
    const merged = tokens.at(-1);
    if (last && merged) Object.assign(merged, { source: last.source + merged.source, start: last.start });
  };
  const addTag = (type: 'open' | 'close', token: Token.TagToken): void =>
    add(token, { type, name: token.tagName, attributes: token.attrs, selfClosing: token.selfClosing });
  const tokenizer: Tokenizer = new Tokenizer(
    { sourceCodeLocationInfo: true },
    {
      onCharacter: addText,
      onWhitespaceCharacter: addText,
      onNullCharacter: addText,
      onStartTag: (token) => {
        addTag('open', token);
        tokenizer.state = RAW.get(token.tagName) ?? tokenizer.state;
      },
      onEndTag: (token) => addTag('close', token),
      onComment: (token) => add(token, { type: 'comment' }),
      onDoctype: (token) => add(token, { type: 'comment' }),
      onEof: () => undefined,
      onParseError: ({ code }) => {
        if (code === ErrorCodes.eofInTag) eofIn = 'tag';
        if (code === ErrorCodes.eofInComment) eofIn = 'comment';
      },
    },
  );
  tokenizer.write(html, true);
  return { tokens, ...(eofIn ? { eofIn } : {}) };
}

const BLOCKS = new Set('p br li ul ol div tr td th table h1 h2 h3 h4 h5 h6 hr'.split(' '));

/** Old prices, and what a page does not show. */
const SKIPPED = new Set(['s', 'del', 'strike', 'script', 'style', 'template']);

/** Without tags and struck-through text, with a line end where a block begins or ends. */
export function readHtmlText(html: string): string {
  if (!/[<&]/.test(html)) return html;
  // Rules look for words with a space between them, whichever space the page has.
  const tokens = listHtmlTokens(html.replaceAll(/&nbsp;?/g, ' '));
  let text = '';
  let skipping: { name: string; depth: number } | undefined;
  for (const [i, token] of tokens.entries()) {
    const { type, name } = token;
    if (skipping) {
      if (name !== skipping.name) continue;
      skipping.depth += type === 'open' ? 1 : -1;
      if (skipping.depth === 0) skipping = undefined;
    } else if (type === 'text') text += token.text;
    else if (type === 'open' && !token.broken && name === 'sup' && /\d$/.test(text)) {
      const raised = readRaised(text, tokens.slice(i + 1, i + 3));
      if (raised === 'cents') text += '.';
      if (raised === 'note') skipping = { name, depth: 1 };
    } else if (type === 'open' && !token.broken && isSkipped(token)) skipping = { name, depth: 1 };
    else if (BLOCKS.has(name)) text += '\n';
  }
  return text;
}

/** `12<sup>99</sup>` is 12.99, and in `12.99<sup>1</sup>` the raised digit marks a footnote. */
function readRaised(before: string, [inner, end]: readonly HtmlToken[]): 'cents' | 'note' | undefined {
  const digits = inner?.type === 'text' ? inner.text.trim() : '';
  if (!/^\d{1,2}$/.test(digits) || end?.type !== 'close' || end.name !== 'sup') return undefined;
  return digits.length === 2 && !/[.,]\d+$/.test(before) ? 'cents' : 'note';
}

function isSkipped({ name, attributes }: HtmlToken): boolean {
  return (
    SKIPPED.has(name) ||
    attributes.some((one) => (one.name === 'style' || one.name === 'class') && one.value.includes('line-through'))
  );
}

const BREAKS = new Set(['p', 'li', 'div', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'tr']);

/** `• Web & app / • Archive` */
export function summariseHtml(html: string): string {
  const parts = listHtmlTokens(html).map(({ type, name, text }) => {
    if (type === 'open') return name === 'li' ? '• ' : name === 'br' ? ' / ' : '';
    return type === 'close' && BREAKS.has(name) ? ' / ' : text;
  });
  const line = parts.join('').replace(/\s+/g, ' ').trim();
  let end = line.length;
  while (line.endsWith(' /', end) || line.endsWith(' ', end)) end -= 1;
  return line.slice(0, end);
}

const FORMATTING = new Set('p br div ul ol li b strong i em u span h1 h2 h3 h4 h5 h6'.split(' '));

/** Links, pictures, scripts, comments, every attribute. */
export function listMarkup(html: string): string[] {
  return listHtmlTokens(html)
    .filter(({ type, name, attributes }) => type !== 'text' && (!FORMATTING.has(name) || attributes.length > 0))
    .map(({ source }) => source);
}

/** Elements that run code or load another page. */
const ACTIVE = new Set(['script', 'iframe', 'object', 'embed', 'base', 'meta', 'link', 'form']);
const LINKS = new Set(
  'href xlink:href src srcset srcdoc action formaction data poster background ping content'.split(' '),
);
/** A fixed beginning, so that reading a long text takes no longer than its length. */
const ADDRESSES = /(?:https?:|wss?:|ftp:)?\/\/[^\s"'<>\\`]+|(?:javascript|data|mailto|tel|vbscript):[^\s"'<>`]+/gi;

/** What of a text runs in a browser or leads elsewhere, as clauses: `script <script src="…">`, `host x.example`. */
export function listActive(text: string): string[] {
  const found = new Set<string>();
  const addAddresses = (from: string): void => {
    for (const [address] of from.matchAll(ADDRESSES)) {
      found.add(`link ${address}`);
      const host = readHost(address);
      if (host !== undefined) found.add(`host ${host}`);
    }
  };
  addAddresses(text);
  if (!text.includes('<')) return [...found];
  let script = false;
  for (const { type, name, attributes, source, text: content } of listHtmlTokens(text)) {
    if (type === 'text' && script && content.trim() !== '') found.add(`script ${content.trim()}`);
    script = type === 'open' && name === 'script';
    if (type !== 'open') continue;
    if (ACTIVE.has(name)) found.add(`${name} ${source}`);
    for (const { name: key, value } of attributes) {
      if (key.startsWith('on')) found.add(`handler ${key}="${value}"`);
      // The tokenizer has decoded what hides in character references.
      if (LINKS.has(key)) found.add(`link ${value}`);
      addAddresses(value);
    }
  }
  return [...found];
}

function readHost(address: string): string | undefined {
  const url = address.startsWith('//') ? `https:${address}` : address;
  return URL.canParse(url) ? new URL(url).host || undefined : undefined;
}
