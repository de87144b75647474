import { LimioError } from '../errors/errors.js';
import { DEFAULT_DIALECT, type Dialect, type JourneyCodecTemplates } from '../model/dialect.js';
import { isJsonObject, type Json } from '../model/json.js';
import type { FaultRule, FaultSchedule } from './faults/fault-rules.js';
import { parseFaults } from './faults/parse-faults.js';
import { drawJourneyForm } from './random-journey-form.js';
import type { Seed } from './seed-format.js';

/** How an emulated tenant behaves. Everything has a default; every field is a fact that tenants differ in. */
export interface EmulatorOptions {
  /** 0 (the default) takes a free port. Only 127.0.0.1 is listened on. */
  port?: number;
  seed?: Seed;
  dialect?: DialectOverrides;
  /** The tenant's name, as it stands in build ids and index names. */
  tenant?: string;
  /** Delay before every answer. */
  latencyMs?: number;
  /** How far the catalog's search index is behind head (API reference, section 3). */
  indexLagMs?: number;
  /** The server's own maximum of `opt.pageSize`; larger ones are cut without a word. */
  pageSizeCap?: number;
  clientId?: string;
  clientSecret?: string;
  tokenLifetimeS?: number;
  /** How long a build takes (section 7). */
  buildMs?: number;
  /** How long a creation or indexer job takes (section 5). */
  jobMs?: number;
  /** How long a scroll cursor lives (section 3). */
  cursorLifetimeMs?: number;
  /** Larger answers become a gateway's 502 (section 1). */
  responseCapBytes?: number;
  /** Milliseconds since the epoch; a test's own clock. */
  now?: () => number;
  /** Editors may not publish (section 1). */
  role?: 'editor' | 'manager';
  /** `hits` of a list: `{value, relation}` as seen live, or a number as documented (section 3). */
  hitsShape?: 'object' | 'number';
  /** What lists show when the request does not say (section 3). */
  defaultSource?: 'catalog' | 'published';
  /** Whether journey records carry a `name` (section 2 shows none). */
  journeyNames?: boolean;
  /** `GET /v2/journey` of a tenant without journeys (section 2). */
  emptyJourneyList?: 'empty' | '404';
  /** A bulk-update with an unknown path: refused whole, or an entry in `failed` (section 4). */
  bulkUnknownPath?: 'all' | 'entry';
  /** What an element of `failed` looks like (section 4). */
  bulkFailedShape?: 'string' | 'object' | 'mixed';
  /** The key of the job id in the answer to `POST /limio/jobs` (section 5). */
  jobIdKey?: 'id' | 'jobId';
  /** A bad payload on the Commerce API: 400 with a message, or the 502 of section 1. */
  badPayloadStatus?: 400 | 502;
  /** What goes wrong: a schedule, rules, or the JSON of either (docs/emulator.md). */
  faults?: FaultSchedule | readonly FaultRule[] | Json;
  /** How many requests the log keeps; the oldest go first. */
  logLimit?: number;
}

export type ResolvedOptions = Required<Omit<EmulatorOptions, 'dialect' | 'seed' | 'faults'>> & {
  dialect: Dialect;
  faults: FaultSchedule;
};

export function resolveOptions(options: EmulatorOptions): ResolvedOptions {
  return {
    port: options.port ?? 0,
    dialect: resolveDialect(options.dialect ?? {}),
    tenant: options.tenant ?? 'emulator',
    latencyMs: options.latencyMs ?? 0,
    indexLagMs: options.indexLagMs ?? 0,
    pageSizeCap: options.pageSizeCap ?? Number.POSITIVE_INFINITY,
    clientId: options.clientId ?? 'emulator',
    clientSecret: options.clientSecret ?? 'emulator-secret',
    tokenLifetimeS: options.tokenLifetimeS ?? 3600,
    buildMs: options.buildMs ?? 50,
    jobMs: options.jobMs ?? 20,
    cursorLifetimeMs: options.cursorLifetimeMs ?? 60_000,
    responseCapBytes: options.responseCapBytes ?? 6 * 1024 * 1024,
    now: options.now ?? Date.now,
    role: options.role ?? 'manager',
    hitsShape: options.hitsShape ?? 'object',
    defaultSource: options.defaultSource ?? 'published',
    journeyNames: options.journeyNames ?? false,
    emptyJourneyList: options.emptyJourneyList ?? 'empty',
    bulkUnknownPath: options.bulkUnknownPath ?? 'entry',
    bulkFailedShape: options.bulkFailedShape ?? 'object',
    jobIdKey: options.jobIdKey ?? 'id',
    badPayloadStatus: options.badPayloadStatus ?? 400,
    // A typed schedule is JSON as well; plain JavaScript may hand over anything.
    faults: parseFaults((options.faults ?? []) as Json),
    logLimit: options.logLimit ?? 10_000,
  };
}

/** A dialect with any field left out, also of the nested objects. */
export type DialectOverrides = {
  [K in keyof Dialect]?: K extends 'bulkUpdate' | 'promo' | 'publish' ? Partial<Dialect[K]> : Dialect[K];
};

