import { isSecret } from './define-config.js';
import { isAbsolute } from 'node:path';
import { findGlobFault } from '../glob/glob.js';
import { namesCredential, SECRET_OPENING } from '../model/text.js';
import { formatEnvironmentPrefix } from './credentials.js';
import { parseOrigin } from './environments.js';
import { checkMaps } from './maps.js';
import { checkList, checkOwnership, checkPolicies } from './policies.js';
import { type ConfigProblem, describeIssue, formatConfigPath, refuseConfig } from './problems.js';
import { type Config, configSchema, type EnvironmentConfig } from './schema.js';

/** @throws LimioError CONFIG_INVALID with every problem in `details.problems`. */
export function parseConfig(value: unknown, file: string): Config {
  const parsed = configSchema.safeParse(value);
  const problems = parsed.success
    ? checkEnvironments(parsed.data)
    : parsed.error.issues.flatMap((issue) => describeIssue(issue, value));
  if (parsed.success && problems.length === 0) return parsed.data;
  throw refuseConfig(file, problems);
}

const NAME = /^[A-Za-z0-9](?:[A-Za-z0-9_-]*[A-Za-z0-9])?$/;

const TENANT = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Rules that the schema cannot express: names, addresses, and several keys together. */
function checkEnvironments(config: Config): ConfigProblem[] {
  const entries = Object.entries(config.environments);
  if (entries.length === 0) {
    return [
      {
        path: 'environments',
        message: 'There is no environment.',
        hint: 'Add one: environments: { sandbox: { tenant: "acme-sandbox" } }',
      },
    ];
  }
  return [
    ...entries.flatMap(([name, environment]) => checkEnvironment(name, environment)),
    ...checkPrefixes(config),
    ...checkGlobs(config),
    ...checkEnvFiles(config),
    ...checkStateFolder(config),
    ...checkSharedOwnership(config),
    ...checkProcessVariables(config),
    ...checkMaps(config),
  ];
}

function checkEnvironment(name: string, environment: EnvironmentConfig): ConfigProblem[] {
  const { url, tenant, region, shop, vars = {} } = environment;
  const problems: ConfigProblem[] = [];
  const report = (keys: readonly PropertyKey[], message: string, hint?: string): void => {
    problems.push({ path: formatConfigPath(['environments', name, ...keys]), message, hint });
  };
  if (!NAME.test(name)) report([], `The name "${name}" may only contain letters, digits, "-" and "_".`);
  if (url === undefined && tenant === undefined)
    report([], 'Requires "url" or "tenant".', 'Add tenant: "acme", and region: "us" or "dev" unless it is in the EU.');
  if (url !== undefined && tenant !== undefined)
    report(['url'], '"url" and "tenant" cannot be combined.', 'Remove one of them.');
  if (url !== undefined && region !== undefined)
    report(['region'], '"region" requires "tenant" and cannot be combined with "url".');
  if (tenant !== undefined && !TENANT.test(tenant))
    report(
      ['tenant'],
      `"${tenant}" is not the name of a tenant.`,
      'Write only the first part of its host, "acme" for acme.prod.limio.com.',
    );
  if (url !== undefined) reportOrigin(url, (fault) => report(['url'], fault));
  if (shop !== undefined)
    reportOrigin(shop.includes('://') ? shop : `https://${shop}`, (fault) => report(['shop'], fault));
  for (const variable of Object.keys(vars).filter((one) => !VARIABLE.test(one))) {
    report(['vars', variable], `Files cannot use the variable "${variable}".`, 'Use letters, digits and underscores.');
  }
  for (const [variable, value] of Object.entries(vars)) {
    if (isSecret(value) || !JSON.stringify(value).includes(SECRET_OPENING)) continue;
    report(
      ['vars', variable],
      `A value cannot contain "${SECRET_OPENING}".`,
      `Mark the variable as a secret: { secret: "NAME" }, or secret("NAME").`,
    );
  }
  checkPolicies(environment, report);
  return problems;
}

function reportOrigin(text: string, report: (fault: string) => void): void {
  const parsed = parseOrigin(text);
  // The address may contain a password, so the message does not repeat it.
  if ('fault' in parsed) report(`The address ${parsed.fault}.`);
}

