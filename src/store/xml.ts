/** An element of an answer of S3 or STS: its texts and elements; attributes are not kept. */
export interface XmlElement {
  name: string;
  text: string;
  children: XmlElement[];
}

/** Comment, instruction, CDATA, tag, or text. A document type is none of them, so entities cannot be declared. */
const TOKEN = [
  /<!--[\s\S]*?-->/,
  /<\?[\s\S]*?\?>/,
  /<!\[CDATA\[(?<raw>[\s\S]*?)\]\]>/,
  /<(?<end>\/?)(?<name>[^\s<>/!?]+)[^<>]*?(?<empty>\/?)>/,
  /(?<text>[^<]+)/,
];

/** @returns the root element; undefined when the text is no XML, or only a part of a document. */
export function parseXml(text: string): XmlElement | undefined {
  const top: XmlElement = { name: '', text: '', children: [] };
  const open = [top];
  const token = new RegExp(TOKEN.map(({ source }) => source).join('|'), 'y');
  while (token.lastIndex < text.length) {
    const groups = token.exec(text)?.groups;
    const parent = open.at(-1);
    if (groups === undefined || parent === undefined) return undefined;
    if (groups['text'] !== undefined) parent.text += decodeEntities(groups['text']);
    else if (groups['raw'] !== undefined) parent.text += groups['raw'];
    else if (groups['name'] !== undefined) {
      const name = groups['name'].replace(/^.*:/, '');
      if (groups['end'] === '/') {
        if (open.length === 1 || open.pop()?.name !== name) return undefined;
      } else {
        const element: XmlElement = { name, text: '', children: [] };
        parent.children.push(element);
        if (groups['empty'] !== '/') open.push(element);
      }
    }
  }
  return open.length === 1 && top.children.length === 1 ? top.children[0] : undefined;
}

/** The text of the first child with that name. */
export function textOf(element: XmlElement | undefined, name: string): string | undefined {
  return childrenOf(element, name)[0]?.text;
}

export function childrenOf(element: XmlElement | undefined, name: string): XmlElement[] {
  return (element?.children ?? []).filter((child) => child.name === name);
}

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

function decodeEntities(text: string): string {
  return text.replace(
    /&(?:#x(?<hex>[0-9a-f]{1,6})|#(?<decimal>\d{1,7})|(?<name>[a-z]+));/gi,
    (whole, hex, decimal, name) => {
      if (typeof name === 'string') return Object.hasOwn(ENTITIES, name) ? (ENTITIES[name] ?? whole) : whole;
      const code = typeof hex === 'string' ? Number.parseInt(hex, 16) : Number(decimal);
      return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    },
  );
}
