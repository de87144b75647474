import { renderProblemsJunit } from '../../render/junit.js';
import {
  renderProblems,
  renderProblemsGithub,
  renderValidationSummary,
  toValidationReport,
} from '../../render/problems.js';
import { chooseStyle } from '../../render/terminal.js';
import { sortProblems } from '../../source/problems.js';
import type { CliIo, CommonOptions } from '../cli-io.js';
import { chooseColour } from '../output/choose-colour.js';
import { formatJson } from '../output/format-json.js';
import { locateInCheckout } from '../output/locate-in-checkout.js';
import { loadForValidation } from '../project/load-project.js';
import { refuseLintNames } from '../project/refuse-lint-names.js';
import { warnOwned } from '../project/warn-owned.js';
import { readPriceTests } from '../suites/read-price-tests.js';
import { toCaseProblem } from '../suites/report-case.js';
import { testJourneys } from '../suites/test-journeys.js';

export interface ValidateOptions extends Omit<CommonOptions, 'format'> {
  /** `junit`: a report for GitLab and others. `github`: annotations of GitHub Actions, and the summary. */
  format: CommonOptions['format'] | 'junit' | 'github';
}

/** Every problem of every file, for every environment, failing tests of journeys among them. Problems are the result, so they go to stdout. */
export async function runValidate(io: CliIo, options: ValidateOptions): Promise<number> {
  const validation = await loadForValidation(io, { ...options, format: 'text' });
  const { checked, config, configFile = '' } = validation;
  if (config) refuseLintNames(config, configFile);
  const tests = testJourneys(validation);
  const prices = readPriceTests(validation, checked.addresses);
  const files = [...validation.files, ...tests.files, ...prices.files];
  const failed = tests.cases
    .filter(({ passed }) => !passed)
    .map((one) => toCaseProblem(one, validation.environments.length));
  const problems = sortProblems([
    ...checked.problems,
    ...warnOwned(validation),
    ...tests.problems,
    ...prices.problems,
    ...failed,
  ]);
  const facts = { files: files.length, resources: checked.resources.length };
  if (options.format === 'json') {
    io.stdout.write(formatJson(toValidationReport(problems, facts)));
  } else if (options.format === 'junit') {
    io.stdout.write(
      renderProblemsJunit(
        problems,
        files.map(({ path }) => path),
      ),
    );
  } else if (options.format === 'github') {
    io.stdout.write(
      `${renderProblemsGithub(problems, locateInCheckout(io, options.config))}${renderValidationSummary(problems, facts)}\n`,
    );
  } else {
    const texts = new Map(files.map(({ path, text }) => [path, text]));
    const frames = renderProblems(problems, texts, chooseStyle(chooseColour(io.stdout, io.env, options.color)));
    io.stdout.write(`${frames === '' ? '' : `${frames.trimEnd()}\n\n`}${renderValidationSummary(problems, facts)}\n`);
  }
  return problems.some(({ severity }) => severity === 'error') ? 3 : 0;
}
