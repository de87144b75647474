import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '../../model/async.js';

/** A stream that is written to; `columns` is known at a terminal. */
export interface CliStream {
  write(text: string): unknown;
  isTTY?: boolean;
  columns?: number;
}

/** The world as a command sees it. Tests hand in their own. */
export interface CliIo {
  stdout: CliStream;
  stderr: CliStream;
  stdin: NodeJS.ReadableStream & { isTTY?: boolean };
  env: Readonly<Record<string, string | undefined>>;
  cwd: string;
  /** Aborted by the first SIGINT or SIGTERM. */
  signal: AbortSignal;
}

/** Options that every command has. */
export interface CommonOptions {
  config?: string;
  format: 'text' | 'json';
  debug?: boolean;
  /** Seconds for one request with all its repetitions; of commands that talk to a tenant. */
  timeout?: number;
  /** False with --no-color. */
  color: boolean;
}

export const SYSTEM_CLOCK: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) => delay(ms, undefined, signal ? { signal } : {}),
};
