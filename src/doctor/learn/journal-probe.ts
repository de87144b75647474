import { LimioError } from '../../errors/errors.js';
import type { Address } from '../../model/address.js';
import type { LiveWriter } from '../../model/live-api.js';
import type { DialectProbe } from '../../model/probes.js';
import type { Journal } from '../../model/run.js';

/**
 * Every write is recorded before it is sent and after it was answered. One that cannot be recorded
 * is not sent while trying; putting back goes on without, since the disk must not cost the object.
 */
export function journalProbe(
  probe: DialectProbe,
  getJournal: () => Journal | undefined,
  numbers: { last: number },
  address: Address,
  isRestoring: () => boolean,
): DialectProbe {
  const send = async (call: keyof LiveWriter, work: () => Promise<void>): Promise<void> => {
    numbers.last += 1;
    const write = numbers.last;
    const journal = getJournal();
    if (journal === undefined) throw new RangeError('a write before the journal is open');
    await journal.record({ step: 'write', write, call, on: [address] }).catch((error: unknown) => {
      if (!isRestoring()) throw error;
    });
    try {
      await work();
    } catch (error) {
      const lost = !(error instanceof LimioError) || error.details['ambiguous'] === true;
      const told = error instanceof LimioError ? { error: { code: error.code, message: error.message } } : {};
      await journal
        .record({ step: 'answer', write, answer: lost ? 'lost' : 'refused', ...told })
        .catch(() => undefined);
      throw error;
    }
    await journal.record({ step: 'answer', write, answer: 'accepted' }).catch(() => undefined);
  };
  return {
    ...probe,
    sendDiff: (path, diff) => send('updateItems', () => probe.sendDiff(path, diff)),
    putJourney: (name, data) => send('putJourney', () => probe.putJourney(name, data)),
    updatePromoCode: (body) => send('updatePromoCode', () => probe.updatePromoCode(body)),
  };
}
