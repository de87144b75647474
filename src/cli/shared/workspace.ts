import { basename, dirname } from 'node:path';
import { loadConfig } from '../../config/config.js';
import { pickProcessVariables, readSecrets } from '../../config/credentials.js';
import { type Environment, resolveEnvironment, selectEnvironment } from '../../config/environments.js';
import type { LearnedDialect } from '../../config/learned-dialects.js';
import type { Config, EnvironmentConfig } from '../../config/schema.js';
import { LimioError } from '../../errors/errors.js';
import type { Problem } from '../../model/problem.js';
import type { DesiredResource } from '../../model/resource.js';
import { translateDesired } from '../../promote/values.js';
import type { SourceContext, SourceText } from '../../source/documents.js';
import { rememberParsed } from '../../source/parse.js';
import { type FileGlobs, readSourceFiles } from '../../source/read-files.js';
import { type ValidatedSources, validateSources } from '../../source/source.js';
import { ProblemsFound } from './error-report.js';
import type { CliIo, CommonOptions } from './io.js';
import { rememberSecret } from './secrets.js';

/** A repository and one of its environments. */
export interface Workspace {
  root: string;
  config: Config;
  environment: Environment;
  /** Variables of the process that files may name; undefined where one is not set. */
  env: Readonly<Record<string, string | undefined>>;
  /** Values of the environment's secrets, by the names of their variables. */
  secrets: ReadonlyMap<string, string>;
  /** Parses each file once, however often the files are checked. */
  parse: NonNullable<SourceContext['parse']>;
  /** What was learned of the tenant; it is in `environment.dialect` already. */
  learned?: LearnedDialect;
  /** The `dialect` of the environment as limio.config has it. */
  ownDialect?: EnvironmentConfig['dialect'];
}

/** What its files declare for that environment. */
export interface Project extends Workspace {
  desired: DesiredResource[];
  /** Problems that are no errors. */
  warnings: Problem[];
}

/** Configuration, environment and its secrets. @throws LimioError CONFIG_*, ENVIRONMENT_*, SECRET_MISSING. */
export async function loadWorkspace(io: CliIo, options: CommonOptions & { env?: string }): Promise<Workspace> {
  const { config, file, learned, written } = await loadConfig(io.cwd, options.config);
  const name = selectEnvironment(config, { flag: options.env, variable: io.env['LIMIO_ENV'] });
  const environment = resolveEnvironment(config, name);
  const secrets = readSecrets(environment, io.env);
  for (const value of secrets.values()) rememberSecret(value);
  const found = learned.get(name);
  const own = written.environments[name]?.dialect;
  return {
    root: dirname(file),
    config,
    environment,
    env: pickProcessVariables(config, io.env),
    secrets,
    parse: rememberParsed(),
    ...(found === undefined ? {} : { learned: found }),
    ...(own === undefined ? {} : { ownDialect: own }),
  };
}

/** The files of a workspace, checked. @throws ProblemsFound when they have errors. */
export function readFiles(workspace: Workspace): Pick<Project, 'desired' | 'warnings'> {
  const { files, checked } = checkFiles(workspace, [workspace.environment]);
  if (checked.problems.some(({ severity }) => severity === 'error')) throw new ProblemsFound(checked.problems, files);
  return { desired: checked.resources, warnings: checked.problems };
}

/** Everything that a plan needs but the tenant; says on stderr when the files have warnings. */
export async function loadProject(io: CliIo, options: CommonOptions & { env?: string }): Promise<Project> {
  const workspace = await loadWorkspace(io, options);
  const files = readFiles(workspace);
  const count = files.warnings.length;
  if (count > 0)
    io.stderr.write(
      `The files have ${count === 1 ? 'a warning' : `${count} warnings`}; to see ${count === 1 ? 'it' : 'them'}: limio-sync validate\n`,
    );
  return { ...workspace, ...files };
}

/** A repository as it is checked: for several of its environments, nothing thrown for what is wrong with its files. */
export interface Validation {
  root: string;
  config: Config | undefined;
  /** Of the configuration, without folders. */
  configFile?: string;
  environments: readonly Environment[];
  env: Workspace['env'];
  files: SourceText[];
  checked: ValidatedSources;
  /** Checks some of the files again, for some environments. */
  check: (files: readonly SourceText[], environments: readonly Environment[]) => ValidatedSources;
}

/** What `validate` looks at: the files, for every environment at once, or for `env`. Works without a configuration, too. */
export async function loadForValidation(io: CliIo, options: CommonOptions & { env?: string }): Promise<Validation> {
  const loaded = await loadConfig(io.cwd, options.config).catch((error: unknown) => {
    if (
      options.config === undefined &&
      options.env === undefined &&
      error instanceof LimioError &&
      error.code === 'CONFIG_NOT_FOUND'
    )
      return undefined;
    throw error;
  });
  const config = loaded?.config;
  const names =
    options.env !== undefined && config
      ? [selectEnvironment(config, { flag: options.env, variable: undefined })]
      : Object.keys(config?.environments ?? {});
  const environments = names.map((name) => resolveEnvironment(config ?? { environments: {} }, name));
  const repository = {
    root: loaded ? dirname(loaded.file) : io.cwd,
    config,
    env: pickProcessVariables(config, io.env),
  };
  const { files, check } = openFiles({ ...repository, parse: rememberParsed() });
  return {
    ...repository,
    ...(loaded ? { configFile: basename(loaded.file) } : {}),
    environments,
    files,
    checked: check(files, environments),
    check,
  };
}

/** The files of a repository as they are for some of its environments; nothing is thrown for what is wrong with them. */
export function checkFiles(
  repository: Parameters<typeof openFiles>[0],
  environments: readonly Environment[],
): { files: SourceText[]; checked: ValidatedSources } {
  const { files, check } = openFiles(repository);
  return { files, checked: check(files, environments) };
}

/** The files as they are, and how to check them or others in their place. */
export function openFiles({
  root,
  config,
  env,
  parse,
}: {
  root: string;
  config: Config | undefined;
  env: Workspace['env'];
  parse?: SourceContext['parse'];
}): {
  files: SourceText[];
  check: (files: readonly SourceText[], environments: readonly Environment[]) => ValidatedSources;
} {
  const { files, problems, lookedIn } = readSourceFiles(root, listGlobs(config));
  const check = (texts: readonly SourceText[], environments: readonly Environment[]): ValidatedSources => {
    const checked = validateSources(texts, {
      environments: environments.map(({ name, vars }) => ({ name, vars })),
      environmentNames: Object.keys(config?.environments ?? {}),
      env,
      readProblems: problems,
      lookedIn,
      ...(parse ? { parse } : {}),
    });
    return {
      ...checked,
      resources: translateDesired(checked.resources, config?.promotion?.maps ?? [], environments[0]?.name ?? ''),
    };
  };
  return { files, check };
}

function listGlobs({ files = {} }: Pick<Config, 'files'> = {}): FileGlobs {
  return {
    ...(files.catalog === undefined ? {} : { catalog: [files.catalog].flat() }),
    ...(files.journeys === undefined ? {} : { journeys: [files.journeys].flat() }),
    ...(files.overlays === undefined ? {} : { overlays: files.overlays }),
  };
}
