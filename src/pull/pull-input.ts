import type { Address } from '../model/address.js';
import type { PlanContext } from '../plan/plan-context.js';
import type { SourceText } from '../source/source-text.js';
import type { ValidatedSources } from '../source/validate-sources.js';
import type { AdoptionFolders } from './name-files.js';
import type { PullInto } from './split-layers.js';

/** What a pull must know besides the tenant. */
export interface PullInput {
  /** Every file of the repository as it was read. */
  sources: readonly SourceText[];
  /** Checks texts for all environments; resources and declarations are those of the one that is pulled. */
  validate: (sources: readonly SourceText[]) => ValidatedSources;
  /** The same for each other environment alone. */
  others: readonly { environment: string; validate: (sources: readonly SourceText[]) => ValidatedSources }[];
  context: PlanContext;
  /** Which declared objects to bring up to date. */
  isSelected: (address: Address) => boolean;
  /** JSON Pointers of fields of an object that stay as the files have them. */
  listKept: (address: Address) => readonly string[];
  /** Patterns over addresses of objects that no file declares and that shall get one. */
  adopt: readonly string[];
  folders: AdoptionFolders;
  /** `overlay`: what other environments read stays as it is. */
  into: PullInto;
  /** The folder of the overlays of the environment. */
  overlays: string;
  /** Every file that lies in those folders, whatever it holds. */
  existing: readonly string[];
  /** Whether the configuration would find a file at a path. */
  isSourceFile: (path: string) => boolean;
}
