import type { SuiteReport } from '../../model/test-report.js';
import type { CliIo } from '../cli-io.js';
import { loadForValidation } from '../project/load-project.js';
import { ProblemsFound } from '../output/problems-found.js';
import { testJourneys } from './test-journeys.js';
import type { SuiteOptions } from './suite-options.js';

/** The tests of journeys, offline. @throws ProblemsFound when journeys or tests have errors. */
export async function runJourneySuite(io: CliIo, options: SuiteOptions): Promise<SuiteReport> {
  const validation = await loadForValidation(io, { ...options, format: 'text' });
  const { files, blocking, cases, measureCoverage, lookedIn } = testJourneys(validation);
  if (blocking.length > 0) throw new ProblemsFound(blocking, [...validation.files, ...files]);
  return {
    suite: 'journeys',
    environments: validation.environments.map(({ name }) => name),
    cases,
    lookedIn,
    ...(options.coverage ? { coverage: measureCoverage() } : {}),
  };
}
