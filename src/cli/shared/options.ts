import { type Command, InvalidArgumentError, Option, type OptionValues } from '@commander-js/extra-typings';
import type { CliIo } from './io.js';

/**
 * The options that commands share: their types, which actions take, and how a command declares them.
 * The types are written out and not inferred: inferred types of generic commands nest, and the compiler
 * then takes minutes to emit declarations.
 */

/** Adds a command to the program. `exit` takes the exit code that its action returns. */
export type DeclareCommand = (program: Command, io: CliIo, exit: (code: number) => void) => void;

export type BasicOptions = {
  config?: string;
  debug?: boolean;
  /** False with --no-color. */
  color: boolean;
};

export type CommonOptions = BasicOptions & {
  format: 'text' | 'json';
};

export type EnvOptions = CommonOptions & {
  env?: string;
};

export type TenantOptions = EnvOptions & {
  /** Seconds for one request, retries included. */
  timeout?: number;
};

/** Several environments, in commands that only read. */
export type EnvironmentsOptions = {
  env?: string[];
  allEnvs?: boolean;
};

export type RefreshOptions = {
  /** Reads every declared object at head. */
  refresh?: boolean;
};

/** Plans to report: saved ones, or new ones of some environments. */
export type PlansOptions = CommonOptions &
  EnvironmentsOptions &
  Pick<TenantOptions, 'timeout'> & {
    plan?: string[];
    out?: string;
  };

export type LockTimeoutOptions = {
  /** Milliseconds. */
  lockTimeout?: number;
};

export type YesOptions = LockTimeoutOptions & {
  yes?: boolean;
  allowFreeze?: string;
  allowProtected?: string;
};

/** Each value must equal what the plan asks for. */
export type ConsentOptions = Pick<YesOptions, 'allowFreeze'> & {
  allowDelete?: number;
  allowDeleteUnknown?: number;
  allowOverwrite?: number;
  /** Both commits, `old..applied`. */
  allowOlder?: string;
  allowPriceChange?: number;
  allowMassChange?: number;
  allowDeadRoute?: number;
  allowLookalike?: number;
  allowDefaultJourney?: number;
  allowBroaderPromo?: number;
  /** Runs the rest of a plan of which a part is withheld. Not a consent: it lifts no guard. */
  allowPartial?: boolean;
  allowAlsoPublish?: number;
};

export function withBasics<A extends unknown[]>(command: Command<A>): Command<A, BasicOptions> {
  return command
    .option(
      '--config <file>',
      'configuration file (default: LIMIO_CONFIG, or limio.config.{ts,mjs,js,json} here or above)',
    )
    .option('--debug', 'print stack traces and every retried request')
    .option('--no-color', 'disable colours, like NO_COLOR');
}

export function withCommon<A extends unknown[]>(command: Command<A>): Command<A, CommonOptions> {
  return withBasics(command).addOption(formatOption(['text', 'json']));
}

export function withEnv<A extends unknown[]>(command: Command<A>): Command<A, EnvOptions> {
  return withCommon(command).option('--env <name>', 'environment (default: LIMIO_ENV)');
}

export function withTenant<A extends unknown[]>(command: Command<A>): Command<A, TenantOptions> {
  return withEnv(command).addOption(timeoutOption());
}

/** For commands that only read: `--env` may be repeated, with one section each. */
export function withEnvironments<A extends unknown[]>(
  command: Command<A>,
): Command<A, BasicOptions & EnvironmentsOptions & Pick<TenantOptions, 'timeout'>> {
  return withBasics(command)
    .option('--env <name>', 'environment (default: LIMIO_ENV); repeatable, with one section each', addTo, [])
    .addOption(allEnvsOption())
    .addOption(timeoutOption());
}

function allEnvsOption() {
  return new Option('--all-envs', 'every environment of the configuration, with one section each');
}

export function withPlans<A extends unknown[]>(command: Command<A>): Command<A, PlansOptions> {
  return withCommon(command)
    .option('--plan <file>', 'saved plan from plan --out (repeatable)', addTo, [])
    .option('--env <name>', 'make a plan for this environment now (repeatable)', addTo, [])
    .addOption(new Option('--all-envs', 'make a plan for every environment of the configuration'))
    .option('--out <file>', 'save the new plan for show and apply')
    .addOption(timeoutOption('without --plan: '));
}

