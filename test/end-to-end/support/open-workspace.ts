import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Emulator, startEmulator } from '../../../src/emulator/emulator.js';
import type { EmulatorOptions } from '../../../src/emulator/options.js';
import { findLeaks } from '../../support/find-leaks.js';
import {
  type ProgramRun,
  type RunningProgram,
  type RunOptions,
  runProgram,
  startProgram,
} from '../../support/run-program.js';
import { type Gate, type GateHooks, startGate } from './start-gate.js';

export const REPOSITORY = join(import.meta.dirname, '../../..');
export const CLIENT_SECRET = 'emulator-secret';
export const CREDENTIALS = { LIMIO_CLIENT_ID: 'emulator', LIMIO_CLIENT_SECRET: CLIENT_SECRET };

/** A test, or whatever else knows when things are not needed any more. */
export interface Cleanup {
  onTestFinished: (clean: () => void | Promise<void>) => void;
}

/** A repository in a folder of its own. */
export interface Folder {
  root: string;
  write: (path: string, text: string) => void;
  /** With credentials of the emulator, unless `env` says otherwise. */
  run: (args: string | readonly string[], options?: Partial<RunOptions>) => Promise<ProgramRun>;
  start: (args: string | readonly string[], options?: Partial<RunOptions>) => RunningProgram;
}

export interface Workspace extends Folder {
  tenant: Emulator;
  /** Every write that the tenant got: whatever is neither a GET nor the token call. */
  writes: () => { method: string; path: string; body?: unknown }[];
}

export interface WorkspaceOptions extends EmulatorOptions {
  /** YAML by path. */
  files: Readonly<Record<string, string>>;
  /** More of the one environment, which is called `test`. */
  environment?: Readonly<Record<string, unknown>>;
  /** Stands between the program and the tenant. */
  hooks?: (tenant: Emulator) => GateHooks;
}

/**
 * An empty folder; gone when the test ends, like every program that was started in it. A file in it
 * that the test did not write and that holds the client secret or a token fails the test.
 */
export function openFolder({ onTestFinished }: Cleanup, files: Readonly<Record<string, string>> = {}): Folder {
  const root = mkdtempSync(join(tmpdir(), 'limio-end-to-end-'));
  const started: RunningProgram[] = [];
  const written = new Set<string>();
  onTestFinished(() => {
    for (const {
      process: { exitCode, signalCode, pid },
      signal,
    } of started) {
      if (pid !== undefined && exitCode === null && signalCode === null) signal('SIGKILL');
    }
    const leaks = listLeaks(root, written);
    rmSync(root, { recursive: true, force: true });
    if (leaks.length > 0) throw new Error(`Files hold credentials: ${leaks.join(', ')}`);
  });
  const settle = (options: Partial<RunOptions>): RunOptions => ({ cwd: root, env: CREDENTIALS, ...options });
  const folder: Folder = {
    root,
    write: (path, text) => {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
      written.add(join(root, path));
    },
    run: (args, options = {}) => runProgram(splitArguments(args), settle(options)),
    start: (args, options = {}) => {
      const program = startProgram(splitArguments(args), settle(options));
      started.push(program);
      return program;
    },
  };
  for (const [path, text] of Object.entries(files)) folder.write(path, text);
  return folder;
}

/** A repository and the tenant that its one environment leads to. */
export async function openWorkspace(cleanup: Cleanup, options: WorkspaceOptions): Promise<Workspace> {
  const { files, environment, hooks, ...emulatorOptions } = options;
  const folder = openFolder(cleanup, files);
  const tenant = await openTenant(cleanup, emulatorOptions);
  const url = hooks === undefined ? tenant.url : (await openGate(cleanup, tenant.url, hooks(tenant))).url;
  folder.write(
    'limio.config.json',
    JSON.stringify({ environments: { test: { url, dialect: QUICK_PUBLISH, ...environment } } }),
  );
  const writes: Workspace['writes'] = () =>
    tenant
      .log()
      .filter(({ method, path }) => method !== 'GET' && path !== '/oauth2/token')
      .map(({ method, path, body }) => ({ method, path, body }));
  return { ...folder, tenant, writes };
}

/** Builds of the emulated tenant end in moments, so nobody waits 20 seconds for one. */
export const QUICK_PUBLISH = { publish: { attempts: 100, intervalMs: 20 } };

export async function openTenant({ onTestFinished }: Cleanup, options: EmulatorOptions): Promise<Emulator> {
  const tenant = await startEmulator({ port: 0, buildMs: 10, ...options });
  onTestFinished(() => tenant.close());
  return tenant;
}

async function openGate({ onTestFinished }: Cleanup, target: string, hooks: GateHooks): Promise<Gate> {
  const gate = await startGate(target, hooks);
  onTestFinished(() => gate.close());
  return gate;
}

/**
 * The example company's files, and its environment `demo` as the repository has it; with a URL, it leads there, for
 * commands that run in the process of the test and see no LIMIO_DEMO_URL.
 */
export function copyExample(root: string, url?: string): void {
  for (const part of ['catalog', 'journeys', 'overlays', 'prices', 'limio.config.ts'])
    cpSync(join(REPOSITORY, part), join(root, part), { recursive: true });
  if (url === undefined) return;
  const config = join(root, 'limio.config.ts');
  const [before, after, ...more] = readFileSync(config, 'utf8').split("process.env['LIMIO_DEMO_URL']");
  if (before === undefined || after === undefined || more.length > 0) throw new Error('no single LIMIO_DEMO_URL');
  writeFileSync(config, `${before}${JSON.stringify(url)}${after}`);
}

/** A line is split at spaces; what holds spaces itself comes as a list. */
export function splitArguments(args: string | readonly string[]): readonly string[] {
  return typeof args === 'string' ? args.split(' ').filter((part) => part !== '') : args;
}

/** Journals, plans, reports, snapshots: whatever programs left in the folder. */
function listLeaks(root: string, written: ReadonlySet<string>): string[] {
  const files = readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
  return files
    .filter((file) => !written.has(file))
    .flatMap((file) => findLeaks(readFileSync(file, 'utf8'), CREDENTIALS).map((leak) => `${file}: ${leak}`));
}
