import { createHash } from 'node:crypto';
import { KIND_DEFINITIONS } from '../kinds/kinds.js';
import { type Address, isCatalogKind, type Kind } from '../model/address.js';
import type { DesiredResource } from '../model/model.js';
import type { SourceText } from '../source/documents.js';
import { formatBlock } from '../source/edit/format.js';
import { escapeName } from './describe-live.js';

/** The folder for new files of each kind, relative to the root, with forward slashes. */
export type AdoptionFolders = Readonly<Record<Kind, string>>;

/** 60 code points of at most 4 bytes, a hash and the extension fit into the 255 bytes of a file name. */
const LONGEST = 60;

const HASH_DIGITS = 8;

/** Device names of Windows, reserved with any extension. */
const RESERVED = /^(?:con|prn|aux|nul|com\d|lpt\d)$/;

export interface NamedObject {
  address: Address;
  kind: Kind;
  name: string;
}

/**
 * A path for each of `objects`, made from its name. If another object of the tenant or a file on the
 * disk has the same path, ignoring case, a hash of the address is added. So the order in which objects
 * are adopted does not matter.
 */
export function nameFiles(
  objects: readonly NamedObject[],
  all: readonly NamedObject[],
  existing: Iterable<string>,
  folders: AdoptionFolders,
): Map<Address, string> {
  const taken = new Set([...existing].map(fold));
  const owners = new Map<string, Set<Address>>();
  for (const one of [...all, ...objects]) {
    const path = fold(`${folders[one.kind]}/${makeSlug(one)}`);
    owners.set(path, (owners.get(path) ?? new Set()).add(one.address));
  }
  return new Map(
    objects.map((object): [Address, string] => {
      const slug = makeSlug(object);
      const path = `${folders[object.kind]}/${slug}`;
      const alone = owners.get(fold(path))?.size === 1;
      const plain = alone && slug !== '' && isWhole(object) && !RESERVED.test(slug) && !taken.has(fold(`${path}.yaml`));
      const hash = createHash('sha256').update(object.address).digest('hex').slice(0, HASH_DIGITS);
      return [object.address, plain ? `${path}.yaml` : `${path}${slug === '' ? '' : '-'}${hash}.yaml`];
    }),
  );
}

/** Letters and digits of any script in lower case, joined by hyphens: no dots, slashes or invisible characters. */
function makeSlug({ kind, name }: NamedObject): string {
  return Array.from(slugOf(kind, name)).slice(0, LONGEST).join('').replace(/-+$/, '');
}

function isWhole({ kind, name }: NamedObject): boolean {
  return Array.from(slugOf(kind, name)).length <= LONGEST;
}

function slugOf(kind: Kind, name: string): string {
  // The first folder of a catalog path repeats the kind.
  const own = isCatalogKind(kind) ? name.replace(/^\/[^/]*\//, '') : name;
  return own
    .normalize('NFKC')
    .toLowerCase()
    .normalize('NFC')
    .replaceAll(/[^\p{L}\p{M}\p{N}]+/gu, '-')
    .replaceAll(/^[-\p{M}]+|-+$/gu, '');
}

/** Paths that any file system treats as equal fold to the same text. */
function fold(path: string): string {
  return path.normalize('NFKC').toUpperCase().toLowerCase().normalize('NFKD').replaceAll(/\p{M}/gu, '');
}

export interface OverlayPlace {
  environment: string;
  /** The folder of its overlays, relative to the root. */
  folder: string;
  /** The folders of each kind; folders for overlays have the same names. */
  folders: AdoptionFolders;
}

/**
 * An empty overlay for each of `objects`, named like an adopted file.
 * @param all every object that may get an overlay later
 */
export function addOverlays(
  objects: readonly DesiredResource[],
  all: readonly DesiredResource[],
  sources: readonly SourceText[],
  { environment, folder, folders }: OverlayPlace,
): SourceText[] {
  const own = Object.fromEntries(
    Object.entries(folders).map(([kind, path]) => [kind, `${folder}/${path.split('/').at(-1)}`]),
  ) as AdoptionFolders;
  const paths = nameFiles(
    objects,
    all,
    sources.map(({ path }) => path),
    own,
  );
  return objects.map(({ address, kind, name }) => ({
    path: paths.get(address) ?? '',
    text: `${formatBlock({ kind, [KIND_DEFINITIONS[kind].identityKey]: escapeName(name) }, 0, { eol: '\n' })}\n`,
    overlay: environment,
  }));
}
