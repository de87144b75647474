import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { LimioError } from '../errors/errors.js';
import { defined } from '../model/json.js';
import { type CodeContext, findCall } from './define-config.js';
import { describeCause, explainFailure, importModule, isClass } from './import-module.js';
import { runConfig } from './loading.js';

/** The part of a source text that decides whether and how it runs. */
export interface CodeFile {
  /** Relative to the root, with forward slashes. */
  path: string;
  text: string;
  role?: string;
}

/** One value that a program exports, or why there is none, and where the program made it. */
export interface CodeExport {
  value: unknown;
  line: number;
  col: number;
  fault?: { message: string; hint?: string };
}

type Loaded<F> = F & { exported?: readonly CodeExport[] };

/**
 * Runs the files that are programs (`role: 'code'`), one after the other, and adds what they export. What is wrong
 * with a program becomes a fault of its export: nothing is thrown.
 */
export async function loadCode<F extends CodeFile>(
  root: string,
  files: readonly F[],
  context: CodeContext = { env: {} },
  run: typeof runFile = runFile,
): Promise<Loaded<F>[]> {
  const loaded: Loaded<F>[] = [];
  for (const file of files)
    loaded.push(file.role === 'code' ? { ...file, exported: await run(root, file, context) } : file);
  return loaded;
}

/** {@link loadCode} that runs each program once, however often its files are read. */
export function rememberCode(): typeof loadCode {
  const known = new Map<string, { text: string; exported: Promise<CodeExport[]> }>();
  const run: typeof runFile = (root, file, context) => {
    const key = join(root, file.path);
    const before = known.get(key);
    if (before?.text === file.text) return before.exported;
    const exported = runFile(root, file, context);
    known.set(key, { text: file.text, exported });
    return exported;
  };
  return (root, files, context) => loadCode(root, files, context, run);
}

interface Place {
  line: number;
  col: number;
}

interface Program {
  file: string;
  lines: readonly string[];
  context: CodeContext;
  /** A value that a program exports under several names is one resource. */
  seen: Set<unknown>;
}

const START: Place = { line: 1, col: 1 };

const EXPORT_HINT =
  'Export a resource, a list of resources, or a function that returns them: export default defineOffer({ ... })';

async function runFile(root: string, { path, text }: CodeFile, context: CodeContext): Promise<CodeExport[]> {
  const program = { file: join(root, path), lines: text.split('\n'), context, seen: new Set<unknown>() };
  const run = async (): Promise<CodeExport[]> => {
    let entries: [string, unknown][];
    try {
      entries = listExports(await importModule(program.file));
    } catch (error) {
      return [reportImport(program, error)];
    }
    entries.forEach(([, value]) => awaitLater(value));
    if (entries.length === 0) return [fail(START, 'The program exports nothing.', EXPORT_HINT)];
    const found: CodeExport[] = [];
    for (const [name, value] of entries) found.push(...(await readExport(program, name, value)));
    return found;
  };
  return runConfig(path, run, 'file');
}

/** In the order of their names. `__esModule` and `module.exports` come from loaders, not from the program. */
function listExports(module: unknown): [string, unknown][] {
  if (typeof module !== 'object' || module === null) return [];
  return Object.entries(module)
    .filter(([name]) => name !== '__esModule' && name !== 'module.exports')
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
}

/** Calls a function, awaits promises, and takes a list apart. */
async function readExport(program: Program, name: string, exported: unknown): Promise<CodeExport[]> {
  const place = findExport(program, name);
  const what = name === 'default' ? 'the default export' : `the export "${name}"`;
  if (isClass(exported)) return [fail(place, `${capitalise(what)} is a class.`, EXPORT_HINT)];
  const reportFailure = (which: string, error: unknown): CodeExport =>
    fail(findFrame(program, readStack(error)) ?? place, `${capitalise(which)} failed: ${describe(error)}`);
  let value: unknown;
  try {
    value = await (typeof exported === 'function' ? (exported(program.context) as unknown) : exported);
  } catch (error) {
    return [reportFailure(what, error)];
  }
  if (!Array.isArray(value)) return readResource(program, value, place, what);
  value.forEach(awaitLater);
  const found: CodeExport[] = [];
  // By index: a hole is a mistake.
  for (let i = 0; i < value.length; i++) {
    const which = `element ${i} of ${what}`;
    try {
      found.push(...readResource(program, await value[i], place, which));
    } catch (error) {
      found.push(reportFailure(which, error));
    }
  }
  return found;
}

