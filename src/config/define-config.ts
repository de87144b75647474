import type { LintRule } from '../model/lint-rule.js';
import type { Config } from './schema.js';

/** Gives the object back as it is: with it, editors complete and check a limio.config file. */
export function defineConfig(config: Config): Config {
  return config;
}

/** Gives a rule for `lint.custom` of limio.config back as it is: with it, editors complete and check the rule. */
export function defineLintRule(rule: LintRule): LintRule {
  return rule;
}

/** A variable of the process whose value is a secret: `{ "secret": "NAME" }` in a JSON file. */
export interface Secret {
  secret: string;
}

/**
 * Marks a variable of limio.config as a secret: its value is that of a variable of the process, is
 * read only by commands that talk to the tenant, and never stands in a plan.
 */
export function secret(name: string): Secret {
  return { secret: name };
}
