import { STATUS_CODES } from 'node:http';
import { matchGlob } from '../glob/glob.js';
import { getOwn, isJsonObject, type Json, type JsonObject } from '../model/json.js';
import type { Tenant } from './tenant.js';

/** A request, independent of the HTTP library. */
export interface ApiRequest {
  method: string;
  /** Percent-encoded, as on the wire, without the query. */
  rawPath: string;
  query: URLSearchParams;
  /** Decoded `:name` parts of the route's pattern. */
  params: Record<string, string>;
  headers: Headers;
  bodyText: string;
}

/** JSON, an HTML page of a gateway, or any text with any content type. */
export type Answer = { status: number; headers?: Record<string, string> } & (
  | { json: Json }
  | { html: string }
  | { text: string; type: string }
);

/**
 * One call of the API. `area` decides prefix, token and error shape (API reference, sections 0 and 1):
 * `commerce` is under /api, `admin` has no prefix, `open` needs no token.
 */
export interface Route {
  /** Name in fault rules. The emulator's own calls have none: they never fail. */
  operation?: Operation;
  area: 'commerce' | 'admin' | 'open';
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Without the area's prefix. */
  path: string;
  /** Known query parameters; `attributes.*` matches any attribute. Others are ignored, or refused if `strict`. */
  parameters?: readonly string[];
  strict?: true;
  /** The credentials that the call accepts (API reference, section 3); a bearer token by default. */
  accepts?: 'key' | 'key-or-bearer' | 'session';
  /** The scope that a token needs. */
  scope?: 'partner' | 'checkout';
  answer: (tenant: Tenant, request: ApiRequest) => Answer;
}

/** A call of section 9, which refuses what the reference does not name. */
export function strictRoute(
  operation: Operation,
  method: Route['method'],
  path: string,
  answer: Route['answer'],
  parameters: readonly string[] = [],
): Route {
  return { operation, area: 'commerce', method, path, answer, parameters, strict: true };
}

export function answerJson(json: Json, status = 200): Answer {
  return { status, json };
}

/** The error page of an API gateway or load balancer. */
export function answerGatewayPage(status: number): Answer {
  const title = `${status} ${STATUS_CODES[status] ?? 'Error'}`;
  return {
    status,
    html:
      `<html>\r\n<head><title>${title}</title></head>\r\n` +
      `<body>\r\n<center><h1>${title}</h1></center>\r\n</body>\r\n</html>\r\n`,
  };
}

const CODE_BY_STATUS: ReadonlyMap<number, string> = new Map([
  [400, 'BADREQUEST'],
  [401, 'UNAUTHORIZED'],
  [403, 'FORBIDDEN'],
  [404, 'NOTFOUND'],
  [409, 'CONFLICT'],
]);

/** Thrown by a handler to reject a request. Each area has its own error shape. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, message: string, code = CODE_BY_STATUS.get(status) ?? 'ERROR') {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** `{"message"}` on the Commerce API, `{"error":{"message","code"}}` on the admin API (section 1). */
export function answerRefusal(area: Route['area'], refusal: Refusal): Answer {
  const { message, code, status } = refusal;
  const json: JsonObject = area === 'admin' ? { error: { message, code } } : { message };
  return answerJson(json, status);
}

/** The calls of the API by their names in fault rules. A `list` is paged, and is also a read. */
export const OPERATIONS = {
  token: 'token',
  'list-offers': 'list',
  'list-add-ons': 'list',
  'list-products': 'list',
  'list-pages': 'list',
  'list-campaigns': 'list',
  'list-segments': 'list',
  'list-assets': 'list',
  'list-catalog-items': 'list',
  'list-published-items': 'list',
  'head-item': 'read',
  'delete-item': 'write',
  'bulk-update': 'write',
  'start-job': 'write',
  'get-job': 'read',
  'list-promos': 'list',
  'get-promo': 'read',
  'create-promo': 'write',
  'put-promo': 'write',
  'delete-promo': 'write',
  'list-journeys': 'read',
  'get-journey': 'read',
  'create-journey': 'write',
  'put-journey': 'write',
  'delete-journey': 'write',
  build: 'write',
  'list-component-builds': 'read',
  publish: 'write',
  'preview-order': 'read',
  // New operations come last: random schedules draw for them in this order.
  'list-first-journeys': 'read',
  'list-objects': 'list',
  'get-object': 'read',
  'get-related': 'read',
  'put-object': 'write',
  'delete-object': 'write',
  'relate-identity': 'write',
  'change-owner': 'write',
  'add-external-identity': 'write',
  'remove-external-identity': 'write',
  'list-identity-subscriptions': 'read',
  'get-timeline': 'read',
  'forget-customer': 'write',
  'get-entitlements': 'read',
  'sync-subscription': 'write',
  'list-abandoned': 'list',
  'initiate-checkout': 'write',
  'place-order': 'write',
} as const satisfies Record<string, 'token' | 'list' | 'read' | 'write'>;

