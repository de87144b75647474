import type { Environment } from '../../config/environments.js';
import { createKindRules } from '../../kinds/kinds.js';
import type { Address } from '../../model/address.js';
import { DEFAULT_DIALECT } from '../../model/dialect.js';
import { formatPointer } from '../../model/json.js';
import type { Position, Problem } from '../../model/problem.js';
import { ignoreFields, type OwnedPart } from '../../plan/managed.js';
import { renderProblemsJunit } from '../../render/junit.js';
import { renderProblemsGithub, renderValidationSummary, toValidationReport } from '../../render/problems.js';
import type { SourceText } from '../../source/documents.js';
import { makeProblem, sortProblems } from '../../source/problems.js';
import type { ValidatedSources } from '../../source/source.js';
import { checkLintNames } from '../lint/project.js';
import type { CliIo } from '../shared/io.js';
import type { BasicOptions } from '../shared/options.js';
import { chooseTextLayout, formatJson, locateInCheckout } from '../shared/output.js';
import { hasErrors, renderFrames } from '../shared/problems.js';
import { loadForValidation, type Validation } from '../shared/workspace.js';
import { testJourneys, toCaseProblem } from '../test/journeys.js';
import { readPriceTests } from '../test/prices.js';

export type ValidateOptions = BasicOptions & {
  /** `junit`: a report for GitLab and others. `github`: annotations of GitHub Actions, and the summary. */
  format: 'text' | 'json' | 'junit' | 'github';
};

/**
 * `limio-sync validate`: every problem of every file, for every environment, with failing journey tests.
 * Problems are the result, so they go to stdout.
 */
export async function runValidate(io: CliIo, options: ValidateOptions): Promise<number> {
  const validation = await loadForValidation(io, options);
  const { checked, config, configFile = '' } = validation;
  if (config) checkLintNames(config, configFile);
  const tests = testJourneys(validation);
  const prices = readPriceTests(validation, checked.addresses);
  const files = [...validation.files, ...tests.files, ...prices.files];
  const problems = sortProblems([
    ...checked.problems,
    ...warnOwned(validation),
    ...tests.problems,
    ...prices.problems,
    ...tests.cases
      .filter(({ passed }) => !passed)
      .map((failed) => toCaseProblem(failed, validation.environments.length)),
  ]);
  io.stdout.write(render(io, problems, files, checked.resources.length, options));
  return hasErrors(problems) ? 3 : 0;
}

function render(
  io: CliIo,
  problems: readonly Problem[],
  files: readonly SourceText[],
  resources: number,
  options: ValidateOptions,
): string {
  const facts = { files: files.length, resources };
  const summary = `${renderValidationSummary(problems, facts)}\n`;
  switch (options.format) {
    case 'json':
      return formatJson(toValidationReport(problems, facts));
    case 'junit':
      return renderProblemsJunit(
        problems,
        files.map(({ path }) => path),
      );
    case 'github':
      return `${renderProblemsGithub(problems, locateInCheckout(io, options.config))}${summary}`;
    case 'text':
      return `${renderFrames(problems, files, chooseTextLayout(io.stdout, io, options).style)}${summary}`;
  }
}

/**
 * Declared fields without effect, because by the configuration the app or the server owns them in every
 * environment that reads them. Each place is reported once.
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
      const what = path.length === 0 ? 'object' : 'field';
      const message = `This ${what} has no effect: by "ownership" of the configuration it belongs to the ${owner}`;
      const problem = makeProblem('OWNED_ELSEWHERE', at, message, {
        hint: 'Remove it from the file, or add it to ownership.git.',
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
