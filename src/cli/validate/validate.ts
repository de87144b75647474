import type { Environment } from '../../config/environments.js';
import { createKindRules } from '../../kinds/kinds.js';
import type { Address } from '../../model/address.js';
import { DEFAULT_DIALECT } from '../../model/dialect.js';
import { formatPointer } from '../../model/json.js';
import type { Position, Problem } from '../../model/problem.js';
import { ignoreFields, type OwnedPart } from '../../plan/managed.js';
import { renderProblemsJunit } from '../../render/junit.js';
import {
  renderProblems,
  renderProblemsGithub,
  renderValidationSummary,
  toValidationReport,
} from '../../render/problems.js';
import { chooseStyle } from '../../render/terminal.js';
import { makeProblem, sortProblems } from '../../source/problems.js';
import type { ValidatedSources } from '../../source/source.js';
import { refuseLintNames } from '../lint/project.js';
import type { CliIo, CommonOptions } from '../shared/io.js';
import { chooseColour, formatJson, locateInCheckout } from '../shared/output.js';
import { loadForValidation, type Validation } from '../shared/workspace.js';
import { testJourneys, toCaseProblem } from '../test/journeys.js';
import { readPriceTests } from '../test/prices.js';

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

/**
 * What the files declare in vain, since the configuration gives it to the app or the server in every
 * environment that reads it: once for each place. What one environment heeds is not in vain.
 */
export function warnOwned({
  environments,
  files,
  check,
}: Pick<Validation, 'environments' | 'files' | 'check'>): Problem[] {
  if (environments.every(({ ownership }) => ownership.app.length + ownership.server.length === 0)) return [];
  const views = environments.map((environment) => viewOwned(environment, check(files, [environment])));
  const found = new Map<string, { problem: Problem; where: string[] }>();
  for (const { name, parts } of views) {
    for (const [key, { address, path, owner, at }] of parts) {
      if (views.some((other) => !other.parts.has(key) && formatPlace(other.findPlace(address, path)) === key)) continue;
      const message = `What the file says has no effect: by "ownership" of the configuration the ${owner} owns this ${path.length === 0 ? 'object' : 'field'}`;
      const problem = makeProblem('OWNED_ELSEWHERE', at, message, {
        hint: 'Take it out of the file, or name it in ownership.git.',
      });
      found.set(key, { problem, where: [...(found.get(key)?.where ?? []), name] });
    }
  }
  return [...found.values()].map(({ problem, where }) => ({
    ...problem,
    message: `${problem.message}${where.length === environments.length ? '' : ` in ${where.join(', ')}`}.`,
  }));
}

interface OwnedView {
  name: string;
  /** By the place of the key. */
  parts: ReadonlyMap<string, OwnedPart & { at: Position }>;
  findPlace: (address: Address, path: readonly string[]) => Position | undefined;
}

function viewOwned({ name, ignore, ownership }: Environment, { resources, findOrigin }: ValidatedSources): OwnedView {
  const findPlace: OwnedView['findPlace'] = (address, path) => findOrigin(address, formatPointer(path))?.keyPosition;
  const { owned } = ignoreFields(resources, ignore, createKindRules(DEFAULT_DIALECT), ownership);
  const parts = owned.flatMap((part): [string, OwnedPart & { at: Position }][] => {
    const at = findPlace(part.address, part.path);
    return at ? [[formatPlace(at), { ...part, at }]] : [];
  });
  return { name, parts: new Map(parts), findPlace };
}

function formatPlace(at: Position | undefined): string {
  return at ? `${at.file}:${at.line}:${at.col}` : '';
}
