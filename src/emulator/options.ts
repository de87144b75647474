import { LimioError } from '../errors/errors.js';
import { DEFAULT_DIALECT, type Dialect, type JourneyCodecTemplates } from '../model/dialect.js';
import { dropUndefined, isJsonObject, type Json } from '../model/json.js';
import type { FaultRule, FaultSchedule } from './faults/fault-rules.js';
import { parseFaults } from './faults/parse-faults.js';
import { DEFAULT_TAXES, type TaxTable } from './order-preview.js';
import { randomJourneyCodec } from './random.js';
import { parseJson } from './route.js';
import type { Seed } from './seed-format.js';

/**
 * The dialect of the tenant: the client's settings, and what is uncertain about calls that limio-sync only passes on or
 * falls back from. The client needs no setting for those, because it accepts every value.
 */
export interface TenantDialect extends Dialect {
  /** What `/pages` and `/campaigns`, documented for API keys only, answer to a bearer token (section 3). */
  pagesForBearers: 'answered' | '401' | '403';
  /** The status for a token without the scope of the call (section 3). */
  missingScope: '401' | '403';
  /** The status for an object that does not exist, where section 9 documents none. */
  missingObject: '404' | '502';
  /** Answers of section 9 of which the reference shows no body: `{message}` or `{}`. */
  acknowledgement: 'message' | 'empty';
  /** Whether the owners in `owner_change` are `@limio/id-...` or `id-...` (section 9). */
  ownerFormat: 'prefixed' | 'bare';
  /** Where a user session is sent: the cookie `limio_session`, or `Authorization: Session ...` (section 9). */
  session: 'cookie' | 'header';
}

const DEFAULT_TENANT_DIALECT: TenantDialect = {
  ...DEFAULT_DIALECT,
  pagesForBearers: 'answered',
  missingScope: '403',
  missingObject: '404',
  acknowledgement: 'message',
  ownerFormat: 'prefixed',
  session: 'cookie',
};

/** How an emulated tenant behaves. Every field has a default. */
export interface EmulatorOptions {
  /** 0 (the default) takes a free port of 127.0.0.1. */
  port?: number;
  seed?: Seed;
  dialect?: DialectOverrides;
  /** The tenant's name in build ids and index names. */
  tenant?: string;
  /** Delay before every answer. */
  latencyMs?: number;
  /** Delay of the catalog's search index behind head (API reference, section 3). */
  indexLagMs?: number;
  /** The server's maximum `opt.pageSize`. Larger values are silently reduced. */
  pageSizeCap?: number;
  clientId?: string;
  clientSecret?: string;
  /** The older read-only key (section 1). */
  apiKey?: string;
  /** The scopes of every token, such as `catalog/read`, `checkout`, `partner` (section 3). Default: all. */
  scopes?: readonly string[];
  tokenLifetimeS?: number;
  /** The session of a user of the shop, and the identity that it belongs to (section 9). */
  sessionToken?: string;
  sessionOwner?: string;
  /** Duration of a build (section 7). */
  buildMs?: number;
  /** Duration of a creation or indexer job (section 5). */
  jobMs?: number;
  /** Lifetime of a list cursor (section 3). */
  cursorLifetimeMs?: number;
  /** Larger answers become a gateway's 502 (section 1). */
  responseCapBytes?: number;
  /** The tenant's clock, in milliseconds since the epoch. */
  now?: () => number;
  /** Editors may not publish (section 1). */
  role?: 'editor' | 'manager';
  /** `hits` of a list: `{value, relation}` as on live tenants, or a number as documented (section 3). */
  hitsShape?: 'object' | 'number';
  /** What lists show if the request does not specify it (section 3). */
  defaultSource?: 'catalog' | 'published';
  /** Whether journey records have a `name` (section 2 shows none). */
  journeyNames?: boolean;
  /** Answer to `GET /v2/journey` of a tenant without journeys (section 2). */
  emptyJourneyList?: 'empty' | '404';
  /** A bulk-update with an unknown path: rejected as a whole, or an entry in `failed` (section 4). */
  bulkUnknownPath?: 'all' | 'entry';
  /** Shape of the elements of `failed` (section 4). */
  bulkFailedShape?: 'string' | 'object' | 'mixed';
  /** The key of the job id in the answer to `POST /limio/jobs` (section 5). */
  jobIdKey?: 'id' | 'jobId';
  /** Status for an invalid payload on the Commerce API: 400 with a message, or the 502 of section 1. */
  badPayloadStatus?: 400 | 502;
  /** Taxes by country or by country and state, `US-NY`. */
  taxes?: TaxTable;
  /** A fault schedule, rules, or the JSON of either (docs/emulator.md). */
  faults?: FaultSchedule | readonly FaultRule[] | Json;
  /** Maximum number of logged requests. The oldest are dropped first. */
  logLimit?: number;
}

