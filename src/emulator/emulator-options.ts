import type { Dialect } from '../model/dialect.js';
import type { Json } from '../model/json.js';
import type { FaultRule, FaultSchedule } from './faults/fault-rule.js';
import { parseFaults } from './faults/parse-faults.js';
import { resolveDialect, type DialectOverrides } from './resolve-dialect.js';
import type { Seed } from './seed.js';

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
