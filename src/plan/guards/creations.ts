import { CATALOG_TRAITS } from '../../kinds/catalog/catalog-kinds.js';
import { KIND_DEFINITIONS } from '../../kinds/kinds.js';
import type { LiveState } from '../../kinds/read-live.js';
import {
  type Address,
  CATALOG_KINDS,
  type CatalogKind,
  isCatalogKind,
  type Kind,
  nameKind,
  parseAddress,
} from '../../model/address.js';
import { toItemCreation } from '../../model/live-api.js';
import type { ByHandItem, Change, Guard } from '../../model/plan.js';
import { isLikelySlip, suggestNearest } from '../../model/spelling.js';
import { countThings, nameFirst } from '../../model/words.js';
import { listLiveNames } from '../identities.js';
import { type GuardInput, offerConsent } from './guard-input.js';

type Input = Pick<GuardInput, 'changes' | 'state' | 'context'>;

/**
 * Catalog items that are not in the tenant and that limio-sync may not create: products, campaigns and segments, and
 * every other item unless the environment allows it. Changes that depend on them wait too.
 */
export function guardByHand({ changes, state, context: { createItems, environment } }: Input): Guard[] {
  const left = changes.filter((change) => isLeftToPeople(change, createItems));
  const others = left.filter(({ kind }) => findNeverCreated(kind) === undefined);
  return [
    ...CATALOG_KINDS.flatMap((kind) => guardNeverCreated(kind, left, changes, state)),
    ...guardOtherItems(others, changes, state, environment),
  ];
}

/** Whether a person has to create the item. */
export function isLeftToPeople({ kind, action }: Pick<Change, 'kind' | 'action'>, createItems = false): boolean {
  return action === 'create' && isCatalogKind(kind) && (findNeverCreated(kind) !== undefined || !createItems);
}

function findNeverCreated(kind: Kind): string | undefined {
  return isCatalogKind(kind) ? CATALOG_TRAITS[kind].neverCreated : undefined;
}

/** Products, campaigns and segments, whatever the environment allows. */
function guardNeverCreated(
  kind: CatalogKind,
  left: readonly Change[],
  changes: readonly Change[],
  state: LiveState,
): Guard[] {
  const why = findNeverCreated(kind);
  const items = left.filter((change) => change.kind === kind);
  if (why === undefined || items.length === 0) return [];
  const addresses = items.map(({ address }) => address);
  const declared = countThings(items.length, `declared ${nameKind(kind, 1)} is`, `declared ${nameKind(kind)} are`);
  const how =
    kind === 'product'
      ? 'create the product in the billing system and let it sync'
      : `create the ${nameKind(kind, 1)} in the web app`;
  return [
    {
      code: 'CREATE_BY_HAND',
      message:
        `${declared} not in the tenant: ${nameFirst(addresses)}. ${why}` +
        describeLookalikes(findLookalikes(items, state)),
      addresses: withDependants(addresses, changes),
      hint: `Correct the path, or ${how}. Then run limio-sync plan again.`,
    },
  ];
}

function guardOtherItems(
  items: readonly Change[],
  changes: readonly Change[],
  state: LiveState,
  environment: string,
): Guard[] {
  if (items.length === 0) return [];
  const all = withDependants(
    items.map(({ address }) => address),
    changes,
  );
  const waiting = all.length - items.length;
  const wait = countThings(waiting, 'change that depends on them waits', 'changes that depend on them wait');
  const declared = countThings(items.length, 'declared catalog item is', 'declared catalog items are');
  return [
    {
      code: 'CREATE_BY_HAND',
      message:
        `${declared} not in the tenant, and ${environment} does not let limio-sync create items.` +
        `${waiting === 0 ? '' : ` ${wait} too.`}${describeLookalikes(findLookalikes(items, state))}`,
      addresses: all,
      hint:
        'Correct the path, or create the items listed below in the web app, in that order, then run limio-sync plan ' +
        `again. To let limio-sync create them, set environments.${environment}.catalog to { create: true } in ` +
        'limio.config.',
    },
  ];
}

/** The addresses and everything that cannot be done before them. */
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

/** The items that CREATE_BY_HAND leaves to people, in the order in which they can be created. */
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
    const { name: path } = parseAddress(address);
    return [{ address, parent: path.slice(0, path.lastIndexOf('/')), item: toItemCreation(change).itemData }];
  });
}

/** Items that limio-sync may create, but that look like an existing one with a misspelt path. */
export function guardLookalikes({ changes, state, context: { createItems } }: Input): Guard[] {
  const allowed = changes.filter(
    (change) => change.action === 'create' && isCatalogKind(change.kind) && !isLeftToPeople(change, createItems),
  );
  const suspects = findLookalikes(allowed, state).filter(({ likely }) => likely);
  if (suspects.length === 0) return [];
  const count = suspects.length;
  return [
    {
      code: 'CREATE_LOOKALIKE',
      message:
        `${countThings(count, 'item to create looks like', 'items to create look like')} ` +
        `${count === 1 ? 'a misspelt item' : 'misspelt items'} of the tenant.${describeLookalikes(suspects)}`,
      value: String(count),
      limit: '0',
      addresses: suspects.map(({ address }) => address),
      ...offerConsent('--allow-lookalike', count, 'Correct the path. If a new item is intended'),
    },
  ];
}

function describeLookalikes(lookalikes: readonly Lookalike[]): string {
  return lookalikes
    .map(({ address, nearest }) =>
      nearest === undefined
        ? ` ${JSON.stringify(address)}: a part of its path begins or ends with a blank.`
        : ` ${address}: did you mean ${nearest}?`,
    )
    .join('');
}

interface Lookalike {
  address: Address;
  /** The path in the tenant. Absent: nothing there is near, but the path has a blank that nobody sees. */
  nearest?: string;
  /** The two read like one name misspelt, and not like two names of a series (`Plan 1` and `Plan 2`). */
  likely: boolean;
}

/** Items to create whose path is close to one that the tenant holds. */
function findLookalikes(creations: readonly Pick<Change, 'address'>[], state: LiveState): Lookalike[] {
  const known = new Map<Kind, string[]>();
  const listKnown = (kind: Kind): string[] => {
    const names = known.get(kind) ?? listLiveNames(kind, state);
    known.set(kind, names);
    return names;
  };
  return creations.flatMap(({ address }) => {
    const { kind, name: path } = parseAddress(address);
    const found = findNearest(path, listKnown(kind));
    if (found?.likely !== true && OUTER_BLANK.test(path)) return [{ address, likely: true }];
    return found ? [{ address, ...found }] : [];
  });
}

/** Real names may have it, and then a file declares them; a new name gets it by a slip. */
const OUTER_BLANK = /\s(?:\/|$)|\/\s/;

/** Compares only the last part of the path: the folders that all paths of a kind share would make strangers alike. */
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

/** A file may declare part of an existing object; to create it, the tenant requires more. */
export function guardIncompleteCreates({ changes }: Pick<GuardInput, 'changes'>): Guard[] {
  return changes
    .filter(({ action }) => action === 'create')
    .flatMap(({ address, kind, after = {} }) => {
      const missing = KIND_DEFINITIONS[kind].listMissing(after);
      if (missing.length === 0) return [];
      return [
        {
          code: 'CREATE_INCOMPLETE',
          message:
            `${address} is not in the tenant, and its file lacks fields that are required to create it: ` +
            `${missing.join(', ')}.`,
          addresses: [address],
          hint: 'Declare them, or correct the name if the resource already exists.',
        },
      ];
    });
}
