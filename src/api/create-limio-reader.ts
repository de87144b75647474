import type { LiveReader } from '../model/live-api.js';
import { listComponentBuilds } from './build-calls.js';
import { listItems, readItem } from './catalog-reads.js';
import type { ClientOptions, ClientStats } from './client-options.js';
import { listJourneys, readJourney } from './journey-calls.js';
import { openConnection, type Connection } from './open-connection.js';
import { listPromoCodes, readPromoCode } from './promo-code-calls.js';

export interface LimioReader extends LiveReader {
  /** What was sent so far. */
  stats(): ClientStats;
  close(): Promise<void>;
}

/**
 * The reading half of the API: all that plan gets. It has no method that writes, at run time
 * either; what it sends is GET and the token call.
 *
 * @throws LimioError CONFIG_INVALID for a base URL that is neither https nor loopback.
 */
export function createLimioReader(options: ClientOptions): LimioReader {
  const connection = openConnection(options);
  return Object.freeze({ ...bindReads(connection), stats: () => connection.stats(), close: () => connection.close() });
}

/** The methods of {@link LiveReader} on a connection. */
export function bindReads(connection: Connection): LiveReader {
  return {
    listItems: (type, source) => listItems(connection, type, source),
    readItem: (path) => readItem(connection, path),
    listJourneys: () => listJourneys(connection),
    readJourney: (name) => readJourney(connection, name),
    listPromoCodes: () => listPromoCodes(connection),
    readPromoCode: (id) => readPromoCode(connection, id),
    listComponentBuilds: (commitHash) => listComponentBuilds(connection, commitHash),
  };
}
