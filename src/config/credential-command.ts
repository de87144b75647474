import { spawnSync } from 'node:child_process';
import { z } from 'zod';
import { LimioError } from '../errors/errors.js';

/** Long enough to answer the prompt of a password manager. */
const TIMEOUT_MS = 60_000;
const MAX_OUTPUT_BYTES = 64 * 1024;

const outputSchema = z.object({ clientId: z.string().min(1), clientSecret: z.string().min(1) });

export interface CredentialCommand {
  environment: string;
  /** The program and its arguments; no shell reads them. */
  argv: readonly string[];
  /** Folder of the configuration, in which the program runs. */
  root: string;
  variables: Readonly<Record<string, string | undefined>>;
}

/**
 * Runs the helper of `credentials.command`: Vault, 1Password, SOPS. Nothing that it prints is in any message: a helper
 * may name a secret in its errors. @throws LimioError AUTH_MISSING.
 */
export function runCredentialCommand({
  environment,
  argv: [program = '', ...args],
  root,
  variables,
}: CredentialCommand): z.infer<typeof outputSchema> {
  const { status, signal, stdout, error } = spawnSync(program, args, {
    cwd: root,
    env: variables,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    timeout: TIMEOUT_MS,
    maxBuffer: MAX_OUTPUT_BYTES,
    shell: false,
  });
  const refuse = (what: string, hint: string): LimioError =>
    new LimioError({
      code: 'AUTH_MISSING',
      message: `The command ${program}, from "credentials" of the environment "${environment}", ${what}.`,
      hint,
    });
  const check = 'Run the command in your terminal to see why, for example whether you are signed in.';
  if (error && 'code' in error) {
    if (error.code === 'ETIMEDOUT') throw refuse(`did not end within ${TIMEOUT_MS / 1000} seconds`, check);
    if (error.code === 'ENOBUFS') throw refuse(`printed more than ${MAX_OUTPUT_BYTES / 1024} KiB`, OUTPUT_HINT);
    throw refuse(`cannot be started (${String(error.code)})`, 'Install it, or correct "credentials" in limio.config.');
  }
  if (status !== 0) {
    const how = status === null ? `was ended by ${signal}` : `failed with exit status ${status}`;
    throw refuse(how, check);
  }
  const parsed = outputSchema.safeParse(parseJson(stdout));
  if (!parsed.success) throw refuse('did not print the credentials', OUTPUT_HINT);
  return parsed.data;
}

const OUTPUT_HINT = 'It must print one JSON object: {"clientId": "...", "clientSecret": "..."}';

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
