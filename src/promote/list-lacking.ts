import type { LiveState } from '../kinds/read-live.js';
import { listAddressReferences, listNeeds } from '../kinds/references.js';
import { type Address, isCatalogKind, parseAddress } from '../model/address.js';
import type { Lacking } from '../model/promotion.js';
import type { DesiredResource } from '../model/resource.js';
import { listCarried, listDestinations, listLabelNeeds, listPageTags } from './close-selection.js';

export interface LackingInput {
  /** Selected ones, as the target's files declare them. */
  selected: readonly DesiredResource[];
  /** Addresses that the source's files declare. */
  declaredInSource: ReadonlySet<Address>;
  state: Pick<LiveState, 'resources' | 'missingReferences' | 'listings'>;
  /** Tags of the pages of the target, `/tags/us`; undefined where they were not read. */
  pageTags: ReadonlySet<string> | undefined;
  createItems: boolean;
  from: string;
  to: string;
}

/** What the selection needs and the target lacks, with what to do; sorted by what it is. */
export function listLacking(input: LackingInput): Lacking[] {
  const { selected, state, createItems, to } = input;
  const found = new Map<string, Lacking>();
  const add = (what: string, by: Address | undefined, todo: string, blocks = false): void => {
    const known = found.get(what);
    const neededBy = [...new Set([...(known?.neededBy ?? []), ...(by === undefined ? [] : [by])])];
    found.set(what, { what, neededBy, todo, blocks: blocks || (known?.blocks ?? false) });
  };
  const chosen = new Set(selected.map(({ address }) => address));
  for (const { address, kind } of selected) {
    if (!isCatalogKind(kind) || state.resources.has(address)) continue;
    add(
      address,
      undefined,
      createItems && kind !== 'product' ? 'apply creates it' : `create it by hand in ${to}; the plan holds its values`,
    );
  }
  for (const resource of selected) {
    for (const { address, isHeld } of listMissing(resource, state)) {
      if (chosen.has(address)) continue;
      const only = input.declaredInSource.has(address);
      add(
        address,
        resource.address,
        only
          ? `it is declared for ${input.from} only: declare it for ${to}, or create it there by hand`
          : `create it by hand in ${to}, or declare it`,
        !isHeld && isCatalogKind(resource.kind),
      );
    }
  }
  addRoutes(input, add);
  addLabels(input, add);
  return [...found.values()].sort((a, b) => (a.what < b.what ? -1 : 1));
}

type Add = (what: string, by: Address, todo: string) => void;

/** References to items of which the tenant was asked and has none. */
function listMissing(
  resource: DesiredResource,
  { resources, missingReferences }: LackingInput['state'],
): { address: Address; isHeld: boolean }[] {
  const live = resources.get(resource.address);
  const held = new Set(live ? listAddressReferences(live).map(({ address }) => address) : []);
  return listNeeds(resource, live !== undefined)
    .filter(({ address }) => missingReferences.has(parseAddress(address).name))
    .map(({ address }) => ({ address, isHeld: held.has(address) }));
}

function addRoutes({ selected, pageTags, to }: LackingInput, add: Add): void {
  if (!pageTags) return;
  const brought = new Set(selected.filter(({ kind }) => kind === 'page').flatMap(listPageTags));
  for (const resource of selected) {
    for (const tag of listDestinations(resource)) {
      if (!pageTags.has(tag) && !brought.has(tag))
        add(
          `a page at ${tag.slice('/tags'.length)}/`,
          resource.address,
          `give a page of ${to} the tag ${tag} and publish it`,
        );
    }
  }
}

function addLabels({ selected, state, to }: LackingInput, add: Add): void {
  if (!state.listings.offer?.complete) return;
  const carried = new Set(
    [...state.resources.values(), ...selected].filter(({ kind }) => kind === 'offer').flatMap(listCarried),
  );
  for (const resource of selected) {
    for (const label of listLabelNeeds(resource))
      if (!carried.has(label)) add(`an offer with the label ${label}`, resource.address, `label an offer of ${to}`);
  }
}
