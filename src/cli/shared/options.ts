import { type Command, InvalidArgumentError, Option, type OptionValues } from '@commander-js/extra-typings';

/**
 * What the options come to. Said here and not inferred: with a generic command the inferred types nest
 * one in another, and the compiler takes minutes to write them into the declarations.
 */
export type BasicFlags = {
  config?: string;
  debug?: true;
  color: boolean;
};

export type CommonFlags = BasicFlags & {
  format: 'text' | 'json';
};

export type EnvFlags = CommonFlags & {
  env?: string;
};

export type TenantFlags = EnvFlags & {
  timeout?: number;
};

export type PlansFlags = CommonFlags & {
  plan: string[];
  env: string[];
  out?: string;
};

export type YesFlags = {
  yes?: true;
  allowFreeze?: string;
  allowProtected?: string;
};

export type ConsentFlags = YesFlags & {
  allowDelete?: number;
  allowPriceChange?: number;
  allowMassChange?: number;
  allowDefaultJourney?: number;
  allowBroaderPromo?: number;
};

/** Options of every command, besides --format. */
export function withBasics<A extends unknown[]>(command: Command<A>): Command<A, BasicFlags> {
  return command
    .option('--config <file>', 'the configuration file; limio.config.{ts,mjs,js,json} unless given')
    .option('--debug', 'print stack traces and every repeated request')
    .option('--no-color', 'no colours, as NO_COLOR does');
}

export function withCommon<A extends unknown[]>(command: Command<A>): Command<A, CommonFlags> {
  return withBasics(command).addOption(
    new Option('--format <format>', 'how to print the result')
      .choices(['text', 'json'] as const)
      .default('text' as const),
  );
}

export function withEnv<A extends unknown[]>(command: Command<A>): Command<A, EnvFlags> {
  return withCommon(command).option('--env <name>', 'the environment; LIMIO_ENV unless given');
}

export function withTenant<A extends unknown[]>(command: Command<A>): Command<A, TenantFlags> {
  return withEnv(command).option(
    '--timeout <seconds>',
    'give a request up after so long, all its repetitions included; 120 unless given',
    parseSeconds,
  );
}

/** Where a command takes one or several plans from. */
export function withPlans<A extends unknown[]>(command: Command<A>): Command<A, PlansFlags> {
  return withCommon(command)
    .option('--plan <file>', 'a file made by plan --out; may be given several times', addTo, [])
    .option('--env <name>', 'plan this environment now; may be given several times', addTo, [])
    .option('--out <file>', 'save the plan that was made, for show and apply');
}

export function addTo(value: string, values: string[]): string[] {
  return [...values, value];
}

/** What every command that writes asks for. */
export function withYes<A extends unknown[], O extends OptionValues>(command: Command<A, O>): Command<A, O & YesFlags> {
  return command
    .option('--yes', 'do not ask; needed where there is no terminal. Covers no other consent')
    .option('--allow-freeze <environment>', 'consent to change this environment in a freeze')
    .option('--allow-protected <environment>', 'consent to change this protected environment') as unknown as Command<
    A,
    O & YesFlags
  >;
}

/** Consents to what a plan may hold; each is a number that must equal the plan's. */
export function withConsents<A extends unknown[], O extends OptionValues>(
  command: Command<A, O>,
): Command<A, O & ConsentFlags> {
  return withYes(command)
    .option('--allow-delete <count>', 'consent to exactly this number of deletions', parseCount)
    .option(
      '--allow-price-change <count>',
      'consent to exactly this number of prices that move beyond the policy',
      parseCount,
    )
    .option(
      '--allow-mass-change <count>',
      'consent to a change of most of a kind: exactly this number of objects',
      parseCount,
    )
    .option(
      '--allow-lookalike <count>',
      'consent to create exactly this number of items that look like misspelt ones',
      parseCount,
    )
    .option(
      '--allow-default-journey <count>',
      'consent to exactly this number of changed journeys that start at /default/',
      parseCount,
    )
    .option(
      '--allow-broader-promo <count>',
      'consent to exactly this number of promo codes that get broader',
      parseCount,
    ) as unknown as Command<A, O & ConsentFlags>;
}

export function parseSeconds(text: string): number {
  const seconds = parseCount(text);
  if (seconds < 1) throw new InvalidArgumentError('Give at least one second.');
  return seconds;
}

export function parsePort(text: string): number {
  const port = parseCount(text);
  if (port > 65_535) throw new InvalidArgumentError('Ports go up to 65535.');
  return port;
}

export function parseCount(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('Give a whole number, 0 or more.');
  return Number(text);
}
