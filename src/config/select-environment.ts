import { LimioError } from '../errors/errors.js';
import { suggestNearest } from '../model/spelling.js';
import type { Config } from './config-schema.js';

export interface EnvironmentChoice {
  /** The value of --env. */
  flag?: string | undefined;
  /** The value of LIMIO_ENV; empty counts as absent. */
  variable?: string | undefined;
}

/**
 * The name of the environment to work on: what was named, else the only one.
 * @throws LimioError ENVIRONMENT_UNKNOWN, ENVIRONMENT_REQUIRED.
 */
export function selectEnvironment(config: Config, choice: EnvironmentChoice): string {
  const names = Object.keys(config.environments);
  const named = choice.flag ?? (choice.variable === '' ? undefined : choice.variable);
  if (named === undefined) {
    const [only, ...others] = names;
    if (only !== undefined && others.length === 0) return only;
    throw new LimioError({
      code: 'ENVIRONMENT_REQUIRED',
      message: `There are several environments and none was named: ${names.join(', ')}.`,
      hint: `Name one: --env ${only ?? '<name>'}, or LIMIO_ENV=${only ?? '<name>'}.`,
      details: { environments: names },
    });
  }
  if (names.includes(named)) return named;
  const nearest = suggestNearest(named, names);
  const origin = choice.flag === undefined ? ' (from LIMIO_ENV)' : '';
  throw new LimioError({
    code: 'ENVIRONMENT_UNKNOWN',
    message: `There is no environment "${named}"${origin}. limio.config has ${names.join(', ')}.`,
    ...(nearest === undefined ? {} : { hint: `Did you mean "${nearest}"?` }),
    details: { environments: names },
  });
}
