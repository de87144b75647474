import { resolveEnvironment } from '../../config/resolve-environment.js';
import type { Position } from '../../model/problem.js';
import type { Gate } from '../../model/promotion.js';
import { countThings } from '../../render/count-things.js';
import { type Workspace, openFiles } from './load-project.js';
import { testJourneys } from '../suites/test-journeys.js';

/** The gates of the files and of the tests of journeys, in every environment, as `validate` looks at them. */
export function checkPromotedFiles({ root, config, env }: Workspace): [files: Gate, tests: Gate] {
  const names = Object.keys(config.environments);
  const environments = names.map((name) => resolveEnvironment(config, name));
  const { files, check } = openFiles({ root, config, env });
  const checked = check(files, environments);
  const tests = testJourneys({ root, config, environments, env, files, checked, check });
  const errors = [...checked.problems, ...tests.problems].filter(({ severity }) => severity === 'error');
  const [first] = errors;
  const unchecked: Gate = { name: 'tests', status: 'unchecked', message: 'not checked, because the files have errors' };
  if (first) return [{ name: 'files', status: 'fail', message: `${countThings(errors.length, 'error')} in the files, first ${formatPlace(first)} ${first.code}`, mend: 'limio-sync validate' }, unchecked];
  return [{ name: 'files', status: 'pass', message: `valid for ${names.join(', ')}` }, judgeTests(tests)];
}

function judgeTests({ files, cases }: ReturnType<typeof testJourneys>): Gate {
  const name = 'tests';
  if (files.length === 0) return { name, status: 'unchecked', message: 'not checked, because there are no tests of journeys' };
  const failed = cases.filter(({ passed }) => !passed);
  const [first] = failed;
  if (!first) return { name, status: 'pass', message: `${countThings(cases.length, 'test')} of journeys passed` };
  return { name, status: 'fail', message: `${failed.length} of ${countThings(cases.length, 'test')} of journeys failed, first ${formatPlace(first.place)} ${first.name}`, mend: 'limio-sync test' };
}

function formatPlace({ file, line, col }: Position): string {
  return `${file}:${line}:${col}`;
}
