import { dirname } from 'node:path';
import type { Config } from '../config/config-schema.js';
import { loadConfig } from '../config/load-config.js';
import { type Environment, resolveEnvironment } from '../config/resolve-environment.js';
import { selectEnvironment } from '../config/select-environment.js';
import { LimioError } from '../errors/limio-error.js';
import type { Problem } from '../model/problem.js';
import type { DesiredResource } from '../model/resource.js';
import { readSourceFiles } from '../source/read-source-files.js';
import { type SourceText, type ValidatedSources, validateSources } from '../source/validate-sources.js';
import type { CliIo, CommonOptions } from './cli-io.js';
import { ProblemsFound } from './problems-found.js';

/** A repository as one environment sees it. */
export interface Project {
  root: string;
  environment: Environment;
  desired: DesiredResource[];
  /** Problems that are no errors. */
  warnings: Problem[];
}

/**
 * Configuration, environment and files, checked.
 * @throws LimioError of the configuration; ProblemsFound when the files have errors.
 */
export async function loadProject(io: CliIo, options: CommonOptions & { env?: string }): Promise<Project> {
  const { config, file } = await loadConfig(io.cwd, options.config);
  const environment = resolveEnvironment(config, selectEnvironment(config, { flag: options.env, variable: io.env['LIMIO_ENV'] }));
  const root = dirname(file);
  const { files, checked } = checkFiles(root, config, [environment]);
  if (checked.problems.some(({ severity }) => severity === 'error')) throw new ProblemsFound(checked.problems, files);
  return { root, environment, desired: checked.resources, warnings: checked.problems };
}

/** What `validate` looks at: the files, for every environment at once. Works without a configuration, too. */
export async function loadForValidation(io: CliIo, options: CommonOptions): Promise<{ files: SourceText[]; checked: ValidatedSources }> {
  const loaded = await loadConfig(io.cwd, options.config).catch((error: unknown) => {
    if (options.config === undefined && error instanceof LimioError && error.code === 'CONFIG_NOT_FOUND') return undefined;
    throw error;
  });
  const environments = Object.keys(loaded?.config.environments ?? {}).map((name) => resolveEnvironment(loaded?.config ?? { environments: {} }, name));
  return checkFiles(loaded ? dirname(loaded.file) : io.cwd, loaded?.config, environments);
}

function checkFiles(root: string, config: Config | undefined, environments: readonly Environment[]): { files: SourceText[]; checked: ValidatedSources } {
  const { files, problems, lookedIn } = readSourceFiles(root, listGlobs(config));
  const checked = validateSources(files, {
    environments: environments.map(({ name, vars }) => ({ name, vars })),
    readProblems: problems,
    lookedIn,
  });
  return { files, checked };
}

function listGlobs({ files = {} }: Pick<Config, 'files'> = {}): { catalog?: string[]; journeys?: string[] } {
  return {
    ...(files.catalog === undefined ? {} : { catalog: [files.catalog].flat() }),
    ...(files.journeys === undefined ? {} : { journeys: [files.journeys].flat() }),
  };
}
