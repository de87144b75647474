import type { Address } from '../../model/address.js';
import type { Change } from '../../model/change.js';
import type { CatalogItem, Listing, LiveReader } from '../../model/live-api.js';
import type { Impact, PlanWarning } from '../../model/plan.js';
import type { JourneyCodec } from '../../resources/journey/journey-codec.js';
import type { LiveState } from '../../resources/live-state.js';
import type { PriceStep } from '../compare-prices.js';
import { createUserIndex } from './create-user-index.js';
import { groupPriceMoves } from './group-price-moves.js';
import { readSurroundings } from './read-surroundings.js';

export interface ImpactInput {
  changes: readonly Change[];
  prices: readonly PriceStep[];
  state: LiveState;
  codec: JourneyCodec;
  /** Milliseconds since the epoch: which promo codes are active. */
  now: number;
  /** The working copies of all pages, where they were read already. */
  pages?: Listing<CatalogItem>;
}

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
