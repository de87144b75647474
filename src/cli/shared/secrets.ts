import { createRedactor } from '../../errors/errors.js';
import type { CliIo } from './io.js';

/** Secrets that commands read from files and from variables of any name. */
const KNOWN: Set<string> = new Set();

/** From now on `redactOutput` removes this secret from everything that the process prints or records. */
export function rememberSecret(secret: string): void {
  KNOWN.add(secret);
}

/** Removes the secrets of the environment (`LIMIO_*_CLIENT_SECRET`) and all remembered ones from a text. */
export function redactOutput({ env }: Pick<CliIo, 'env'>): (text: string) => string {
  const fromEnv = Object.entries(env).flatMap(([name, value]) =>
    /^LIMIO_(.+_)?CLIENT_SECRET$/.test(name) && value !== undefined ? [value] : [],
  );
  return createRedactor([...fromEnv, ...KNOWN]);
}

/** The first of these variables that is set. Output never shows it. */
export function chooseToken(io: CliIo, names: readonly string[]): string | undefined {
  const token = names.map((name) => io.env[name]).find((value) => value !== undefined && value !== '');
  if (token !== undefined) rememberSecret(token);
  return token;
}
