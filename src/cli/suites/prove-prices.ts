import { LimioError } from '../../errors/errors.js';
import { type Address, formatAddress } from '../../model/address.js';
import type { PriceProof } from '../../model/promotion.js';
import type { PriceCase } from '../../prices/order.js';
import type { CliIo } from '../cli-io.js';
import type { Project } from '../project/load-project.js';
import { loadPriceCases, type VerifyOptions, verifyPrices } from './verify-prices.js';

export interface ProofOptions extends VerifyOptions {
  /** False: the tenant is not asked. */
  livePrices?: boolean;
}

export interface ProofFacts {
  selected: ReadonlySet<Address>;
  /** Whether the tenant is as the files say, and live. */
  isProven: boolean;
}

/**
 * What a tenant charges for the orders of its tests of prices that hold something selected, by previews
 * that order nothing. @throws LimioError INTERRUPTED.
 */
export async function provePrices(
  io: CliIo,
  project: Project,
  { selected, isProven }: ProofFacts,
  options: ProofOptions,
): Promise<PriceProof> {
  const { cases, lookedIn } = loadPriceCases(project);
  if (cases.length === 0) return { unchecked: `there are no tests of prices for ${project.environment.name}` };
  if (options.livePrices === false) return { unchecked: 'of --no-live-prices' };
  const concerned = cases.filter((one) => listOrdered(one).some((address) => selected.has(address)));
  if (concerned.length === 0) return { unchecked: 'no test of prices orders anything selected' };
  if (!isProven) return { unchecked: 'drift, apply or pages do not pass' };
  try {
    return await verifyPrices(io, project, options, { cases: concerned, lookedIn });
  } catch (error) {
    if (!(error instanceof LimioError) || error.code === 'INTERRUPTED') throw error;
    return { failure: `${error.code}: ${error.message}` };
  }
}

function listOrdered({ offers, promoCode }: PriceCase): Address[] {
  return [
    ...offers.map(({ path }) => formatAddress('offer', path)),
    ...(promoCode === undefined ? [] : [formatAddress('promo_code', promoCode)]),
  ];
}
