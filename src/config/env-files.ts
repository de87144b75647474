import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { LimioError } from '../errors/errors.js';
import { namesCredential } from '../model/text.js';
import { isSecret } from './define-config.js';
import type { Config } from './schema.js';

type Values = Readonly<Record<string, string | undefined>>;

/** Variables by where they come from. Apart, so that half a pair of credentials is never completed from elsewhere. */
export interface Variables {
  process: Values;
  /** Of the files of `envFile`. */
  files: Values;
  /** By the name of such a variable, the file that sets it. */
  fileOf: Values;
  /** Both; the process wins unless its value is empty. */
  all: Values;
}

export interface EnvFileSources {
  process: Values;
  /** Folder of the configuration. */
  root: string;
  /** For tests: whether git tracks a file of the folder. */
  isTracked?: (root: string, file: string) => boolean;
}

/**
 * The variables of the process and of the files that `envFile` names. A file that does not exist is skipped: CI sets
 * variables instead. @throws LimioError CONFIG_INVALID for an unreadable file, AUTH_MISSING for a committed secret.
 */
export function readVariables(config: Config | undefined, sources: EnvFileSources): Variables {
  const { process, root, isTracked = isGitTracked } = sources;
  let files: Values = {};
  let fileOf: Values = {};
  for (const name of [config?.envFile ?? []].flat()) {
    const values = readEnvFile(join(root, name), name);
    const secrets = listSecretNames(values, config);
    if (secrets.length > 0 && isTracked(root, name)) throw refuseTracked(name, secrets);
    files = { ...files, ...values };
    fileOf = { ...fileOf, ...Object.fromEntries(Object.keys(values).map((key) => [key, name])) };
  }
  return { process, files, fileOf, all: { ...files, ...dropEmpty(process) } };
}

/** The names of variables whose values no output may show. */
export function listSecretNames(values: Values, config: Config | undefined): string[] {
  const marked = Object.values(config?.environments ?? {}).flatMap(({ vars = {} }) =>
    Object.values(vars).flatMap((value) => (isSecret(value) ? [value.secret] : [])),
  );
  return Object.entries(values).flatMap(([name, value]) =>
    value && !name.endsWith('_FILE') && (namesCredential(name) || marked.includes(name)) ? [name] : [],
  );
}

function readEnvFile(file: string, name: string): Record<string, string> {
  try {
    const parsed = parseEnv(readFileSync(file, 'utf8').replace(/^\uFEFF/, ''));
    return Object.fromEntries(Object.entries(parsed).flatMap(([key, value]) => (value ? [[key, value]] : [])));
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    if (code === 'ENOENT') return {};
    throw new LimioError({
      code: 'CONFIG_INVALID',
      message: `Cannot read ${name}, which "envFile" names (${code}).`,
      hint: 'Check "envFile" in limio.config; its paths are relative to that file.',
      cause: error,
    });
  }
}

function refuseTracked(name: string, secrets: readonly string[]): LimioError {
  return new LimioError({
    code: 'AUTH_MISSING',
    message: `${name} is tracked by git and holds ${secrets.join(', ')}, so the secret is in the history.`,
    hint: `Run: git rm --cached ${name}, add it to .gitignore, and ask for new credentials.`,
    details: { variables: secrets },
  });
}

/** Whether git tracks a file. False outside a repository and where there is no git. */
export function isGitTracked(root: string, file: string): boolean {
  // A repository's own settings must not make git run a program.
  const args = ['-c', 'core.fsmonitor=false', 'ls-files', '--error-unmatch', '--', file];
  const { status } = spawnSync('git', args, { cwd: root, stdio: 'ignore', timeout: 10_000 });
  return status === 0;
}

function dropEmpty(values: Values): Values {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined && value !== ''));
}
