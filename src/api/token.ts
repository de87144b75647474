import { LimioError } from '../errors/errors.js';
import type { Clock } from '../model/async.js';
import { getOwn, isJsonObject, type Json } from '../model/json.js';
import { TOKEN_PATH } from './paths.js';
import { type ApiRequest, WRONG_HOST_HINT } from './request.js';

export interface ClientCredentials {
  clientId: string;
  clientSecret: string;
}

export interface TokenSource {
  /** The current token, fetched when there is none; callers at the same time share one request. */
  get(): Promise<string>;
  /** After a 401: forgets this token, unless it was replaced already. */
  discard(token: string): void;
  /** Every token of this run: for redaction. */
  issued(): string[];
}

/** Refused credentials, or another host than the tenant: asking again does not help. */
const FINAL: ReadonlySet<string> = new Set(['AUTH_REFUSED', 'HTTP_BAD_BODY']);

/** For a token without a lifetime; a 401 renews it anyway. */
const DEFAULT_LIFETIME_MS = 3_600_000;

/** The pause before credentials that worked before are tried once more. */
const RETRY_MS = 1000;

/**
 * OAuth client credentials (API reference, section 1): fetched lazily, renewed 60 s early. There
 * is no refresh token. A final failure is not tried again by this client, but credentials that worked before are
 * tried once more: a gateway may refuse a single call.
 */
export function createTokenSource(
  credentials: ClientCredentials,
  clock: Clock,
  send: (request: ApiRequest) => Promise<Json | undefined>,
): TokenSource {
  let held: { token: string; renewAtMs: number } | undefined;
  const issued = new Set<string>();
  let pending: Promise<string> | undefined;
  let refusal: LimioError | undefined;

  const fetchToken = async (): Promise<string> => {
    const askedAtMs = clock.now();
    try {
      const request = buildTokenRequest(credentials);
      const json = await send(request).catch(async (error: unknown) => {
        if (issued.size === 0 || !(error instanceof LimioError) || error.code !== 'AUTH_REFUSED') throw error;
        await clock.sleep(RETRY_MS);
        return send(request);
      });
      const answer = parseTokenAnswer(json);
      held = { token: answer.token, renewAtMs: computeRenewAtMs(askedAtMs, answer.lifetimeMs) };
      issued.add(answer.token);
      return answer.token;
    } catch (error) {
      if (error instanceof LimioError && FINAL.has(error.code)) refusal = error;
      throw error;
    } finally {
      pending = undefined;
    }
  };

  return Object.freeze({
    async get(): Promise<string> {
      if (refusal !== undefined) throw refusal;
      if (held !== undefined && clock.now() < held.renewAtMs) return held.token;
      pending ??= fetchToken();
      return pending;
    },
    discard(token: string): void {
      if (held?.token === token) held = undefined;
    },
    issued: () => [...issued],
  });
}

function buildTokenRequest({ clientId, clientSecret }: ClientCredentials): ApiRequest {
  return {
    method: 'POST',
    path: TOKEN_PATH,
    form: [
      ['grant_type', 'client_credentials'],
      ['client_id', clientId],
      ['client_secret', clientSecret],
    ],
    effect: 'read',
    answer: 'json',
    authorised: false,
  };
}

function parseTokenAnswer(json: Json | undefined): { token: string; lifetimeMs: number } {
  const token = isJsonObject(json) ? getOwn(json, 'access_token') : undefined;
  // A header takes printable ASCII only.
  if (typeof token !== 'string' || !/^[\x21-\x7e]+$/.test(token)) {
    throw new LimioError({
      code: 'HTTP_BAD_BODY',
      message: `POST ${TOKEN_PATH} returned no usable access_token.`,
      hint: WRONG_HOST_HINT,
      details: { wholeTenant: true },
    });
  }
  const seconds = isJsonObject(json) ? Number(getOwn(json, 'expires_in') ?? Number.NaN) : Number.NaN;
  return { token, lifetimeMs: seconds > 0 && Number.isFinite(seconds) ? seconds * 1000 : DEFAULT_LIFETIME_MS };
}

/** When to renew a token: 60 s before its end, or at half its life when it lives less than two minutes. */
export function computeRenewAtMs(issuedAtMs: number, lifetimeMs: number): number {
  return issuedAtMs + (lifetimeMs >= 120_000 ? lifetimeMs - 60_000 : lifetimeMs / 2);
}
