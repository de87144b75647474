import { resolveEnvironment } from '../../config/environments.js';
import { LimioError } from '../../errors/errors.js';
import type { Address } from '../../model/address.js';
import type { LiveReader } from '../../model/live-api.js';
import type { Pull } from '../../model/pull.js';
import { suggestNearest } from '../../model/spelling.js';
import { matchGlob } from '../../model/text.js';
import type { PullInto } from '../../pull/pull-declared.js';
import { makePull } from '../../pull/pull.js';
import { DEFAULT_FILE_GLOBS, tidyFolder } from '../../source/read-files.js';
import { ProblemsFound } from '../output/problems-found.js';
import { chooseAdoptionFolders } from './choose-adoption-folders.js';
import { openFiles, type Workspace } from './load-project.js';
import { describeContext } from './plan-project.js';

export interface PullSelection {
  /** Patterns over addresses of declared objects. Empty: all of them, unless something is adopted. */
  selectors: readonly string[];
  /** Patterns over addresses of objects that no file declares. */
  adopt: readonly string[];
  /** Where differences go; the base unless given. */
  into?: PullInto;
  /** Of an object, JSON Pointers of fields that stay as the files have them. */
  kept?: ReadonlyMap<Address, readonly string[]>;
}

/** What brings the files of a repository up to date with a tenant; nothing is written. @throws ProblemsFound, LimioError USAGE. */
export function pullProject(reader: LiveReader, workspace: Workspace, selection: PullSelection): Promise<Pull> {
  const { root, config, environment } = workspace;
  const { files, check } = openFiles(workspace);
  const others = Object.keys(config.environments)
    .filter((name) => name !== environment.name)
    .map((name) => resolveEnvironment(config, name));
  const checked = check(files, [environment]);
  // The first adoption finds no file at all.
  const errors = checked.problems.filter(
    ({ severity, code }) => severity === 'error' && !(code === 'EMPTY_FILES' && selection.adopt.length > 0),
  );
  if (errors.length > 0) throw new ProblemsFound(checked.problems, files);
  const selectors = selection.selectors.map(raiseCode);
  checkSelectors(selectors, [...checked.declarations.keys()]);
  return makePull(reader, {
    sources: files,
    validate: (sources) => check(sources, [environment, ...others]),
    others: others.map((other) => ({ environment: other.name, validate: (sources) => check(sources, [other]) })),
    context: describeContext(workspace),
    isSelected: (address) =>
      selectors.length === 0
        ? selection.adopt.length === 0
        : selectors.some((selector) => matchGlob(selector, address)),
    listKept: (address) => selection.kept?.get(address) ?? [],
    adopt: selection.adopt.map(raiseCode),
    into: selection.into ?? 'base',
    overlays: `${tidyFolder(config.files?.overlays ?? DEFAULT_FILE_GLOBS.overlays)}/${environment.name}`,
    ...chooseAdoptionFolders(root, config),
  });
}

/** A misspelt selector must not pass for a pull without differences. */
function checkSelectors(selectors: readonly string[], declared: readonly Address[]): void {
  for (const selector of selectors) {
    if (declared.some((address) => matchGlob(selector, address))) continue;
    const nearest = suggestNearest(selector, declared);
    const hint =
      nearest === undefined ? `For objects that no file declares: --adopt '${selector}'` : `Did you mean '${nearest}'?`;
    throw new LimioError({ code: 'USAGE', message: `No declared object matches "${selector}".`, hint });
  }
}

/** Codes are declared and stored in upper case. */
function raiseCode(pattern: string): string {
  return pattern.startsWith('promo_code:')
    ? `promo_code:${pattern.slice('promo_code:'.length).toUpperCase()}`
    : pattern;
}
