import type { Json } from '../model/json.js';
import type { Tries } from '../model/live-api.js';

/** One call of the API, before anything is said about tokens, limits and repetition. */
export interface ApiRequest {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path with query, percent-encoded; the part after the origin. */
  path: string;
  json?: Json;
  /** Gives `json` anew before every attempt, or looks whether it may be made; what it throws ends the call. */
  renew?: (tries: Tries) => Promise<Json | undefined>;
  /** Form fields instead of JSON; only the token call has them. */
  form?: readonly (readonly [name: string, value: string])[];
  /**
   * What repeating it does. `read`: nothing. `repeatable`: the same again. `once`: perhaps a second
   * object, so it is repeated only when the first attempt certainly was not carried out.
   */
  effect: 'read' | 'repeatable' | 'once';
  /** `json`: the call is nothing without its answer. `any`: an empty answer will do. */
  answer: 'json' | 'any';
  /**
   * Which answer means "there is no such object". `commerce`: a 404 with `{"message"}`.
   * `admin`: `{"error":{"code":"NOTFOUND"}}` under whatever status (API reference, section 3).
   * A 404 in HTML comes from a gateway and means nothing of the kind.
   */
  missing?: 'commerce' | 'admin';
  /** False for the token call itself. */
  authorised: boolean;
  /** A page of a list may be over the cap of 6 MB, and repeating it will not make it smaller. */
  mayBeTooLarge?: boolean;
}

/** What a call comes to when it is not an error. */
export interface ApiAnswer {
  /** Undefined when the body was empty or the object is missing. */
  json: Json | undefined;
  missing: boolean;
  /** True when an earlier attempt of this call may have been carried out. */
  ambiguousBefore: boolean;
}

/** Sends one call with everything that belongs to it; throws LimioError. */
export type CallApi = (request: ApiRequest) => Promise<ApiAnswer>;
