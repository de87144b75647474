import { onTestFinished } from 'vitest';
import { createTenantProbe } from '../../../src/api/api.js';
import type { ClientOptions } from '../../../src/api/connection.js';
import type { CheckContext, Readings } from '../../../src/doctor/check.js';
import { collectReadings, runChecks } from '../../../src/doctor/doctor.js';
import { type Emulator, startEmulator } from '../../../src/emulator/emulator.js';
import type { EmulatorOptions } from '../../../src/emulator/options.js';
import { DEFAULT_DIALECT, type Dialect } from '../../../src/model/dialect.js';
import type { DoctorReport } from '../../../src/model/doctor.js';

export async function openTenant(options: EmulatorOptions): Promise<Emulator> {
  const tenant = await startEmulator(options);
  onTestFinished(() => tenant.close());
  return tenant;
}

export function clientOptions(tenant: { url: string }, more: Partial<ClientOptions> = {}): ClientOptions {
  return {
    baseUrl: tenant.url,
    credentials: { clientId: 'emulator', clientSecret: 'emulator-secret' },
    dialect: DEFAULT_DIALECT,
    clock: { now: () => Date.now(), sleep: () => Promise.resolve() },
    random: () => 0,
    ratePerSecond: 100_000,
    ...more,
  };
}

export interface Examined {
  readings: Readings;
  report: DoctorReport;
  check: (id: string) => DoctorReport['checks'][number];
}

/** What doctor says of a tenant whose configuration has these settings. */
export async function examine(
  tenant: { url: string },
  more: { client?: Partial<ClientOptions>; dialect?: Partial<Dialect>; context?: Partial<CheckContext> } = {},
): Promise<Examined> {
  const dialect = { ...DEFAULT_DIALECT, ...more.dialect };
  const probe = createTenantProbe(clientOptions(tenant, { ...more.client, dialect }));
  onTestFinished(() => probe.close());
  const readings = await collectReadings(probe, dialect);
  const report = runChecks(readings, {
    environment: 'test',
    host: '127.0.0.1',
    protected: false,
    dialect,
    timings: probe.timings(),
    learned: false,
    credentials: 'LIMIO_CLIENT_ID, LIMIO_CLIENT_SECRET',
    ...more.context,
  });
  const check: Examined['check'] = (id) => {
    const found = report.checks.find((one) => one.id === id);
    if (!found) throw new Error(`test misuse: no check ${id}`);
    return found;
  };
  return { readings, report, check };
}
