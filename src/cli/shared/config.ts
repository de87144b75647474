import { dirname, join, relative, sep } from 'node:path';
import { findConfigFile, implyConfig, loadConfig, loadConfigs, type LoadedConfig } from '../../config/config.js';
import { LimioError } from '../../errors/errors.js';
import { escapeTerminal } from '../../render/escape.js';
import type { CliIo } from './io.js';
import type { BasicOptions } from './options.js';

/** Which configuration a command line works with, and how paths below its folder are printed. */
type ConfigChoice = Pick<BasicOptions, 'config'>;

/** Command lines whose configuration was announced: several environments load it several times. */
const ANNOUNCED = new WeakSet<CliIo>();

/**
 * The file of --config or LIMIO_CONFIG, else the nearest one up to the root of the git repository. Says on stderr
 * which one it is when it lies above the current folder. @throws LimioError CONFIG_*.
 */
export function findConfig(io: CliIo, { config }: ConfigChoice): string {
  const named = nameConfig(io, config);
  const file = findConfigFile(io.cwd, named);
  if (named === undefined && dirname(file) !== io.cwd && !ANNOUNCED.has(io)) {
    ANNOUNCED.add(io);
    io.stderr.write(`Using ${escapeTerminal(relative(readShownFolder(io), file))}\n`);
  }
  return file;
}

function nameConfig({ env }: Pick<CliIo, 'env'>, config: string | undefined): string | undefined {
  return config ?? (env['LIMIO_CONFIG'] || undefined);
}

/**
 * Like `openConfig`, for commands that need no more than a tenant: without a configuration they work with the tenant
 * of `.limio.json` in the current folder.
 */
export async function openConfigOrTenant(io: CliIo, choice: ConfigChoice): Promise<LoadedConfig> {
  const loaded = await openOptionalConfig(io, choice, false);
  if (loaded) return loaded;
  const implied = implyConfig(io.cwd);
  if (!implied) return openConfig(io, choice);
  const [name = ''] = Object.keys(implied.config.environments);
  io.stderr.write(
    `No limio.config: using the tenant of .limio.json as the environment ${name}. To create one: limio-sync init\n`,
  );
  return implied;
}

/** @throws LimioError CONFIG_*. */
export async function openConfig(io: CliIo, choice: ConfigChoice): Promise<LoadedConfig> {
  return loadConfig(io.cwd, findConfig(io, choice), { env: io.env });
}

/** The configuration, or those of all workspaces that it lists. @throws LimioError CONFIG_*. */
export async function openConfigs(io: CliIo, choice: ConfigChoice): Promise<LoadedConfig[]> {
  return loadConfigs(io.cwd, findConfig(io, choice), { env: io.env });
}

/** The folder of the configuration, which itself is not read; the current folder when there is none. */
export function findConfigFolder(io: CliIo, choice: ConfigChoice): string {
  try {
    return dirname(findConfigFile(io.cwd, nameConfig(io, choice.config)));
  } catch (error) {
    if (error instanceof LimioError && error.code === 'CONFIG_NOT_FOUND') return io.cwd;
    throw error;
  }
}

/** Undefined when there is no configuration and neither the command line nor `isRequired` asks for one. */
export async function openOptionalConfig(
  io: CliIo,
  choice: ConfigChoice,
  isRequired: boolean,
): Promise<LoadedConfig | undefined> {
  try {
    return await openConfig(io, choice);
  } catch (error) {
    const isOptional = nameConfig(io, choice.config) === undefined && !isRequired;
    if (isOptional && error instanceof LimioError && error.code === 'CONFIG_NOT_FOUND') return undefined;
    throw error;
  }
}

/**
 * How text output names the files of a configuration: from the folder of the terminal, so that they can be clicked.
 * JSON names them from the folder of the configuration, wherever the command runs.
 */
export function showFilesOf(io: Pick<CliIo, 'cwd' | 'terminalFolder'>, root: string): (file: string) => string {
  const folder = readShownFolder(io);
  return folder === root ? (file) => file : (file) => toSlashes(relative(folder, join(root, file)));
}

function readShownFolder({ cwd, terminalFolder = cwd }: Pick<CliIo, 'cwd' | 'terminalFolder'>): string {
  return terminalFolder;
}

function toSlashes(path: string): string {
  return path.split(sep).join('/');
}
