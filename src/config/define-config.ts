import type { Config } from './config-schema.js';

/** Gives the object back as it is: with it, editors complete and check a limio.config file. */
export function defineConfig(config: Config): Config {
  return config;
}
