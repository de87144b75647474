import { basename, dirname } from 'node:path';
import type { rememberCode } from '../../config/load-code.js';
import type { LoadedConfig } from '../../config/config.js';
import { pickProcessVariables, readSecrets } from '../../config/credentials.js';
import { listSecretNames, readVariables, type Variables } from '../../config/env-files.js';
import { type Environment, resolveEnvironment, selectEnvironment } from '../../config/environments.js';
import type { LearnedDialect } from '../../config/learned-dialects.js';
import type { Config, EnvironmentConfig } from '../../config/schema.js';
import type { DesiredResource } from '../../model/model.js';
import type { Problem } from '../../model/problem.js';
import { translateDesired } from '../../promote/values.js';
import type { SourceContext, SourceText } from '../../source/documents.js';
import { rememberParsed } from '../../source/parse.js';
import { type FileGlobs, readSourceFiles } from '../../source/read-files.js';
import { type ValidatedSources, validateSources } from '../../source/source.js';
import { openConfig, openOptionalConfig } from './config.js';
import type { CliIo } from './io.js';
import type { EnvOptions } from './options.js';
import { hasErrors, ProblemsFound } from './problems.js';
import { rememberSecret } from './secrets.js';

/**
 * What a command reads from disk, in three sizes:
 * - a workspace: configuration, one environment, its secrets (`loadWorkspace`)
 * - a project: a workspace with the resources that its files declare (`loadProject`)
 * - a validation: the files checked for several environments, errors included (`loadForValidation`)
 */
export interface Repository {
  root: string;
  /** Undefined when there is no configuration, which `validate` and `lint` accept. */
  config: Config | undefined;
  /** Of the process, and of the files of `envFile`. */
  variables: Variables;
  /** Variables that files may name; undefined where one is not set. */
  env: Readonly<Record<string, string | undefined>>;
  cache: FileCache;
}

/** For commands that read the same files several times: parses each file, and runs each program, only once. */
export interface FileCache {
  parse: NonNullable<SourceContext['parse']>;
  loadCode: (
    root: string,
    files: readonly SourceText[],
    context: { env: Repository['env'] },
  ) => Promise<readonly SourceText[]>;
}

export function createFileCache(): FileCache {
  let load: ReturnType<typeof rememberCode> | undefined;
  return {
    parse: rememberParsed(),
    loadCode: async (root, files, context) => {
      // Few repositories have programs, so what runs them is loaded for these alone.
      if (!files.some(({ role }) => role === 'code')) return files;
      load ??= (await import('../../config/load-code.js')).rememberCode();
      return load(root, files, context);
    },
  };
}

export interface Workspace extends Repository {
  config: Config;
  environment: Environment;
  /** Values of the environment's secrets, by the names of their variables. */
  secrets: ReadonlyMap<string, string>;
  /** What was learned about the tenant. `environment.dialect` includes it already. */
  learned?: LearnedDialect;
  /** The `dialect` that limio.config itself sets. */
  ownDialect?: EnvironmentConfig['dialect'];
}

export interface Project extends Workspace {
  desired: DesiredResource[];
}

/** Checks files, or other texts in their place, for some environments. */
type CheckFiles = (files: readonly SourceText[], environments: readonly Environment[]) => ValidatedSources;

/** Errors in the files are part of the result, not thrown. */
export interface Validation extends Repository {
  /** File name of the configuration. */
  configFile?: string;
  environments: readonly Environment[];
  files: SourceText[];
  checked: ValidatedSources;
  check: CheckFiles;
}

type Choice = Pick<EnvOptions, 'config' | 'env'> & Partial<Pick<Repository, 'cache'>>;

/** @throws LimioError CONFIG_*, ENVIRONMENT_*, SECRET_MISSING. */
export async function loadWorkspace(io: CliIo, options: Choice, open = openConfig): Promise<Workspace> {
  const loaded = await open(io, options);
  const environment = chooseEnvironment(io, loaded.config, options);
  const repository = toRepository(io, loaded);
  const secrets = readSecrets(environment, repository.variables.all);
  for (const value of secrets.values()) rememberSecret(value);
  const learned = loaded.learned.get(environment.name);
  const ownDialect = loaded.written.environments[environment.name]?.dialect;
  return {
    ...repository,
    ...(options.cache === undefined ? {} : { cache: options.cache }),
    config: loaded.config,
    environment,
    secrets,
    ...(learned === undefined ? {} : { learned }),
    ...(ownDialect === undefined ? {} : { ownDialect }),
  };
}

