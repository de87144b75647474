import { type Dirent, readdirSync, realpathSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import type { Problem } from '../model/problem.js';
import { makeProblem } from './make-problem.js';

const SKIPPED = new Set(['node_modules', '.git']);

export interface FoundFiles {
  /** Relative to the root, with forward slashes. */
  paths: string[];
  problems: Problem[];
}

/** A folder and the real folders from the start down to it, itself last. */
interface Folder {
  path: string;
  chain: readonly string[];
}

interface Walk extends FoundFiles {
  root: string;
  realRoot: string;
  wanted: (path: string) => boolean;
  /** Real folders that were read: none is read twice, however many links lead to it. */
  visited: Set<string>;
  links: Folder[];
}

/**
 * The regular files below a folder of `root` that are wanted. Links are followed after everything
 * else, except out of the root (a pull request must not make the tool print other files) and back
 * up to a folder above.
 */
export function walkFiles(root: string, folder: string, wanted: (path: string) => boolean): FoundFiles {
  const walk: Walk = {
    root,
    realRoot: realpathSync(root),
    wanted,
    paths: [],
    problems: [],
    visited: new Set(),
    links: [],
  };
  const real = tryRead(() => realpathSync(join(root, folder)));
  if (typeof real !== 'string') {
    if (real.code !== 'ENOENT') report(walk, 'FILE_UNREADABLE', folder, `The folder cannot be read (${real.code}).`);
  } else if (isInside(walk, real)) {
    walkFolder(walk, { path: folder, chain: [real] });
    for (let link = walk.links.shift(); link; link = walk.links.shift()) followLink(walk, link);
  } else {
    report(walk, 'FILE_LINK_OUTSIDE', folder, 'The folder lies outside the repository.');
  }
  return { paths: walk.paths, problems: walk.problems };
}

function walkFolder(walk: Walk, { path: folder, chain }: Folder): void {
  const real = chain.at(-1) ?? '';
  if (walk.visited.has(real)) return;
  walk.visited.add(real);
  const entries = tryRead(() => readdirSync(join(walk.root, folder), { withFileTypes: true }));
  if ('code' in entries) {
    report(walk, 'FILE_UNREADABLE', folder, `The folder cannot be read (${entries.code}).`);
    return;
  }
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (SKIPPED.has(entry.name)) continue;
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isSymbolicLink()) walk.links.push({ path, chain });
    else if (entry.isDirectory()) walkFolder(walk, { path, chain: [...chain, join(real, entry.name)] });
    else takeFile(walk, path, entry);
  }
}

function takeFile(walk: Walk, path: string, entry: Pick<Dirent, 'isFile'>): void {
  if (!walk.wanted(path)) return;
  // Reading a pipe or a device could wait for ever.
  if (entry.isFile()) walk.paths.push(path);
  else report(walk, 'FILE_UNREADABLE', path, 'This is not a regular file.');
}

function followLink(walk: Walk, { path, chain }: Folder): void {
  const full = join(walk.root, path);
  const found = tryRead(() => ({ real: realpathSync(full), stat: statSync(full) }));
  if ('code' in found) {
    if (found.code === 'ELOOP') report(walk, 'FILE_LINK_LOOP', path, 'The link leads to itself.');
    else if (walk.wanted(path)) report(walk, 'FILE_UNREADABLE', path, `The link leads nowhere (${found.code}).`);
    return;
  }
  const { real, stat } = found;
  if (!stat.isDirectory() && !walk.wanted(path)) return;
  if (!isInside(walk, real)) report(walk, 'FILE_LINK_OUTSIDE', path, 'The link leads out of the repository.');
  else if (!stat.isDirectory()) takeFile(walk, path, stat);
  else if (chain.includes(real)) report(walk, 'FILE_LINK_LOOP', path, 'The link leads back to a folder above it.');
  else walkFolder(walk, { path, chain: [...chain, real] });
}

function isInside(walk: Walk, real: string): boolean {
  return real === walk.realRoot || real.startsWith(walk.realRoot + sep);
}

function report(
  walk: Walk,
  code: 'FILE_UNREADABLE' | 'FILE_LINK_LOOP' | 'FILE_LINK_OUTSIDE',
  file: string,
  message: string,
): void {
  walk.problems.push(makeProblem(code, { file: file === '' ? '.' : file, line: 1, col: 1 }, message));
}

function tryRead<T>(read: () => T): T | { code: string } {
  try {
    return read();
  } catch (error) {
    return { code: error instanceof Error && 'code' in error ? String(error.code) : 'unknown' };
  }
}
