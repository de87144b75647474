import type { Config } from './config-schema.js';

/**
 * The variables of the process that `env` of limio.config lets files name. One that is empty counts
 * as not set, as everywhere.
 */
export function pickProcessVariables(
  config: Pick<Config, 'env'> | undefined,
  variables: Readonly<Record<string, string | undefined>>,
): Record<string, string | undefined> {
  const read = (name: string): string | undefined =>
    (Object.hasOwn(variables, name) ? variables[name] : undefined) || undefined;
  return Object.fromEntries((config?.env ?? []).map((name) => [name, read(name)]));
}