/** Everything a plan needs except the tenant; mentions warnings of the files on stderr. */
export async function loadProject(io: CliIo, options: Choice): Promise<Project> {
  const workspace = await loadWorkspace(io, options);
  const { project, warnings } = await readFiles(workspace);
  const count = warnings.length;
  if (count > 0)
    io.stderr.write(
      `The files have ${count === 1 ? 'a warning' : `${count} warnings`}. To see ${count === 1 ? 'it' : 'them'}: ` +
        'limio-sync validate\n',
    );
  return project;
}

/** @throws ProblemsFound when the files have errors. */
export async function readProject(workspace: Workspace): Promise<Project> {
  return (await readFiles(workspace)).project;
}

async function readFiles(workspace: Workspace): Promise<{ project: Project; warnings: readonly Problem[] }> {
  const { files, checked } = await checkFiles(workspace, [workspace.environment]);
  if (hasErrors(checked.problems)) throw new ProblemsFound(checked.problems, files, workspace.root);
  return { project: { ...workspace, desired: checked.resources }, warnings: checked.problems };
}

/** The files checked for every environment at once, or for `env`. Works without a configuration. */
export async function loadForValidation(io: CliIo, options: Choice): Promise<Validation> {
  const loaded = await openOptionalConfig(io, options, options.env !== undefined);
  const config = loaded?.config;
  const names =
    options.env !== undefined && config
      ? [selectEnvironment(config, { flag: options.env, variable: undefined })]
      : Object.keys(config?.environments ?? {});
  const environments = config ? names.map((name) => resolveEnvironment(config, name)) : [];
  return openValidation(toRepository(io, loaded), environments, loaded && basename(loaded.file));
}

export async function openValidation(
  repository: Repository,
  environments: readonly Environment[],
  configFile?: string,
): Promise<Validation> {
  const { files, check } = await openFiles(repository);
  return {
    ...repository,
    ...(configFile === undefined ? {} : { configFile }),
    environments,
    files,
    checked: check(files, environments),
    check,
  };
}

/** --env, or LIMIO_ENV, or the only one. @throws LimioError ENVIRONMENT_*. */
export function chooseEnvironment(io: Pick<CliIo, 'env'>, config: Config, { env }: Pick<Choice, 'env'>): Environment {
  return resolveEnvironment(config, selectEnvironment(config, { flag: env, variable: io.env['LIMIO_ENV'] }));
}

export function toRepository(io: Pick<CliIo, 'cwd' | 'env'>, loaded: LoadedConfig | undefined): Repository {
  const root = loaded ? dirname(loaded.file) : io.cwd;
  const variables = readVariables(loaded?.config, { process: io.env, root });
  for (const name of listSecretNames(variables.files, loaded?.config)) {
    const value = variables.files[name];
    // A client id is no secret, and may be a word of the output.
    if (value !== undefined && !name.endsWith('CLIENT_ID')) rememberSecret(value);
  }
  return {
    root,
    config: loaded?.config,
    variables,
    env: pickProcessVariables(loaded?.config, variables.all),
    cache: createFileCache(),
  };
}

export async function checkFiles(
  repository: Repository,
  environments: readonly Environment[],
): Promise<{ files: SourceText[]; checked: ValidatedSources }> {
  const { files, check } = await openFiles(repository);
  return { files, checked: check(files, environments) };
}

/** The files as they are, and how to check them or others in their place. */
export async function openFiles({
  root,
  config,
  env,
  cache,
}: Repository): Promise<{ files: SourceText[]; check: CheckFiles }> {
  const { files: texts, problems, lookedIn } = readSourceFiles(root, listGlobs(config));
  const files = [...(await cache.loadCode(root, texts, { env }))];
  const check: CheckFiles = (sources, environments) => {
    const checked = validateSources(sources, {
      environments: environments.map(({ name, vars }) => ({ name, vars })),
      environmentNames: Object.keys(config?.environments ?? {}),
      env,
      readProblems: problems,
      lookedIn,
      parse: cache.parse,
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
