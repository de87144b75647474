import { KIND_DEFINITIONS } from '../../kinds/kinds.js';
import { mapKinds, normalisePattern } from '../../model/address.js';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { resolveEnvironment } from '../../config/environments.js';
import type { Config } from '../../config/schema.js';
import { LimioError } from '../../errors/errors.js';
import { writeFileSafely } from '../../journal/files.js';
import type { Address } from '../../model/address.js';
import type { LiveReader } from '../../model/live-api.js';
import type { Pull, PulledFile } from '../../model/pull.js';
import { suggestNearest } from '../../model/spelling.js';
import type { AdoptionFolders } from '../../pull/name-files.js';
import type { PullInto } from '../../pull/pull-declared.js';
import { makePull } from '../../pull/pull.js';
import { renderPullText } from '../../render/pull.js';
import { DEFAULT_FILE_GLOBS, tidyFolder } from '../../source/read-files.js';
import type { TenantOptions } from '../plan/plan.js';
import { ProblemsFound } from '../shared/error-report.js';
import type { CliIo } from '../shared/io.js';
import { chooseTextOptions, formatJson } from '../shared/output.js';
import { describeContext } from '../shared/plan.js';
import { openReader } from '../shared/tenant.js';
import { loadWorkspace, openFiles, type Workspace } from '../shared/workspace.js';
import { matchGlob, parsePathGlob } from '../../text/glob.js';

export interface PullOptions extends TenantOptions {
  adopt: string[];
  dryRun?: boolean;
  into: PullInto;
}

/** Refused as a whole or in part: the files do not say all that the tenant has. */
const REFUSED = 4;

export async function runPull(io: CliIo, selectors: readonly string[], options: PullOptions): Promise<number> {
  const workspace = await loadWorkspace(io, options);
  const reader = await openReader(io, workspace, options);
  try {
    const pull = await pullProject(reader, workspace, { selectors, adopt: options.adopt, into: options.into });
    const written = options.dryRun !== true;
    io.signal.throwIfAborted();
    if (written) writePull(workspace.root, pull.files);
    const text = renderPullText(pull, { ...chooseTextOptions(io.stdout, io, options), written });
    io.stdout.write(options.format === 'json' ? formatJson(toReport(pull, written)) : text);
    const refused = pull.refused.filter(({ intended }) => !intended);
    return pull.conflicts.length + refused.length + pull.unmatched.length > 0 ? REFUSED : 0;
  } finally {
    await reader.close();
  }
}

function toReport(pull: Pull, written: boolean): object {
  return { kind: 'limio-sync/pull', formatVersion: 1, written, ...pull };
}

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
  const selectors = selection.selectors.map(normalisePattern);
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
    adopt: selection.adopt.map(normalisePattern),
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

/** Where new files go: below the folder that the patterns of the configuration begin with. */
export function chooseAdoptionFolders(
  root: string,
  { files = {} }: Pick<Config, 'files'>,
): { folders: AdoptionFolders; existing: string[]; isSourceFile: (path: string) => boolean } {
  const catalogGlobs = [files.catalog ?? DEFAULT_FILE_GLOBS.catalog].flat();
  const journeyGlobs = [files.journeys ?? DEFAULT_FILE_GLOBS.journeys].flat();
  const bases = { catalog: chooseBase(catalogGlobs, 'catalog'), journeys: chooseBase(journeyGlobs, 'journeys') };
  const folders: AdoptionFolders = mapKinds((kind) => {
    const { base, name } = KIND_DEFINITIONS[kind].fileFolder;
    return name === '' ? bases[base] : `${bases[base]}/${name}`;
  });
  const globs = [...catalogGlobs, ...journeyGlobs].map(parsePathGlob);
  return {
    folders,
    existing: Object.values(folders).flatMap((folder) => listFolder(root, folder)),
    isSourceFile: (path) => globs.some((glob) => glob.matches(path)),
  };
}

function chooseBase([pattern = '']: readonly string[], otherwise: string): string {
  return parsePathGlob(pattern).baseFolders[0] || otherwise;
}

function listFolder(root: string, folder: string): string[] {
  const absolute = join(root, folder);
  return existsSync(absolute) ? readdirSync(absolute).map((name) => `${folder}/${name}`) : [];
}

/**
 * Writes the files of a pull, each whole or not at all, and none when one of them is no longer as it
 * was read. @throws LimioError PULL_FILE_CHANGED.
 */
export function writePull(root: string, files: readonly PulledFile[]): void {
  for (const file of files) checkUnchanged(root, file);
  for (const file of files) {
    const absolute = join(root, file.path);
    if (file.before === undefined) {
      mkdirSync(dirname(absolute), { recursive: true });
      checkInside(root, file.path);
      checkUnchanged(root, file);
      writeFileSafely(absolute, file.after);
    } else {
      checkUnchanged(root, file);
      // A link stays a link.
      const real = realpathSync(absolute);
      const { mode } = statSync(real);
      writeFileSafely(real, file.after);
      chmodSync(real, mode);
    }
  }
}

function checkUnchanged(root: string, { path, before }: PulledFile): void {
  const absolute = join(root, path);
  const now = existsSync(absolute) ? readFileSync(absolute, 'utf8') : undefined;
  if (now === before) return;
  const what = before === undefined ? 'exists meanwhile' : now === undefined ? 'is gone' : 'has been edited';
  throw new LimioError({
    code: 'PULL_FILE_CHANGED',
    message: `${path} ${what} since it was read, so it was not written.`,
    hint: 'Run it again: limio-sync pull',
    details: { file: path },
  });
}

/** A folder that is a link must not lead the file out of the repository. */
function checkInside(root: string, path: string): void {
  const folder = realpathSync(dirname(join(root, path)));
  const home = realpathSync(root);
  if (folder === home || folder.startsWith(home + sep)) return;
  throw new LimioError({
    code: 'USAGE',
    message: `${path} would lie outside the repository: a folder on its way is a link.`,
    hint: 'Put a real folder there, or change "files" in limio.config.',
  });
}
