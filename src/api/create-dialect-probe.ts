import type { AnswerTiming, DialectProbe } from '../model/probes.js';
import type { ClientOptions } from './client-options.js';
import { bindReads, type LimioReader } from './create-limio-reader.js';
import { bindProbe } from './create-tenant-probe.js';
import { putJourney } from './journey-calls.js';
import { type Connection, openConnection } from './open-connection.js';
import { updatePromoCode } from './promo-code-calls.js';
import { BULK_UPDATE_PATH } from './url-paths.js';

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
