import type { Address } from '../model/address.js';
import type { LiveApi, LiveWriter } from '../model/live-api.js';
import { type ApplyRun, keepRecord, requireRecord } from './apply-run.js';
import { isAmbiguous, toOutcomeError } from './outcome-error.js';

/**
 * The tenant of a run, with every call that writes recorded before it is sent and after it was
 * answered. A call that cannot be recorded is not sent. `addresses`: the changes it is made for;
 * builds and publishes name their pages and tags themselves.
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
      await keepRecord(run, {
        step: 'answer',
        write,
        answer: isAmbiguous(thrown) ? 'lost' : 'refused',
        error: toOutcomeError(thrown),
      });
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
    reindexPublished: () => send('reindexPublished', addresses, () => api.reindexPublished()),
    deleteItem: (path) => send('deleteItem', addresses, () => api.deleteItem(path)),
    readJob: (id) => api.readJob(id),
  };
  return { ...api, ...writer };
}
