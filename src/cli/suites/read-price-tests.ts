import type { Environment } from '../../config/environments.js';
import type { Config } from '../../config/schema.js';
import type { Problem } from '../../model/problem.js';
import type { SourceText } from '../../source/documents.js';
import { DEFAULT_FILE_GLOBS, readTestFiles } from '../../source/read-files.js';
import type { NamedPriceCase } from '../../source/test-files/price-cases.js';
import { parsePriceTests } from '../../source/test-files/price-tests.js';
import type { ParsedTests } from '../../source/test-files/test-files.js';
import { ProblemsFound } from '../output/problems-found.js';
import type { Workspace } from '../project/load-project.js';

export interface PriceTests {
  files: SourceText[];
  lookedIn: readonly string[];
  /** One for each environment, in their order. */
  views: ParsedTests<NamedPriceCase>['views'];
  /** Everything wrong with the files; nothing where there are none. */
  problems: Problem[];
}

export interface TestedRepository {
  root: string;
  config: Config | undefined;
  environments: readonly Environment[];
  env: Workspace['env'];
}

/** The tests of prices of a repository. `declared`: addresses of all environments. */
export function readPriceTests(
  { root, config, environments, env }: TestedRepository,
  declared: ReadonlySet<string>,
): PriceTests {
  const lookedIn = [config?.files?.prices ?? DEFAULT_FILE_GLOBS.prices].flat();
  const { files, problems } = readTestFiles(root, lookedIn);
  const context = {
    environments: environments.map(({ name, vars }) => ({ name, vars })),
    environmentNames: Object.keys(config?.environments ?? {}),
    env,
  };
  const parsed = parsePriceTests(files, context, declared);
  return {
    files,
    lookedIn,
    views: parsed.views,
    problems: files.length === 0 ? [] : [...problems, ...parsed.problems],
  };
}

/** The same. @throws ProblemsFound when they have errors. */
export function getPriceTests(repository: TestedRepository, declared: ReadonlySet<string>): PriceTests {
  const tests = readPriceTests(repository, declared);
  if (tests.problems.some(({ severity }) => severity === 'error')) throw new ProblemsFound(tests.problems, tests.files);
  return tests;
}
