import { listNeeds, listReferences } from '../kinds/references.js';
import { type Address, formatAddress, isCatalogKind } from '../model/address.js';
import { getOwn, isJsonObject } from '../model/json.js';
import type { DesiredResource } from '../model/resource.js';

export interface Selection {
  /** Sorted. */
  addresses: Address[];
  added: { address: Address; neededBy: Address }[];
}

/**
 * The chosen objects with everything declared that they need: items that they refer to, the pages and
 * tags to which a journey leads, and of a label that nothing carries in the target the offers that bring it.
 */
export function closeSelection(
  chosen: readonly Address[],
  declared: ReadonlyMap<Address, DesiredResource>,
  isCarried: (label: string) => boolean,
): Selection {
  const found = new Set(chosen);
  const added: Selection['added'] = [];
  const queue = [...chosen];
  for (let address = queue.shift(); address !== undefined; address = queue.shift()) {
    const resource = declared.get(address);
    for (const need of resource ? listDeclaredNeeds(resource, declared, isCarried) : []) {
      if (found.has(need)) continue;
      found.add(need);
      added.push({ address: need, neededBy: address });
      queue.push(need);
    }
  }
  return { addresses: [...found].sort(), added };
}

function listDeclaredNeeds(
  resource: DesiredResource,
  declared: ReadonlyMap<Address, DesiredResource>,
  isCarried: (label: string) => boolean,
): Address[] {
  const tags = listDestinations(resource);
  const labels = listLabelNeeds(resource).filter((label) => !isCarried(label));
  const items = [
    ...listNeeds(resource, false).map(({ address }) => address),
    ...tags.map((tag) => formatAddress('tag', tag)),
  ];
  const bringers = [...declared.values()].filter(
    (one) =>
      (one.kind === 'page' && listPageTags(one).some((tag) => tags.includes(tag))) ||
      (one.kind === 'offer' && listCarried(one).some((label) => labels.includes(label))),
  );
  return [...items.filter((address) => declared.has(address)), ...bringers.map(({ address }) => address)];
}

/** The tags to which a journey leads, as `/tags/us`; where it starts is not among them. */
export function listDestinations(resource: DesiredResource): string[] {
  if (resource.kind !== 'journey') return [];
  return [
    ...new Set(
      listReferences(resource).flatMap((reference) =>
        'tag' in reference && reference.pointer !== '/starting_point' ? [toTagPath(reference.tag)] : [],
      ),
    ),
  ];
}

/** Labels whose offers a page, a promo code or a condition of a journey is about. */
export function listLabelNeeds(resource: DesiredResource): string[] {
  return [...new Set(listReferences(resource).flatMap((reference) => ('label' in reference ? [reference.label] : [])))];
}

export function listPageTags({ body }: Pick<DesiredResource, 'body'>): string[] {
  const tags = getOwn(body, 'tags');
  return Array.isArray(tags) ? tags.flatMap((tag) => (typeof tag === 'string' ? [toTagPath(tag)] : [])) : [];
}

/** The labels that an offer carries (API reference, section 3). */
export function listCarried({ kind, body }: Pick<DesiredResource, 'kind' | 'body'>): string[] {
  const attributes = isCatalogKind(kind) ? getOwn(body, 'attributes') : undefined;
  const labels = isJsonObject(attributes) ? getOwn(attributes, 'label__limio') : undefined;
  return Array.isArray(labels) ? labels.filter((label) => typeof label === 'string') : [];
}

/** `/tags/us` of `/us/`, and of itself (API reference, section 5). */
export function toTagPath(text: string): string {
  const segments = text.split('/').filter((segment) => segment !== '');
  return ['', 'tags', ...(segments[0] === 'tags' ? segments.slice(1) : segments)].join('/');
}
