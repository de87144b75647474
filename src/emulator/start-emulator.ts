import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { LimioError } from '../errors/errors.js';
import { createApp } from './create-app.js';
import { describeState, type EmulatorState } from './describe-state.js';
import { createTenantEdit, type TenantEdit } from './edit-tenant.js';
import { type EmulatorOptions, resolveOptions } from './emulator-options.js';
import { createFaultControl, type FaultControl } from './fault-control.js';
import { settleJobs } from './jobs.js';
import { seedTenant } from './seed-tenant.js';
import { createTenant, type RequestLogEntry } from './tenant.js';

/** A Limio tenant in this process. */
export interface Emulator {
  /** `http://127.0.0.1:<port>`, without a slash at the end. */
  url: string;
  port: number;
  /** Stops at once: open and kept-alive connections are cut. */
  close: () => Promise<void>;
  state: () => EmulatorState;
  /** Every request so far, the emulator's own calls excepted. */
  log: () => RequestLogEntry[];
  /** Edits beside the API, as people make them in the web app. */
  edit: TenantEdit;
  /** What goes wrong from now on. */
  faults: FaultControl;
}

/**
 * Starts a tenant on 127.0.0.1, behaving as the API reference, sections 0 to 8, 10 and 11 say.
 * @throws LimioError CONFIG_INVALID for a bad seed or bad faults, USAGE when the port cannot be had.
 */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const tenant = createTenant(resolveOptions(options));
  if (options.seed) seedTenant(tenant, options.seed);
  // createAdaptorServer answers HTTP/1 unless told otherwise; its type covers HTTP/2 too.
  const server = createAdaptorServer({ fetch: createApp(tenant).fetch, hostname: '127.0.0.1' }) as Server;
  const port = await listen(server, tenant.options.port);
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    close: () => closeServer(server),
    state: () => {
      settleJobs(tenant);
      return structuredClone(describeState(tenant));
    },
    log: () => structuredClone(tenant.log),
    edit: createTenantEdit(tenant),
    faults: createFaultControl(tenant),
  };
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) =>
      reject(
        new LimioError({
          code: 'USAGE',
          message: `The emulator cannot listen on 127.0.0.1:${port}: ${cause.message}.`,
          hint: 'Leave the port out (or give 0) to take a free one.',
          cause,
        }),
      ),
    );
    server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
