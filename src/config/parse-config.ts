import type { z } from 'zod';
import { LimioError } from '../errors/errors.js';
import { suggestNearest } from '../model/spelling.js';
import { namesCredential, SECRET_OPENING } from '../model/text.js';
import { formatEnvironmentPrefix } from './credentials.js';
import { parseOrigin } from './environments.js';
import { checkMaps } from './maps.js';
import { checkOwnership, checkPolicies } from './policies.js';
import { type ConfigProblem, formatConfigPath, listConfigKeys } from './problems.js';
import { type Config, configSchema, type EnvironmentConfig } from './schema.js';

const WORDS = new Map([
  ['string', 'a text'],
  ['number', 'a number'],
  ['int', 'a whole number'],
  ['boolean', 'true or false'],
  ['array', 'a list'],
  ['object', 'an object'],
  ['record', 'an object'],
]);

/**
 * A checked configuration.
 * @throws LimioError CONFIG_INVALID with every problem in `details.problems`.
 */
export function parseConfig(value: unknown, file: string): Config {
  const parsed = configSchema.safeParse(value);
  const problems = parsed.success
    ? checkEnvironments(parsed.data)
    : parsed.error.issues.flatMap((issue) => describeIssue(issue, value));
  if (parsed.success && problems.length === 0) return parsed.data;
  const lines = problems.map(
    ({ path, message, hint }) => `  ${path}: ${message}${hint === undefined ? '' : ` ${hint}`}`,
  );
  const count = problems.length === 1 ? 'a problem' : `${problems.length} problems`;
  throw new LimioError({
    code: 'CONFIG_INVALID',
    message: `${file} has ${count}:\n${lines.join('\n')}`,
    details: { file, problems },
  });
}

function describeIssue(issue: z.core.$ZodIssue, value: unknown, base: readonly PropertyKey[] = []): ConfigProblem[] {
  const full = [...base, ...issue.path];
  const path = formatConfigPath(full);
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => describeKey(full, key));
    case 'invalid_union': {
      const deepest = issue.errors
        .map((errors) => errors.filter((one) => one.path.length > 0))
        .find((errors) => errors.length > 0);
      if (deepest) return deepest.flatMap((one) => describeIssue(one, value, full));
      const expected = issue.errors
        .flat()
        .flatMap((one) =>
          one.code === 'invalid_type'
            ? [WORDS.get(one.expected) ?? one.expected]
            : one.code === 'invalid_value'
              ? one.values.map((v) => `"${String(v)}"`)
              : [],
        );
      return [{ path, message: `It must be ${[...new Set(expected)].join(' or ')}.` }];
    }
    case 'invalid_value': {
      const allowed = issue.values.map(String);
      const given = getAt(value, full);
      const nearest = typeof given === 'string' ? suggestNearest(given, allowed) : undefined;
      const hint = nearest === undefined ? {} : { hint: `Did you mean "${nearest}"?` };
      return [{ path, message: `It must be one of ${allowed.map((one) => `"${one}"`).join(', ')}.`, ...hint }];
    }
    case 'invalid_type':
      if (getAt(value, full) === undefined) return [{ path, message: 'It is missing.' }];
      return [{ path, message: `It must be ${WORDS.get(issue.expected) ?? issue.expected}.` }];
    default:
      return [{ path, message: `${issue.message}.` }];
  }
}

function describeKey(path: readonly PropertyKey[], key: string): ConfigProblem {
  const known = listConfigKeys(path);
  const nearest = suggestNearest(key, known);
  const hint = nearest === undefined ? `The keys here are ${known.join(', ')}.` : `Did you mean "${nearest}"?`;
  return { path: formatConfigPath([...path, key]), message: 'There is no such key.', hint };
}

function getAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let at = value;
  for (const part of path) {
    at =
      typeof at === 'object' && at !== null ? (Object.getOwnPropertyDescriptor(at, part)?.value as unknown) : undefined;
  }
  return at;
}

const NAME = /^[A-Za-z0-9](?:[A-Za-z0-9_-]*[A-Za-z0-9])?$/;

