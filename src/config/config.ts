/**
 * From limio.config to the settings of one environment:
 *
 *   config.ts            finds and loads the file (loading.ts knows while its code runs)
 *   import-module.ts     imports a program, TypeScript included
 *   workspaces.ts        the folders that a root configuration lists instead
 *   parse-config.ts      checks it: the schema (schema.ts, problems.ts), then rules across keys (policies.ts, maps.ts)
 *   learned-dialects.ts  adds what `doctor --learn` found, from dialects/<environment>.json
 *   environments.ts      selects one environment and fills in its defaults (time-zones.ts reads freezes)
 *   env-files.ts         adds the variables of `envFile` to those of the process
 *   credentials.ts       reads its credentials and secrets from them, a command (credential-command.ts) or .limio.json
 *
 * define-config.ts has the functions for users of limio.config.ts, and for programs that declare resources, which
 * load-code.ts runs.
 */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, extname, join, relative, resolve, sep } from 'node:path';
import { LimioError } from '../errors/errors.js';
import { defined } from '../model/json.js';
import { formatCommand } from '../model/text.js';
import { readTenantFile } from './credentials.js';
import type { ConfigContext } from './define-config.js';
import { describeCause, explainFailure, importModule, isClass } from './import-module.js';
import { type LearnedConfig, readLearnedDialects } from './learned-dialects.js';
import { runConfig } from './loading.js';
import { parseConfig } from './parse-config.js';
import type { Config } from './schema.js';
import { listWorkspaces } from './workspaces.js';

export interface LoadedConfig extends LearnedConfig {
  /** The configuration of the file, without learned dialects. */
  written: Config;
  /** Absolute path of the file. */
  file: string;
  /** One of several that a root configuration lists. */
  isWorkspace?: true;
}

/**
 * Loads the configuration that `findConfigFile` finds, with its learned dialects.
 * `context` is for a configuration that is a function. @throws LimioError CONFIG_NOT_FOUND, CONFIG_INVALID.
 */
export async function loadConfig(
  root: string,
  explicit?: string,
  context: ConfigContext = { env: process.env },
): Promise<LoadedConfig> {
  const file = findConfigFile(root, explicit);
  const value = await readConfig(file, context);
  const [first, ...others] = listWorkspaces(value, file, hasConfig) ?? [];
  if (first === undefined) return parseLoaded(file, value);
  throw new LimioError({
    code: 'CONFIG_INVALID',
    message: `${basename(file)} has no environments, only workspaces: ${[first, ...others].join(', ')}.`,
    hint:
      'To list their environments: limio-sync envs. ' +
      `To work with one: ${formatCommand('plan', '--cwd', relative(root, join(dirname(file), first)))}`,
  });
}

/** The same, or the configurations of all workspaces where the configuration lists such. */
export async function loadConfigs(
  root: string,
  explicit: string | undefined,
  context: ConfigContext,
): Promise<LoadedConfig[]> {
  const file = findConfigFile(root, explicit);
  const value = await readConfig(file, context);
  const folders = listWorkspaces(value, file, hasConfig);
  if (!folders) return [parseLoaded(file, value)];
  const load = async (folder: string): Promise<LoadedConfig> => {
    try {
      return { ...(await loadConfig(join(dirname(file), folder), undefined, context)), isWorkspace: true };
    } catch (error) {
      if (!(error instanceof LimioError)) throw error;
      const { code, message, hint, details } = error;
      throw new LimioError({ code, message: `${folder}: ${message}`, ...defined({ hint, details }), cause: error });
    }
  };
  return Promise.all(folders.map(load));
}

async function readConfig(file: string, context: ConfigContext): Promise<unknown> {
  if (extname(file) === '.json') return readJson(file);
  return runConfig(basename(file), async () => callExport(file, await importDefault(file), context));
}

function parseLoaded(file: string, value: unknown): LoadedConfig {
  const written = parseConfig(value, basename(file));
  return { ...readLearnedDialects(dirname(file), written), written, file };
}

/**
 * The configuration that a folder with nothing but `.limio.json` implies: one environment, called like the tenant.
 * @throws LimioError AUTH_MISSING for a malformed file, CONFIG_INVALID for a name that no tenant can have.
 */
export function implyConfig(folder: string): LoadedConfig | undefined {
  const content = readTenantFile(folder);
  if (content === undefined) return undefined;
  const { tenant, region } = content;
  const environment = { tenant, ...(region === undefined ? {} : { region }) };
  const config = parseConfig({ environments: { [tenant]: environment } }, '.limio.json');
  return { config, written: config, learned: new Map(), file: join(folder, '.limio.json') };
}

function readJson(file: string): unknown {
  let text = '';
  try {
    text = readFileSync(file, 'utf8').replace(/^\uFEFF/, '');
    return JSON.parse(text);
  } catch (error) {
    const offset = error instanceof SyntaxError ? /at position (\d+)/.exec(error.message)?.[1] : undefined;
    const before = text.slice(0, Number(offset)).split('\n');
    throw describeFailure(
      file,
      error,
      offset === undefined ? undefined : `${before.length}:${(before.at(-1) ?? '').length + 1}`,
    );
  }
}

