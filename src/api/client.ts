import type { LiveApi, LiveReader, LiveWriter } from '../model/live-api.js';
import type { AnswerTiming, DialectProbe, OrderPreviewer, TenantProbe } from '../model/probes.js';
import { publish, startBuild } from './builds.js';
import { listItems, observePage, readItem, readItemRecord } from './catalog-reads.js';
import { createItem, readJob, updateItems } from './catalog-writes.js';
import { type Connection, openConnection } from './connection.js';
import { createJourney, deleteJourney, listJourneys, putJourney, readJourney } from './journeys.js';
import type { ClientOptions, ClientStats } from './options.js';
import { previewOrder } from './orders.js';
import { BULK_UPDATE_PATH } from './paths.js';
import { createPromoCode, deletePromoCode, listPromoCodes, readPromoCode, updatePromoCode } from './promo-codes.js';

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
  };
}

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
  };
}

/** A reader that also tells how the tenant answers. @throws LimioError CONFIG_INVALID as `createLimioReader`. */
export function createTenantProbe(options: ClientOptions): TenantProbe & LimioReader {
  const timings: AnswerTiming[] = [];
  const connection = openConnection({ ...options, onAnswer: (timing) => void timings.push(timing) });
  return Object.freeze({
    ...bindReads(connection),
    ...bindProbe(connection),
    timings: () => [...timings],
    stats: () => connection.stats(),
    close: () => connection.close(),
  });
}

export function bindProbe(connection: Connection): Pick<TenantProbe, 'observePage' | 'readItemRecord'> {
  return {
    observePage: (request) => observePage(connection, request),
    readItemRecord: (path) => readItemRecord(connection, path),
  };
}

/** A probe that can write what `doctor --learn` needs, and nothing else. @throws LimioError CONFIG_INVALID as `createLimioReader`. */
export function createDialectProbe(options: ClientOptions): DialectProbe & LimioReader {
  const timings: AnswerTiming[] = [];
  const connection = openConnection({ ...options, onAnswer: (timing) => void timings.push(timing) });
  return Object.freeze({
    ...bindReads(connection),
    ...bindProbe(connection),
    ...bindTries(connection),
    timings: () => [...timings],
    stats: () => connection.stats(),
    close: () => connection.close(),
  });
}

function bindTries(connection: Connection): Pick<DialectProbe, 'sendDiff' | 'putJourney' | 'updatePromoCode'> {
  return {
    async sendDiff(path, diff) {
      await connection.call({
        method: 'PUT',
        path: BULK_UPDATE_PATH,
        json: { diffs: [{ path, diff }] },
        effect: 'repeatable',
        answer: 'any',
        authorised: true,
      });
    },
    putJourney: (name, data) => putJourney(connection, name, data),
    updatePromoCode: (body) => updatePromoCode(connection, body),
  };
}

/** A reader that also asks what orders cost. @throws LimioError CONFIG_INVALID as `createLimioReader`. */
export function createOrderPreviewer(options: ClientOptions): OrderPreviewer & LimioReader {
  const connection = openConnection(options);
  const previewer: OrderPreviewer & LimioReader = {
    ...bindReads(connection),
    previewOrder: (request, channel) => previewOrder(connection, request, channel),
    stats: () => connection.stats(),
    close: () => connection.close(),
  };
  return Object.freeze(previewer);
}