export type Operation = keyof typeof OPERATIONS;

export const OPERATION_NAMES = Object.keys(OPERATIONS) as Operation[];

/** Matches a name, a glob such as `list-*`, or `read`, `write`, `list`. */
export function matchOperation(pattern: string, operation: Operation): boolean {
  const group = OPERATIONS[operation];
  if (pattern === 'read') return group === 'read' || group === 'list';
  if (pattern === 'write' || pattern === 'list') return group === pattern;
  return matchGlob(pattern, operation);
}

/** The calls of section 9 refuse what they do not know; the older ones ignore it. */
export function checkParameters(route: Route, { query, method, bodyText }: ApiRequest): void {
  if (!route.strict) return;
  const [unknown] = listUnknownParameters(route, query);
  if (unknown !== undefined) throw new Refusal(400, `Unknown query parameter ${JSON.stringify(unknown)}`);
  const repeated = [...new Set(query.keys())].find((key) => query.getAll(key).length > 1);
  if (repeated !== undefined) throw new Refusal(400, `The query parameter ${JSON.stringify(repeated)} is repeated`);
  if (method === 'GET' && bodyText !== '') throw new Refusal(400, 'A GET has no body');
}

export function listUnknownParameters({ parameters = [] }: Route, query: URLSearchParams): string[] {
  return [...new Set(query.keys())].filter(
    (key) => !parameters.includes(key) && !(parameters.includes('attributes.*') && key.startsWith('attributes.')),
  );
}

/** The JSON object of a write. Rejects other content types, invalid JSON and other values. */
export function readBody(request: ApiRequest): JsonObject {
  const type = getContentType(request);
  if (type !== 'application/json') throw new Refusal(400, `Content-Type must be application/json, not "${type}"`);
  const value = readJson(request);
  if (!isJsonObject(value)) throw new Refusal(400, 'The body must be an object');
  return value;
}

/** A body without other keys than these. */
export function readStrictBody(request: ApiRequest, keys: readonly string[]): JsonObject {
  const body = readBody(request);
  const unknown = Object.keys(body).find((key) => !keys.includes(key));
  if (unknown !== undefined) throw new Refusal(400, `Unknown key ${JSON.stringify(unknown)}`);
  return body;
}

/** Any JSON value, whatever the content type. */
export function readJson(request: ApiRequest): Json {
  const value = parseJson(request.bodyText);
  if (value === undefined) throw new Refusal(400, 'The body is not JSON');
  return value;
}

/** Undefined if the text is not JSON. */
export function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

/** In lower case, without parameters such as the charset. */
export function getContentType(request: ApiRequest): string {
  return (request.headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
}

export function requireText(body: JsonObject, key: string): string {
  const value = getOwn(body, key);
  if (typeof value !== 'string' || value === '') throw new Refusal(400, `${key} is required and must be a string`);
  return value;
}

export function requireObject(body: JsonObject, key: string): JsonObject {
  const value = getOwn(body, key);
  if (!isJsonObject(value)) throw new Refusal(400, `${key} is required and must be an object`);
  return value;
}

/** A non-empty array of strings. */
export function requireTexts(body: JsonObject, key: string): string[] {
  const value = getOwn(body, key);
  if (!Array.isArray(value) || value.length === 0)
    throw new Refusal(400, `${key} must be an array with at least one element`);
  return value.map((element) => {
    if (typeof element !== 'string') throw new Refusal(400, `${key} must hold strings only`);
    return element;
  });
}