export type ResolvedOptions = Required<Omit<EmulatorOptions, 'dialect' | 'seed' | 'faults' | 'scopes'>> & {
  dialect: TenantDialect;
  /** Undefined: all. */
  scopes: readonly string[] | undefined;
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
    apiKey: options.apiKey ?? 'emulator-api-key',
    scopes: options.scopes,
    tokenLifetimeS: options.tokenLifetimeS ?? 3600,
    sessionToken: options.sessionToken ?? 'emulator-session',
    sessionOwner: options.sessionOwner ?? 'id-emulator',
    buildMs: options.buildMs ?? 50,
    jobMs: options.jobMs ?? 20,
    cursorLifetimeMs: options.cursorLifetimeMs ?? 60_000,
    responseCapBytes: options.responseCapBytes ?? 6 * 1024 * 1024,
    now: options.now ?? Date.now,
    role: options.role ?? 'manager',
    hitsShape: options.hitsShape ?? 'object',
    taxes: options.taxes ?? DEFAULT_TAXES,
    defaultSource: options.defaultSource ?? 'published',
    journeyNames: options.journeyNames ?? false,
    emptyJourneyList: options.emptyJourneyList ?? 'empty',
    bulkUnknownPath: options.bulkUnknownPath ?? 'entry',
    bulkFailedShape: options.bulkFailedShape ?? 'object',
    jobIdKey: options.jobIdKey ?? 'id',
    badPayloadStatus: options.badPayloadStatus ?? 400,
    // Schedules are JSON too, and JavaScript callers may pass anything.
    faults: parseFaults((options.faults ?? []) as Json),
    logLimit: options.logLimit ?? 10_000,
  };
}

/** A dialect in which every field is optional, nested ones too. */
export type DialectOverrides = {
  [K in keyof TenantDialect]?: K extends 'bulkUpdate' | 'promo' | 'publish'
    ? Partial<TenantDialect[K]>
    : TenantDialect[K];
};

/** The defaults with the given fields over them. Undefined fields are ignored. */
export function resolveDialect(overrides: DialectOverrides): TenantDialect {
  return {
    ...DEFAULT_TENANT_DIALECT,
    ...dropUndefined(overrides),
    bulkUpdate: { ...DEFAULT_DIALECT.bulkUpdate, ...dropUndefined(overrides.bulkUpdate) },
    promo: { ...DEFAULT_DIALECT.promo, ...dropUndefined(overrides.promo) },
    publish: { ...DEFAULT_DIALECT.publish, ...dropUndefined(overrides.publish) },
  };
}

/** What a value may be: one of a few words, a whole number from 1, any text, or journey templates. */
type Allowed = readonly string[] | 'number' | 'text' | 'codec';

/** Every dialect setting by its dotted key (API reference, section 11). */
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
  ['pagesForBearers', ['answered', '401', '403']],
  ['missingScope', ['401', '403']],
  ['missingObject', ['404', '502']],
  ['acknowledgement', ['message', 'empty']],
  ['ownerFormat', ['prefixed', 'bare']],
  ['session', ['cookie', 'header']],
]);

/**
 * Parses `key=value` pairs such as `bulkUpdate.wrapper=attributes`. Later pairs win.
 * @throws LimioError USAGE for an unknown key or value. The hint lists the allowed ones.
 */
export function parseEmulatorDialect(pairs: readonly string[]): DialectOverrides {
  const flat = new Map<string, Json>();
  for (const pair of pairs) {
    const equals = pair.indexOf('=');
    if (equals < 1) {
      throw usage(`"${pair}" is not a dialect setting`, 'Use key=value, for example bulkUpdate.wrapper=attributes.');
    }
    const key = pair.slice(0, equals);
    const allowed = SETTINGS.get(key);
    if (allowed === undefined) {
      throw usage(`Unknown dialect setting "${key}"`, `Known settings: ${[...SETTINGS.keys()].join(', ')}.`);
    }
    flat.set(key, parseValue(key, pair.slice(equals + 1), allowed));
  }
  return nest(flat);
}

function parseValue(key: string, text: string, allowed: Allowed): Json {
  if (allowed === 'number') {
    const number = Number(text);
    if (!/^\d+$/.test(text) || number < 1) {
      throw usage(`"${text}" is not a valid value of ${key}`, 'Allowed: a whole number from 1.');
    }
    return number;
  }
  if (allowed === 'text') {
    if (text === '') throw usage(`${key} has no value`, 'Allowed: any text.');
    return text;
  }
  if (allowed === 'codec') return parseCodec(key, text);
  if (!allowed.includes(text)) {
    throw usage(`"${text}" is not a valid value of ${key}`, `Allowed: ${allowed.join(', ')}.`);
  }
  return text;
}

function parseCodec(key: string, text: string): Json {
  if (text === 'assumed') return text;
  const seed = /^random:(\d{1,9})$/.exec(text)?.[1];
  if (seed !== undefined) return { ...randomJourneyCodec(Number(seed)) };
  const templates = parseJson(text);
  if (!isCodecTemplates(templates)) {
    throw usage(
      `"${text}" is not a valid value of ${key}`,
      'Allowed: random:<seed>, assumed, or JSON ' +
        '{"conditions": {"<type>": <template>}, "actions": {"destination": <template>}}.',
    );
  }
  return { conditions: templates.conditions, actions: templates.actions };
}

function isCodecTemplates(value: Json | undefined): value is Json & JourneyCodecTemplates {
  return isJsonObject(value) && isJsonObject(value['conditions']) && isJsonObject(value['actions']);
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
  // Every key and value was checked against SETTINGS, which lists the fields of the type.
  return Object.fromEntries([...top, ...nested]);
}

function usage(message: string, hint: string): LimioError {
  return new LimioError({ code: 'USAGE', message: `${message}.`, hint });
}
