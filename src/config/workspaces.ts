import { readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { LimioError } from '../errors/errors.js';
import { findGlobFault, isNegation, parsePathGlobs } from '../glob/glob.js';
import { checkList } from './policies.js';
import { type ConfigProblem, formatConfigPath, refuseConfig } from './problems.js';

/**
 * The folders of a root configuration, `{ workspaces: ['brands/*'] }`, sorted: each has a configuration of its own.
 * Undefined for every other configuration. `hasConfig` says whether a folder has one.
 * @throws LimioError CONFIG_INVALID with every problem.
 */
export function listWorkspaces(
  value: unknown,
  file: string,
  hasConfig: (folder: string) => boolean,
): string[] | undefined {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, 'workspaces')) return undefined;
  const patterns: unknown = Reflect.get(value, 'workspaces');
  const others = Object.keys(value).filter((key) => key !== 'workspaces' && key !== '$schema');
  if (!Array.isArray(patterns) || !patterns.every(isText))
    throw refuse(file, 'Must be a list of folders.', 'Example: workspaces: ["brands/*"]');
  const problems: ConfigProblem[] = others.map((path) => ({
    path,
    message: 'A configuration with "workspaces" has no other keys.',
    hint: 'Move it to the workspaces.',
  }));
  const report = (keys: readonly PropertyKey[], message: string, hint?: string): void =>
    void problems.push({ path: formatConfigPath(keys), message, hint });
  checkList(patterns, ['workspaces'], report, checkFolder);
  if (problems.length > 0) throw refuseConfig(basename(file), problems);
  const root = dirname(file);
  const find = (some: readonly string[]): string[] =>
    findFolders(root, some).filter((folder) => hasConfig(join(root, folder)));
  const empty = patterns.filter((pattern) => !isNegation(pattern) && find([pattern]).length === 0);
  if (empty.length > 0 || patterns.every(isNegation)) {
    const what = empty.length === 0 ? 'the list' : empty.map((pattern) => `"${pattern}"`).join(', ');
    throw refuse(file, `No folder with a configuration matches ${what}.`);
  }
  return find(patterns);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function checkFolder(pattern: string, report: (message: string, hint?: string) => void): void {
  const text = pattern.replace(/^!/, '');
  const fault = findGlobFault(text, 'path');
  if (fault) report(`"${pattern}" cannot be read: ${fault.message}`, fault.hint);
  else if (text.startsWith('/') || text.split('/').includes('..'))
    report(`"${pattern}": Must be a folder below that of the configuration.`);
}

function refuse(file: string, message: string, hint?: string): LimioError {
  return refuseConfig(basename(file), [{ path: 'workspaces', message, hint }]);
}

function findFolders(root: string, patterns: readonly string[]): string[] {
  const { matches, baseFolders } = parsePathGlobs(patterns);
  const found = new Set<string>();
  const walk = (folder: string): void => {
    for (const entry of readFolders(join(root, folder))) {
      const path = folder === '' ? entry : `${folder}/${entry}`;
      if (matches(path)) found.add(path);
      walk(path);
    }
  };
  for (const base of baseFolders) walk(base);
  return [...found].sort();
}

/** The folders in a folder, without those of tools and links, which may lead in a circle. */
function readFolders(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && entry.name !== 'node_modules' && !entry.name.startsWith('.'))
      .map(({ name }) => name);
  } catch {
    return [];
  }
}
