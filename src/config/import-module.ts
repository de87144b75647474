import { existsSync } from 'node:fs';
import { basename, dirname, extname, join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { LimioError } from '../errors/errors.js';

/** From version 22.10 on, Node has `process.features.typescript`: "strip", "transform" or false. */
function canImportTypescript(): boolean {
  return Boolean(Reflect.get(process.features, 'typescript'));
}

/**
 * Uses Node's import. jiti is for what Node cannot do: TypeScript on older Nodes, syntax that is more than types,
 * `paths` of a tsconfig, and `limio-sync` where it is not installed.
 */
export async function importModule(file: string): Promise<unknown> {
  const typescript = /\.[cm]?ts$/.test(file);
  if (!typescript || canImportTypescript()) {
    try {
      return await import(/* @vite-ignore */ pathToFileURL(file).href);
    } catch (error) {
      // Node's syntax errors have no position; those of jiti do. Where jiti sees none, as in an import of a name that
      // does not exist, JavaScript is still wrong.
      const isSyntax = error instanceof SyntaxError;
      if (isSyntax && !typescript) await importWithJiti(file);
      if (!isUnresolved(error) && !(isSyntax && typescript)) throw error;
    }
  }
  return importWithJiti(file);
}

async function importWithJiti(file: string): Promise<unknown> {
  const { createJiti } = await import('jiti');
  const own = new URL(`./define-config${extname(fileURLToPath(import.meta.url))}`, import.meta.url);
  const options = { alias: { 'limio-sync': fileURLToPath(own) }, fsCache: false, moduleCache: false };
  let jiti: ReturnType<typeof createJiti>;
  try {
    jiti = createJiti(file, { ...options, tsconfigPaths: true });
  } catch (error) {
    // Only the tsconfig is read before the import.
    const tsconfig = findTsconfig(file) ?? 'tsconfig.json';
    throw new LimioError({
      code: 'CONFIG_INVALID',
      message: `${tsconfig}, which ${basename(file)} uses for aliases, cannot be read: ${describeCause(error)}`,
      hint: `Correct "extends" and "paths" in ${tsconfig}.`,
      details: { file },
      cause: error,
    });
  }
  return jiti.import(file);
}

/** The nearest tsconfig.json here or above, relative to the folder of the file. */
function findTsconfig(file: string): string | undefined {
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    const candidate = join(folder, 'tsconfig.json');
    if (existsSync(candidate)) return relative(dirname(file), candidate);
    if (dirname(folder) === folder) return undefined;
  }
}

function hintAtImports(file: string): string {
  const tsconfig = findTsconfig(file);
  return tsconfig === undefined
    ? 'Check its imports. No tsconfig.json here or above defines aliases.'
    : `Check its imports. Aliases come from "paths" of ${tsconfig}.`;
}

/** Called without `new`, a class fails with a message that sounds like a bug. */
export function isClass(value: unknown): boolean {
  return typeof value === 'function' && /^class\b/.test(Function.prototype.toString.call(value));
}

export function describeCause(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function isUnresolved(error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    ['ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND', 'ERR_UNSUPPORTED_DIR_IMPORT'].includes(String(error.code))
  );
}

/** Why a program could not be imported, with the place if the error names it in the file. */
export interface ImportFailure {
  reason: string;
  line?: number;
  col?: number;
  hint?: string;
}

/** @param file that was imported. What it imports can fail as well, and has its place in the reason. */
export function explainFailure(file: string, error: unknown): ImportFailure {
  // The list of modules that required the missing one does not help users.
  const [reason = ''] = describeCause(error).split('\nRequire stack:');
  const [, fault, at, line, column] = /^ParseError: (.*?)\s*\n\s*(.*?):(\d+):(\d+)\s*$/s.exec(reason) ?? [];
  if (fault === undefined || at === undefined)
    return { reason, ...(isUnresolved(error) ? { hint: hintAtImports(file) } : {}) };
  const [place, name] = [{ line: Number(line), col: Number(column) + 1 }, relative(dirname(file), at)];
  if (name === basename(file)) return { reason: fault, ...place };
  return { reason: `${name}:${place.line}:${place.col} has a mistake: ${fault}` };
}
