import type { KindRules } from '../../kinds/kind-definition.js';
import type { LiveState } from '../../kinds/read-live.js';
import { LimioError } from '../../errors/errors.js';
import { type Address, type Kind, parseAddress } from '../../model/address.js';
import { mapConcurrent } from '../../model/async.js';
import { objectAt } from '../../model/json.js';
import type { CatalogItem, LiveReader } from '../../model/live-api.js';
import type { LiveResource } from '../../model/model.js';
import type { Change } from '../../model/plan.js';
import { explainRefusal, READS_AT_ONCE } from '../incomplete-reads.js';
import { toNewPage } from './routes.js';

/*
 * Items as a build will take them: at head, or as the plan creates them. Lists lag, so a comparison of working and
 * published copies never trusts one (API reference, section 3).
 */

/** An item at head; `missing` when there is none. `created`: the plan creates it. */
export type Head = { live: LiveResource } | { created: Change } | { missing: true } | { why: string };

export type Changes = ReadonlyMap<Address, Change>;

/** The items that were read, each once. */
export interface Heads {
  load(addresses: readonly Address[]): Promise<void>;
  get(address: Address): Head;
}

export function createHeads(
  reader: LiveReader,
  { state, kinds }: { state: Pick<LiveState, 'resources'>; kinds: Record<Kind, KindRules> },
  changes: Changes,
): Heads {
  const found = new Map<Address, Head>();
  const read = async (address: Address): Promise<Head> => {
    const change = changes.get(address);
    if (change?.action === 'create') return { created: change };
    const known = state.resources.get(address);
    if (known?.atHead) return { live: known };
    const { kind, name } = parseAddress(address);
    try {
      const live = await kinds[kind].read(reader, name);
      return live ? { live } : { missing: true };
    } catch (error) {
      // A page may name what cannot be a path: then there is no such item.
      if (error instanceof LimioError && error.code === 'FILES_INVALID') return { missing: true };
      return { why: `${address} could not be read (${explainRefusal(error)})` };
    }
  };
  return {
    async load(addresses) {
      const unread = [...new Set(addresses)].filter((address) => !found.has(address));
      await mapConcurrent(unread, READS_AT_ONCE, async (address) => found.set(address, await read(address)));
    },
    get: (address) => found.get(address) ?? { missing: true },
  };
}

/** What an item holds, wherever it keeps it. */
export function readContent(head: Head): Pick<CatalogItem, 'data' | 'attributes'> {
  if ('live' in head) return { data: head.live.record, attributes: objectAt(head.live.body, 'attributes') };
  return 'created' in head ? toNewPage(head.created) : { data: {}, attributes: {} };
}
