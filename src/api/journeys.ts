import { LimioError } from '../errors/errors.js';
import { getOwn, isJsonObject, type Json, type JsonObject } from '../model/json.js';
import type { JourneyListing, JourneyRecord, Renew, Tries } from '../model/live-api.js';
import type { Connection } from './connection.js';
import { buildJourneyPath, JOURNEYS_PATH } from './paths.js';

/** Journeys (API reference, section 2). A dialect other than `auto` insists on its shape. */
export async function listJourneys({ call, dialect }: Connection): Promise<JourneyListing> {
  const answer = await call({
    method: 'GET',
    path: JOURNEYS_PATH,
    effect: 'read',
    answer: 'json',
    missing: 'commerce',
    authorised: true,
  });
  const listing = parseJourneyList(answer.json);
  const expected = dialect.journeyList;
  if (listing !== undefined && (expected === 'auto' || listing.shape === 'none' || listing.shape === expected))
    return listing;
  throw new LimioError({
    code: 'HTTP_BAD_BODY',
    message: `GET ${JOURNEYS_PATH} was answered in ${listing === undefined ? 'no known shape' : `the shape "${listing.shape}"`}${expected === 'auto' ? '' : `, not "${expected}"`}.`,
    hint:
      expected === 'auto'
        ? 'Report the shape, with the values taken out.'
        : 'Set dialect.journeyList of the environment to "auto", or to that shape.',
    details: { method: 'GET', path: JOURNEYS_PATH },
  });
}

export async function readJourney({ call }: Connection, name: string): Promise<JourneyRecord | undefined> {
  const path = buildJourneyPath(name);
  const answer = await call({
    method: 'GET',
    path,
    effect: 'read',
    answer: 'json',
    missing: 'commerce',
    authorised: true,
  });
  if (answer.missing) return undefined;
  const record = parseJourneyRecord(answer.json, name);
  if (record !== undefined) return record;
  throw new LimioError({
    code: 'HTTP_BAD_BODY',
    message: `GET ${path} was answered with JSON that is no journey.`,
    details: { method: 'GET', path },
  });
}

/** @throws LimioError CONFLICT when the name is taken; `details.ambiguous` for an unknown outcome. */
export async function createJourney({ call }: Connection, name: string): Promise<void> {
  await call({ method: 'POST', path: JOURNEYS_PATH, json: { name }, effect: 'once', answer: 'any', authorised: true });
}

/** Creates or updates; live at once. */
export async function putJourney(
  { call }: Connection,
  name: string,
  data: JsonObject,
  renew?: Renew<JsonObject>,
): Promise<void> {
  const again = renew && { renew: async (tries: Tries) => ({ name, data: await renew(tries) }) };
  await call({
    method: 'PUT',
    path: buildJourneyPath(name),
    json: { name, data },
    ...again,
    effect: 'repeatable',
    answer: 'any',
    authorised: true,
  });
}

/** False when there was none; a 404 after an attempt of unknown outcome means that it worked. */
export async function deleteJourney({ call }: Connection, name: string, renew?: Renew<undefined>): Promise<boolean> {
  const answer = await call({
    method: 'DELETE',
    path: buildJourneyPath(name),
    ...(renew && { renew }),
    effect: 'repeatable',
    answer: 'any',
    missing: 'commerce',
    authorised: true,
  });
  return !answer.missing || answer.ambiguousBefore;
}

/** A stored journey; undefined when nothing names it. `knownName` is what it was asked for by. */
export function parseJourneyRecord(json: Json | undefined, knownName?: string): JourneyRecord | undefined {
  if (!isJsonObject(json)) return undefined;
  const data = getOwn(json, 'data');
  // An answer that is the data itself, without the record around it, is understood as well.
  const journey = isJsonObject(data) ? data : holdsJourney(json) ? json : undefined;
  const name =
    knownName ?? getText(json, 'name') ?? (isJsonObject(data) ? getText(data, 'name') : undefined) ?? nameFromId(json);
  if (journey === undefined || name === undefined) return undefined;
  const version = getText(json, 'version');
  const updated = getText(json, 'updated');
  return {
    name,
    data: journey,
    ...(version === undefined ? {} : { version }),
    ...(updated === undefined ? {} : { updated }),
    record: json,
  };
}

/**
 * `GET /v2/journey`, documented as one object, in each shape that it may really have (API
 * reference, section 2). `undefined` stands for the 404 of a tenant without journeys. Only a list
 * of records proves that another name does not exist. Undefined when the body is none of these.
 */
export function parseJourneyList(json: Json | undefined): JourneyListing | undefined {
  if (json === undefined) return { shape: 'none', items: [], complete: true };
  if (Array.isArray(json)) return { shape: 'array', ...parseRecords(json, undefined) };
  if (!isJsonObject(json)) return undefined;
  const items = getOwn(json, 'items');
  if (Array.isArray(items)) return { shape: 'items', ...parseRecords(items, json) };
  const note = 'the tenant answers the list of journeys with a single one, so others may exist';
  if (holdsJourney(json) || Object.keys(json).length === 0) {
    return { shape: 'object', items: [], nameless: json, complete: false, note };
  }
  const record = parseJourneyRecord(json);
  return record === undefined ? undefined : { shape: 'object', items: [record], complete: false, note };
}

function parseRecords(
  elements: Json[],
  envelope: JsonObject | undefined,
): Pick<JourneyListing, 'items' | 'complete' | 'note'> {
  const byName = new Map<string, JourneyRecord>();
  let unusable = 0;
  for (const element of elements) {
    const record = parseJourneyRecord(element);
    if (record === undefined) unusable += 1;
    else if (!byName.has(record.name)) byName.set(record.name, record);
  }
  const doubts = [
    ...(unusable > 0 ? [`${byName.size} journeys were read and ${unusable} records have no name or data`] : []),
    ...(envelope !== undefined && hasMore(envelope)
      ? [`${byName.size} journeys were read and the tenant says that there are more`]
      : []),
  ];
  return {
    items: [...byName.values()],
    complete: doubts.length === 0,
    ...(doubts.length === 0 ? {} : { note: doubts.join('; ') }),
  };
}

/** No paging of journeys is documented; a cursor that turns up all the same must not be overlooked. */
function hasMore(envelope: JsonObject): boolean {
  const queryMore = getOwn(envelope, 'queryMore') ?? null;
  return (
    queryMore !== null && queryMore !== '' && !(isJsonObject(queryMore) && (getOwn(queryMore, 'from') ?? null) === null)
  );
}

function holdsJourney(object: JsonObject): boolean {
  return Object.hasOwn(object, 'starting_point') || Array.isArray(getOwn(object, 'journeys'));
}

function nameFromId(record: JsonObject): string | undefined {
  return getText(record, 'id')?.replace(/^journey-(?=.)/, '');
}

function getText(object: JsonObject, key: string): string | undefined {
  const value = getOwn(object, key);
  return typeof value === 'string' && value !== '' ? value : undefined;
}
