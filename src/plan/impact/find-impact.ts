import type { Address } from '../../model/address.js';
import type { LiveReader } from '../../model/live-api.js';
import type { Impact, PlanWarning } from '../../model/plan.js';
import { createUserIndex } from './create-user-index.js';
import { groupPriceMoves } from './group-price-moves.js';
import { readSurroundings } from './read-surroundings.js';
import type { ImpactInput } from './surroundings.js';

export interface FoundImpact {
  impact: Impact;
  /** What could not be read, so that the impact may lack it. */
  warnings: PlanWarning[];
}

/** What the plan means commercially. Reads nothing when no price moves and nothing is deleted. */
export async function findImpact(reader: LiveReader, input: ImpactInput): Promise<FoundImpact> {
  const repriced = [...new Set(input.prices.map(({ address }) => address))];
  const deleted = input.changes.filter(({ action }) => action === 'delete').map(({ address }) => address);
  if (repriced.length + deleted.length === 0) return { impact: { prices: [], usedBy: [] }, warnings: [] };
  const { surroundings, warnings } = await readSurroundings(reader, input);
  const index = createUserIndex(surroundings, input.codec);
  const addresses: Address[] = [...new Set([...repriced, ...deleted])].sort();
  return {
    impact: {
      prices: groupPriceMoves(input.prices, index, input.now),
      usedBy: addresses.map((address) => ({ address, users: index.findUsers(address) })),
    },
    warnings,
  };
}
