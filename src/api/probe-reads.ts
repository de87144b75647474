import { LimioError } from '../errors/errors.js';
import { getOwn, isJsonObject, type JsonObject } from '../model/json.js';
import type { PageRequest, PageView } from '../model/probes.js';
import type { ApiRequest } from './api-request.js';
import { describeRequest } from './describe-failure.js';
import type { Connection } from './open-connection.js';
import { readListPage } from './read-list-page.js';
import { buildItemPath, buildListPaths, formatQuery } from './url-paths.js';

/** One page of a list, for how it is answered. Where a type is split over two lists the last is looked at. */
export async function observePage({ call }: Connection, { type, read, pageSize, all }: PageRequest): Promise<PageView> {
  const list = buildListPaths(type, 'catalog', read).at(-1);
  if (list === undefined) throw new RangeError(`no list of ${type}`);
  const query = formatQuery([
    ...list.query,
    ['opt.all', all ? 'true' : undefined],
    ['opt.pageSize', pageSize === undefined ? undefined : String(pageSize)],
  ]);
  const request: ApiRequest = {
    method: 'GET',
    path: list.path + query,
    effect: 'read',
    answer: 'json',
    authorised: true,
    mayBeTooLarge: true,
  };
  const { json } = await call(request);
  const page = readListPage(json);
  if (page === undefined)
    throw new LimioError({
      code: 'HTTP_BAD_BODY',
      message: `${describeRequest(request)} was answered with a list without items.`,
    });
  const hits = isJsonObject(json) ? getOwn(json, 'hits') : undefined;
  return {
    items: page.items.length,
    ...(page.hits === undefined ? {} : { hits: page.hits }),
    hitsShape: typeof hits === 'number' ? 'number' : isJsonObject(hits) ? 'object' : 'none',
    more: page.next !== undefined,
  };
}

/** The outer object of an item at head; undefined only for the API's own NOTFOUND (API reference, section 3). */
export async function readItemRecord({ call }: Connection, path: string): Promise<JsonObject | undefined> {
  const request: ApiRequest = {
    method: 'GET',
    path: buildItemPath(path),
    effect: 'read',
    answer: 'json',
    missing: 'admin',
    authorised: true,
  };
  const { json, missing } = await call(request);
  if (missing) return undefined;
  const item = isJsonObject(json) ? getOwn(json, 'item') : undefined;
  if (isJsonObject(item) && (getOwn(item, 'path') ?? path) === path) return item;
  throw new LimioError({
    code: 'HTTP_BAD_BODY',
    message: `${describeRequest(request)} was answered with no item of that path.`,
  });
}
