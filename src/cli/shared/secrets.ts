import type { CliIo } from './io.js';

/** What must never be printed, wherever it comes from. Commands add what they read from files. */
const KNOWN: Set<string> = new Set();

/** Remembers a secret for the redaction of every later output of this process. */
export function rememberSecret(secret: string): void {
  KNOWN.add(secret);
}

/** Secrets in the environment (`LIMIO_*_CLIENT_SECRET`) and those remembered. */
export function listSecrets(env: Readonly<Record<string, string | undefined>>): string[] {
  const fromEnv = Object.entries(env).flatMap(([name, value]) =>
    /^LIMIO_(.+_)?CLIENT_SECRET$/.test(name) && value !== undefined ? [value] : [],
  );
  return [...fromEnv, ...KNOWN];
}

/** The first of these variables that is set. It is never printed from here on. */
export function chooseToken(io: CliIo, names: readonly string[]): string | undefined {
  const token = names.map((name) => io.env[name]).find((value) => value !== undefined && value !== '');
  if (token !== undefined) rememberSecret(token);
  return token;
}
