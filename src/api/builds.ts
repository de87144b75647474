import { LimioError } from '../errors/errors.js';
import { defined, getOwn, isJsonObject, type Json, type JsonObject, listAt, mapTexts } from '../model/json.js';
import type { BuildTicket, PublishAnswer } from '../model/live-api.js';
import type { Connection } from './connection.js';
import { readServerMessage } from './failures.js';
import { PUBLISH_PATH, SHOP_BUILDS_PATH } from './paths.js';
import type { ApiRequest } from './request.js';

/**
 * Starts a build of the shop (API reference, section 7). The answer only means that it was accepted: it
 * takes minutes and cannot be polled. Not repeated after an unknown outcome.
 */
export async function startBuild({ call, redact }: Connection, items: readonly string[]): Promise<BuildTicket> {
  const request: ApiRequest = {
    method: 'POST',
    path: SHOP_BUILDS_PATH,
    json: { items: [...items] },
    effect: 'once',
    answer: 'json',
  };
  const { json } = await call(request);
  const id = isJsonObject(json) ? getOwn(json, 'id') : undefined;
  if (!isJsonObject(json) || getOwn(json, 'success') === false || typeof id !== 'string' || id === '') {
    throw refuseAnswer(request, json, 'no build was accepted', redact);
  }
  return { id, buildPaths: listAt(json, 'buildPaths').filter((path) => typeof path === 'string') };
}

/** One publish (section 7). What it did is in the answer's routes, never in its `success`. */
export async function publish(
  { call, redact }: Connection,
  { tags, buildId, name }: { tags: readonly string[]; buildId: string; name: string },
): Promise<PublishAnswer> {
  const request: ApiRequest = {
    method: 'POST',
    path: PUBLISH_PATH,
    json: { tags: [...tags], buildId, name },
    effect: 'once',
    answer: 'json',
  };
  const { json } = await call(request);
  if (!isJsonObject(json)) throw refuseAnswer(request, json, 'the answer lists no routes', redact);
  return parsePublishAnswer(mapTexts(json, redact));
}

function refuseAnswer(
  { method, path }: ApiRequest,
  json: Json | undefined,
  what: string,
  redact: (text: string) => string,
): LimioError {
  const said = json === undefined ? undefined : readServerMessage({ json }, redact);
  return new LimioError({
    code: 'HTTP_BAD_BODY',
    message: `${method} ${path} returned 200, but ${what}${said === undefined ? '' : `: ${said}`}.`,
    details: { method, path, ambiguous: true },
  });
}

/**
 * What a publish really did (API reference, section 7). `success: true` is no proof: a route is
 * live only when it is in `published` and not in `omitted`. Entries of any shape are read without a
 * throw: their shape is not documented.
 */
export function parsePublishAnswer(answer: JsonObject): PublishAnswer {
  const omitted = new Map<string, PublishAnswer['omitted'][number]>();
  for (const [route, entry] of listRoutes(getOwn(answer, 'ommitedWithError') ?? getOwn(answer, 'omittedWithError'))) {
    const message = findMessage(entry);
    if (omitted.has(route)) continue;
    omitted.set(route, {
      route,
      ...defined({ message }),
      neverPublished: message === undefined && hasOnlyEmptyPrefixes(entry),
    });
  }
  const published = new Set([...listRoutes(getOwn(answer, 'publishedData'))].map(([route]) => route));
  return { published: [...published], omitted: [...omitted.values()], answer };
}

/** `customers/acme` -> `/customers/acme/`; the root stays `/`. */
export function normaliseRoute(route: string): string {
  const bare = route.trim().replace(/^\/+|\/+$/g, '');
  return bare === '' ? '/' : `/${bare}/`;
}

/** `{pages: {route: entry}}` as documented, or a list of routes or of entries that name their route. */
function listRoutes(part: Json | undefined): [route: string, entry: Json][] {
  const pages = isJsonObject(part) ? (getOwn(part, 'pages') ?? null) : null;
  if (isJsonObject(pages)) return Object.entries(pages).map(([route, entry]) => [normaliseRoute(route), entry]);
  if (!Array.isArray(pages)) return [];
  return pages.flatMap((entry): [string, Json][] => {
    const route = isJsonObject(entry) ? (getOwn(entry, 'route') ?? getOwn(entry, 'path')) : entry;
    return typeof route === 'string' ? [[normaliseRoute(route), entry === route ? null : entry]] : [];
  });
}

function findMessage(entry: Json | undefined): string | undefined {
  if (typeof entry === 'string') return entry.trim() === '' ? undefined : entry;
  if (Array.isArray(entry)) {
    const messages = entry.map(findMessage).filter((text) => text !== undefined);
    return messages.length === 0 ? undefined : [...new Set(messages)].join('; ');
  }
  if (!isJsonObject(entry)) return undefined;
  const keys = ['message', 'error', 'errors', 'errorMessage', 'reason'];
  return keys.map((key) => findMessage(getOwn(entry, key))).find((text) => text !== undefined);
}

/** The mark of a route that was never published: an empty `pathPrefix`, and nothing said (section 7). */
function hasOnlyEmptyPrefixes(entry: Json): boolean {
  const parts = Array.isArray(entry) ? entry : [entry];
  return parts.length > 0 && parts.every((part) => isJsonObject(part) && getOwn(part, 'pathPrefix') === '');
}
