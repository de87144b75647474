/**
 * From limio.config to the settings of one environment:
 *
 *   config.ts            finds and loads the file, TypeScript included
 *   parse-config.ts      checks it: the schema (schema.ts, problems.ts), then rules across keys (policies.ts, maps.ts)
 *   learned-dialects.ts  adds what `doctor --learn` found, from dialects/<environment>.json
 *   environments.ts      selects one environment and fills in its defaults (time-zones.ts reads freezes)
 *   credentials.ts       reads its credentials and secrets from variables of the process or .limio.json
 *
 * define-config.ts has the functions for users of limio.config.ts.
 */
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, extname, isAbsolute, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { LimioError } from '../errors/errors.js';
import { type LearnedConfig, readLearnedDialects } from './learned-dialects.js';
import { parseConfig } from './parse-config.js';
import type { Config } from './schema.js';

export interface LoadedConfig extends LearnedConfig {
  /** The configuration of the file, without learned dialects. */
  written: Config;
  /** Absolute path of the file. */
  file: string;
}

/**
 * Loads `limio.config.{ts,mjs,js,json}` of a folder, or the named file, with its learned dialects.
 * @throws LimioError CONFIG_NOT_FOUND, CONFIG_INVALID.
 */
export async function loadConfig(root: string, explicit?: string): Promise<LoadedConfig> {
  const file = findConfigFile(root, explicit);
  const value = extname(file) === '.json' ? readJson(file) : await importDefault(file);
  const written = parseConfig(value, basename(file));
  return { ...readLearnedDialects(dirname(file), written), written, file };
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
    throw describeFailure(file, error);
  }
  const value = typeof module === 'object' && module !== null && 'default' in module ? module.default : undefined;
  if (value !== undefined) return value;
  throw new LimioError({
    code: 'CONFIG_INVALID',
    message: `${basename(file)} has no default export.`,
    hint: 'End it with: export default defineConfig({ environments: { ... } })',
  });
}

/** From version 22.10 on, Node has `process.features.typescript`: "strip", "transform" or false. */
function canImportTypescript(): boolean {
  return Boolean(Reflect.get(process.features, 'typescript'));
}

/** Uses Node's import; jiti for TypeScript on older Nodes, and where `limio-sync` is not installed. */
async function importModule(file: string): Promise<unknown> {
  const typescript = /\.[cm]?ts$/.test(file);
  if (!typescript || canImportTypescript()) {
    try {
      return await import(/* @vite-ignore */ pathToFileURL(file).href);
    } catch (error) {
      // Node's syntax errors have no position; those of jiti do.
      if (error instanceof SyntaxError) await importWithJiti(file);
      if (!isUnresolved(error)) throw error;
    }
  }
  return importWithJiti(file);
}

async function importWithJiti(file: string): Promise<unknown> {
  const { createJiti } = await import('jiti');
  const own = new URL(`./define-config${extname(fileURLToPath(import.meta.url))}`, import.meta.url);
  const jiti = createJiti(import.meta.url, {
    alias: { 'limio-sync': fileURLToPath(own) },
    fsCache: false,
    moduleCache: false,
  });
  return jiti.import(file);
}

function isUnresolved(error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    (error.code === 'ERR_MODULE_NOT_FOUND' || error.code === 'MODULE_NOT_FOUND')
  );
}

/** @param at line and column, if the error does not contain them */
function describeFailure(file: string, error: unknown, at?: string): LimioError {
  // The list of modules that required the missing one does not help users.
  const [reason = ''] = (error instanceof Error ? error.message : String(error)).split('\nRequire stack:');
  const [, fault = reason, line, column] = /^ParseError: (.*?)\s*\n.*?:(\d+):(\d+)\s*$/s.exec(reason) ?? [];
  const place = line === undefined ? at : `${line}:${Number(column) + 1}`;
  return new LimioError({
    code: 'CONFIG_INVALID',
    message: `${basename(file)}${place === undefined ? '' : `:${place}`} cannot be read: ${fault}`,
    details: { file },
    cause: error,
  });
}

const NAMES = ['limio.config.ts', 'limio.config.mjs', 'limio.config.js', 'limio.config.json'];

/**
 * The absolute path of the configuration file of a folder, or of the named file.
 * @throws LimioError CONFIG_NOT_FOUND; CONFIG_INVALID when there are several.
 */
export function findConfigFile(root: string, explicit?: string): string {
  if (explicit !== undefined) {
    const file = isAbsolute(explicit) ? explicit : resolve(root, explicit);
    if (existsSync(file)) return file;
    throw new LimioError({
      code: 'CONFIG_NOT_FOUND',
      message: `There is no configuration file ${explicit}.`,
      hint: 'Check the path after --config.',
    });
  }
  const found = NAMES.filter((name) => existsSync(join(root, name)));
  const [name, ...others] = found;
  if (name === undefined) {
    throw new LimioError({
      code: 'CONFIG_NOT_FOUND',
      message: `There is no ${NAMES[0]} (or .mjs, .js, .json) in ${root}.`,
      hint: 'Change to the folder that has it, or name it with --config.',
    });
  }
  if (others.length > 0) {
    throw new LimioError({
      code: 'CONFIG_INVALID',
      message: `There are several configuration files: ${found.join(', ')}.`,
      hint: 'Keep one, or name it with --config.',
    });
  }
  return join(root, name);
}
