import type { LiveApi, LiveWriter } from '../model/live-api.js';
import { publish, startBuild } from './build-calls.js';
import { createItem, deleteItem, readJob, reindexPublished, updateItems } from './catalog-writes.js';
import type { ClientOptions, ClientStats } from './client-options.js';
import { bindReads } from './create-limio-reader.js';
import { createJourney, deleteJourney, putJourney } from './journey-calls.js';
import { openConnection, type Connection } from './open-connection.js';
import { createPromoCode, deletePromoCode, updatePromoCode } from './promo-code-calls.js';

export interface LimioClient extends LiveApi {
  /** What was sent so far. */
  stats(): ClientStats;
}

/**
 * The whole API, sections 0 to 7 of the API reference, over one connection pool. Every method
 * throws LimioError; `details.ambiguous` is true when the write may have been carried out.
 *
 * @throws LimioError CONFIG_INVALID for a base URL that is neither https nor loopback.
 */
export function createLimioClient(options: ClientOptions): LimioClient {
  const connection = openConnection(options);
  return Object.freeze({
    ...bindReads(connection),
    ...bindWrites(connection),
    stats: () => connection.stats(),
    close: () => connection.close(),
  });
}

function bindWrites(connection: Connection): LiveWriter {
  return {
    updateItems: (edits, renew) => updateItems(connection, edits, renew),
    createJourney: (name) => createJourney(connection, name),
    putJourney: (name, data, renew) => putJourney(connection, name, data, renew),
    deleteJourney: (name, renew) => deleteJourney(connection, name, renew),
    createPromoCode: (body, renew) => createPromoCode(connection, body, renew),
    updatePromoCode: (body, renew) => updatePromoCode(connection, body, renew),
    deletePromoCode: (id, renew) => deletePromoCode(connection, id, renew),
    startBuild: (items) => startBuild(connection, items),
    publish: (request) => publish(connection, request),
    createItem: (creation) => createItem(connection, creation),
    readJob: (id) => readJob(connection, id),
    reindexPublished: () => reindexPublished(connection),
    deleteItem: (path) => deleteItem(connection, path),
  };
}