const TENANT = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** What the schema alone cannot say: rules over several keys, names and addresses. */
export function checkEnvironments(config: Config): ConfigProblem[] {
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
    problems.push({
      path: formatConfigPath(['environments', name, ...keys]),
      message,
      ...(hint === undefined ? {} : { hint }),
    });
  };
  if (!NAME.test(name)) report([], `The name "${name}" may hold letters, digits, "-" and "_" only.`);
  if (url === undefined && tenant === undefined)
    report(
      [],
      'It has neither "url" nor "tenant".',
      'Add tenant: "acme", and region: "us" or "dev" unless it is in the EU.',
    );
  if (url !== undefined && tenant !== undefined)
    report(['url'], 'It has both "url" and "tenant".', 'Leave one of them out.');
  if (url !== undefined && region !== undefined) report(['region'], 'A region goes with "tenant", not with "url".');
  if (tenant !== undefined && !TENANT.test(tenant))
    report(
      ['tenant'],
      `"${tenant}" is not the name of a tenant.`,
      'Write the first part of its host only, "acme" for acme.prod.limio.com.',
    );
  if (url !== undefined) reportOrigin(url, (fault) => report(['url'], fault));
  if (shop !== undefined)
    reportOrigin(shop.includes('://') ? shop : `https://${shop}`, (fault) => report(['shop'], fault));
  for (const variable of Object.keys(vars).filter((one) => !VARIABLE.test(one))) {
    report(
      ['vars', variable],
      `The variable "${variable}" cannot be named in a file.`,
      'Use letters, digits and underscores.',
    );
  }
  for (const [variable, value] of Object.entries(vars)) {
    if (typeof value !== 'string' || !value.includes(SECRET_OPENING)) continue;
    report(
      ['vars', variable],
      `A text cannot hold "${SECRET_OPENING}".`,
      `Mark the variable as a secret: { secret: "NAME" }, or secret("NAME").`,
    );
  }
  checkPolicies(environment, report);
  return problems;
}

function reportOrigin(text: string, report: (fault: string) => void): void {
  const parsed = parseOrigin(text);
  // The text may hold a password, so it is not repeated.
  if ('fault' in parsed) report(`The address ${parsed.fault}.`);
}

/** `a-b` and `a_b` would read the same variables of the process, and one secret go to the other's tenant. */
function checkPrefixes(config: Config): ConfigProblem[] {
  const seen = new Map<string, string>();
  return Object.keys(config.environments).flatMap((name) => {
    const prefix = formatEnvironmentPrefix(name);
    const earlier = seen.get(prefix);
    if (earlier === undefined) seen.set(prefix, name);
    if (earlier === undefined) return [];
    return [
      {
        path: formatConfigPath(['environments', name]),
        message: `Credentials of "${name}" and of "${earlier}" would both come from ${prefix}_CLIENT_ID.`,
      },
    ];
  });
}

/** What files may read, whoever proposes a change of a file can send to a tenant and print. */
function checkProcessVariables({ env = [], environments }: Config): ConfigProblem[] {
  const secrets = Object.values(environments).flatMap(({ vars = {} }) =>
    Object.values(vars).flatMap((value) => (typeof value === 'object' ? [value.secret.toUpperCase()] : [])),
  );
  return env.flatMap((name, i) => {
    if (!namesCredential(name) && !secrets.includes(name.toUpperCase())) return [];
    return [
      {
        path: formatConfigPath(['env', i]),
        message: `Files may not read ${name}: it holds a credential, by its name or because "vars" marks it as a secret.`,
        hint: `In "vars" write secret('${name}'), and \${vars.NAME} in the files.`,
      },
    ];
  });
}

function checkGlobs({ files }: Config): ConfigProblem[] {
  const pattern = files?.overlays !== undefined && /[*{}]/.test(files.overlays);
  const folder = pattern
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
      .filter(leadsAway)
      .map((glob) => ({
        path: formatConfigPath(['files', key]),
        message: `"${glob}" leads out of the repository or is empty.`,
        hint: 'Patterns are relative to the folder of limio.config.',
      })),
  );
  return [...folder, ...outside];
}

function checkStateFolder({ state }: Config): ConfigProblem[] {
  if (state?.folder === undefined || !leadsAway(state.folder)) return [];
  return [
    {
      path: formatConfigPath(['state', 'folder']),
      message: `"${state.folder}" leads out of the repository or is empty.`,
      hint: 'It is relative to the folder of limio.config.',
    },
  ];
}

function checkSharedOwnership({ ownership }: Config): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  checkOwnership(ownership, (keys, message, hint) =>
    problems.push({ path: formatConfigPath(keys), message, ...(hint === undefined ? {} : { hint }) }),
  );
  return problems;
}

function leadsAway(path: string): boolean {
  return path.trim() === '' || /^(?:[/\\]|[A-Za-z]:)|(?:^|[/\\])\.\.(?:[/\\]|$)/.test(path);
}
