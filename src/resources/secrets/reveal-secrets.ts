import { createRedactor } from '../../errors/redact.js';
import type { JsonObject } from '../../model/json.js';
import type { LiveApi, PromoCodeBody } from '../../model/live-api.js';
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
  return {
    ...hideSecrets(api, secrets),
    updateItems: keepQuiet(redact, async (edits) => {
      const sent = edits.map(({ path, before, after }) => ({ path, before: reveal(before), after: reveal(after) }));
      const { failed } = await api.updateItems(sent);
      return { failed: failed.map((entry) => mapTexts(entry, redact)) };
    }),
    createJourney: keepQuiet(redact, (name) => api.createJourney(name)),
    putJourney: keepQuiet(redact, (name, data, renew) => api.putJourney(name, reveal(data), renew && (async () => reveal(await renew())))),
    deleteJourney: keepQuiet(redact, (name) => api.deleteJourney(name)),
    createPromoCode: keepQuiet(redact, (body, renew) => api.createPromoCode(revealData(body), renew && (async () => revealData(await renew())))),
    updatePromoCode: keepQuiet(redact, (body, renew) => api.updatePromoCode(revealData(body), renew && (async () => revealData(await renew())))),
    deletePromoCode: keepQuiet(redact, (id) => api.deletePromoCode(id)),
    startBuild: keepQuiet(redact, (items) => api.startBuild(items)),
    publish: keepQuiet(redact, async (request) => {
      const answer = await api.publish(request);
      return { ...answer, omitted: answer.omitted.map((one) => (one.message === undefined ? one : { ...one, message: redact(one.message) })) };
    }),
    createItem: keepQuiet(redact, ({ parent, itemData }) => api.createItem({ parent, itemData: reveal(itemData) })),
    readJob: keepQuiet(redact, (id) => api.readJob(id)),
    reindexPublished: keepQuiet(redact, () => api.reindexPublished()),
    deleteItem: keepQuiet(redact, (path) => api.deleteItem(path)),
    close: () => api.close(),
  };
}
