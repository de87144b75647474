import { countThings } from '../../model/words.js';
import { resolveEnvironment } from '../../config/environments.js';
import { LimioError } from '../../errors/errors.js';
import { type Address, formatAddress } from '../../model/address.js';
import type { Gate, PriceProof } from '../../model/promotion.js';
import type { PriceCase } from '../../prices/order.js';
import { checkTests } from '../../promote/gates.js';

import type { CliIo } from '../shared/io.js';
import { openFiles, type Project, type Workspace } from '../shared/workspace.js';
import { testJourneys } from '../test/journeys.js';
import { loadPriceCases, readPriceTests, testPrices, type VerifyOptions, verifyPrices } from '../test/prices.js';

/** The gates of the files, as `validate` looks at them, and of the tests that need no tenant, in every environment. */
export function checkPromotedFiles(workspace: Workspace): [files: Gate, tests: Gate] {
  const { root, config, env } = workspace;
  const names = Object.keys(config.environments);
  const environments = names.map((name) => resolveEnvironment(config, name));
  const { files, check } = openFiles(workspace);
  const validation = { root, config, environments, env, files, checked: check(files, environments), check };
  const journeys = testJourneys(validation);
  const prices = readPriceTests(validation, validation.checked.addresses);
  const errors = [...validation.checked.problems, ...journeys.problems, ...prices.problems].filter(
    ({ severity }) => severity === 'error',
  );
  const [first] = errors;
  const unchecked: Gate = { name: 'tests', status: 'unchecked', message: 'not checked, because the files have errors' };
  if (first)
    return [
      {
        name: 'files',
        status: 'fail',
        message: `${countThings(errors.length, 'error')} in the files, first ${first.file}:${first.line}:${first.col} ${first.code}`,
        remedy: 'limio-sync validate',
      },
      unchecked,
    ];
  return [
    { name: 'files', status: 'pass', message: `valid for ${names.join(', ')}` },
    checkTests([{ suite: 'journeys', cases: journeys.cases }, testPrices(validation)]),
  ];
}

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