/** `a-b` and `a_b` would read the same environment variables and send one secret to the other's tenant. */
function checkPrefixes(config: Config): ConfigProblem[] {
  const seen = new Map<string, string>();
  return Object.keys(config.environments).flatMap((name) => {
    const prefix = formatEnvironmentPrefix(name);
    const earlier = seen.get(prefix);
    if (earlier === undefined) {
      seen.set(prefix, name);
      return [];
    }
    return [
      {
        path: formatConfigPath(['environments', name]),
        message: `"${name}" and "${earlier}" would both read their credentials from ${prefix}_CLIENT_ID.`,
      },
    ];
  });
}

/** Whoever can propose a change to a file can print or send every variable that files may read. */
function checkProcessVariables({ env = [], environments }: Config): ConfigProblem[] {
  const secrets = Object.values(environments).flatMap(({ vars = {} }) =>
    Object.values(vars).flatMap((value) => (isSecret(value) ? [value.secret.toUpperCase()] : [])),
  );
  return env.flatMap((name, i) => {
    if (!namesCredential(name) && !secrets.includes(name.toUpperCase())) return [];
    return [
      {
        path: formatConfigPath(['env', i]),
        message: `Files may not read ${name}: its name looks like a credential, or "vars" marks it as a secret.`,
        hint: `Write secret('${name}') in "vars", and \${vars.NAME} in the files.`,
      },
    ];
  });
}

function checkGlobs({ files }: Config): ConfigProblem[] {
  const isPattern = files?.overlays !== undefined && /[*{}]/.test(files.overlays);
  const folder = isPattern
    ? [
        {
          path: formatConfigPath(['files', 'overlays']),
          message: `"${files.overlays}" must be a folder, not a pattern.`,
        },
      ]
    : [];
  const outside = Object.entries(files ?? {}).flatMap(([key, value]) =>
    [value ?? []]
      .flat()
      .filter((glob) => isOutside(glob.replace(/^!/, '')))
      .map((glob) => ({
        path: formatConfigPath(['files', key]),
        message: `"${glob}" is empty or outside the repository.`,
        hint: 'Patterns are relative to the folder of limio.config.',
      })),
  );
  if (folder.length + outside.length > 0) return [...folder, ...outside];
  const unreadable: ConfigProblem[] = [];
  for (const key of ['catalog', 'journeys', 'prices'] as const) {
    const value = files?.[key];
    const report = (keys: readonly PropertyKey[], message: string, hint?: string): void => {
      const path = formatConfigPath(typeof value === 'string' ? ['files', key] : ['files', ...keys]);
      unreadable.push({ path, message, hint });
    };
    checkList([value ?? []].flat(), [key], report, (pattern, reportOne) => {
      const fault = findGlobFault(pattern.replace(/^!/, ''), 'path');
      if (fault) reportOne(`"${pattern}" cannot be read: ${fault.message}`, fault.hint);
    });
  }
  return unreadable;
}

function checkEnvFiles({ envFile }: Config): ConfigProblem[] {
  return [envFile ?? []]
    .flat()
    .filter((name) => name.trim() === '' || /[*?[\]{}]/.test(name) || isAbsolute(name))
    .map((name) => ({
      path: 'envFile',
      message: `"${name}" must be the path of a file, relative to the folder of limio.config.`,
      hint: 'For example: envFile: ".env"',
    }));
}

function checkStateFolder({ state }: Config): ConfigProblem[] {
  if (!state || !('folder' in state) || state.folder === undefined) return [];
  const path = formatConfigPath(['state', 'folder']);
  const { path: shared } = state;
  if (shared !== undefined)
    return [
      {
        path,
        message: '"folder" and "path" cannot be combined: the shared folder holds the snapshots, too.',
        hint: 'Remove "folder".',
      },
    ];
  if (!isOutside(state.folder)) return [];
  return [
    {
      path,
      message: `"${state.folder}" is empty or outside the repository.`,
      hint: 'It is relative to the folder of limio.config.',
    },
  ];
}

function checkSharedOwnership({ ownership }: Config): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  checkOwnership(ownership, (keys, message, hint) => problems.push({ path: formatConfigPath(keys), message, hint }));
  return problems;
}

function isOutside(path: string): boolean {
  return path.trim() === '' || /^(?:\/|\\(?![[\]{}?])|[A-Za-z]:)|(?:^|[/\\])\.\.(?:[/\\]|$)/.test(path);
}
