import type { Environment } from '../../config/environments.js';
import { createKindRules } from '../../kinds/kinds.js';
import type { Address } from '../../model/address.js';
import { DEFAULT_DIALECT } from '../../model/dialect.js';
import type { AppliedState } from '../../model/drift.js';
import { formatPointer } from '../../model/json.js';
import { formatPlace, type Place, type Problem } from '../../model/problem.js';
import { ignoreFields, type OwnedPart } from '../../plan/managed.js';
import { renderProblemsJunit } from '../../render/junit.js';
import { renderProblemsGithub, renderValidationSummary, toValidationReport } from '../../render/problems.js';
import type { SourceText } from '../../source/documents.js';
import { makeProblem, sortProblems } from '../../source/problems.js';
import type { ValidatedSources } from '../../source/source.js';
import { checkLintNames } from '../lint/project.js';
import { loadState, type StateOwner } from '../shared/plan.js';
import { showFilesOf } from '../shared/config.js';
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
  const { config, configFile = '' } = validation;
  if (config) checkLintNames(config, configFile);
  const { problems, files } = listProblems(validation);
  io.stdout.write(render(io, problems, { ...validation, files }, options));
  return hasErrors(problems) ? 3 : 0;
}

/** All problems of the files, in order, and the files with those of the tests. */
export function listProblems(validation: Validation): { problems: Problem[]; files: SourceText[] } {
  const { checked, environments } = validation;
  const tests = testJourneys(validation);
  const prices = readPriceTests(validation, checked.addresses);
  const failed = tests.cases.filter(({ passed }) => !passed);
  const problems = sortProblems([
    ...checked.problems,
    ...warnOwned(validation),
    ...reportMoved(validation),
    ...tests.problems,
    ...prices.problems,
    ...failed.map((one) => toCaseProblem(one, environments.length)),
  ]);
  return { problems, files: [...validation.files, ...tests.files, ...prices.files] };
}

function render(
  io: CliIo,
  problems: readonly Problem[],
  { root, files, checked }: Pick<Validation, 'root' | 'files' | 'checked'>,
  options: ValidateOptions,
): string {
  const facts = { files: files.length, resources: checked.resources.length };
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
      return `${renderProblemsGithub(problems, locateInCheckout(io, root))}${summary}`;
    case 'text': {
      const { style } = chooseTextLayout(io.stdout, io, options);
      return `${renderFrames(problems, files, style, showFilesOf(io, root))}${summary}`;
    }
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
      if (views.some((other) => !other.parts.has(key) && isAt(other.findPlace(address, path), key))) continue;
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

/**
 * `moved_from` that has done its work: by the snapshots, every environment that declares it holds the new name and no
 * longer the old one. Says nothing while a snapshot is missing or unreadable.
 */
function reportMoved({ root, config, environments, files, check }: Validation): Problem[] {
  const isWhole = config && environments.length === Object.keys(config.environments).length;
  if (!isWhole || !files.some(({ text }) => text.includes('moved_from'))) return [];
  const found = new Map<string, { at: Place; old: Address; isDone: boolean }>();
  for (const environment of environments) {
    const { resources, findOrigin } = check(files, [environment]);
    const moved = resources.flatMap(({ address, movedFrom }) => (movedFrom ? [{ address, old: movedFrom }] : []));
    const objects = moved.length === 0 ? undefined : readSnapshot({ root, config, environment })?.objects;
    for (const { address, old } of moved) {
      const at = findOrigin(address, '/moved_from')?.keyPosition;
      if (!at) continue;
      const isDone = objects?.[address] !== undefined && !objects[address].open && objects[old] === undefined;
      const key = formatPlace(at);
      found.set(key, { at, old, isDone: isDone && (found.get(key)?.isDone ?? true) });
    }
  }
  return [...found.values()]
    .filter(({ isDone }) => isDone)
    .map(({ at, old }) => {
      const message = `Every environment has the new name and no longer ${old}.`;
      return makeProblem('MOVED_DONE', at, message, { hint: 'Remove this line.' });
    });
}

function readSnapshot(owner: StateOwner): AppliedState | undefined {
  try {
    return loadState(owner);
  } catch {
    return undefined;
  }
}

interface OwnedView {
  name: string;
  /** By the place of the key. */
  parts: ReadonlyMap<string, OwnedPart & { at: Place }>;
  findPlace: (address: Address, path: readonly string[]) => Place | undefined;
}

function viewOwned({ name, ignore, ownership }: Environment, { resources, findOrigin }: ValidatedSources): OwnedView {
  const findPlace: OwnedView['findPlace'] = (address, path) => {
    const place = findOrigin(address, formatPointer(path))?.keyPosition;
    // Another row of the same template may belong to nobody else.
    const row = place?.row ?? findOrigin(address)?.position.row;
    return place && (row ? { ...place, row } : place);
  };
  const { owned } = ignoreFields(resources, ignore, createKindRules(DEFAULT_DIALECT), ownership);
  const parts = owned.flatMap((part): [string, OwnedPart & { at: Place }][] => {
    const at = findPlace(part.address, part.path);
    return at ? [[formatPlace(at), { ...part, at }]] : [];
  });
  return { name, parts: new Map(parts), findPlace };
}

function isAt(place: Place | undefined, key: string): boolean {
  return place !== undefined && formatPlace(place) === key;
}
