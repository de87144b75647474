import type { AnswerTiming, DialectProbe, OrderPreviewer, TenantProbe } from '../model/doctor.js';
import type { LiveApi, LiveReader, LiveWriter } from '../model/live-api.js';
import { publish, startBuild } from './builds.js';
import { listItems, observePage, readItem, readItemRecord } from './catalog-reads.js';
import { createItem, readJob, updateItems } from './catalog-writes.js';
import { type ClientOptions, type ClientStats, type Connection, openConnection } from './connection.js';
import { createJourney, deleteJourney, listJourneys, putJourney, readJourney } from './journeys.js';
import { previewOrder } from './orders.js';
import { BULK_UPDATE_PATH } from './paths.js';
import { createPromoCode, deletePromoCode, listPromoCodes, readPromoCode, updatePromoCode } from './promo-codes.js';

export interface LimioClient extends LiveApi {
  /** What was sent so far. */
  stats(): ClientStats;
}

/**
 * The client of the tenant's API; every method throws LimioError, and `details.ambiguous` is true when a
 * write may have been carried out. On its way a call passes:
 *
 *     one method a call    journeys, promo-codes, catalog-reads, catalog-writes, builds, orders; paths.ts
 *     connection.ts        one pool of connections, and what is shared by all calls
 *     caller.ts            token (token.ts), rate (limiter.ts), repetition (http/http.ts)
 *     failures.ts          what an attempt means, and the error that it becomes
 *     http/send.ts         one attempt on the wire
 *
 * Lists are read to their proven end by pages.ts; raw.ts makes any other call.
 * @throws LimioError CONFIG_INVALID for a base URL that is neither https nor loopback.
 */
export function createLimioClient(options: ClientOptions): LimioClient {
  const connection = openConnection(options);
  return Object.freeze({ ...bindReads(connection), ...bindWrites(connection) });
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
 * The reading half of the API, for plan: it has no method that writes, at run time either. It sends GET
 * and the token call only.
 * @throws LimioError CONFIG_INVALID as `createLimioClient`.
 */
export function createLimioReader(options: ClientOptions): LimioReader {
  return Object.freeze(bindReads(openConnection(options)));
}

function bindReads(connection: Connection): LimioReader {
  return {
    listItems: (type, source) => listItems(connection, type, source),
    readItem: (path) => readItem(connection, path),
    listJourneys: () => listJourneys(connection),
    readJourney: (name) => readJourney(connection, name),
    listPromoCodes: () => listPromoCodes(connection),
    readPromoCode: (id) => readPromoCode(connection, id),
    stats: () => connection.stats(),
    close: () => connection.close(),
  };
}

/** A reader that also reports how the tenant answers. @throws LimioError CONFIG_INVALID as `createLimioClient`. */
export function createTenantProbe(options: ClientOptions): TenantProbe & LimioReader {
  return Object.freeze(bindProbe(openProbe(options)));
}

/** A probe with the few writes of `doctor --learn`. @throws LimioError CONFIG_INVALID as `createLimioClient`. */
export function createDialectProbe(options: ClientOptions): DialectProbe & LimioReader {
  const probe = openProbe(options);
  const { connection } = probe;
  const diffs = { method: 'PUT', path: BULK_UPDATE_PATH, effect: 'repeatable', answer: 'any' } as const;
  return Object.freeze({
    ...bindProbe(probe),
    async sendDiff(path, diff) {
      await connection.call({ ...diffs, json: { diffs: [{ path, diff }] } });
    },
    putJourney: (name, data) => putJourney(connection, name, data),
    updatePromoCode: (body) => updatePromoCode(connection, body),
  } satisfies DialectProbe & LimioReader);
}

interface Probe {
  connection: Connection;
  timings: AnswerTiming[];
}

function openProbe(options: ClientOptions): Probe {
  const timings: AnswerTiming[] = [];
  return { connection: openConnection({ ...options, onAnswer: (timing) => void timings.push(timing) }), timings };
}

function bindProbe({ connection, timings }: Probe): TenantProbe & LimioReader {
  return {
    ...bindReads(connection),
    observePage: (request) => observePage(connection, request),
    readItemRecord: (path) => readItemRecord(connection, path),
    timings: () => [...timings],
  };
}

/** A reader that also asks what orders cost. @throws LimioError CONFIG_INVALID as `createLimioClient`. */
export function createOrderPreviewer(options: ClientOptions): OrderPreviewer & LimioReader {
  const connection = openConnection(options);
  return Object.freeze({
    ...bindReads(connection),
    previewOrder: (request, channel) => previewOrder(connection, request, channel),
  } satisfies OrderPreviewer & LimioReader);
}
