import type { HttpBindings } from '@hono/node-server';
import { Hono, type Context } from 'hono';
import { bulkUpdateRoutes } from './bulk-update.js';
import { buildRoutes } from './builds.js';
import { catalogItemRoutes } from './catalog-item.js';
import { catalogListRoutes } from './catalog-list.js';
import { CONTROL_PREFIX, controlRoutes } from './control.js';
import { deliver } from './deliver.js';
import { answerWithFaults } from './faults/answer-with-faults.js';
import { jobRoutes, settleJobs } from './jobs.js';
import { journeyRoutes } from './journeys.js';
import { logRequest } from './log-request.js';
import { orderPreviewRoutes } from './order-preview.js';
import { pause } from './pause.js';
import { promoCodeRoutes } from './promo-codes.js';
import { publishRoutes } from './publish.js';
import { answerGatewayPage, answerRefusal, Refusal, type Answer, type ApiRequest, type Route } from './route.js';
import type { RequestLogEntry, Tenant } from './tenant.js';
import { checkToken, tokenRoutes } from './token.js';

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
  ...promoCodeRoutes,
  ...buildRoutes,
  ...publishRoutes,
  ...orderPreviewRoutes,
  ...controlRoutes,
];

/**
 * The tenant as an HTTP application.
 *
 *   request -> log -> delay -> faults -> route: token, answer -> size cap -> wire, status into the log
 *
 * Faults stand around the route and not in a middleware before it: they have to know which call
 * it is, and to change the request or the answer, not bytes.
 */
export function createApp(tenant: Tenant): Hono<Env> {
  const app = new Hono<Env>();
  app.use('*', async (c, next) => {
    const request = await readRequest(c);
    c.set('request', request);
    if (request.rawPath.startsWith(CONTROL_PREFIX)) return next();
    const entry = logRequest(tenant, request);
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
  // A mistake of the emulator itself; what a client sees of it is what any gateway would show.
  app.onError((error, c) => {
    const entry = c.get('entry');
    if (entry) entry.error = error.stack ?? error.message;
    return deliver(tenant, c.env.outgoing, { answer: answerGatewayPage(500) }, entry);
  });
  return app;
}

function answer(tenant: Tenant, route: Route, request: ApiRequest): Answer {
  try {
    if (route.area !== 'open') checkToken(tenant, request);
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
  // The path as it came: frameworks and URL parsers decode and normalise it.
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
  const known = route.parameters ?? [];
  const unknown = [...new Set(query.keys())].filter(
    (key) => !known.includes(key) && !(known.includes('attributes.*') && key.startsWith('attributes.')),
  );
  if (entry && unknown.length > 0) entry.unknownParameters = unknown;
}
