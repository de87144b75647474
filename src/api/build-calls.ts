import { LimioError } from '../errors/errors.js';
import { getOwn, isJsonObject, type Json, type JsonObject } from '../model/json.js';
import type { BuildTicket, ComponentBuild, PublishAnswer } from '../model/live-api.js';
import type { ApiRequest } from './api-request.js';
import type { Connection } from './open-connection.js';
import { parsePublishAnswer } from './parse-publish-answer.js';
import { readServerMessage } from './read-server-message.js';
import { redactJson } from './redact-json.js';
import { buildComponentBuildsPath, PUBLISH_PATH, SHOP_BUILDS_PATH } from './url-paths.js';

/**
 * Starts a build of the shop (API reference, section 7). The answer says that it was accepted; it
 * takes minutes, and there is nothing to poll. Not repeated after an unknown outcome.
 */
export async function startBuild({ call, redact }: Connection, items: readonly string[]): Promise<BuildTicket> {
  const request: ApiRequest = {
    method: 'POST',
    path: SHOP_BUILDS_PATH,
    json: { items: [...items] },
    effect: 'once',
    answer: 'json',
    authorised: true,
  };
  const { json } = await call(request);
  const id = isJsonObject(json) ? getOwn(json, 'id') : undefined;
  if (!isJsonObject(json) || getOwn(json, 'success') === false || typeof id !== 'string' || id === '') {
    throw refuseAnswer(request, json, 'no build was accepted', redact);
  }
  const buildPaths = getOwn(json, 'buildPaths');
  return { id, buildPaths: Array.isArray(buildPaths) ? buildPaths.filter((path) => typeof path === 'string') : [] };
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
    authorised: true,
  };
  const { json } = await call(request);
  if (!isJsonObject(json)) throw refuseAnswer(request, json, 'the answer lists no routes', redact);
  const answer = redactJson(json, redact);
  return parsePublishAnswer(isJsonObject(answer) ? answer : {});
}

/** Builds of components (section 7): one object in the documents; a list is understood as well. */
export async function listComponentBuilds({ call }: Connection, commitHash?: string): Promise<ComponentBuild[]> {
  const path = buildComponentBuildsPath(commitHash);
  const { json } = await call({
    method: 'GET',
    path,
    effect: 'read',
    answer: 'json',
    missing: 'commerce',
    authorised: true,
  });
  return listRecords(json).filter(isJsonObject).map(parseComponentBuild);
}

function listRecords(json: Json | undefined): Json[] {
  if (Array.isArray(json)) return json;
  if (!isJsonObject(json)) return [];
  const list = getOwn(json, 'items') ?? getOwn(json, 'builds');
  return Array.isArray(list) ? list : Object.hasOwn(json, 'buildStatus') || Object.hasOwn(json, 'id') ? [json] : [];
}

function parseComponentBuild(record: JsonObject): ComponentBuild {
  const id = getOwn(record, 'id');
  const status = getOwn(record, 'buildStatus');
  const errors = getOwn(record, 'logErrors');
  return {
    id: typeof id === 'string' || typeof id === 'number' ? String(id) : '',
    buildStatus: typeof status === 'string' ? status : '',
    buildComplete: getOwn(record, 'buildComplete') === true,
    logErrors: Array.isArray(errors) ? errors : [],
    record,
  };
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
    message: `${method} ${path} was answered with 200, but ${what}${said === undefined ? '' : `: ${said}`}.`,
    details: { method, path, ambiguous: true },
  });
}
