import type { Variables } from './interpolate-variables.js';
import type { SourceContext } from './source-text.js';

/** What files may refer to, for each environment; without any there is one view, in which no variable has a value. */
export function listVariables({ environments, env }: SourceContext): Variables[] {
  const process = new Map(Object.entries(env ?? {}));
  if (environments.length === 0) return [{ values: new Map(), process }];
  return environments.map(({ name, vars }) => ({ environment: name, values: new Map(Object.entries(vars)), process }));
}
