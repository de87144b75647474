import { randomBytes } from 'node:crypto';
import { getContentType } from './read-body.js';
import { answerJson, Refusal, type Answer, type ApiRequest, type Route } from './route.js';
import type { Tenant } from './tenant.js';

/** Authentication (API reference, section 1). No `/api`, form-encoded, one pair of credentials a tenant. */
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

/** Throws the 401 of a missing, unknown or expired token. Legacy keys (no `Bearer`) are refused as well. */
export function checkToken(tenant: Tenant, request: ApiRequest): void {
  const token = /^Bearer (.+)$/.exec(request.headers.get('authorization') ?? '')?.[1];
  const expiresAt = token === undefined ? undefined : tenant.tokens.get(token);
  if (expiresAt === undefined) throw new Refusal(401, 'Unauthorized');
  if (expiresAt <= tenant.options.now()) throw new Refusal(401, 'The incoming token has expired');
}