async function importDefault(file: string): Promise<unknown> {
  let module: unknown;
  try {
    module = await importModule(file);
  } catch (error) {
    throw error instanceof LimioError ? error : describeFailure(file, error);
  }
  const value = typeof module === 'object' && module !== null && 'default' in module ? module.default : undefined;
  if (value !== undefined) return value;
  throw new LimioError({
    code: 'CONFIG_INVALID',
    message: `${basename(file)} has no default export.`,
    hint: 'End it with: export default defineConfig({ environments: { ... } })',
  });
}

/** A function as the default export makes the configuration; a promise is awaited. */
async function callExport(file: string, exported: unknown, context: ConfigContext): Promise<unknown> {
  if (isClass(exported)) {
    throw new LimioError({
      code: 'CONFIG_INVALID',
      message: `The default export of ${basename(file)} is a class.`,
      hint: 'Export the configuration itself: export default defineConfig({ environments: { ... } })',
    });
  }
  let value: unknown;
  try {
    value = await (typeof exported === 'function' ? (exported(context) as unknown) : exported);
  } catch (error) {
    throw new LimioError({
      code: 'CONFIG_INVALID',
      message: `The function in ${basename(file)} failed: ${describeCause(error)}`,
      details: { file },
      cause: error,
    });
  }
  if (value !== undefined) return value;
  throw new LimioError({
    code: 'CONFIG_INVALID',
    message: `The function in ${basename(file)} returned nothing.`,
    hint: 'It must return the configuration: return { environments: { ... } }',
  });
}

/** @param at line and column, if the error does not contain them */
function describeFailure(file: string, error: unknown, at?: string): LimioError {
  const { reason, line, col, hint } = explainFailure(file, error);
  const place = line === undefined ? at : `${line}:${col}`;
  return new LimioError({
    code: 'CONFIG_INVALID',
    message: `${basename(file)}${place === undefined ? '' : `:${place}`} cannot be read: ${reason}`,
    ...defined({ hint }),
    details: { file },
    cause: error,
  });
}

const NAMES = ['limio.config.ts', 'limio.config.mjs', 'limio.config.js', 'limio.config.json'];

function hasConfig(folder: string): boolean {
  return NAMES.some((name) => existsSync(join(folder, name)));
}

/**
 * The absolute path of the configuration file: the named one, else that of the folder or of the nearest folder above
 * it, up to the root of its git repository.
 * @throws LimioError CONFIG_NOT_FOUND; CONFIG_INVALID when a folder has several, or when it is another user's.
 */
export function findConfigFile(folder: string, explicit?: string, home = homedir()): string {
  if (explicit !== undefined) {
    const file = resolve(folder, explicit);
    if (existsSync(file) && statSync(file).isDirectory())
      throw new LimioError({
        code: 'CONFIG_NOT_FOUND',
        message: `${explicit} is a folder, not a configuration file.`,
        hint: `Name the file, or work in that folder: ${formatCommand('plan', '--cwd', explicit)}`,
      });
    if (existsSync(file)) return file;
    throw new LimioError({
      code: 'CONFIG_NOT_FOUND',
      message: `There is no configuration file ${explicit}.`,
      hint: 'Check the path in --config or LIMIO_CONFIG. To create a configuration: limio-sync init',
    });
  }
  const folders = listSearchFolders(resolve(folder), home);
  for (const at of folders) {
    const [name, ...others] = NAMES.filter((one) => existsSync(join(at, one)));
    if (name === undefined) continue;
    if (others.length > 0) throw refuseSeveral(at === folders[0] ? '' : ` in ${at}`, [name, ...others]);
    const file = join(at, name);
    if (at !== folders[0]) checkOwner(file, folder);
    return file;
  }
  const names = `${NAMES[0]} (or .mjs, .js, .json)`;
  const last = folders.length > 1 ? ` or a folder above it, up to ${folders.at(-1)}` : '';
  throw new LimioError({
    code: 'CONFIG_NOT_FOUND',
    message: `There is no ${names} in ${folder}${last}.`,
    hint:
      "To begin: limio-sync init, then limio-sync pull --adopt '*'. " +
      'To use another folder: --cwd <folder>, --config <file> or LIMIO_CONFIG.',
  });
}

/** The path of a folder in its git repository, with slashes; '' for the root and outside of a repository. */
export function findFolderInRepository(folder: string): string {
  const root = listSearchFolders(resolve(folder), homedir()).at(-1) ?? folder;
  return relative(root, resolve(folder)).split(sep).join('/');
}

/** The folder and those above it up to the root of its repository, never above `home`; else only the folder. */
function listSearchFolders(folder: string, home: string): string[] {
  const folders = [folder];
  for (let at = folder; !existsSync(join(at, '.git'));) {
    const above = dirname(at);
    if (above === at || at === home) return [folder];
    folders.push(above);
    at = above;
  }
  return folders;
}

function refuseSeveral(where: string, found: readonly string[]): LimioError {
  return new LimioError({
    code: 'CONFIG_INVALID',
    message: `There are several configuration files${where}: ${found.join(', ')}.`,
    hint: 'Keep one, or name it with --config.',
  });
}

/** The configuration runs as code, so one that another user put above a folder, say into /tmp, is not run unasked. */
function checkOwner(file: string, folder: string): void {
  const owner = statSync(file).uid;
  const trusted = [0, process.getuid?.() ?? owner, statSync(folder).uid];
  if (trusted.includes(owner)) return;
  throw new LimioError({
    code: 'CONFIG_INVALID',
    message: `${file} belongs to another user, so limio-sync does not run it unasked.`,
    hint: `To use it: --config ${file}`,
  });
}
