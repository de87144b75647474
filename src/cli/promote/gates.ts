import { resolveEnvironment } from '../../config/environments.js';
import { LimioError } from '../../errors/errors.js';
import { type Address, formatAddress } from '../../model/address.js';
import type { Gate, PriceProof } from '../../model/promotion.js';
import { countThings } from '../../model/words.js';
import type { PriceCase } from '../../prices/order.js';
import { checkTests } from '../../promote/gates.js';
import type { CliIo } from '../shared/io.js';
import { openValidation, type Project, type Workspace } from '../shared/workspace.js';
import { testJourneys } from '../test/journeys.js';
import { loadPriceCases, readPriceTests, testPrices, type VerifyOptions, verifyPrices } from '../test/prices.js';

/** The gates that need no tenant: the files, as `validate` checks them, and the offline tests, in every environment. */
export async function checkFileGates(workspace: Workspace): Promise<[files: Gate, tests: Gate]> {
  const names = Object.keys(workspace.config.environments);
  const environments = names.map((name) => resolveEnvironment(workspace.config, name));
  const validation = await openValidation(workspace, environments);
  const journeys = testJourneys(validation);
  const prices = readPriceTests(validation, validation.checked.addresses);
  const errors = [...validation.checked.problems, ...journeys.problems, ...prices.problems].filter(
    ({ severity }) => severity === 'error',
  );
  const [first] = errors;
  if (first) {
    const place = `${first.file}:${first.line}:${first.col}`;
    const message = `${countThings(errors.length, 'error')} in the files, first ${place} ${first.code}`;
    return [
      { name: 'files', status: 'fail', message, remedy: 'limio-sync validate' },
      { name: 'tests', status: 'unchecked', message: 'not checked, because the files have errors' },
    ];
  }
  return [
    { name: 'files', status: 'pass', message: `valid for ${names.join(', ')}` },
    checkTests([{ suite: 'journeys', cases: journeys.cases }, testPrices(validation)]),
  ];
}

export type ProofOptions = VerifyOptions & {
  /** False with --no-live-prices. */
  livePrices?: boolean;
};

export interface ProofInput {
  selected: ReadonlySet<Address>;
  /** Whether the tenant matches the files and is live. */
  isProven: boolean;
}

/**
 * Runs the price tests against the source, for orders with something selected. Places no orders.
 * @throws LimioError INTERRUPTED.
 */
export async function provePrices(
  io: CliIo,
  project: Project,
  { selected, isProven }: ProofInput,
  options: ProofOptions,
): Promise<PriceProof> {
  const { cases, lookedIn } = loadPriceCases(project);
  if (cases.length === 0) return { unchecked: `there are no price tests for ${project.environment.name}` };
  if (options.livePrices === false) return { unchecked: 'of --no-live-prices' };
  const relevant = cases.filter((one) => listOrdered(one).some((address) => selected.has(address)));
  if (relevant.length === 0) return { unchecked: 'no price test orders anything selected' };
  if (!isProven) return { unchecked: 'drift, apply or pages do not pass' };
  try {
    return await verifyPrices(io, project, options, { cases: relevant, lookedIn });
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
