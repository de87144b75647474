import { resolveEnvironment } from '../../config/environments.js';
import type { Gate } from '../../model/promotion.js';
import { judgeTests } from '../../promote/gates.js';
import { countThings } from '../../render/words.js';
import { testPrices } from '../suites/price-suite.js';
import { readPriceTests } from '../suites/read-price-tests.js';
import { testJourneys } from '../suites/test-journeys.js';
import { openFiles, type Workspace } from './load-project.js';

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
        mend: 'limio-sync validate',
      },
      unchecked,
    ];
  return [
    { name: 'files', status: 'pass', message: `valid for ${names.join(', ')}` },
    judgeTests([{ suite: 'journeys', cases: journeys.cases }, testPrices(validation)]),
  ];
}
