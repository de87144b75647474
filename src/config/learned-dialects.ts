import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { LimioError } from '../errors/errors.js';
import { resolveEnvironment } from './environments.js';
import { formatConfigPath } from './problems.js';
import { type Config, dialectSchema, type EnvironmentConfig } from './schema.js';

/** `dialects/<environment>.json`: the results of `doctor --learn` and `doctor --learn-journeys`, with evidence. */
export const learnedDialectSchema = z
  .strictObject({
    $schema: z.string().optional(),
    formatVersion: z.literal(1),
    host: z.string().min(1).describe('Host of the tenant that has this dialect.'),
    learned: z.string().describe('When the dialect was last learned, ISO 8601.'),
    dialect: dialectSchema.describe('The learned settings; limio.config overrides them.'),
    evidence: z.array(
      z.strictObject({
        setting: z.string().describe('`bulkUpdate.wrapper`'),
        value: z.json().describe('The learned value.'),
        how: z.string().describe('The observation that proves it.'),
        at: z.string().describe('When it was learned, ISO 8601.'),
      }),
    ),
  })
  .describe('The dialect that limio-sync learned from a tenant.');

export type LearnedDialect = z.infer<typeof learnedDialectSchema>;

/** @throws LimioError CONFIG_INVALID with the file and its first fault. */
function parseLearnedDialect(text: string, file: string): LearnedDialect {
  const refuse = (reason: string): LimioError =>
    new LimioError({
      code: 'CONFIG_INVALID',
      message: `${file} ${reason}`,
      hint: `Correct the file, or remove it and learn again: limio-sync doctor --learn`,
      details: { file },
    });
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    throw refuse('is not JSON.');
  }
  const parsed = learnedDialectSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw refuse(`is not a learned dialect: ${formatConfigPath(issue?.path ?? [])}: ${issue?.message ?? 'unknown'}.`);
}

export interface LearnedConfig {
  /** The configuration with the learned dialects below those of limio.config. */
  config: Config;
  /** By the name of the environment. */
  learned: ReadonlyMap<string, LearnedDialect>;
}

function nameLearnedFile(environment: string): string {
  return `dialects/${environment}.json`;
}

/**
 * Reads `dialects/<environment>.json` beside the configuration.
 * @throws LimioError CONFIG_INVALID for a malformed file, or one from another tenant.
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

/** The dialect of one tenant must not be used to write to another. */
function refuseHost(environment: string, file: string, learnedFrom: string, host: string): LimioError {
  return new LimioError({
    code: 'CONFIG_INVALID',
    message: `${file} was learned from ${learnedFrom}, but the environment ${environment} is ${host}.`,
    hint: `Remove ${file}, then learn again: limio-sync doctor --learn --env ${environment}`,
    details: { file, learnedFrom, host },
  });
}

export interface NewlyLearned {
  host: string;
  /** ISO 8601. */
  at: string;
  dialect: NonNullable<EnvironmentConfig['dialect']>;
  evidence: readonly { setting: string; value: LearnedDialect['evidence'][number]['value']; how: string }[];
}

/** New results merged over earlier ones. */
export function mergeLearned(
  known: LearnedDialect | undefined,
  { host, at, dialect, evidence }: NewlyLearned,
): LearnedDialect {
  const settings = new Set(evidence.map(({ setting }) => setting));
  const kept = (known?.evidence ?? []).filter(({ setting }) => !settings.has(setting));
  const all = [...kept, ...evidence.map((one) => ({ ...one, at }))].sort((a, b) =>
    a.setting < b.setting ? -1 : a.setting > b.setting ? 1 : 0,
  );
  return {
    $schema: '../node_modules/limio-sync/schema/dialect.json',
    formatVersion: 1,
    host,
    learned: at,
    dialect: layerDialect(known?.dialect ?? {}, dialect),
    evidence: all,
  };
}

/**
 * Writes `dialects/<environment>.json` with `write`, and returns its path.
 * @throws LimioError LEARNED_UNWRITABLE.
 */
export function writeLearnedDialect(
  root: string,
  environment: string,
  learned: LearnedDialect,
  write: (root: string, file: string, text: string) => void,
): string {
  const file = nameLearnedFile(environment);
  try {
    write(root, join(root, file), `${JSON.stringify(learned, null, 2)}\n`);
  } catch (error) {
    throw new LimioError({
      code: 'LEARNED_UNWRITABLE',
      message: error instanceof Error ? error.message : String(error),
      hint:
        'The report has the results. Make the folder writable and run the command again, ' +
        'or copy the settings to limio.config.',
      cause: error,
    });
  }
  return file;
}

type Settings = NonNullable<EnvironmentConfig['dialect']>;

/** limio.config overrides learned settings one by one, and templates too. */
function layerDialect(learned: Settings, own: Settings = {}): Settings {
  return {
    ...over(learned, own),
    ...layerGroup('bulkUpdate', learned, own),
    ...layerGroup('promo', learned, own),
    ...layerGroup('publish', learned, own),
    ...layerCodec(learned.journeyCodec, own.journeyCodec),
  };
}

function layerGroup<K extends 'bulkUpdate' | 'promo' | 'publish'>(
  key: K,
  learned: Settings,
  own: Settings,
): Pick<Settings, K> | object {
  return learned[key] === undefined && own[key] === undefined
    ? {}
    : { [key]: over(learned[key] ?? {}, own[key] ?? {}) };
}

function layerCodec(
  learned: Settings['journeyCodec'],
  own: Settings['journeyCodec'],
): Pick<Settings, 'journeyCodec'> | object {
  if (typeof own !== 'object' || typeof learned !== 'object') return {};
  return {
    journeyCodec: {
      conditions: { ...learned.conditions, ...own.conditions },
      actions: { ...learned.actions, ...own.actions },
    },
  };
}

/** `key: undefined` in a TypeScript file counts as absent. */
function over<T extends object>(below: T, above: T): T {
  return { ...below, ...Object.fromEntries(Object.entries(above).filter(([, value]) => value !== undefined)) };
}

/** The JSON Schema of dialects/<environment>.json, draft 2020-12. */
export function buildLearnedJsonSchema(): object {
  const { $schema, ...schema } = z.toJSONSchema(learnedDialectSchema, { io: 'input', target: 'draft-2020-12' });
  return { $schema, title: 'dialects/<environment>.json', ...schema };
}
