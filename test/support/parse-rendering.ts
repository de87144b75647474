import { micromark } from 'micromark';
import { gfm, gfmHtml } from 'micromark-extension-gfm';
import { type DefaultTreeAdapterTypes, parse, parseFragment } from 'parse5';

export interface ParsedElement {
  tag: string;
  attributes: Record<string, string>;
}

export interface ParsedRendering {
  /** In the order of the document. */
  elements: ParsedElement[];
  comments: string[];
  /** Text outside code, scripts and styles: where a forge looks for mentions. */
  prose: string;
  /** The text of each element of these tags. */
  textsOf: (...tags: string[]) => string[];
}

/** Markdown as a forge renders it, before it takes anything out: read with GFM, raw HTML let through. */
export function parseMarkdown(markdown: string): ParsedRendering {
  const html = micromark(markdown, {
    extensions: [gfm()],
    htmlExtensions: [gfmHtml()],
    allowDangerousHtml: true,
    allowDangerousProtocol: true,
  });
  return collect(parseFragment(html));
}

export function parseHtml(html: string): ParsedRendering {
  return collect(parse(html));
}

type Node = DefaultTreeAdapterTypes.Node;
const CODE = new Set(['code', 'pre', 'script', 'style']);

function collect(root: Node): ParsedRendering {
  const elements: ParsedElement[] = [];
  const comments: string[] = [];
  const prose: string[] = [];
  const tagged: { tag: string; node: Node }[] = [];
  const visit = (node: Node, isCode: boolean): void => {
    if (node.nodeName === '#comment') {
      comments.push((node as DefaultTreeAdapterTypes.CommentNode).data);
      return;
    }
    if (node.nodeName === '#text') {
      const { value } = node as DefaultTreeAdapterTypes.TextNode;
      if (!isCode) prose.push(value);
      return;
    }
    const element =
      'tagName' in node
        ? { tag: node.tagName, attributes: Object.fromEntries(node.attrs.map(({ name, value }) => [name, value])) }
        : undefined;
    if (element) elements.push(element);
    for (const child of childrenOf(node)) visit(child, isCode || CODE.has(node.nodeName));
    if (element) tagged.push({ tag: element.tag, node });
  };
  visit(root, false);
  return {
    elements,
    comments,
    prose: prose.join(''),
    textsOf: (...tags) => tagged.filter(({ tag }) => tags.includes(tag)).map(({ node }) => textOf(node)),
  };
}

function childrenOf(node: Node): readonly Node[] {
  return 'childNodes' in node ? node.childNodes : [];
}

function textOf(node: Node): string {
  if (node.nodeName === '#comment') return '';
  return node.nodeName === '#text'
    ? (node as DefaultTreeAdapterTypes.TextNode).value
    : childrenOf(node).map(textOf).join('');
}
