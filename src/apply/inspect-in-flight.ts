import { isCatalogKind, type Kind } from '../model/address.js';
import { mapConcurrent } from '../model/async.js';
import type { LiveReader } from '../model/live-api.js';
import type { Change, Plan } from '../model/plan.js';
import type { KindDriver } from '../model/resource.js';
import type { Finding } from '../model/run.js';
import { compareToChange } from './compare-to-change.js';
import { describeFields } from './describe-fields.js';

const CONCURRENCY = 8;

/**
 * Reads the objects whose writes a crash left without an outcome, and says what is true of each.
 * @throws LimioError when an object cannot be read.
 */
export async function inspectInFlight(
  plan: Pick<Plan, 'changes'>,
  addresses: readonly string[],
  reader: LiveReader,
  drivers: Record<Kind, KindDriver>,
): Promise<Finding[]> {
  const wanted = new Set(addresses);
  const changes = plan.changes.filter(({ address }) => wanted.has(address));
  return mapConcurrent(changes, CONCURRENCY, (change) => inspectOne(change, reader, drivers[change.kind]));
}

async function inspectOne(change: Change, reader: LiveReader, driver: KindDriver): Promise<Finding> {
  const { address, action, kind } = change;
  const live = await driver.read(reader, address.slice(kind.length + 1), change.live?.id);
  const { state, moved, differences } = compareToChange(change, live, driver);
  if (state === 'after') return { subject: address, verdict: 'took-effect', message: `the ${action} took effect` };
  // A creation is a job (API reference, section 5), which goes on without us.
  const later = action === 'create' && isCatalogKind(kind) ? ' so far; its job may still be running' : '';
  if (state === 'before')
    return { subject: address, verdict: 'no-effect', message: `the ${action} did not take effect${later}` };
  const found =
    state === 'missing'
      ? 'it is gone'
      : `it is neither as before nor as sent: ${describeFields(differences.length > 0 ? differences : moved)}`;
  return { subject: address, verdict: 'something-else', message: found };
}
