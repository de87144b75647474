import type { Resource, ResourceInput } from '../kinds/documents/documents.js';
import type { Kind } from '../model/address.js';
import type { LintRule } from '../model/lint-rule.js';
import type { Config } from './schema.js';

/*
 * The functions for users of limio.config.ts, then those for programs that declare resources. Such files load this
 * module alone, so it imports nothing but types.
 */

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

/** What a program that exports a function can use. */
export interface CodeContext {
  /** The variables of the process that `env` of limio.config lists. */
  env: Readonly<Record<string, string | undefined>>;
}

type Resources = Resource | readonly (Resource | Promise<Resource>)[];

/** Returns a function that makes resources unchanged, typed so that editors can check it. */
export function defineResources<T extends Resources>(
  make: (context: CodeContext) => T | Promise<T>,
): (context: CodeContext) => T | Promise<T> {
  return make;
}

export const defineTag = createDefine('tag', 'defineTag');
export const defineProduct = createDefine('product', 'defineProduct');
export const defineAddOn = createDefine('add_on', 'defineAddOn');
export const defineOffer = createDefine('offer', 'defineOffer');
export const defineCampaign = createDefine('campaign', 'defineCampaign');
export const definePage = createDefine('page', 'definePage');
export const defineSegment = createDefine('segment', 'defineSegment');
export const definePromoCode = createDefine('promo_code', 'definePromoCode');
export const defineJourney = createDefine('journey', 'defineJourney');

function createDefine<K extends Kind>(kind: K, name: string): (input: ResourceInput<K>) => Resource<K> {
  return (input) => {
    if (input.kind !== undefined && input.kind !== kind)
      throw new TypeError(`${name} makes a resource of the kind "${kind}", not "${input.kind}".`);
    // Each kind has its own type, which TypeScript cannot follow through the generic one.
    return noteCall(Object.assign({ kind }, input, { kind }) as unknown as Resource<K>);
  };
}

/**
 * The stack of the call that made each resource. The program may have loaded another copy of this module than the
 * one that asks, so it is kept where both find it.
 */
const CALLS = Symbol.for('limio-sync.define-calls');

/** Deep enough for helpers that call helpers. */
const MAX_FRAMES = 50;

function noteCall<T extends object>(resource: T): T {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = MAX_FRAMES;
  const { stack } = new Error();
  Error.stackTraceLimit = limit;
  if (typeof stack === 'string') getCalls().set(resource, stack);
  return resource;
}

/** The stack of the call of `define...` that returned a value, if one did. */
export function findCall(value: object): string | undefined {
  return getCalls().get(value);
}

function getCalls(): WeakMap<object, string> {
  const known: unknown = Reflect.get(globalThis, CALLS);
  if (known instanceof WeakMap) return known;
  const calls = new WeakMap<object, string>();
  Reflect.set(globalThis, CALLS, calls);
  return calls;
}
