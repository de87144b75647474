import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer, type HttpBindings } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import { createRedactor, LimioError } from '../errors/errors.js';
import { accountRoutes } from './accounts.js';
import { bulkUpdateRoutes, catalogItemRoutes } from './catalog-items.js';
import { catalogListRoutes } from './catalog-list.js';
import {
  CONTROL_PREFIX,
  controlRoutes,
  createFaultControl,
  describeState,
  type EmulatorState,
  type FaultControl,
  refuseControlCall,
} from './control.js';
import { authorize, tokenRoutes } from './credentials.js';
import { createTenantEdit, type TenantEdit } from './edit-tenant.js';
import { answerWithFaults } from './faults/faults.js';
import { jobRoutes, settleJobs } from './jobs.js';
import { journeyRoutes } from './journeys.js';
import { type EmulatorOptions, resolveOptions } from './options.js';
import { orderRoutes } from './orders.js';
import { buildRoutes, publishRoutes } from './publishing.js';
import {
  type Answer,
  answerGatewayPage,
  answerRefusal,
  type ApiRequest,
  checkParameters,
  listUnknownParameters,
  Refusal,
  type Route,
} from './route.js';
import { seedTenant } from './seed.js';
import { createTenant, type RequestLogEntry, type Tenant } from './tenant.js';
import { deliver, logRequest, pause } from './wire.js';

/**
 * A Limio tenant in this process. It shares no code with the client, the planner or the executor, so
 * that it can disagree with them.
 *
 *   startEmulator      options.ts, seed.ts -> tenant.ts (all state) -> an HTTP server
 *   createApp          request -> log -> delay -> faults/ -> route -> wire.ts
 *   ROUTES             one file per section of the API: journeys.ts, catalog-list.ts, publishing.ts ...
 *   control.ts         the emulator's own calls: state, log, edits, faults
 */
export interface Emulator {
  /** `http://127.0.0.1:<port>`, without a trailing slash. */
  url: string;
  port: number;
  /** Stops at once and closes open connections. */
  close: () => Promise<void>;
  state: () => EmulatorState;
  /** Every request so far, except the emulator's own calls. */
  log: () => RequestLogEntry[];
  /** Edits outside the API, as people make them in the web app. */
  edit: TenantEdit;
  /** Faults of later requests. */
  faults: FaultControl;
}

/**
 * Starts a tenant on 127.0.0.1 that behaves as described in the API reference, sections 0 to 11.
 * @throws LimioError CONFIG_INVALID for an invalid seed or invalid faults, USAGE if the port is taken.
 */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const tenant = createTenant(resolveOptions(options));
  if (options.seed) seedTenant(tenant, options.seed);
  // It creates an HTTP/1 server by default, but its type also covers HTTP/2.
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
          hint: 'Omit the port, or use 0, to take a free one.',
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

interface Env {
  Bindings: HttpBindings;
  Variables: { request: ApiRequest; entry?: RequestLogEntry };
}

const ROUTES: readonly Route[] = [
  ...tokenRoutes,
  ...journeyRoutes,
  ...catalogListRoutes,
  ...catalogItemRoutes,
  ...bulkUpdateRoutes,
  ...jobRoutes,
  ...accountRoutes,
  ...buildRoutes,
  ...publishRoutes,
  ...orderRoutes,
  ...controlRoutes,
];

/**
 * The tenant as an HTTP application.
 *
 *   request -> log -> delay -> faults -> route: credentials, answer -> size cap -> wire, status into the log
 *
 * Faults wrap the route instead of being a middleware: they need the operation, and they change the
 * request or the answer, not bytes.
 */
function createApp(tenant: Tenant): Hono<Env> {
  const app = new Hono<Env>();
  const redact = createRedactor([tenant.options.clientSecret]);
  app.use('*', async (c, next) => {
    const port = c.env.incoming.socket.localPort;
    const { host, origin } = c.env.incoming.headers;
    if (!isOwnHost(host, port)) return c.text('This emulator answers to localhost only.\n', 421);
    const request = await readRequest(c);
    c.set('request', request);
    if (request.rawPath.startsWith(CONTROL_PREFIX)) {
      const refusal = refuseControlCall(request, host, origin);
      return refusal ? deliver(tenant, c.env.outgoing, { answer: refusal }) : next();
    }
    const entry = logRequest(tenant, request, redact);
    c.set('entry', entry);
    await next();
  });
  app.use('*', async (c, next) => {
    if (tenant.options.latencyMs > 0 && c.get('entry')) await pause(tenant.options.latencyMs);
    await next();
  });
  for (const route of ROUTES) {
    app.on(route.method, route.area === 'commerce' ? `/api${route.path}` : route.path, (c) => {
      const request = { ...c.get('request'), params: c.req.param() as Record<string, string> };
      noteUnknownParameters(route, c.get('entry'), request.query);
      const run = (changed = request): Answer => answer(tenant, route, changed);
      const entry = c.get('entry');
      const { operation } = route;
      const delivery = operation
        ? answerWithFaults({ tenant, route, operation, request, run }, entry)
        : { answer: run() };
      return deliver(tenant, c.env.outgoing, delivery, entry);
    });
  }
  app.notFound((c) => deliver(tenant, c.env.outgoing, { answer: answerGatewayPage(404) }, c.get('entry')));
  // A bug in the emulator. The client sees what any gateway would show.
  app.onError((error, c) => {
    const entry = c.get('entry');
    if (entry) entry.error = error.stack ?? error.message;
    return deliver(tenant, c.env.outgoing, { answer: answerGatewayPage(500) }, entry);
  });
  return app;
}

/** A page of the web may lead its own name to this machine; its requests then carry that name. */
function isOwnHost(host: string | undefined, port: number | undefined): host is string {
  return ['127.0.0.1', 'localhost', '[::1]'].some((name) => host?.toLowerCase() === `${name}:${port}`);
}

function answer(tenant: Tenant, route: Route, request: ApiRequest): Answer {
  try {
    if (route.area !== 'open') authorize(tenant, route, request);
    checkParameters(route, request);
    settleJobs(tenant);
    return route.answer(tenant, request);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const gatewayHidesIt = error.status === 400 && route.area === 'commerce' && request.method !== 'GET';
    if (gatewayHidesIt && tenant.options.badPayloadStatus === 502) return answerGatewayPage(502);
    return answerRefusal(route.area, error);
  }
}

async function readRequest(c: Context<Env>): Promise<ApiRequest> {
  // The raw path: frameworks and URL parsers decode and normalise it.
  const { url: target = '/', headers } = c.env.incoming;
  const hasBody = headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;
  const mark = target.indexOf('?');
  return {
    method: c.req.method,
    rawPath: mark === -1 ? target : target.slice(0, mark),
    query: new URLSearchParams(mark === -1 ? '' : target.slice(mark + 1)),
    params: {},
    headers: c.req.raw.headers,
    bodyText: hasBody ? await c.req.text() : '',
  };
}

function noteUnknownParameters(route: Route, entry: RequestLogEntry | undefined, query: URLSearchParams): void {
  const unknown = listUnknownParameters(route, query);
  if (entry && unknown.length > 0) entry.unknownParameters = unknown;
}
