import { createRedactor } from '../../errors/redact.js';
import type { JsonObject } from '../../model/json.js';
import type { ItemEdit, LiveApi, PromoCodeBody } from '../../model/live-api.js';
import { hideSecrets } from './hide-secrets.js';
import { mapTexts } from './map-leaves.js';
import { keepQuiet } from './keep-quiet.js';
import { type SecretValues, createSecretCodec } from './secret-codec.js';

/**
 * A client that reads as {@link hideSecrets} does, and puts the secrets into bodies at the last
 * moment before they are sent. Without secrets it is the client itself.
 */
export function revealSecrets(api: LiveApi, secrets: SecretValues | undefined): LiveApi {
  if (!secrets?.size) return api;
  const codec = createSecretCodec(secrets);
  const redact = createRedactor(secrets.values());
  const reveal = (body: JsonObject): JsonObject => mapTexts(body, codec.reveal) as JsonObject;
  const revealData = (body: PromoCodeBody): PromoCodeBody => ({ ...body, data: reveal(body.data) });
  const revealEdit = ({ path, before, after }: ItemEdit): ItemEdit => ({
    path,
    before: reveal(before),
    after: reveal(after),
  });
  return {
    ...hideSecrets(api, secrets),
    updateItems: keepQuiet(redact, async (edits, renew) => {
      const { failed } = await api.updateItems(
        edits.map(revealEdit),
        renew && (async (tries) => (await renew(tries)).map(revealEdit)),
      );
      return { failed: failed.map((entry) => mapTexts(entry, redact)) };
    }),
    createJourney: keepQuiet(redact, (name) => api.createJourney(name)),
    putJourney: keepQuiet(redact, (name, data, renew) =>
      api.putJourney(name, reveal(data), renew && (async (tries) => reveal(await renew(tries)))),
    ),
    deleteJourney: keepQuiet(redact, (name, renew) => api.deleteJourney(name, renew)),
    createPromoCode: keepQuiet(redact, (body, renew) =>
      api.createPromoCode(revealData(body), renew && (async (tries) => revealData(await renew(tries)))),
    ),
    updatePromoCode: keepQuiet(redact, (body, renew) =>
      api.updatePromoCode(revealData(body), renew && (async (tries) => revealData(await renew(tries)))),
    ),
    deletePromoCode: keepQuiet(redact, (id, renew) => api.deletePromoCode(id, renew)),
    startBuild: keepQuiet(redact, (items) => api.startBuild(items)),
    publish: keepQuiet(redact, async (request) => {
      const answer = await api.publish(request);
      return {
        ...answer,
        omitted: answer.omitted.map((one) =>
          one.message === undefined ? one : { ...one, message: redact(one.message) },
        ),
      };
    }),
    createItem: keepQuiet(redact, ({ parent, itemData }) => api.createItem({ parent, itemData: reveal(itemData) })),
    readJob: keepQuiet(redact, (id) => api.readJob(id)),
    reindexPublished: keepQuiet(redact, () => api.reindexPublished()),
    deleteItem: keepQuiet(redact, (path) => api.deleteItem(path)),
    close: () => api.close(),
  };
}
