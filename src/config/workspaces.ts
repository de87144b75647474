import { readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { LimioError } from '../errors/errors.js';
import { findGlobFault, isNegation, parsePathGlobs } from '../glob/glob.js';
import { countThings } from '../model/words.js';

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
    throw refuse(file, ['workspaces: Must be a list of folders. Example: workspaces: ["brands/*"]']);
  const problems = [
    ...others.map((key) => `${key}: A configuration with "workspaces" has no other keys. Move it to the workspaces.`),
    ...patterns.flatMap(findFault),
  ];
  if (problems.length > 0) throw refuse(file, problems);
  const root = dirname(file);
  const find = (some: readonly string[]): string[] =>
    findFolders(root, some).filter((one) => hasConfig(join(root, one)));
  const empty = patterns.filter((pattern) => !isNegation(pattern) && find([pattern]).length === 0);
  if (empty.length > 0 || patterns.every(isNegation))
    throw refuse(file, [`workspaces: No folder with a configuration matches ${quoteAll(empty)}.`]);
  return find(patterns);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function findFault(pattern: string): string[] {
  const plain = isNegation(pattern) ? pattern.slice(1) : pattern;
  const fault = findGlobFault(plain, 'path');
  if (fault) return [`workspaces: "${pattern}": ${fault.message}`];
  const leaves = plain.startsWith('/') || plain.split('/').includes('..');
  return leaves ? [`workspaces: "${pattern}": Must be a folder below that of the configuration.`] : [];
}

function quoteAll(patterns: readonly string[]): string {
  return patterns.length === 0 ? 'a list of exclusions only' : patterns.map((one) => `"${one}"`).join(', ');
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

function refuse(file: string, problems: readonly string[]): LimioError {
  const lines = [`${basename(file)} has ${countThings(problems.length, 'problem')}:`, ...problems];
  return new LimioError({
    code: 'CONFIG_INVALID',
    message: lines.join('\n  '),
    details: { file, problems: [...problems] },
  });
}