/** A promise that rejects before its turn must not end the process as unhandled. */
function awaitLater(value: unknown): void {
  if (value instanceof Promise) value.catch(() => undefined);
}

function readResource(program: Program, value: unknown, place: Place, what: string): CodeExport[] {
  if (typeof value !== 'object' || value === null) {
    const hint = 'Every export of such a file is a resource. Move constants and helpers to a file with another name.';
    return [fail(place, `${capitalise(what)} is ${nameValue(value)}, not a resource.`, hint)];
  }
  if (program.seen.has(value)) return [];
  program.seen.add(value);
  return [{ value, ...(findFrame(program, findCall(value)) ?? place) }];
}

function fail({ line, col }: Place, message: string, hint?: string): CodeExport {
  return { value: undefined, line, col, fault: { message, ...defined({ hint }) } };
}

function reportImport(program: Program, error: unknown): CodeExport {
  // A tsconfig that cannot be read.
  if (error instanceof LimioError) return fail(START, error.message, error.hint);
  const { reason, line, col, hint } = explainFailure(program.file, error);
  const [, specifier] = /^Cannot find (?:module|package) '([^']+)'/.exec(reason) ?? [];
  const place =
    line === undefined || col === undefined
      ? (findText(program, specifier) ?? findFrame(program, readStack(error)))
      : { line, col };
  return fail(place ?? START, `The program failed: ${toLine(reason)}`, hint);
}

/** The first frame of a stack that is in the program: helpers elsewhere have their place where it calls them. */
function findFrame({ file, lines }: Program, stack: string | undefined): Place | undefined {
  // Node names a module by its real path.
  const files = [...new Set([file, realpathSync(file)])];
  for (const frame of stack?.split('\n').slice(1) ?? [])
    for (const [name, isExact] of files.flatMap((one) => [
      [pathToFileURL(one).href, true] as const,
      [one, false] as const,
    ])) {
      const at = frame.indexOf(name);
      const [, line, col] = (at === -1 ? null : /^(?:\?[^:]*)?:(\d+):(\d+)/.exec(frame.slice(at + name.length))) ?? [];
      if (line === undefined) continue;
      // jiti keeps lines, but not columns.
      return { line: Number(line), col: isExact ? Number(col) : findColumn(lines[Number(line) - 1] ?? '') };
    }
  return undefined;
}

function findColumn(line: string): number {
  return Math.max(/\bdefine[A-Z]\w*(?=\s*\()/.exec(line)?.index ?? line.search(/\S/), 0) + 1;
}

function findText({ lines }: Program, text: string | undefined): Place | undefined {
  if (text === undefined) return undefined;
  const index = lines.findIndex((line) => line.includes(text));
  return index === -1 ? undefined : { line: index + 1, col: (lines[index] ?? '').indexOf(text) + 1 };
}

function findExport({ lines }: Program, name: string): Place {
  const word = `(?<![\\w$])${name.replaceAll('$', () => '\\$')}(?![\\w$])`;
  const declared = `\\bexport\\s+(?:const|let|var|async\\s+function|function|class)\\b[\\s*]*${word}`;
  const listed = `\\bexport\\s*\\{.*${word}`;
  const pattern = name === 'default' ? /\bexport\s+default\b|\bas\s+default\b/ : new RegExp(`${declared}|${listed}`);
  const line = lines.findIndex((one) => pattern.test(one));
  return line === -1 ? START : { line: line + 1, col: (pattern.exec(lines[line] ?? '')?.index ?? 0) + 1 };
}

function readStack(error: unknown): string | undefined {
  return error instanceof Error && typeof error.stack === 'string' ? error.stack : undefined;
}

/** A program can throw anything, also what has no text. */
function describe(error: unknown): string {
  try {
    return toLine(describeCause(error));
  } catch {
    return 'it threw a value without a text.';
  }
}

/** Long enough for any sentence. */
const MAX_REASON = 300;

function toLine(text: string): string {
  const line = text.trim().replaceAll(/\s*\n\s*/g, ' ');
  return line.length > MAX_REASON ? `${line.slice(0, MAX_REASON)}…` : line;
}

function nameValue(value: unknown): string {
  if (value === undefined || value === null) return String(value);
  return typeof value === 'string' ? 'a text' : `a ${typeof value}`;
}

function capitalise(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}
