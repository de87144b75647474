import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { LimioError } from '../errors/errors.js';
import { type Environment, formatTenantUrl } from './environments.js';
import type { Config } from './schema.js';

export interface Credentials {
  clientId: string;
  clientSecret: string;
  /** Where they come from, for messages. Never contains the secret. */
  origin: string;
}

export interface CredentialSources {
  /** Environment variables. */
  variables: Readonly<Record<string, string | undefined>>;
  /** Folder of the configuration and of `.limio.json`. */
  root: string;
  /** For tests: whether git tracks a file of the folder. */
  isTracked?: (root: string, file: string) => boolean;
}

const FILE = '.limio.json';

const fileSchema = z.object({
  tenant: z.string().min(1),
  region: z.enum(['eu', 'us', 'dev']).optional(),
  clientId: z.string().min(1),
  clientSecret: z.string().min(1),
});

/**
 * The credentials of an environment: from its own variables, else the general ones, else `.limio.json`
 * for the same tenant (API reference, section 1).
 * @throws LimioError AUTH_MISSING, which names the variables to set.
 */
export function readCredentials(
  environment: Pick<Environment, 'name' | 'baseUrl'>,
  sources: CredentialSources,
): Credentials {
  const prefix = formatEnvironmentPrefix(environment.name);
  const found = readPair(prefix, sources) ?? readPair('LIMIO', sources) ?? readFile(environment, sources);
  if (found) return found;
  throw new LimioError({
    code: 'AUTH_MISSING',
    message: `There are no credentials for the environment "${environment.name}" (${environment.baseUrl}).`,
    hint:
      `Set ${prefix}_CLIENT_ID and ${prefix}_CLIENT_SECRET, or LIMIO_CLIENT_ID and LIMIO_CLIENT_SECRET, ` +
      `or write ${FILE} for the same tenant.`,
    details: { variables: [`${prefix}_CLIENT_ID`, `${prefix}_CLIENT_SECRET`] },
  });
}

/** `LIMIO_ACME_SANDBOX` for `acme-sandbox`. */
export function formatEnvironmentPrefix(name: string): string {
  return `LIMIO_${name.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_')}`;
}

/** Half a pair is an error: taking the other half from elsewhere would mix two tenants. */
function readPair(prefix: string, { variables }: CredentialSources): Credentials | undefined {
  const [idName, secretName] = [`${prefix}_CLIENT_ID`, `${prefix}_CLIENT_SECRET`];
  const clientId = variables[idName] ?? '';
  const clientSecret = variables[secretName] ?? '';
  if (clientId === '' && clientSecret === '') return undefined;
  if (clientId !== '' && clientSecret !== '') return { clientId, clientSecret, origin: `${idName}, ${secretName}` };
  const [set, unset] = clientId === '' ? [secretName, idName] : [idName, secretName];
  throw new LimioError({
    code: 'AUTH_MISSING',
    message: `${set} is set, but ${unset} is not.`,
    hint: `Set ${unset} as well.`,
    details: { variables: [unset] },
  });
}

function readFile(environment: Pick<Environment, 'baseUrl'>, sources: CredentialSources): Credentials | undefined {
  let text: string;
  try {
    text = readFileSync(join(sources.root, FILE), 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw new LimioError({ code: 'AUTH_MISSING', message: `${FILE} cannot be read.`, cause: error });
  }
  const parsed = fileSchema.safeParse(parseJson(text));
  if (!parsed.success) {
    throw new LimioError({
      code: 'AUTH_MISSING',
      message: `${FILE} is not {tenant, region, clientId, clientSecret}.`,
      hint: 'Regions are eu, us and dev.',
    });
  }
  const { tenant, region, clientId, clientSecret } = parsed.data;
  if (formatTenantUrl(tenant, region) !== environment.baseUrl) return undefined;
  if ((sources.isTracked ?? isGitTracked)(sources.root, FILE)) {
    throw new LimioError({
      code: 'AUTH_MISSING',
      message: `${FILE} is tracked by git, so its secret is in the history. limio-sync does not use it.`,
      hint: `Run: git rm --cached ${FILE}, add it to .gitignore, and ask for new credentials.`,
    });
  }
  return { clientId, clientSecret, origin: FILE };
}

/** Errors never contain the text, because the secret is in it. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return undefined;
  }
}

/** A shorter value could be guessed from its digest in plans, or match unrelated texts. */
const MIN_LENGTH = 8;

/**
 * The secrets of an environment by the names of their variables.
 * @throws LimioError SECRET_MISSING, which names every secret that cannot be used.
 */
export function readSecrets(
  environment: Pick<Environment, 'name' | 'secrets'>,
  variables: Readonly<Record<string, string | undefined>>,
): ReadonlyMap<string, string> {
  const values = environment.secrets.map((name): [string, string] => [
    name,
    (Object.hasOwn(variables, name) ? variables[name] : undefined) ?? '',
  ]);
  const faults = values.flatMap(([name, value]) => {
    if (value === '') return [`${name} is not set`];
    return value.length < MIN_LENGTH ? [`${name} has fewer than ${MIN_LENGTH} characters`] : [];
  });
  if (faults.length === 0) return new Map(values);
  throw new LimioError({
    code: 'SECRET_MISSING',
    message: `Secrets of the environment "${environment.name}" cannot be used: ${faults.join('; ')}.`,
    hint:
      'Set them and run the command again, or remove them from "vars" in limio.config. ' +
      'validate and show need no secrets.',
    details: { variables: faults.map((fault) => fault.slice(0, fault.indexOf(' '))) },
  });
}

/**
 * The environment variables that files may read (`env` of limio.config). Empty ones count as not set.
 */
export function pickProcessVariables(
  config: Pick<Config, 'env'> | undefined,
  variables: Readonly<Record<string, string | undefined>>,
): Record<string, string | undefined> {
  const read = (name: string): string | undefined =>
    (Object.hasOwn(variables, name) ? variables[name] : undefined) || undefined;
  return Object.fromEntries((config?.env ?? []).map((name) => [name, read(name)]));
}

/** Whether git tracks a file. False outside a repository and where there is no git. */
export function isGitTracked(root: string, file: string): boolean {
  // A repository's own settings must not make git run a program.
  const args = ['-c', 'core.fsmonitor=false', 'ls-files', '--error-unmatch', '--', file];
  const { status } = spawnSync('git', args, { cwd: root, stdio: 'ignore', timeout: 10_000 });
  return status === 0;
}
