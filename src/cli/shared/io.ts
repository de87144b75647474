import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '../../model/async.js';

/** `columns` is known at a terminal. */
export interface CliStream {
  write(text: string): unknown;
  isTTY?: boolean;
  columns?: number;
}

/** The process as a command sees it. Tests pass their own. */
export interface CliIo {
  stdout: CliStream;
  stderr: CliStream;
  stdin: NodeJS.ReadableStream & { isTTY?: boolean };
  env: Readonly<Record<string, string | undefined>>;
  cwd: string;
  /** With --cwd: where the terminal is. Paths in text output begin there. */
  terminalFolder?: string;
  /** Aborted by the first SIGINT or SIGTERM. */
  signal: AbortSignal;
}

export const SYSTEM_CLOCK: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) => delay(ms, undefined, signal ? { signal } : {}),
};

/** Now, as ISO 8601. */
export function formatNow(): string {
  return new Date(SYSTEM_CLOCK.now()).toISOString();
}

/** A file or folder of the package itself. This module lies deeper in src/ than the chunk that holds it in dist/. */
export function findInPackage(path: string): string {
  let folder = import.meta.dirname;
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return join(folder, path);
}

/** The version in the package's own package.json. */
export function readToolVersion(): string {
  const text = readFileSync(findInPackage('package.json'), 'utf8');
  const { version }: { version: string } = JSON.parse(text);
  return version;
}
