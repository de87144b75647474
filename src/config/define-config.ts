import type { LintRule } from '../model/lint-rule.js';
import type { Config } from './schema.js';

export {
  defineAddOn,
  defineCampaign,
  defineJourney,
  defineOffer,
  definePage,
  defineProduct,
  definePromoCode,
  defineResources,
  defineSegment,
  defineTag,
} from './define-resources.js';

/** What a configuration that is a function can use. */
export interface ConfigContext {
  /** The variables of the process. */
  env: Readonly<Record<string, string | undefined>>;
}

/** A configuration that is made when a command starts. */
export type ConfigFunction = (context: ConfigContext) => Config | Promise<Config>;

/** Returns the configuration, or the function that makes it, unchanged, typed so that editors can check it. */
export function defineConfig(config: Config): Config;
export function defineConfig(config: ConfigFunction): ConfigFunction;
export function defineConfig(config: Config | ConfigFunction): Config | ConfigFunction {
  return config;
}

/** Returns a rule for `lint.custom` unchanged, typed so that editors can complete and check it. */
export function defineLintRule(rule: LintRule): LintRule {
  return rule;
}

/** An environment variable with a secret: `{ "secret": "NAME" }` in a JSON file. */
export interface Secret {
  secret: string;
}

/** Whether a variable of limio.config is a secret, and not a value or a list. */
export function isSecret(value: unknown): value is Secret {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && 'secret' in value;
}

/**
 * Marks a variable of limio.config as a secret. Its value comes from an environment variable, is read only
 * by commands that connect to the tenant, and is never written to a plan.
 */
export function secret(name: string): Secret {
  return { secret: name };
}