/** The defaults with what is given put over them; a field that is undefined counts as left out. */
export function resolveDialect(overrides: DialectOverrides): Dialect {
  return {
    ...DEFAULT_DIALECT,
    ...dropUndefined(overrides),
    bulkUpdate: { ...DEFAULT_DIALECT.bulkUpdate, ...dropUndefined(overrides.bulkUpdate ?? {}) },
    promo: { ...DEFAULT_DIALECT.promo, ...dropUndefined(overrides.promo ?? {}) },
    publish: { ...DEFAULT_DIALECT.publish, ...dropUndefined(overrides.publish ?? {}) },
  };
}

function dropUndefined<T extends object>(given: T): Partial<T> {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Partial<T>;
}

/** What a value may be: one of a few words, a whole number from 1, any text, or journey templates. */
type Allowed = readonly string[] | 'number' | 'text' | 'codec';

/** Every dialect setting of the API reference, section 11, by its dotted key. */
const SETTINGS: ReadonlyMap<string, Allowed> = new Map<string, Allowed>([
  ['journeyList', ['auto', 'object', 'array', 'items']],
  ['journeyPut', ['replace', 'merge']],
  ['journeyCodec', 'codec'],
  ['bulkUpdate.wrapper', ['bare', 'attributes', 'data.attributes']],
  ['bulkUpdate.merge', ['shallow', 'deep']],
  ['bulkUpdate.removal', ['null', 'unsupported']],
  ['bulkUpdate.maxDiffs', 'number'],
  ['catalogRead', ['typed', 'catalog_items']],
  ['pageSize', 'number'],
  ['promo.removal', ['null', 'unsupported']],
  ['promo.fixedAmountType', 'text'],
  ['publish.attempts', 'number'],
  ['publish.intervalMs', 'number'],
]);

/**
 * Reads `key=value` pairs such as `bulkUpdate.wrapper=attributes`; a later pair wins.
 * @throws LimioError USAGE for an unknown key or value; the hint lists what is allowed.
 */
export function parseEmulatorDialect(pairs: readonly string[]): DialectOverrides {
  const flat = new Map<string, Json>();
  for (const pair of pairs) {
    const equals = pair.indexOf('=');
    if (equals < 1) {
      throw usage(`"${pair}" is not a dialect setting`, 'Write key=value, for example bulkUpdate.wrapper=attributes.');
    }
    const key = pair.slice(0, equals);
    const allowed = SETTINGS.get(key);
    if (allowed === undefined) {
      throw usage(`There is no dialect setting "${key}"`, `Known settings: ${[...SETTINGS.keys()].join(', ')}.`);
    }
    flat.set(key, parseValue(key, pair.slice(equals + 1), allowed));
  }
  return nest(flat);
}

function parseValue(key: string, text: string, allowed: Allowed): Json {
  if (allowed === 'number') {
    const number = Number(text);
    if (!/^\d+$/.test(text) || number < 1) {
      throw usage(`"${text}" is not a value of ${key}`, 'Allowed: a whole number from 1.');
    }
    return number;
  }
  if (allowed === 'text') {
    if (text === '') throw usage(`${key} has no value`, 'Allowed: any text.');
    return text;
  }
  if (allowed === 'codec') return parseCodec(key, text);
  if (!allowed.includes(text)) {
    throw usage(`"${text}" is not a value of ${key}`, `Allowed: ${allowed.join(', ')}.`);
  }
  return text;
}

function parseCodec(key: string, text: string): Json {
  if (text === 'assumed') return text;
  const seed = /^random:(\d{1,9})$/.exec(text)?.[1];
  if (seed !== undefined) return { ...drawJourneyForm(Number(seed)) };
  const templates = parseJson(text);
  if (!isCodecTemplates(templates)) {
    throw usage(
      `"${text}" is not a value of ${key}`,
      'Allowed: random:<seed>, assumed, or JSON {"conditions": {"<type>": <template>}, "actions": {"destination": <template>}}.',
    );
  }
  return { conditions: templates.conditions, actions: templates.actions };
}

function isCodecTemplates(value: Json | undefined): value is Json & JourneyCodecTemplates {
  return isJsonObject(value) && isJsonObject(value['conditions']) && isJsonObject(value['actions']);
}

function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

function nest(flat: ReadonlyMap<string, Json>): DialectOverrides {
  const groups = new Map<string, [string, Json][]>();
  const top: [string, Json][] = [];
  for (const [key, value] of flat) {
    const [group, field] = key.split('.');
    if (group === undefined || field === undefined) top.push([key, value]);
    else groups.set(group, [...(groups.get(group) ?? []), [field, value]]);
  }
  const nested = [...groups].map(([group, fields]): [string, Json] => [group, Object.fromEntries(fields)]);
  // Every key and value was checked against SETTINGS, which is the type's own list.
  return Object.fromEntries([...top, ...nested]);
}

function usage(message: string, hint: string): LimioError {
  return new LimioError({ code: 'USAGE', message: `${message}.`, hint });
}
