import type { Config } from './config-schema.js';

// What a limio.config file may import from 'limio-sync' stands here: see `importModule` of load-config.ts.
export { defineLintRule } from './define-lint-rule.js';
export { secret } from './secret.js';

/** Gives the object back as it is: with it, editors complete and check a limio.config file. */
export function defineConfig(config: Config): Config {
  return config;
}
