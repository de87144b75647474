import type { AnswerTiming, TenantProbe } from '../model/probes.js';
import type { ClientOptions } from './client-options.js';
import { bindReads, type LimioReader } from './create-limio-reader.js';
import { type Connection, openConnection } from './open-connection.js';
import { observePage, readItemRecord } from './probe-reads.js';

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
