import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Plan } from '../../../src/model/plan.js';
import { runInProcess } from '../../cli/support/run-in-process.js';
import { type RunningProgram, startProgram } from '../run-program.js';
import { consentToAll } from '../run-scenario.js';
import { CHAOS_SECRET } from './watch-secrets.js';

/** A repository in a folder of its own, whose one environment is called `test`. */
export interface Checkout {
  root: string;
  /** The program as a process of its own. */
  start(args: readonly string[]): RunningProgram;
  /** The same without a process. */
  run(args: readonly string[]): ReturnType<typeof runInProcess>;
  /** The text of every file below `.limio`, by path. */
  readRuns(): [file: string, text: string][];
  remove(): void;
}

/** Builds end in moments, and bulk-updates are small, so that there are many writes. */
export const CHECKOUT_DIALECT = { bulkUpdate: { maxDiffs: 4 }, publish: { attempts: 100, intervalMs: 20 } };

export function openCheckout(
  files: Readonly<Record<string, string>>,
  environment: Readonly<Record<string, unknown>>,
  state?: Readonly<Record<string, unknown>>,
): Checkout {
  const root = mkdtempSync(join(tmpdir(), 'limio-chaos-'));
  const all = { ...files, 'limio.config.json': JSON.stringify({ state, environments: { test: environment } }) };
  for (const [path, text] of Object.entries(all)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  const options = { cwd: root, env: { LIMIO_CLIENT_ID: 'emulator', LIMIO_CLIENT_SECRET: CHAOS_SECRET } };
  return {
    root,
    start: (args) => startProgram(args, options),
    run: (args) => runInProcess(args, options),
    readRuns: () => readTexts(join(root, '.limio')),
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}

/** Consent to all that a plan asks consent for, as the command line takes it. */
export function consentFlags(plan: Plan): string[] {
  return [...consentToAll(plan)].map(([flag, value]) => `${flag}=${value}`);
}

function readTexts(folder: string): [file: string, text: string][] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry): [string, string] => [
      join(entry.parentPath, entry.name),
      readFileSync(join(entry.parentPath, entry.name), 'utf8'),
    ]);
}
