import { defined, getOwn, isJsonObject, isTooDeep, type Json, type JsonObject, MAX_DEPTH } from '../model/json.js';
import type { JourneyListing, JourneyRecord, Renew, Tries } from '../model/live-api.js';
import { nameFirst } from '../model/words.js';
import type { Connection } from './connection.js';
import { parseElements } from './pages.js';
import { buildJourneyPath, JOURNEYS_PATH } from './paths.js';
import { buildRead, findText, refuseBody } from './request.js';

/** Journeys (API reference, section 2). A dialect other than `auto` requires its shape. */
export async function listJourneys({ call, dialect }: Connection): Promise<JourneyListing> {
  const request = buildRead(JOURNEYS_PATH, { missing: 'commerce', isList: true });
  const answer = await call(request);
  const listing = parseJourneyList(answer.json);
  const expected = dialect.journeyList;
  if (listing !== undefined && (expected === 'auto' || listing.shape === 'none' || listing.shape === expected))
    return listing;
  const found = listing === undefined ? 'an unknown shape' : `the shape "${listing.shape}"`;
  if (expected === 'auto') throw refuseBody(request, found, { hint: 'Report the shape, without the values.' });
  const hint = 'Set dialect.journeyList of the environment to "auto", or to that shape.';
  throw refuseBody(request, `${found}, not "${expected}"`, { hint });
}

export async function readJourney({ call }: Connection, name: string): Promise<JourneyRecord | undefined> {
  const request = buildRead(buildJourneyPath(name), { missing: 'commerce' });
  const answer = await call(request);
  if (answer.missing) return undefined;
  const record = parseJourneyRecord(answer.json, name);
  if (record === undefined) throw refuseBody(request, 'JSON that is not a journey');
  return record;
}

/** @throws LimioError CONFLICT when the name is taken; `details.ambiguous` for an unknown outcome. */
export async function createJourney({ call }: Connection, name: string): Promise<void> {
  await call({ method: 'POST', path: JOURNEYS_PATH, json: { name }, effect: 'once', answer: 'any' });
}

/** Creates or updates; live at once. */
export async function putJourney(
  { call }: Connection,
  name: string,
  data: JsonObject,
  renew?: Renew<JsonObject>,
): Promise<void> {
  const renewed = renew && { renew: async (tries: Tries) => ({ name, data: await renew(tries) }) };
  await call({
    method: 'PUT',
    path: buildJourneyPath(name),
    json: { name, data },
    ...renewed,
    effect: 'repeatable',
    answer: 'any',
  });
}

/** False when there was none; a 404 after an attempt of unknown outcome means that it succeeded. */
export async function deleteJourney({ call }: Connection, name: string, renew?: Renew<undefined>): Promise<boolean> {
  const answer = await call({
    method: 'DELETE',
    path: buildJourneyPath(name),
    ...(renew && { renew }),
    effect: 'repeatable',
    answer: 'any',
    missing: 'commerce',
  });
  return !answer.missing || answer.ambiguousBefore;
}

/** A stored journey; undefined when nothing names it. `knownName`: the name that was asked for. */
function parseJourneyRecord(json: Json | undefined, knownName?: string): JourneyRecord | undefined {
  if (!isJsonObject(json)) return undefined;
  const data = getOwn(json, 'data');
  // Some tenants may return the data itself, without the record around it.
  const journey = isJsonObject(data) ? data : holdsJourney(json) ? json : undefined;
  const name =
    knownName ??
    findText(json, 'name') ??
    (isJsonObject(data) ? findText(data, 'name') : undefined) ??
    nameFromId(json);
  if (journey === undefined || name === undefined) return undefined;
  const times = defined({ version: findText(json, 'version'), updated: findText(json, 'updated') });
  return { name, data: journey, ...times, record: json };
}

/**
 * `GET /v2/journey`, documented as one object, in each shape that it may have (API reference, section
 * 2). `undefined`: the 404 of a tenant without journeys. Only a list of records proves that another
 * name does not exist. Returns undefined when the body is none of these.
 */
function parseJourneyList(json: Json | undefined): JourneyListing | undefined {
  if (json === undefined) return { shape: 'none', items: [], complete: true };
  if (Array.isArray(json)) return { shape: 'array', ...parseRecords(json, undefined) };
  if (!isJsonObject(json)) return undefined;
  const items = getOwn(json, 'items');
  if (Array.isArray(items)) return { shape: 'items', ...parseRecords(items, json) };
  if (isTooDeep(json)) return undefined;
  const note = 'the tenant returned one journey instead of a list, so others may exist';
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
  const { items, unusable, tooDeep } = parseElements(elements, (element) => parseJourneyRecord(element), 'name');
  for (const record of items) if (!byName.has(record.name)) byName.set(record.name, record);
  const doubts: string[] = [];
  const read = `${byName.size} journeys were read and`;
  if (tooDeep.length > 0) doubts.push(`${read} nested deeper than ${MAX_DEPTH} levels: ${nameFirst(tooDeep)}`);
  if (unusable > 0) doubts.push(`${read} ${unusable} records have no name or data`);
  if (envelope !== undefined && hasMore(envelope)) doubts.push(`${read} the tenant says that there are more`);
  return {
    items: [...byName.values()],
    complete: doubts.length === 0,
    ...(doubts.length > 0 && { note: doubts.join('; ') }),
  };
}

/** No paging of journeys is documented, but a cursor must not be overlooked. */
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
  return findText(record, 'id')?.replace(/^journey-(?=.)/, '');
}
