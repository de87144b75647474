import type { CliIo } from '../cli-io.js';
import { rememberSecret } from '../project/secrets.js';

/** The first of these variables that is set. It is never printed from here on. */
export function chooseToken(io: CliIo, names: readonly string[]): string | undefined {
  const token = names.map((name) => io.env[name]).find((value) => value !== undefined && value !== '');
  if (token !== undefined) rememberSecret(token);
  return token;
}
