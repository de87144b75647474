import { STATUS_CODES } from 'node:http';
import type { Json, JsonObject } from '../model/json.js';
import type { Operation } from './operations.js';
import type { Tenant } from './tenant.js';

/** One request, apart from any HTTP library. */
export interface ApiRequest {
  method: string;
  /** As on the wire, percent-encoded, without the query. */
  rawPath: string;
  query: URLSearchParams;
  /** Decoded `:name` parts of the route's pattern. */
  params: Record<string, string>;
  headers: Headers;
  bodyText: string;
}

/** A JSON answer, an HTML page as gateways give it, or any text under any content type. */
export type Answer = { status: number; headers?: Record<string, string> } & (
  | { json: Json }
  | { html: string }
  | { text: string; type: string }
);

/**
 * One call of the API. `area` decides prefix, token and error shape (API reference, sections 0
 * and 1): `commerce` stands under /api, `admin` has no prefix, `open` needs no token.
 */
export interface Route {
  /** Its name in fault rules; absent for the emulator's own calls, which never fail. */
  operation?: Operation;
  area: 'commerce' | 'admin' | 'open';
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Without the area's prefix. */
  path: string;
  /** Query parameters that it knows; `attributes.*` stands for any attribute. Others are ignored. */
  parameters?: readonly string[];
  answer: (tenant: Tenant, request: ApiRequest) => Answer;
}

export function answerJson(json: Json, status = 200): Answer {
  return { status, json };
}

/** A page as an API gateway or a load balancer gives it, knowing nothing of the API behind. */
export function answerGatewayPage(status: number): Answer {
  const title = `${status} ${STATUS_CODES[status] ?? 'Error'}`;
  return {
    status,
    html: `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n</body>\r\n</html>\r\n`,
  };
}

/** What a handler throws to refuse a request; each area puts it into its own error shape. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, message: string, code = CODE_BY_STATUS.get(status) ?? 'ERROR') {
    super(message);
    this.status = status;
    this.code = code;
  }
}

const CODE_BY_STATUS: ReadonlyMap<number, string> = new Map([
  [400, 'BADREQUEST'],
  [401, 'UNAUTHORIZED'],
  [403, 'FORBIDDEN'],
  [404, 'NOTFOUND'],
  [409, 'CONFLICT'],
]);

/** `{"message"}` on the Commerce API, `{"error":{"message","code"}}` on the admin API (section 1). */
export function answerRefusal(area: Route['area'], refusal: Refusal): Answer {
  const { message, code, status } = refusal;
  const json: JsonObject = area === 'admin' ? { error: { message, code } } : { message };
  return answerJson(json, status);
}
