import type { Address, Kind } from '../model/address.js';
import { mapConcurrent } from '../model/async.js';
import type { LiveReader } from '../model/live-api.js';
import type { Change, Plan } from '../model/plan.js';
import type { KindDriver } from '../model/resource.js';
import { checkFresh } from './check-fresh.js';

const CONCURRENCY = 8;

export interface Moved {
  address: Address;
  /** One sentence: which fields moved, from what to what. */
  message: string;
}

/**
 * Reads at head every object that a plan touches, and only those, and answers the ones that are
 * neither as the plan found them nor already as it wants them.
 */
export async function findMoved(plan: Plan, reader: LiveReader, drivers: Record<Kind, KindDriver>): Promise<Moved[]> {
  const checks = await mapConcurrent(plan.changes, CONCURRENCY, (change) =>
    checkOne(change, reader, drivers[change.kind]),
  );
  return checks.flat();
}

async function checkOne(change: Change, reader: LiveReader, driver: KindDriver): Promise<Moved[]> {
  const name = change.address.slice(change.kind.length + 1);
  const check = checkFresh(change, await driver.read(reader, name, change.live?.id), driver);
  return check.verdict === 'stale' ? [{ address: change.address, message: check.error.message }] : [];
}
