/** The kinds of resource that files can declare, in the order in which people read them. */
export const KINDS = ['tag', 'product', 'add_on', 'offer', 'page', 'promo_code', 'journey'] as const;
export type Kind = (typeof KINDS)[number];

/** Kinds that live in the catalog: written by bulk-update, live only after build and publish. */
export const CATALOG_KINDS = ['tag', 'product', 'add_on', 'offer', 'page'] as const satisfies readonly Kind[];
export type CatalogKind = (typeof CATALOG_KINDS)[number];

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

const NAMES: Record<Kind, [one: string, many: string]> = {
  tag: ['tag', 'tags'],
  product: ['product', 'products'],
  add_on: ['add-on', 'add-ons'],
  offer: ['offer', 'offers'],
  page: ['page', 'pages'],
  promo_code: ['promo code', 'promo codes'],
  journey: ['journey', 'journeys'],
};

/** What people call it: `promo codes`, and `promo code` for a count of one. */
export function nameKind(kind: Kind, count = 2): string {
  return NAMES[kind][count === 1 ? 0 : 1];
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
