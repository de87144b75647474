import { createRedactor, LimioError } from '../../errors/errors.js';
import { type JsonObject, mapTexts } from '../../model/json.js';
import type { CatalogItem, ItemEdit, LiveApi, LiveReader, PromoCodeBody } from '../../model/live-api.js';
import { createSecretCodec, type SecretValues } from './secret-codec.js';

/** Readers that hide secrets already. Hiding twice would escape the references. */
const HIDING = new WeakSet<LiveReader>();

/**
 * A reader whose bodies hold references in place of secrets, wherever the tenant has them. Names,
 * paths and ids stay as they are. Without secrets, or if it hides them already, it is the reader itself.
 */
export function hideSecrets(reader: LiveReader, secrets: SecretValues | undefined): LiveReader {
  if (!secrets?.size || HIDING.has(reader)) return reader;
  const codec = createSecretCodec(secrets);
  const redact = createRedactor(secrets.values());
  const hide = (body: JsonObject): JsonObject => mapTexts(body, codec.hide);
  const hideItem = (item: CatalogItem): CatalogItem => ({
    ...item,
    attributes: hide(item.attributes),
    data: hide(item.data),
  });
  const hideData = <T extends { data: JsonObject; record: JsonObject }>(found: T): T => ({
    ...found,
    data: hide(found.data),
    record: hide(found.record),
  });
  const hiding: LiveReader = {
    listItems: redactErrors(redact, async (type, source) => {
      const listing = await reader.listItems(type, source);
      return { ...listing, items: listing.items.map(hideItem) };
    }),
    readItem: redactErrors(redact, async (path) => {
      const item = await reader.readItem(path);
      return item && hideItem(item);
    }),
    listJourneys: redactErrors(redact, async () => {
      const { nameless, ...listing } = await reader.listJourneys();
      return { ...listing, items: listing.items.map(hideData), ...(nameless ? { nameless: hide(nameless) } : {}) };
    }),
    readJourney: redactErrors(redact, async (name) => {
      const record = await reader.readJourney(name);
      return record && hideData(record);
    }),
    listPromoCodes: redactErrors(redact, () => reader.listPromoCodes()),
    readPromoCode: redactErrors(redact, async (id) => {
      const record = await reader.readPromoCode(id);
      return record && hideData(record);
    }),
  };
  HIDING.add(hiding);
  return hiding;
}

/**
 * A client that reads as {@link hideSecrets} does, and puts the secrets into bodies at the last
 * moment before they are sent. Without secrets it is the client itself.
 */
export function revealSecrets(api: LiveApi, secrets: SecretValues | undefined): LiveApi {
  if (!secrets?.size) return api;
  const codec = createSecretCodec(secrets);
  const redact = createRedactor(secrets.values());
  const reveal = (body: JsonObject): JsonObject => mapTexts(body, codec.reveal);
  const revealData = (body: PromoCodeBody): PromoCodeBody => ({ ...body, data: reveal(body.data) });
  const revealEdit = ({ path, before, after }: ItemEdit): ItemEdit => ({
    path,
    before: reveal(before),
    after: reveal(after),
  });
  return {
    ...hideSecrets(api, secrets),
    updateItems: redactErrors(redact, async (edits, renew) => {
      const { failed } = await api.updateItems(
        edits.map(revealEdit),
        renew && (async (tries) => (await renew(tries)).map(revealEdit)),
      );
      return { failed: failed.map((entry) => mapTexts(entry, redact)) };
    }),
    createJourney: redactErrors(redact, (name) => api.createJourney(name)),
    putJourney: redactErrors(redact, (name, data, renew) =>
      api.putJourney(name, reveal(data), renew && (async (tries) => reveal(await renew(tries)))),
    ),
    deleteJourney: redactErrors(redact, (name, renew) => api.deleteJourney(name, renew)),
    createPromoCode: redactErrors(redact, (body, renew) =>
      api.createPromoCode(revealData(body), renew && (async (tries) => revealData(await renew(tries)))),
    ),
    updatePromoCode: redactErrors(redact, (body, renew) =>
      api.updatePromoCode(revealData(body), renew && (async (tries) => revealData(await renew(tries)))),
    ),
    deletePromoCode: redactErrors(redact, (id, renew) => api.deletePromoCode(id, renew)),
    startBuild: redactErrors(redact, (items) => api.startBuild(items)),
    publish: redactErrors(redact, async (request) => {
      const answer = await api.publish(request);
      return {
        ...answer,
        omitted: answer.omitted.map((one) =>
          one.message === undefined ? one : { ...one, message: redact(one.message) },
        ),
      };
    }),
    createItem: redactErrors(redact, ({ parent, itemData }) => api.createItem({ parent, itemData: reveal(itemData) })),
    readJob: redactErrors(redact, (id) => api.readJob(id)),
    close: () => api.close(),
  };
}

/** The call with secrets removed from its errors: a tenant may repeat what it was sent. */
function redactErrors<A extends unknown[], R>(
  redact: (text: string) => string,
  call: (...args: A) => Promise<R>,
): (...args: A) => Promise<R> {
  return async (...args) => {
    try {
      return await call(...args);
    } catch (error) {
      throw redactError(error, redact);
    }
  };
}

/** Drops the cause where a secret was removed: the cause repeats it. */
function redactError(error: unknown, redact: (text: string) => string): unknown {
  if (!(error instanceof Error)) return error;
  if (!(error instanceof LimioError))
    return redact(error.message) === error.message ? error : new Error(redact(error.message));
  // Text by text: JSON in a message would be escaped twice in JSON of the whole, and not be found.
  const { message, hint, details } = error;
  // What JSON writes of an object is an object.
  const texts = JSON.parse(JSON.stringify({ message, hint, details })) as ErrorTexts;
  const redacted = mapTexts(texts, redact);
  // Mapping texts keeps the shape.
  return redacted === texts ? error : new LimioError({ ...(redacted as ErrorTexts), code: error.code });
}

type ErrorTexts = { message: string; hint?: string; details: JsonObject };
