import { basename, dirname } from 'node:path';
import { loadConfig } from '../../config/config.js';
import { type Environment, resolveEnvironment, selectEnvironment } from '../../config/environments.js';
import type { Config } from '../../config/schema.js';
import { LimioError } from '../../errors/errors.js';
import { LINT_RULES } from '../../lint/rules/rules.js';
import { checkRuleNames } from '../../lint/settings.js';
import type { LintRule } from '../../model/lint-rule.js';
import type { CliIo } from '../cli-io.js';
import { refuseLintNames } from './refuse-lint-names.js';

export interface LintProject {
  root: string;
  config: Config | undefined;
  /** The environments to look at: one that was named, else all; none without a configuration. */
  environments: Environment[];
  /** All environments of the configuration. */
  all: Environment[];
  rules: readonly LintRule[];
}

/** Which rules and environments to lint. Reads no secrets. @throws LimioError CONFIG_*, ENVIRONMENT_*, USAGE. */
export async function loadForLint(
  io: CliIo,
  options: { config?: string; env?: string; live?: boolean; rule?: readonly string[] },
): Promise<LintProject> {
  const loaded = await loadConfig(io.cwd, options.config).catch((error: unknown) => {
    const optional = options.config === undefined && options.env === undefined && !options.live;
    if (optional && error instanceof LimioError && error.code === 'CONFIG_NOT_FOUND') return undefined;
    throw error;
  });
  const custom = loaded?.config.lint?.custom ?? [];
  const rules = [...LINT_RULES, ...custom];
  const unknown = checkRuleNames(
    LINT_RULES,
    [],
    options.rule?.filter((id) => !custom.some((one) => one.id === id)) ?? [],
  );
  if (unknown.length > 0)
    throw new LimioError({
      code: 'USAGE',
      message: unknown.join(' '),
      hint: 'To see all rules: limio-sync lint --list',
    });
  if (!loaded) return { root: io.cwd, config: undefined, environments: [], all: [], rules };
  const { config, file } = loaded;
  refuseLintNames(config, basename(file));
  const all = Object.keys(config.environments).map((name) => resolveEnvironment(config, name));
  const variable = io.env['LIMIO_ENV'];
  const named = options.live || options.env !== undefined || (variable !== undefined && variable !== '');
  const environments = named
    ? [resolveEnvironment(config, selectEnvironment(config, { flag: options.env, variable }))]
    : all;
  return { root: dirname(file), config, environments, all, rules };
}
