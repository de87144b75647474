import { KIND_DEFINITIONS } from '../../kinds/kinds.js';
import { countThings, nameFirst } from '../../model/words.js';
import type { LiveState } from '../../kinds/read-live.js';
import { type Address, isCatalogKind, type Kind } from '../../model/address.js';
import { toItemCreation } from '../../model/live-api.js';
import type { ByHandItem, Change, Guard } from '../../model/plan.js';
import { isLikelySlip, suggestNearest } from '../../model/spelling.js';
import { listTags } from '../pages/routes.js';
import { type GuardInput } from './guard-input.js';

type Facts = Pick<GuardInput, 'changes' | 'state' | 'context'>;

/**
 * Catalog items that are not in the tenant. People create them unless the environment says that the
 * tool may; products never, since they come from the billing system; and one that may be a misspelt
 * path only with a consent of its own.
 */
export function guardCreations({ changes, state, context }: Facts): Guard[] {
  const missing = changes.filter(({ kind, action }) => action === 'create' && isCatalogKind(kind));
  const products = missing.filter(({ kind }) => kind === 'product');
  const others = missing.filter(({ kind }) => kind !== 'product');
  const lookalikes = findLookalikes(missing, state);
  return [
    ...guardProducts(products, changes, lookalikes),
    ...(context.createItems
      ? guardLookalikes(others, lookalikes)
      : guardByHand(others, changes, lookalikes, context.environment)),
  ];
}

function guardProducts(
  products: readonly Change[],
  changes: readonly Change[],
  lookalikes: readonly Lookalike[],
): Guard[] {
  if (products.length === 0) return [];
  const addresses = products.map(({ address }) => address);
  return [
    {
      code: 'CREATE_BY_HAND',
      message: `${countThings(products.length, 'declared product is', 'declared products are')} not in the tenant: ${nameFirst(addresses)}. Products come from the billing system and are never created here.${describeLookalikes(addresses, lookalikes)}`,
      addresses: withDependants(addresses, changes),
      hint: 'Correct the path, or create the product in the billing system and let it sync. Then run limio-sync plan again.',
    },
  ];
}

function guardByHand(
  items: readonly Change[],
  changes: readonly Change[],
  lookalikes: readonly Lookalike[],
  environment: string,
): Guard[] {
  if (items.length === 0) return [];
  const addresses = items.map(({ address }) => address);
  const all = withDependants(addresses, changes);
  const waiting = all.length - addresses.length;
  const also =
    waiting === 0 ? '' : ` ${countThings(waiting, 'change that needs them waits', 'changes that need them wait')} too.`;
  return [
    {
      code: 'CREATE_BY_HAND',
      message: `${countThings(items.length, 'declared catalog item is', 'declared catalog items are')} not in the tenant, and ${environment} leaves creating to people.${also}${describeLookalikes(addresses, lookalikes)}`,
      addresses: all,
      hint: `Correct the path, or create what is listed below in the web app, in that order, and run limio-sync plan again. The tool creates it when environments.${environment}.catalog in limio.config says { create: true }.`,
    },
  ];
}

function guardLookalikes(items: readonly Change[], lookalikes: readonly Lookalike[]): Guard[] {
  const suspects = items
    .map(({ address }) => address)
    .filter((address) => lookalikes.some((one) => one.address === address && one.likely));
  if (suspects.length === 0) return [];
  const count = String(suspects.length);
  return [
    {
      code: 'CREATE_LOOKALIKE',
      message: `${countThings(suspects.length, 'item')} to create may be one that the tenant has, misspelt.${describeLookalikes(suspects, lookalikes)}`,
      value: count,
      limit: '0',
      addresses: suspects,
      consent: { flag: '--allow-lookalike', value: count },
      hint: `Correct the path. If a new item is meant, add --allow-lookalike=${count} to apply.`,
    },
  ];
}

function describeLookalikes(addresses: readonly Address[], lookalikes: readonly Lookalike[]): string {
  const known = lookalikes.filter(({ address }) => addresses.includes(address));
  return known.map(({ address, nearest }) => ` ${address}: did you mean ${nearest}?`).join('');
}

/** The addresses and all that cannot be done before them. */
function withDependants(addresses: readonly Address[], changes: readonly Change[]): Address[] {
  const stopped = new Set(addresses);
  // Each round finds what depends on something found before; there are at most as many as changes.
  for (let before = -1; before < stopped.size;) {
    before = stopped.size;
    for (const { address, dependsOn } of changes)
      if (dependsOn.some((other) => stopped.has(other))) stopped.add(address);
  }
  return [...stopped].sort();
}

