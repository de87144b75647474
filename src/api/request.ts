import { LimioError } from '../errors/errors.js';
import type { HttpRequest } from '../http/send.js';
import { type Json, type JsonObject, textAt } from '../model/json.js';
import type { Tries } from '../model/live-api.js';

/** One call of the API, before tokens, limits and repetition. */
export interface ApiRequest {
  method: HttpRequest['method'];
  /** Path with query, percent-encoded; the part after the origin. */
  path: string;
  json?: Json;
  /** Makes `json` anew before every attempt, or checks whether it may be made; what it throws ends the call. */
  renew?: (tries: Tries) => Promise<Json | undefined>;
  /** Form fields instead of JSON; only the token call has them. */
  form?: readonly (readonly [name: string, value: string])[];
  /**
   * What repeating it does. `read`: nothing. `repeatable`: the same again. `once`: perhaps a second
   * object, so it is repeated only when the first attempt certainly was not carried out.
   */
  effect: 'read' | 'repeatable' | 'once';
  /** `json`: the call needs its answer. `any`: an empty answer will do. */
  answer: 'json' | 'any';
  /**
   * Which answer means "there is no such object". `commerce`: a 404 with `{"message"}`.
   * `admin`: `{"error":{"code":"NOTFOUND"}}` under any status (API reference, section 3).
   * A 404 in HTML comes from a gateway and says nothing about the object.
   */
  missing?: 'commerce' | 'admin';
  /** False for the token call itself. */
  authorised?: false;
  /** Returns many objects: one that is nested too deep is skipped, and the others count. */
  isList?: true;
  /** A page of a list may be over the cap of 6 MB, and repeating it will not make it smaller. */
  mayBeTooLarge?: boolean;
}

/** The answer of a successful call. */
export interface ApiAnswer {
  /** Undefined when the body was empty or the object is missing. */
  json: Json | undefined;
  missing: boolean;
  /** True when an earlier attempt of this call may have been carried out. */
  ambiguousBefore: boolean;
}

/** Sends one call with token, limits and repetition. @throws LimioError */
export type CallApi = (request: ApiRequest) => Promise<ApiAnswer>;

export const WRONG_HOST_HINT = 'Check the url of the environment: it must be the tenant itself, not its shop.';

export function buildRead(
  path: string,
  rest: Pick<ApiRequest, 'missing' | 'mayBeTooLarge' | 'isList'> = {},
): ApiRequest {
  return { method: 'GET', path, effect: 'read', answer: 'json', ...rest };
}

/** `GET /api/offers/v2?opt.all=true`, with long values (cursors) cut. */
export function describeRequest({ method, path }: Pick<ApiRequest, 'method' | 'path'>): string {
  return `${method} ${path.replace(/=([^&]{24})[^&]{8,}/g, '=$1...')}`;
}

/** The error of a call that was accepted and whose answer is not what it should be: `a list without items`. */
export function refuseBody(
  request: Pick<ApiRequest, 'method' | 'path'>,
  what: string,
  { hint, ambiguous }: { hint?: string; ambiguous?: true } = {},
): LimioError {
  const { method, path } = request;
  return new LimioError({
    code: 'HTTP_BAD_BODY',
    message: `${describeRequest(request)} returned ${what}.`,
    ...(hint !== undefined && { hint }),
    details: { method, path, ...(ambiguous && { ambiguous }) },
  });
}

/** The text under a key, or undefined when it is empty or no text. */
export function findText(object: JsonObject, key: string): string | undefined {
  return textAt(object, key) || undefined;
}
