import { createRedactor } from '../../errors/redact.js';
import type { JsonObject } from '../../model/json.js';
import type { CatalogItem, LiveReader } from '../../model/live-api.js';
import { mapTexts } from './map-leaves.js';
import { keepQuiet } from './keep-quiet.js';
import { type SecretValues, createSecretCodec } from './secret-codec.js';

/**
 * A reader whose bodies hold references in place of secrets, wherever the tenant has them. Names,
 * paths and ids stay as they are. Without secrets it is the reader itself.
 */
export function hideSecrets(reader: LiveReader, secrets: SecretValues | undefined): LiveReader {
  if (!secrets?.size) return reader;
  const codec = createSecretCodec(secrets);
  const redact = createRedactor(secrets.values());
  const hide = (body: JsonObject): JsonObject => mapTexts(body, codec.hide) as JsonObject;
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
  return {
    listItems: keepQuiet(redact, async (type, source) => {
      const listing = await reader.listItems(type, source);
      return { ...listing, items: listing.items.map(hideItem) };
    }),
    readItem: keepQuiet(redact, async (path) => {
      const item = await reader.readItem(path);
      return item && hideItem(item);
    }),
    listJourneys: keepQuiet(redact, async () => {
      const { nameless, ...listing } = await reader.listJourneys();
      return { ...listing, items: listing.items.map(hideData), ...(nameless ? { nameless: hide(nameless) } : {}) };
    }),
    readJourney: keepQuiet(redact, async (name) => {
      const record = await reader.readJourney(name);
      return record && hideData(record);
    }),
    listPromoCodes: keepQuiet(redact, () => reader.listPromoCodes()),
    readPromoCode: keepQuiet(redact, async (id) => {
      const record = await reader.readPromoCode(id);
      return record && hideData(record);
    }),
    listComponentBuilds: keepQuiet(redact, (commitHash) => reader.listComponentBuilds(commitHash)),
  };
}