/** Asserted, like `withConsents`: the compiler does not resolve options that are added to a generic command. */
export function withYes<A extends unknown[], O extends OptionValues>(
  command: Command<A, O>,
): Command<A, O & YesOptions> {
  return command
    .option('--yes', 'skip the confirmation prompt; required without a terminal. Covers no other approval')
    .addOption(lockTimeoutOption())
    .addOption(allowFreezeOption())
    .addOption(allowProtectedOption()) as unknown as Command<A, O & YesOptions>;
}

export function withConsents<A extends unknown[], O extends OptionValues>(
  command: Command<A, O>,
): Command<A, O & YesOptions & ConsentOptions> {
  return withYes(command)
    .option('--allow-delete <count>', 'approve exactly this number of deletions', parseCount)
    .option(
      '--allow-delete-unknown <count>',
      'approve deleting exactly this number of objects that these files never declared',
      parseCount,
    )
    .option('--allow-older <commits>', 'approve files older than the last applied ones, by both commits: old..applied')
    .option(
      '--allow-overwrite <count>',
      'approve overwriting exactly this number of objects that were edited in the app since the last apply',
      parseCount,
    )
    .addOption(allowPriceChangeOption())
    .addOption(allowAlsoPublishOption())
    .option(
      '--allow-mass-change <count>',
      'approve changing most objects of a kind: exactly this number of objects',
      parseCount,
    )
    .option(
      '--allow-dead-route <count>',
      'approve leading visitors to exactly this number of routes without a published page',
      parseCount,
    )
    .option(
      '--allow-lookalike <count>',
      'approve creating exactly this number of items with names close to existing ones',
      parseCount,
    )
    .option(
      '--allow-default-journey <count>',
      'approve changing exactly this number of journeys that start at /default/',
      parseCount,
    )
    .option(
      '--allow-broader-promo <count>',
      'approve exactly this number of promo codes that give more than before',
      parseCount,
    )
    .option(
      '--allow-partial',
      'run the rest if a part of the plan is withheld (default: stop before the first write)',
    ) as unknown as Command<A, O & YesOptions & ConsentOptions>;
}

/** The first format is the default. */
export function formatOption<const F extends string>(formats: readonly [F, ...F[]], description = 'output format') {
  return new Option('--format <format>', description).choices(formats).default(formats[0]);
}

export function refreshOption() {
  return new Option('--refresh', 'read every declared object itself, because lists can lag behind (slower)');
}

export function unfoldOption() {
  return new Option('--unfold', 'print each change that a template or a base makes (default: as one)');
}

export function timeoutOption(prefix = '') {
  return new Option(
    '--timeout <seconds>',
    `${prefix}time limit of one request, retries included (default: 120)`,
  ).argParser(parseSeconds);
}

export function lockTimeoutOption(prefix = '') {
  return new Option(
    '--lock-timeout <duration>',
    `${prefix}how long to wait for another run to end: 30s, 10m (default: do not wait)`,
  ).argParser(parseDuration);
}

export function maxBytesOption() {
  return new Option('--max-bytes <number>', 'size limit of the Markdown (default: 65536)').argParser(parseCount);
}

export function allowFreezeOption() {
  return new Option('--allow-freeze <environment>', 'approve changes to this environment during a freeze');
}

export function allowProtectedOption() {
  return new Option('--allow-protected <environment>', 'approve changes to this protected environment');
}

export function allowPriceChangeOption() {
  return new Option(
    '--allow-price-change <count>',
    'approve exactly this number of price changes beyond the limits of the policy',
  ).argParser(parseCount);
}

export function allowAlsoPublishOption() {
  return new Option(
    '--allow-also-publish <count>',
    'approve unpublished edits of exactly this number of items to go live with the pages',
  ).argParser(parseCount);
}

/** For options that may be repeated. */
export function addTo(value: string, values: string[] = []): string[] {
  return [...values, value];
}

function parseSeconds(text: string): number {
  const seconds = parseCount(text);
  if (seconds < 1) throw new InvalidArgumentError('Expected a number of seconds, 1 or more.');
  return seconds;
}

const UNIT_MS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000 };

/** @returns milliseconds */
function parseDuration(text: string): number {
  const [, count, unit = ''] = /^(\d{1,6})([smh])$/.exec(text) ?? [];
  const unitMs = UNIT_MS[unit];
  if (count === undefined || unitMs === undefined)
    throw new InvalidArgumentError('Expected a duration such as 30s, 10m or 1h.');
  return Number(count) * unitMs;
}

export function parseCount(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('Expected a whole number, 0 or more.');
  return Number(text);
}
