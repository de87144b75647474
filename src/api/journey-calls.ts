import { LimioError } from '../errors/errors.js';
import type { JsonObject } from '../model/json.js';
import type { JourneyListing, JourneyRecord, Renew, Tries } from '../model/live-api.js';
import type { Connection } from './open-connection.js';
import { parseJourneyList, parseJourneyRecord } from './parse-journey-list.js';
import { buildJourneyPath, JOURNEYS_PATH } from './url-paths.js';

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
