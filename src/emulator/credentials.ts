import { randomBytes } from 'node:crypto';
import { type Answer, answerJson, type ApiRequest, getContentType, OPERATIONS, Refusal, type Route } from './route.js';
import type { Tenant } from './tenant.js';

/** Authentication (API reference, section 1): form-encoded, without `/api`. */
export const tokenRoutes: readonly Route[] = [
  { operation: 'token', area: 'open', method: 'POST', path: '/oauth2/token', answer: answerToken },
];

function answerToken(tenant: Tenant, request: ApiRequest): Answer {
  if (getContentType(request) !== 'application/x-www-form-urlencoded') {
    return answerJson(
      { error: 'invalid_request', message: 'Content-Type must be application/x-www-form-urlencoded' },
      400,
    );
  }
  const form = new URLSearchParams(request.bodyText);
  if (form.get('grant_type') !== 'client_credentials') {
    return answerJson({ error: 'unsupported_grant_type', message: 'grant_type must be client_credentials' }, 400);
  }
  const { clientId, clientSecret, tokenLifetimeS, now } = tenant.options;
  if (form.get('client_id') !== clientId || form.get('client_secret') !== clientSecret) {
    return answerJson({ error: 'invalid_client', message: 'Unknown client or wrong secret' }, 401);
  }
  const token = randomBytes(24).toString('base64url');
  tenant.tokens.set(token, now() + tokenLifetimeS * 1000);
  return answerJson({ access_token: token, token_type: 'Bearer', expires_in: tokenLifetimeS });
}

/** Throws for credentials that the call does not accept (API reference, sections 1 and 3). */
export function authorize(tenant: Tenant, route: Route, request: ApiRequest): void {
  const { apiKey, dialect } = tenant.options;
  // The older key is sent without `Bearer`.
  const isKey = request.headers.get('authorization') === apiKey;
  if (isKey && (route.accepts === 'key' || route.accepts === 'key-or-bearer')) return;
  if (route.accepts === 'session') return checkSession(tenant, request);
  checkToken(tenant, request);
  if (route.accepts === 'key' && dialect.pagesForBearers !== 'answered') {
    throw new Refusal(Number(dialect.pagesForBearers), 'This call accepts an API key only');
  }
  checkScope(tenant, route);
}

function checkSession({ options: { dialect, sessionToken } }: Tenant, { headers }: ApiRequest): void {
  const sent =
    dialect.session === 'cookie'
      ? /(?:^|;\s*)limio_session=([^;]*)/.exec(headers.get('cookie') ?? '')?.[1]
      : /^Session (.+)$/.exec(headers.get('authorization') ?? '')?.[1];
  if (sent !== sessionToken) throw new Refusal(401, 'Unauthorized');
}

function checkScope({ options: { scopes, dialect } }: Tenant, { scope, operation }: Route): void {
  if (scopes === undefined) return;
  const isWrite = operation !== undefined && OPERATIONS[operation] === 'write';
  const isReadOnly = scopes.every((one) => one === 'catalog/read');
  if (scope === undefined ? !(isWrite && isReadOnly) : scopes.includes(scope)) return;
  throw new Refusal(Number(dialect.missingScope), 'The token lacks a scope of this call');
}

/** Throws 401 for a missing, unknown or expired token. */
function checkToken(tenant: Tenant, request: ApiRequest): void {
  const token = /^Bearer (.+)$/.exec(request.headers.get('authorization') ?? '')?.[1];
  const expiresAt = token === undefined ? undefined : tenant.tokens.get(token);
  if (expiresAt === undefined) throw new Refusal(401, 'Unauthorized');
  if (expiresAt <= tenant.options.now()) throw new Refusal(401, 'The incoming token has expired');
}
