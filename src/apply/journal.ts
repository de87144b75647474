import { isAmbiguous } from '../errors/errors.js';
import { type Address, isCatalogKind } from '../model/address.js';
import { defined, getOwn, type Json, jsonEqual, type JsonObject, objectAt } from '../model/json.js';
import type { LiveApi, LiveWriter } from '../model/live-api.js';
import type { LiveResource, WriteTarget } from '../model/model.js';
import { toTarget } from '../model/patch.js';
import type { Change } from '../model/plan.js';
import type { SavedObject } from '../model/run.js';
import { SECRET_OPENING } from '../model/text.js';
import { type ApplyRun, driverOf, keepRecord, requireRecord, toOutcomeError } from './run.js';

/**
 * The tenant of a run, with every write call recorded before it is sent and after it is answered. A
 * call that cannot be recorded is not sent. `addresses`: the changes that the call is for; builds and
 * publishes name their own items and tags.
 */
export function journalWrites(run: ApplyRun, addresses: readonly Address[] = []): LiveApi {
  const { api, journal } = run.context;
  if (journal === undefined) return api;

  const send = async <T>(call: keyof LiveWriter, on: readonly string[], work: () => Promise<T>): Promise<T> => {
    run.writes += 1;
    const write = run.writes;
    await requireRecord(run, { step: 'write', write, call, on: [...on] });
    try {
      const answer = await work();
      await keepRecord(run, { step: 'answer', write, answer: 'accepted' });
      return answer;
    } catch (thrown) {
      const answer = isAmbiguous(thrown) ? 'lost' : 'refused';
      await keepRecord(run, { step: 'answer', write, answer, error: toOutcomeError(thrown) });
      throw thrown;
    }
  };

  const writer: LiveWriter = {
    updateItems: (edits, renew) => send('updateItems', addresses, () => api.updateItems(edits, renew)),
    createJourney: (name) => send('createJourney', addresses, () => api.createJourney(name)),
    putJourney: (name, data, renew) => send('putJourney', addresses, () => api.putJourney(name, data, renew)),
    deleteJourney: (name, renew) => send('deleteJourney', addresses, () => api.deleteJourney(name, renew)),
    createPromoCode: (body, renew) => send('createPromoCode', addresses, () => api.createPromoCode(body, renew)),
    updatePromoCode: (body, renew) => send('updatePromoCode', addresses, () => api.updatePromoCode(body, renew)),
    deletePromoCode: (id, renew) => send('deletePromoCode', addresses, () => api.deletePromoCode(id, renew)),
    startBuild: (items) => send('startBuild', items, () => api.startBuild(items)),
    publish: (request) => send('publish', request.tags, () => api.publish(request)),
    createItem: (creation) => send('createItem', addresses, () => api.createItem(creation)),
    readJob: (id) => api.readJob(id),
  };
  return { ...api, ...writer };
}

/** Sends one change of a promo code or journey. Each attempt is made from the object as `reread` finds it. */
export async function sendObject(
  run: ApplyRun,
  change: Change,
  live: LiveResource | undefined,
  reread?: () => Promise<LiveResource | undefined>,
): Promise<void> {
  const driver = driverOf(run, change);
  const build = (now: LiveResource | undefined): WriteTarget => toTarget(change, now, driver);
  const renew = reread && (async () => build(await reread()));
  await driver.write?.(journalWrites(run, [change.address]), change, build(live), renew);
}

/**
 * An object as the journal stores it. Where the change has a secret, a value that is neither of the
 * change's ends may be an older secret, so it is left out.
 */
export function toSaved(change: Change, live: LiveResource | undefined): { live: SavedObject | null; redacted?: true } {
  if (live === undefined) return { live: null };
  const { id, version } = live;
  const body = hideSecrets(change, live.body);
  return { live: { body, ...defined({ id, version }) }, ...(body !== live.body && { redacted: true }) };
}

/** The very same body when nothing in it is hidden. */
function hideSecrets({ kind, before = {}, after = {} }: Change, body: JsonObject): JsonObject {
  if (!isCatalogKind(kind)) return hideFields(body, before, after);
  const attributes = objectAt(body, 'attributes');
  const hidden = hideFields(attributes, objectAt(before, 'attributes'), objectAt(after, 'attributes'));
  return hidden === attributes ? body : { ...body, attributes: hidden };
}

function hideFields(fields: JsonObject, before: JsonObject, after: JsonObject): JsonObject {
  let isHidden = false;
  const entries = Object.entries(fields).map(([key, value]): [string, Json] => {
    const ends = [getOwn(before, key), getOwn(after, key)];
    if (!ends.some(holdsSecret) || ends.some((end) => jsonEqual(end, value))) return [key, value];
    isHidden = true;
    return [key, '(secret)'];
  });
  return isHidden ? Object.fromEntries(entries) : fields;
}

function holdsSecret(value: Json | undefined): boolean {
  const text = value === undefined ? '' : JSON.stringify(value);
  return text
    .split(SECRET_OPENING)
    .slice(1)
    .some((rest) => !rest.startsWith('}'));
}
