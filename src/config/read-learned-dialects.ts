import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LimioError } from '../errors/errors.js';
import type { Config } from './config-schema.js';
import { layerDialect } from './layer-dialect.js';
import { type LearnedDialect, parseLearnedDialect } from './learned-dialect.js';
import { resolveEnvironment } from './resolve-environment.js';

export interface LearnedConfig {
  /** With what was learned under the `dialect` of each environment. */
  config: Config;
  /** By the name of the environment. */
  learned: ReadonlyMap<string, LearnedDialect>;
}

export function nameLearnedFile(environment: string): string {
  return `dialects/${environment}.json`;
}

/**
 * Reads `dialects/<environment>.json` beside the configuration.
 * @throws LimioError CONFIG_INVALID for a file that is none, or that is of another tenant.
 */
export function readLearnedDialects(root: string, config: Config): LearnedConfig {
  const learned = new Map<string, LearnedDialect>();
  const environments = Object.entries(config.environments).map(
    ([name, environment]): [string, Config['environments'][string]] => {
      const file = nameLearnedFile(name);
      const text = readText(join(root, file));
      if (text === undefined) return [name, environment];
      const found = parseLearnedDialect(text, file);
      const { host } = resolveEnvironment(config, name);
      if (found.host !== host) throw refuseHost(name, file, found.host, host);
      learned.set(name, found);
      return [name, { ...environment, dialect: layerDialect(found.dialect, environment.dialect) }];
    },
  );
  return { config: { ...config, environments: Object.fromEntries(environments) }, learned };
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR'))
      return undefined;
    throw new LimioError({ code: 'CONFIG_INVALID', message: `${file} cannot be read.`, cause: error });
  }
}

/** What is true of one tenant would be written to another. */
function refuseHost(environment: string, file: string, learnedFrom: string, host: string): LimioError {
  return new LimioError({
    code: 'CONFIG_INVALID',
    message: `${file} was learned from ${learnedFrom}, and the environment ${environment} leads to ${host}.`,
    hint: `Remove ${file}, then learn again: limio-sync doctor --learn --env ${environment}`,
    details: { file, learnedFrom, host },
  });
}
