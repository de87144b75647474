import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { LimioError } from '../errors/errors.js';
import { runCredentialCommand } from './credential-command.js';
import { type Environment, formatTenantUrl } from './environments.js';
import { isGitTracked, type Variables } from './env-files.js';
import type { Config } from './schema.js';

export interface Credentials {
  clientId: string;
  clientSecret: string;
  /** Where they come from, for messages. Never contains the secret. */
  origin: string;
}

export interface CredentialSources {
  variables: Variables;
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
 * The credentials of an environment: from its own variables, else the general ones, else its command, else
 * `.limio.json` for the same tenant (API reference, section 1). Variables of the process come before those of files.
 * @throws LimioError AUTH_MISSING, which names the variables to set.
 */
export function readCredentials(
  environment: Pick<Environment, 'name' | 'baseUrl' | 'credentialCommand'>,
  sources: CredentialSources,
): Credentials {
  const prefix = formatEnvironmentPrefix(environment.name);
  const { process, files, fileOf } = sources.variables;
  const found =
    readPair(prefix, process, sources.root) ??
    readPair(prefix, files, sources.root, fileOf) ??
    readPair('LIMIO', process, sources.root) ??
    readPair('LIMIO', files, sources.root, fileOf) ??
    readCommand(environment, sources) ??
    readFile(environment, sources);
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

type Values = Variables['process'];

/** Half a pair is an error: taking the other half from elsewhere would mix two tenants. */
function readPair(prefix: string, values: Values, root: string, fileOf: Values = {}): Credentials | undefined {
  const id = readPart(`${prefix}_CLIENT_ID`, values, root);
  const secret = readPart(`${prefix}_CLIENT_SECRET`, values, root);
  if (id.value === '' && secret.value === '') return undefined;
  if (id.value !== '' && secret.value !== '') {
    const files = [...new Set([id, secret].flatMap(({ name }) => fileOf[name] ?? []))];
    const origin = `${id.name}, ${secret.name}${files.length === 0 ? '' : ` in ${files.join(', ')}`}`;
    return { clientId: id.value, clientSecret: secret.value, origin };
  }
  const [set, unset] = id.value === '' ? [secret.name, id.name] : [id.name, secret.name];
  throw new LimioError({
    code: 'AUTH_MISSING',
    message: `${set} is set, but ${unset} is not.`,
    hint: `Set ${unset} as well.`,
    details: { variables: [unset] },
  });
}

/** A variable, or the file that the variable with `_FILE` names, as Docker and Kubernetes mount secrets. */
function readPart(name: string, values: Values, root: string): { name: string; value: string } {
  const fileName = `${name}_FILE`;
  const [value = '', file = ''] = [values[name], values[fileName]];
  if (file === '') return { name, value };
  const refuse = (message: string, hint: string): LimioError =>
    new LimioError({ code: 'AUTH_MISSING', message, hint, details: { variables: [fileName] } });
  if (value !== '') throw refuse(`${name} and ${fileName} are both set.`, 'Remove one of them.');
  let text: string;
  try {
    text = readFileSync(resolve(root, file), 'utf8');
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    throw refuse(`Cannot read ${file}, which ${fileName} names (${reason}).`, 'Check its path and who may read it.');
  }
  const content = text.replace(/^\uFEFF/, '').replace(/[\r\n]+$/, '');
  if (content === '') throw refuse(`${file}, which ${fileName} names, is empty.`, 'Write the value into it.');
  return { name: fileName, value: content };
}

function readCommand(
  { name, credentialCommand: argv }: Pick<Environment, 'name' | 'credentialCommand'>,
  { variables, root }: CredentialSources,
): Credentials | undefined {
  if (argv === undefined) return undefined;
  const printed = runCredentialCommand({ environment: name, argv, root, variables: variables.all });
  return { ...printed, origin: `the command ${argv[0]}` };
}

function readFile(environment: Pick<Environment, 'baseUrl'>, sources: CredentialSources): Credentials | undefined {
  const content = readTenantFile(sources.root);
  if (content === undefined) return undefined;
  const { tenant, region, clientId, clientSecret } = content;
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

/** The content of `.limio.json`; undefined when there is none. @throws LimioError AUTH_MISSING. */
export function readTenantFile(root: string): z.infer<typeof fileSchema> | undefined {
  let text: string;
  try {
    text = readFileSync(join(root, FILE), 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw new LimioError({ code: 'AUTH_MISSING', message: `${FILE} cannot be read.`, cause: error });
  }
  const value = parseJson(text);
  const parsed = fileSchema.safeParse(value, { reportInput: true });
  if (parsed.success) return parsed.data;
  const faults = value === undefined ? ['it is not JSON'] : parsed.error.issues.map(describeFault);
  throw new LimioError({
    code: 'AUTH_MISSING',
    message: `${FILE} cannot be used: ${faults.join('; ')}.`,
    hint:
      'Write {"tenant": "...", "region": "eu", "clientId": "...", "clientSecret": "..."}. ' +
      'Regions are eu, us and dev.',
  });
}

/** Names the key, never the value. */
function describeFault({ code, path, input }: z.core.$ZodIssue): string {
  if (path.length === 0) return 'it is not an object';
  const key = `"${path.join('.')}"`;
  if (code === 'invalid_value') return `${key} must be eu, us or dev`;
  if (code === 'too_small') return `${key} is empty`;
  return input === undefined ? `${key} is missing` : `${key} must be a text`;
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
