import { CATALOG_TRAITS, isPlaceKind } from '../kinds/catalog/catalog-kinds.js';
import { labelsOf } from '../kinds/catalog/item-references.js';
import { findDanglingReferences, listNeeds, listReferences } from '../kinds/kinds.js';
import type { LiveState } from '../kinds/read-live.js';
import { type Address, formatAddress, formatTagPath, isCatalogKind, type Kind } from '../model/address.js';
import { type JsonObject, listAt } from '../model/json.js';
import type { DesiredResource } from '../model/model.js';
import type { Lacking } from '../model/promotion.js';
import { formatCommand } from '../model/text.js';
import { compareBy } from '../model/words.js';

export interface Selection {
  /** Sorted. */
  addresses: Address[];
  added: { address: Address; neededBy: Address }[];
}

/**
 * Adds every declared object that the chosen ones need: items they refer to, pages and tags to which a journey leads,
 * and offers with a label that no item of the target has. `isCarried` says whether an item of the target has it.
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
  const providers = [...declared.values()].filter(
    (one) =>
      (isPlaceKind(one.kind) && listPageTags(one).some((tag) => tags.includes(tag))) ||
      (one.kind === 'offer' && labelsOf(one.body).some((label) => labels.includes(label))),
  );
  return [...items.filter((address) => declared.has(address)), ...providers.map(({ address }) => address)];
}

/** The tags to which a journey leads, `/tags/us`, except the one at which it starts. */
function listDestinations(resource: DesiredResource): string[] {
  if (resource.kind !== 'journey') return [];
  return [
    ...new Set(
      listReferences(resource).flatMap((reference) =>
        'tag' in reference && reference.pointer !== '/starting_point' ? [formatTagPath(reference.tag)] : [],
      ),
    ),
  ];
}

/** The labels to which a page, a promo code or a condition of a journey refers. */
function listLabelNeeds(resource: DesiredResource): string[] {
  return [...new Set(listReferences(resource).flatMap((reference) => ('label' in reference ? [reference.label] : [])))];
}

function listPageTags({ body }: DesiredResource): string[] {
  return listAt(body, 'tags').flatMap((tag) => (typeof tag === 'string' ? [formatTagPath(tag)] : []));
}

export interface LackingInput {
  /** The selected objects, as the target's files declare them. */
  selected: readonly DesiredResource[];
  /** The selected objects that change, each with its present body (typed elements); `{}` for a new one. */
  changed: ReadonlyMap<Address, JsonObject>;
  /** Addresses that the source's files declare. */
  declaredInSource: ReadonlySet<Address>;
  state: Pick<LiveState, 'resources' | 'missingReferences' | 'listings'>;
  /** Tags of the pages of the target, `/tags/us`; undefined where they were not read. */
  pageTags: ReadonlySet<string> | undefined;
  /** Whether an apply creates catalog items there. */
  createItems: Record<'from' | 'to', boolean>;
  /** The selected objects that the source lacks too. */
  inNeither: ReadonlySet<Address>;
  from: string;
  to: string;
}

/** What the selection needs and the target lacks, and what to do about it. Sorted by `what`. */
export function listLacking(input: LackingInput): Lacking[] {
  const { selected, state, inNeither, to } = input;
  const found = new Map<string, Lacking>();
  const add = (what: string, by: Address | undefined, todo: string, blocks = false): void => {
    const known = found.get(what);
    const neededBy = [...new Set([...(known?.neededBy ?? []), ...(by === undefined ? [] : [by])])];
    found.set(what, { what, neededBy, todo, blocks: blocks || (known?.blocks ?? false) });
  };
  const chosen = new Set(selected.map(({ address }) => address));
  for (const { address, kind } of selected) {
    // What the source has besides catalog items, apply creates in the target.
    if (state.resources.has(address) || !(isCatalogKind(kind) || inNeither.has(address))) continue;
    add(address, undefined, explainCreation(address, kind, input));
  }
  for (const resource of selected) {
    for (const { address, isLive } of findDanglingReferences(resource, state)) {
      if (chosen.has(address)) continue;
      const only = input.declaredInSource.has(address);
      add(
        address,
        resource.address,
        only
          ? `it is declared for ${input.from} only: declare it for ${to}, or create it there by hand`
          : `create it by hand in ${to}, or declare it`,
        !isLive && (isCatalogKind(resource.kind) || input.changed.has(resource.address)),
      );
    }
  }
  addRoutes(input, add);
  addLabels(input, add);
  return [...found.values()].sort(compareBy(({ what }) => what));
}

/** What brings a selected object to the target; one that the source lacks as well begins there. */
function explainCreation(
  address: Address,
  kind: Kind,
  { createItems, inNeither, from, to }: Pick<LackingInput, 'createItems' | 'inNeither' | 'from' | 'to'>,
): string {
  const canApply = (side: 'from' | 'to'): boolean =>
    !isCatalogKind(kind) || (createItems[side] && CATALOG_TRAITS[kind].neverCreated === undefined);
  const create = (...places: string[]): string =>
    kind === 'product'
      ? `create it in the billing system, let it sync to ${places.join(' and to ')}`
      : `create it in the web app of ${places.join(' and of ')}`;
  if (!inNeither.has(address)) {
    const values = formatCommand('explain', address, '--env', to);
    return canApply('to') ? 'apply creates it' : `${create(to)}; its values: ${values}`;
  }
  const apply = formatCommand('apply', '--env', from);
  const absent = `${from} does not have it either`;
  if (canApply('from')) return `${absent}: run ${apply}, which creates it${canApply('to') ? '' : `; ${create(to)}`}`;
  return `${absent}: ${create(from, ...(canApply('to') ? [] : [to]))}, then run ${apply}`;
}

type Add = (what: string, by: Address, todo: string, blocks: boolean) => void;

/** Whether the promotion brings the need. What the object needs in the target already, the target lacks already. */
function bringsNeed(
  changed: LackingInput['changed'],
  resource: DesiredResource,
  list: (resource: DesiredResource) => string[],
  need: string,
): boolean {
  const body = changed.get(resource.address);
  return body !== undefined && !list({ ...resource, body }).includes(need);
}

function addRoutes({ selected, changed, pageTags, to }: LackingInput, add: Add): void {
  if (!pageTags) return;
  const provided = new Set(selected.filter(({ kind }) => isPlaceKind(kind)).flatMap(listPageTags));
  for (const resource of selected) {
    for (const tag of listDestinations(resource)) {
      if (!pageTags.has(tag) && !provided.has(tag))
        add(
          `a page at ${tag.slice('/tags'.length)}/`,
          resource.address,
          `give a page of ${to} the tag ${tag} and publish it`,
          bringsNeed(changed, resource, listDestinations, tag),
        );
    }
  }
}

function addLabels({ selected, changed, state, to }: LackingInput, add: Add): void {
  if (!state.listings.offer?.complete) return;
  const carried = new Set(
    [...state.resources.values(), ...selected]
      .filter(({ kind }) => kind === 'offer')
      .flatMap(({ body }) => labelsOf(body)),
  );
  for (const resource of selected) {
    for (const label of listLabelNeeds(resource))
      if (!carried.has(label))
        add(
          `an offer with the label ${label}`,
          resource.address,
          `add the label to an offer of ${to}`,
          bringsNeed(changed, resource, listLabelNeeds, label),
        );
  }
}
