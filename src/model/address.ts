/** Kinds of the catalog: written by bulk-update, live only after build and publish. */
export const CATALOG_KINDS = ['tag', 'product', 'add_on', 'offer', 'campaign', 'page', 'segment'] as const;
export type CatalogKind = (typeof CATALOG_KINDS)[number];

/** The kinds of resource that files can declare, in the order in which people read them. */
export const KINDS = [...CATALOG_KINDS, 'promo_code', 'journey'] as const;
export type Kind = (typeof KINDS)[number];

/** `kind:name`: a catalog item's path, a promo code in upper case, or a journey's name. */
export type Address = `${Kind}:${string}`;

export function isKind(text: string): text is Kind {
  return (KINDS as readonly string[]).includes(text);
}

export function isCatalogKind(kind: Kind): kind is CatalogKind {
  return (CATALOG_KINDS as readonly Kind[]).includes(kind);
}

export function formatAddress(kind: Kind, name: string): Address {
  return `${kind}:${name}`;
}

/** How each kind is called in text, and whether its names ignore case. All else is in kinds/. */
const NAMES: Record<Kind, { one: string; many: string; upperCase?: true }> = {
  tag: { one: 'tag', many: 'tags' },
  product: { one: 'product', many: 'products' },
  add_on: { one: 'add-on', many: 'add-ons' },
  offer: { one: 'offer', many: 'offers' },
  campaign: { one: 'campaign', many: 'campaigns' },
  page: { one: 'page', many: 'pages' },
  segment: { one: 'segment', many: 'segments' },
  promo_code: { one: 'promo code', many: 'promo codes', upperCase: true },
  journey: { one: 'journey', many: 'journeys' },
};

/** `promo codes`, and `promo code` for a count of one. */
export function nameKind(kind: Kind, count = 2): string {
  return count === 1 ? NAMES[kind].one : NAMES[kind].many;
}

/** The name as addresses spell it: Limio stores promo codes in upper case. */
export function normaliseName(kind: Kind, name: string): string {
  return NAMES[kind].upperCase ? name.toUpperCase() : name;
}

/** The kind that a person means: `promo-code`, `Add on` and `addon` too. */
export function readKind(text: string): Kind | undefined {
  const spelt = text.trim().toLowerCase().replaceAll(/[ -]/g, '_');
  return KINDS.find((kind) => kind === spelt || kind.replace('_', '') === spelt);
}

/** A pattern of addresses with its name as addresses spell it; a field after `#/` stays as it is. */
export function normalisePattern(pattern: string): string {
  const [address = '', ...field] = pattern.split(/(?=(?<!\\)#\/)/);
  const [, start = '', kind = '', name = ''] = /^(!?)([^:]*):(.*)$/s.exec(address) ?? [];
  return isKind(kind) ? [start, formatAddress(kind, normaliseName(kind, name)), ...field].join('') : pattern;
}

/** One value for each kind. */
export function mapKinds<T>(make: (kind: Kind) => T): Record<Kind, T> {
  // Every kind is a key, which Object.fromEntries cannot express.
  return Object.fromEntries(KINDS.map((kind) => [kind, make(kind)])) as Record<Kind, T>;
}

/** @throws RangeError when the text is not `kind:name`. */
export function parseAddress(text: string): { kind: Kind; name: string } {
  const colon = text.indexOf(':');
  const kind = text.slice(0, Math.max(colon, 0));
  if (!isKind(kind) || colon === text.length - 1) {
    throw new RangeError(`"${text}" is not an address; write kind:name with a kind of ${KINDS.join(', ')}`);
  }
  return { kind, name: text.slice(colon + 1) };
}

/** The route of a tag, with or without `/tags` before it: `/tags/customers/acme` -> `/customers/acme/`. */
export function formatRoute(tag: string): string {
  const segments = tag.split('/').filter((segment) => segment !== '');
  if (segments[0] === 'tags') segments.shift();
  return segments.length === 0 ? '/' : `/${segments.join('/')}/`;
}

/** The path of the tag behind a route, or of a tag without `/tags` before it: `/us/` -> `/tags/us`. */
export function formatTagPath(route: string): string {
  return `/tags${formatRoute(route).slice(0, -1)}`;
}