/** A file may declare a part of what exists; to make it, the tenant asks for more. */
export function guardIncompleteCreates({ changes }: Pick<GuardInput, 'changes'>): Guard[] {
  return changes
    .filter(({ action }) => action === 'create')
    .flatMap(({ address, kind, after = {} }) => {
      const missing = KIND_DEFINITIONS[kind].listMissing(after);
      if (missing.length === 0) return [];
      return [
        {
          code: 'CREATE_INCOMPLETE',
          message: `${address} is not in the tenant, and its file lacks what a creation needs: ${missing.join(', ')}.`,
          addresses: [address],
          hint: 'Declare the rest, or correct the name if the resource should exist already.',
        },
      ];
    });
}

/** Whether somebody has to make the item: products always, other catalog items unless the environment lets the tool. */
export function isLeftToPeople({ kind, action }: Pick<Change, 'kind' | 'action'>, createItems = false): boolean {
  return action === 'create' && isCatalogKind(kind) && (kind === 'product' || !createItems);
}

/** What the guard CREATE_BY_HAND leaves to people, first what the rest needs. */
export function listByHand(
  changes: readonly Change[],
  levels: readonly (readonly Address[])[],
  guards: readonly Guard[],
): ByHandItem[] {
  const stopped = new Set(guards.filter(({ code }) => code === 'CREATE_BY_HAND').flatMap(({ addresses }) => addresses));
  const creations = new Map(
    changes
      .filter(({ address, kind, action }) => action === 'create' && isCatalogKind(kind) && stopped.has(address))
      .map((change) => [change.address, change]),
  );
  return levels.flat().flatMap((address) => {
    const change = creations.get(address);
    if (!change) return [];
    const { parent, itemData } = toItemCreation(change);
    return [{ address, parent: `/${parent}`, item: itemData }];
  });
}

export interface Lookalike {
  address: Address;
  /** The path in the tenant. */
  nearest: string;
  /** The two read like one name misspelt, and not like two names of a series (`Plan 1` and `Plan 2`). */
  likely: boolean;
}

/** Items to create whose path is close to one that the tenant holds. */
export function findLookalikes(creations: readonly Pick<Change, 'address' | 'kind'>[], state: LiveState): Lookalike[] {
  const known = new Map<Kind, string[]>();
  const listKnown = (kind: Kind): string[] => {
    const names = known.get(kind) ?? listNames(kind, state);
    known.set(kind, names);
    return names;
  };
  return creations.flatMap(({ address, kind }) => {
    const path = address.slice(kind.length + 1);
    const found = findNearest(path, listKnown(kind));
    return found ? [{ address, ...found }] : [];
  });
}

/** By the last part of the path: what all paths of a kind begin with would make strangers look alike. */
function findNearest(path: string, names: readonly string[]): Omit<Lookalike, 'address'> | undefined {
  const { folder, last } = splitPath(path);
  const siblings = names
    .map(splitPath)
    .filter((one) => one.folder === folder)
    .map((one) => one.last);
  const meant = suggestNearest(
    last,
    siblings.filter((name) => isLikelySlip(name, last)),
  );
  if (meant !== undefined) return { nearest: `${folder}/${meant}`, likely: true };
  const elsewhere = names.find((name) => isSameElsewhere(splitPath(name), { folder, last }));
  if (elsewhere !== undefined) return { nearest: elsewhere, likely: true };
  const near = suggestNearest(last, siblings);
  return near === undefined ? undefined : { nearest: `${folder}/${near}`, likely: false };
}

/** Tags have no list of their own; pages tell which there are. */
function listNames(kind: Kind, { resources, pages }: LiveState): string[] {
  const names = [...resources.values()].filter((live) => live.kind === kind).map(({ name }) => name);
  return kind === 'tag' ? [...new Set([...names, ...(pages?.items ?? []).flatMap(listTags)])] : names;
}

/** The same name below a folder that is misspelt, or among the offers of the other generation. */
function isSameElsewhere(a: SplitPath, b: SplitPath): boolean {
  const areOffers = a.folder.startsWith('/offers') && b.folder.startsWith('/offers');
  return (
    a.last.toLowerCase() === b.last.toLowerCase() &&
    (areOffers || (isLikelySlip(a.folder, b.folder) && suggestNearest(a.folder, [b.folder]) !== undefined))
  );
}

interface SplitPath {
  folder: string;
  last: string;
}

function splitPath(path: string): SplitPath {
  const at = path.lastIndexOf('/');
  return { folder: path.slice(0, at), last: path.slice(at + 1) };
}
