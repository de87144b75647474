import { readFileSync } from 'node:fs';

/** The version in the package's own package.json. */
export function readToolVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  const { version }: { version: string } = JSON.parse(text);
  return version;
}
