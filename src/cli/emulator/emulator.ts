import { once } from 'node:events';
import { resolve } from 'node:path';
import { startEmulator } from '../../emulator/emulator.js';
import { loadFaults } from '../../emulator/faults/parse-faults.js';
import { parseEmulatorDialect } from '../../emulator/options.js';
import { loadSeed } from '../../emulator/seed.js';
import { dropUndefined } from '../../model/json.js';
import type { CliIo } from '../shared/io.js';
import type { CommonOptions } from '../shared/options.js';

export type EmulatorCommandOptions = CommonOptions & {
  port: number;
  seed?: string;
  dialect?: string[];
  latency: number;
  indexLag: number;
  pageSizeCap?: number;
  tokenLifetime?: number;
  buildMs?: number;
  role?: 'manager' | 'editor';
  faults?: string;
};

/** `limio-sync emulator`: runs until SIGINT or SIGTERM. */
export async function runEmulator(io: CliIo, options: EmulatorCommandOptions): Promise<number> {
  const { port, seed, dialect, latency, indexLag, pageSizeCap, tokenLifetime, buildMs, role, faults } = options;
  const { url, close } = await startEmulator({
    port,
    dialect: parseEmulatorDialect(dialect ?? []),
    latencyMs: latency,
    indexLagMs: indexLag,
    ...dropUndefined({ pageSizeCap, tokenLifetimeS: tokenLifetime, buildMs, role }),
    ...(seed === undefined ? {} : { seed: await loadSeed(resolve(io.cwd, seed)) }),
    ...(faults === undefined ? {} : { faults: await loadFaults(faults, io.cwd) }),
  });
  // One line, so that a script can read it while the emulator runs.
  io.stdout.write(options.format === 'json' ? `${JSON.stringify(describe(url))}\n` : greet(url));
  if (!io.signal.aborted) await once(io.signal, 'abort');
  await close();
  return 0;
}

function describe(url: string): Record<string, unknown> {
  return { kind: 'limio-sync/emulator', formatVersion: 1, url, clientId: 'emulator', clientSecret: 'emulator-secret' };
}

function greet(url: string): string {
  return `Emulated Limio tenant at ${url}
  credentials   LIMIO_CLIENT_ID=emulator LIMIO_CLIENT_SECRET=emulator-secret
  requests      ${url}/__emulator/log
  state         ${url}/__emulator/state
  faults        ${url}/__emulator/faults
Press Ctrl-C to stop.
`;
}
