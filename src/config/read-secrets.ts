import { LimioError } from '../errors/errors.js';
import type { Environment } from './resolve-environment.js';

/** A shorter value could be guessed from its digest, which stands in plans, or be found in texts that have nothing to do with it. */
const MIN_LENGTH = 8;

/**
 * The secrets of an environment by the names of their variables.
 * @throws LimioError SECRET_MISSING, which names all that are not usable.
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
    message: `The environment "${environment.name}" marks variables of the process as secrets that cannot be used: ${faults.join('; ')}.`,
    hint: 'Set them and run the command again, or take them out of "vars" in limio.config. validate and show need none.',
    details: { variables: faults.map((fault) => fault.slice(0, fault.indexOf(' '))) },
  });
}
