import { LimioError } from '../../errors/errors.js';

/** `lost`: nobody knows whether it was carried out. Either way the object is read before anything is decided. */
export type Sent = { kind: 'accepted' } | { kind: 'refused' | 'lost'; message: string };

/** Sends a write whose failure is a finding. Only what is no answer of the tenant is thrown. */
export async function sendAndTell(send: () => Promise<void>): Promise<Sent> {
  try {
    await send();
    return { kind: 'accepted' };
  } catch (error) {
    if (!(error instanceof LimioError) || error.code === 'JOURNAL_UNWRITABLE' || error.code === 'INTERRUPTED')
      throw error;
    const status = error.details['status'];
    const isRefusal =
      typeof status === 'number' && status >= 400 && status < 500 && error.details['ambiguous'] !== true;
    if (error.code === 'AUTH_REFUSED' || error.code === 'HTTP_RATE_LIMITED') throw error;
    return { kind: isRefusal ? 'refused' : 'lost', message: error.message };
  }
}

/** A write of unknown outcome proves nothing by having no effect. */
export class Inconclusive extends Error {}
