import { once } from 'node:events';
import { startEmulator } from '../../emulator/emulator.js';
import { loadFaults } from '../../emulator/faults/parse-faults.js';
import { parseEmulatorDialect } from '../../emulator/options.js';
import { loadSeed } from '../../emulator/seed.js';
import type { CliIo, CommonOptions } from '../shared/io.js';

export interface EmulatorCommandOptions extends CommonOptions {
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
}

/** Runs until SIGINT or SIGTERM. */
export async function runEmulator(io: CliIo, options: EmulatorCommandOptions): Promise<number> {
  const emulator = await startEmulator({
    port: options.port,
    ...(options.seed === undefined ? {} : { seed: await loadSeed(options.seed) }),
    dialect: parseEmulatorDialect(options.dialect ?? []),
    latencyMs: options.latency,
    indexLagMs: options.indexLag,
    ...(options.pageSizeCap === undefined ? {} : { pageSizeCap: options.pageSizeCap }),
    ...(options.tokenLifetime === undefined ? {} : { tokenLifetimeS: options.tokenLifetime }),
    ...(options.buildMs === undefined ? {} : { buildMs: options.buildMs }),
    ...(options.role === undefined ? {} : { role: options.role }),
    ...(options.faults === undefined ? {} : { faults: await loadFaults(options.faults) }),
  });
  io.stdout.write(options.format === 'json' ? `${JSON.stringify(describe(emulator.url))}\n` : greet(emulator.url));
  if (!io.signal.aborted) await once(io.signal, 'abort');
  await emulator.close();
  return 0;
}

function describe(url: string): Record<string, unknown> {
  return { kind: 'limio-sync/emulator', formatVersion: 1, url, clientId: 'emulator', clientSecret: 'emulator-secret' };
}

function greet(url: string): string {
  return `Emulated Limio tenant at ${url}
  credentials   LIMIO_CLIENT_ID=emulator LIMIO_CLIENT_SECRET=emulator-secret
  all requests  ${url}/__emulator/log
  its state     ${url}/__emulator/state
  its faults    ${url}/__emulator/faults
Press Ctrl-C to stop.
`;
}
