import { defined, getOwn, isJsonObject, isTooDeep, type Json, type JsonObject } from '../model/json.js';
import type { Listing, PromoCodeBody, PromoCodeRecord, PromoCodeSummary, Renew, Tries } from '../model/live-api.js';
import type { Connection } from './connection.js';
import { type Page, parseElements, readPages } from './pages.js';
import { buildPromoCodePath, formatQuery, PROMO_CODES_PATH } from './paths.js';
import { buildRead, findText, refuseBody } from './request.js';

/** Of promo codes v2 (API reference, section 6). */
const ID_PREFIX = 'promo_code_v2-';

/** Summaries only: each object needs its own read (section 6). No count is given, only cursors. */
export async function listPromoCodes(connection: Connection): Promise<Listing<PromoCodeSummary>> {
  return readPages<PromoCodeSummary>({
    noun: 'promo codes',
    pageSize: connection.dialect.pageSize,
    proof: 'cursor',
    keyOf: (summary) => summary.id,
    read: (cursor, limit) => readPage(connection, cursor, limit),
  });
}

async function readPage(
  { call }: Connection,
  cursor: string | undefined,
  limit: number,
): Promise<Page<PromoCodeSummary>> {
  const path =
    PROMO_CODES_PATH +
    formatQuery([
      ['limit', String(limit)],
      ['queryMore', cursor],
    ]);
  const request = buildRead(path, { mayBeTooLarge: true, isList: true });
  const answer = await call(request);
  const elements = isJsonObject(answer.json) ? getOwn(answer.json, 'items') : undefined;
  if (!isJsonObject(answer.json) || !Array.isArray(elements)) throw refuseBody(request, 'a list without items');
  const { items, ...left } = parseElements(elements, parseSummary, 'id');
  const next = getOwn(answer.json, 'queryMore') ?? null;
  return {
    items,
    ...left,
    ...(next !== null &&
      next !== '' &&
      !isTooDeep(next) && { next: typeof next === 'string' ? next : JSON.stringify(next) }),
  };
}

export async function readPromoCode({ call }: Connection, id: string): Promise<PromoCodeRecord | undefined> {
  const request = buildRead(buildPromoCodePath(id), { missing: 'commerce' });
  const answer = await call(request);
  if (answer.missing) return undefined;
  const record = isJsonObject(answer.json) ? parseRecord(answer.json, id) : undefined;
  if (record === undefined) throw refuseBody(request, 'JSON that is not a promo code');
  return record;
}

/** @throws LimioError CONFLICT when the code exists; `details.ambiguous` for an unknown outcome. */
export async function createPromoCode(
  { call }: Connection,
  body: PromoCodeBody,
  renew?: Renew<PromoCodeBody>,
): Promise<void> {
  const repetition =
    renew === undefined
      ? { effect: 'once' as const }
      : { effect: 'repeatable' as const, renew: async (tries: Tries) => toWire(await renew(tries)) };
  await call({ method: 'POST', path: PROMO_CODES_PATH, json: toWire(body), ...repetition, answer: 'any' });
}

/** Omitted keys stay; nested objects need their whole structure (section 6). */
export async function updatePromoCode(
  { call }: Connection,
  body: PromoCodeBody,
  renew?: Renew<PromoCodeBody>,
): Promise<void> {
  const renewed = renew && { renew: async (tries: Tries) => toWire(await renew(tries)) };
  await call({
    method: 'PUT',
    path: buildPromoCodePath(body.id),
    json: toWire(body),
    ...renewed,
    effect: 'repeatable',
    answer: 'any',
  });
}

/** False when there was none; a 404 after an attempt of unknown outcome means that it succeeded. */
export async function deletePromoCode({ call }: Connection, id: string, renew?: Renew<undefined>): Promise<boolean> {
  const answer = await call({
    method: 'DELETE',
    path: buildPromoCodePath(id),
    ...(renew && { renew }),
    effect: 'repeatable',
    answer: 'any',
    missing: 'commerce',
  });
  return !answer.missing || answer.ambiguousBefore;
}

function toWire({ name, id, data }: PromoCodeBody): JsonObject {
  return { name, id, data };
}

function parseSummary(element: Json): PromoCodeSummary | undefined {
  if (!isJsonObject(element)) return undefined;
  const name = findText(element, 'name');
  const id = findText(element, 'id') ?? (name === undefined ? undefined : ID_PREFIX + name);
  return id === undefined ? undefined : { id, ...defined({ name }) };
}

function parseRecord(record: JsonObject, askedId: string): PromoCodeRecord | undefined {
  const data = getOwn(record, 'data');
  if (!isJsonObject(data)) return undefined;
  const id = findText(record, 'id') ?? askedId;
  return {
    id,
    name: findText(record, 'name') ?? findText(data, 'promoCode') ?? id.replace(new RegExp(`^${ID_PREFIX}`), ''),
    data,
    ...defined({ version: findText(record, 'version'), updated: findText(record, 'updated') }),
    record,
  };
}
