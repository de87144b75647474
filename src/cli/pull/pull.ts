import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { resolveEnvironment } from '../../config/environments.js';
import type { Config } from '../../config/schema.js';
import { LimioError } from '../../errors/errors.js';
import { completeList, matchGlobs, parsePathGlobs } from '../../glob/glob.js';
import { writeFileSafely } from '../../journal/files.js';
import { KIND_DEFINITIONS } from '../../kinds/kinds.js';
import { type Address, mapKinds } from '../../model/address.js';
import type { Pull, PulledFile } from '../../model/pull.js';
import type { AdoptionFolders } from '../../pull/name-files.js';
import type { PullInto } from '../../pull/pull-declared.js';
import { makePull } from '../../pull/pull.js';
import { renderPullText } from '../../render/pull.js';
import { DEFAULT_FILE_GLOBS, tidyFolder } from '../../source/read-files.js';
import { openConfigOrTenant } from '../shared/config.js';
import type { CliIo } from '../shared/io.js';
import type { TenantOptions } from '../shared/options.js';
import { printResult } from '../shared/output.js';
import { describeContext } from '../shared/plan.js';
import { ProblemsFound } from '../shared/problems.js';
import { parseSelectors, requireMatches } from '../shared/selectors.js';
import { pullState } from '../shared/team-state.js';
import { type Tenant, withTenant } from '../shared/tenant.js';
import { loadWorkspace, openFiles, type Workspace } from '../shared/workspace.js';

export type PullOptions = TenantOptions & {
  adopt: string[];
  dryRun?: boolean;
  into: PullInto;
};

/** Something of the tenant could not be written to the files. */
const REFUSED = 4;

/** `limio-sync pull`: reads the tenant, then writes the files. */
export async function runPull(io: CliIo, selectors: readonly string[], options: PullOptions): Promise<number> {
  const { adopt, into } = options;
  const workspace = await loadWorkspace(io, options, openConfigOrTenant);
  await pullState(workspace);
  const pull = await withTenant(io, workspace, options, (tenant) =>
    pullProject(tenant, workspace, { selectors, adopt, into }),
  );
  const written = options.dryRun !== true;
  io.signal.throwIfAborted();
  if (written) writePull(workspace.root, pull.files);
  printResult(io, options, { kind: 'limio-sync/pull', formatVersion: 1, written, ...pull }, (layout) =>
    renderPullText(pull, { ...layout, written }),
  );
  const refused = pull.refused.filter(({ intended }) => !intended);
  return pull.conflicts.length + refused.length + pull.unmatched.length > 0 ? REFUSED : 0;
}

export interface PullSelection {
  /** Address patterns of declared objects. Empty: all of them, unless something is adopted. */
  selectors: readonly string[];
  /** Address patterns of undeclared objects to make files for. */
  adopt: readonly string[];
  into?: PullInto;
  /** JSON Pointers of fields that keep the value of the files, by object. */
  kept?: ReadonlyMap<Address, readonly string[]>;
}

/** The changes that update the files from the tenant; writes nothing. @throws ProblemsFound, LimioError USAGE. */
export async function pullProject({ reader }: Tenant, workspace: Workspace, selection: PullSelection): Promise<Pull> {
  const { root, config, environment } = workspace;
  const { files, check } = await openFiles(workspace);
  const others = Object.keys(config.environments)
    .filter((name) => name !== environment.name)
    .map((name) => resolveEnvironment(config, name));
  const checked = check(files, [environment]);
  // The first adoption starts without files.
  const errors = checked.problems.filter(
    ({ severity, code }) => severity === 'error' && !(code === 'EMPTY_FILES' && selection.adopt.length > 0),
  );
  if (errors.length > 0) throw new ProblemsFound(checked.problems, files, root);
  const selectors = parseSelectors(selection.selectors);
  const adopt = parseSelectors(selection.adopt);
  requireMatches(selectors, [...checked.declarations.keys()], (selector) => ({
    message: `No declared object matches "${selector}".`,
    hint: `To create files for undeclared objects: --adopt '${selector}'`,
  }));
  return makePull(reader, {
    sources: files,
    validate: (sources) => check(sources, [environment, ...others]),
    others: others.map((other) => ({ environment: other.name, validate: (sources) => check(sources, [other]) })),
    context: describeContext(workspace),
    isSelected: (address) => (selectors.length === 0 ? selection.adopt.length === 0 : matchGlobs(selectors, address)),
    listKept: (address) => selection.kept?.get(address) ?? [],
    adopt,
    into: selection.into ?? 'base',
    overlays: `${tidyFolder(config.files?.overlays ?? DEFAULT_FILE_GLOBS.overlays)}/${environment.name}`,
    ...chooseAdoptionFolders(root, config),
  });
}

/** New files go below the base folder of the patterns in the configuration. */
export function chooseAdoptionFolders(
  root: string,
  { files = {} }: Pick<Config, 'files'>,
): { folders: AdoptionFolders; existing: string[]; isSourceFile: (path: string) => boolean } {
  const open = (key: 'catalog' | 'journeys') =>
    parsePathGlobs(completeList([files[key] ?? DEFAULT_FILE_GLOBS[key]].flat(), DEFAULT_FILE_GLOBS[key]));
  const globs = { catalog: open('catalog'), journeys: open('journeys') };
  const bases = {
    catalog: globs.catalog.baseFolders[0] || 'catalog',
    journeys: globs.journeys.baseFolders[0] || 'journeys',
  };
  const folders: AdoptionFolders = mapKinds((kind) => {
    const { base, name } = KIND_DEFINITIONS[kind].fileFolder;
    return name === '' ? bases[base] : `${bases[base]}/${name}`;
  });
  return {
    folders,
    existing: Object.values(folders).flatMap((folder) => listFolder(root, folder)),
    isSourceFile: (path) => globs.catalog.matches(path) || globs.journeys.matches(path),
  };
}

function listFolder(root: string, folder: string): string[] {
  const absolute = join(root, folder);
  return existsSync(absolute) ? readdirSync(absolute).map((name) => `${folder}/${name}`) : [];
}

/**
 * Writes each file completely or not at all, and none when one of them changed since it was read.
 * @throws LimioError PULL_FILE_CHANGED, FILE_UNWRITABLE.
 */
export function writePull(root: string, files: readonly PulledFile[]): void {
  for (const file of files) checkUnchanged(root, file);
  for (const file of files) {
    checkUnchanged(root, file);
    writeFileSafely(root, join(root, file.path), file.after);
  }
}

function checkUnchanged(root: string, { path, before }: PulledFile): void {
  const absolute = join(root, path);
  const now = existsSync(absolute) ? readFileSync(absolute, 'utf8') : undefined;
  if (now === before) return;
  const what = before === undefined ? 'was created' : now === undefined ? 'was deleted' : 'was edited';
  throw new LimioError({
    code: 'PULL_FILE_CHANGED',
    message: `${path} ${what} during the pull; nothing was written to it.`,
    hint: 'Run it again: limio-sync pull',
    details: { file: path },
  });
}
