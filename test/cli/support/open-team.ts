import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Emulator, startEmulator } from '../../../src/emulator/emulator.js';
import type { Seed } from '../../../src/emulator/seed-format.js';
import { SMALL_SEED } from '../../end-to-end/support/small-tenant.js';
import { runInProcess } from './run-in-process.js';

interface Cleanup {
  onTestFinished: (clean: () => void | Promise<void>) => void;
}

export interface Clone {
  root: string;
  run: (args: string | readonly string[], env?: Record<string, string>) => ReturnType<typeof runInProcess>;
  write: (path: string, text: string) => void;
}

export interface Team<E extends string> {
  tenants: Record<E, Emulator>;
  /** The folder that all clones share. */
  store: string;
  /** A new machine: a folder with the files and an empty `.limio`. */
  clone: (files?: Readonly<Record<string, string>>) => Clone;
}

const ENV = { LIMIO_CLIENT_ID: 'emulator', LIMIO_CLIENT_SECRET: 'emulator-secret', USER: 'ada' };

/** Clones of one repository whose commands run in this process and share a folder. Each environment has a tenant. */
export async function openTeam<E extends string = 'test'>(
  cleanup: Cleanup,
  options: {
    files: Readonly<Record<string, string>>;
    environments?: readonly E[];
    seed?: Seed;
    /** More of the configuration; `state` replaces the shared folder. */
    config?: Readonly<Record<string, unknown>>;
  },
): Promise<Team<E>> {
  const names = options.environments ?? (['test'] as string[] as E[]);
  const opened = await Promise.all(
    names.map(
      async (name) => [name, await startEmulator({ port: 0, buildMs: 0, seed: options.seed ?? SMALL_SEED })] as const,
    ),
  );
  const makeFolder = (): string => {
    const folder = mkdtempSync(join(tmpdir(), 'limio-team-'));
    cleanup.onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    return folder;
  };
  cleanup.onTestFinished(async () => void (await Promise.all(opened.map(([, tenant]) => tenant.close()))));
  const store = makeFolder();
  const dialect = { publish: { attempts: 3, intervalMs: 1 } };
  const environments = Object.fromEntries(opened.map(([name, { url }]) => [name, { url, dialect }]));
  const config = { state: { backend: 'folder', path: store }, ...options.config, environments };
  return {
    tenants: Object.fromEntries(opened) as Record<E, Emulator>,
    store,
    clone: (files = {}) => {
      const root = makeFolder();
      const write = (path: string, text: string): void => {
        mkdirSync(dirname(join(root, path)), { recursive: true });
        writeFileSync(join(root, path), text);
      };
      const all = { 'limio.config.json': JSON.stringify(config), ...options.files, ...files };
      for (const [path, text] of Object.entries(all)) write(path, text);
      return { root, write, run: (args, env = {}) => runInProcess(args, { cwd: root, env: { ...ENV, ...env } }) };
    },
  };
}
