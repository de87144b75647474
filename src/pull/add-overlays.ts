import type { DesiredResource } from '../model/resource.js';
import { formatBlock } from '../source/edit/format-value.js';
import { getIdentityKey } from '../source/find-identity.js';
import type { SourceText } from '../source/source-text.js';
import { type AdoptionFolders, nameFiles } from './name-files.js';
import { escapeName } from './write-live-value.js';

export interface OverlayPlace {
  environment: string;
  /** The folder of its overlays, relative to the root. */
  folder: string;
  /** Where files of each kind lie; those of overlays have folders of the same names. */
  folders: AdoptionFolders;
}

/** An overlay that says nothing yet for each of `objects`, named as files of adopted ones are. `all` are those that may get one later. */
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
    text: `${formatBlock({ kind, [getIdentityKey(kind)]: escapeName(name) }, 0, { eol: '\n' })}\n`,
    overlay: environment,
  }));
}
