import type { HttpBindings } from '@hono/node-server';
import { Hono, type Context } from 'hono';
import { bulkUpdateRoutes } from './bulk-update.js';
import { buildRoutes } from './builds.js';
import { catalogItemRoutes } from './catalog-item.js';
import { catalogListRoutes } from './catalog-list.js';
import { CONTROL_PREFIX, controlRoutes } from './control.js';
import { jobRoutes, settleJobs } from './jobs.js';
import { journeyRoutes } from './journeys.js';
import { logRequest } from './log-request.js';
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
  ...controlRoutes,
];

/**
 * The tenant as an HTTP application.
 *
 *   request -> log -> delay -> [faults] -> route: token, answer -> size cap -> status into the log
 *
 * Injected faults belong into one more `app.use` between the delay and the routes: before `next()`
 * they act without effect on the tenant, after it with the effect already there.
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
    entry.status = c.res.status;
  });
  app.use('*', async (c, next) => {
    if (tenant.options.latencyMs > 0 && c.get('entry')) await delay(tenant.options.latencyMs);
    await next();
  });
  for (const route of ROUTES) {
    app.on(route.method, route.area === 'commerce' ? `/api${route.path}` : route.path, (c) => {
      const request = { ...c.get('request'), params: c.req.param() as Record<string, string> };
      noteUnknownParameters(route, c.get('entry'), request.query);
      return send(tenant, c, answer(tenant, route, request));
    });
  }
  app.notFound((c) => send(tenant, c, answerGatewayPage(404)));
  // A mistake of the emulator itself; what a client sees of it is what any gateway would show.
  app.onError((error, c) => {
    const entry = c.get('entry');
    if (entry) entry.error = error.stack ?? error.message;
    return send(tenant, c, answerGatewayPage(500));
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

function send(tenant: Tenant, c: Context<Env>, given: Answer): Response {
  const text = 'json' in given ? JSON.stringify(given.json) : given.html;
  if (c.get('entry') && Buffer.byteLength(text) > tenant.options.responseCapBytes) {
    return send(tenant, c, answerGatewayPage(502));
  }
  const type = 'json' in given ? 'application/json; charset=utf-8' : 'text/html';
  return new Response(text, { status: given.status, headers: { 'content-type': type } });
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

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => {
    // Unreferenced: a tenant that is being closed does not hold up its process.
    setTimeout(resolve, ms).unref();
  });
}
