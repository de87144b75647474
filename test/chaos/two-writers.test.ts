import { beforeAll, describe, expect, test } from 'vitest';
import { startEmulator } from '../../src/emulator/emulator.js';
import type { FaultRule } from '../../src/emulator/faults/fault-rules.js';
import { getOwn, isJsonObject, type JsonObject } from '../../src/model/json.js';
import type { Outcome } from '../../src/model/outcome.js';
import type { Plan } from '../../src/model/plan.js';
import { chooseSeeds, tell } from '../support/chaos/chaos-scale.js';
import { type ColleagueEdit, startColleague, type TimedRequest } from '../support/chaos/colleague.js';
import { findNewDeadLeads, listConsentedRoutes } from '../support/chaos/dead-leads.js';
import { describeUnnamed, listUnnamed, type ShopReference, type Unnamed } from '../support/chaos/judge-shop.js';
import { makeWorld } from '../support/chaos/make-world.js';
import { CHAOS_DIALECT, openTool } from '../support/chaos/open-tool.js';
import { keyOf, takeSnapshot, textOf } from '../support/chaos/snapshot.js';
import { CHAOS_SECRET, watchSecrets } from '../support/chaos/watch-secrets.js';

const WORLD = makeWorld('a little of everything', { offers: 12, codes: 6, journeys: 5 });

/** What the tenant does with a journey that is sent, known to the tool. */
type JourneyPut = 'replace' | 'merge';
const JOURNEY_PUTS: readonly JourneyPut[] = ['replace', 'merge'];

/**
 * Of an edit, where it fell: `seen`, before the read that precedes a write of the same object;
 * `window`, between that read and the end of the write, where the API has no way to protect it (no
 * If-Match: API reference, sections 2 and 4); `after`, with no write of that object still to come.
 */
type Place = 'seen' | 'window' | 'after';

interface Tally {
  runs: number;
  edits: number;
  places: Record<Place, number>;
  stale: number;
  /** Writes that the tenant put off, or whose answer was lost, so that they were sent once more. */
  repeated: number;
  done: number;
  /** Edits that went live, because they fell between the last read before a build and the build. */
  unnamed: number;
  /** Edits in the window that did not survive, by why. */
  lost: Record<string, number>;
  /** Edits in the window to fields that no file declares, and that survived. */
  kept: number;
}

const REPEATED = ['put-journey', 'put-promo', 'delete-journey', 'delete-promo', 'bulk-update'];
/** After a pause, a body that was read before it would undo what the colleague did meanwhile. */
const PUT_OFF: readonly FaultRule[] = [
  { operation: REPEATED, probability: 0.1, fault: 'status', status: 429 },
  { operation: REPEATED, probability: 0.1, fault: 'status', status: 503 },
  { operation: REPEATED, probability: 0.1, fault: 'status', status: 502, when: 'after' },
];

const tally: Tally = {
  runs: 0,
  edits: 0,
  places: { seen: 0, window: 0, after: 0 },
  stale: 0,
  repeated: 0,
  done: 0,
  unnamed: 0,
  lost: {},
  kept: 0,
};
const secrets = watchSecrets();
/** Items that no file declares, on pages that are published. */
const NEIGHBOURS = ['/offers2/Offer 5', '/offers2/Offer 11', '/products/Product 1'];
let reference: ShopReference;
let declared: ReadonlyMap<string, ReadonlySet<string>>;
let wholes: ReadonlySet<string>;

beforeAll(async () => {
  const tenant = await startEmulator({ clientSecret: CHAOS_SECRET, seed: WORLD.seed });
  const tool = openTool(tenant.url, WORLD);
  const initial = tenant.state();
  const plan = await tool.plan();
  declared = new Map(plan.changes.map((change) => [keyOf(change.address), listManaged(change)]));
  wholes = new Set(plan.changes.filter(({ action }) => action === 'delete').map(({ address }) => keyOf(address)));
  await tool.apply(plan);
  reference = { initial, expected: tenant.state() };
  await tool.close();
  await tenant.close();
});

describe('a colleague who edits while the tool applies', () => {
  const seeds = chooseSeeds(100, 10);
  test(
    `${seeds.length} applies for each way to save a journey: no undeclared edit is lost, no stale change is written, and no edit goes live that no plan named`,
    { timeout: 300_000 },
    async () => {
      const wrongs: string[] = [];
      for (const journeyPut of JOURNEY_PUTS) {
        for (const seed of seeds)
          wrongs.push(
            ...(await applyBesideColleague(seed, journeyPut)).map(
              (wrong) => `CHAOS_SEED=${seed}, ${journeyPut}: ${wrong}`,
            ),
          );
      }
      tell(summarise());
      expect(wrongs).toEqual([]);
    },
  );

  test.skipIf(seeds.length === 1)('there was enough of everything for that to mean something', () => {
    expect(tally.places.seen).toBeGreaterThan(seeds.length);
    expect(tally.places.window).toBeGreaterThan(seeds.length / 5);
    expect(tally.places.after).toBeGreaterThan(seeds.length);
    expect(tally.stale).toBeGreaterThan(seeds.length / 5);
    expect(tally.done).toBeGreaterThan(seeds.length);
    expect(tally.kept).toBeGreaterThan(0);
    expect(tally.repeated).toBeGreaterThan(seeds.length / 2);
  });

  test('no output contains the client secret or a token', () => {
    expect(secrets.tokens()).toBeGreaterThan(0);
    expect(secrets.leaks()).toEqual([]);
  });
});

/** Plans in peace, applies beside the colleague, and looks for each of the edits. */
async function applyBesideColleague(seed: number, journeyPut: JourneyPut): Promise<string[]> {
  const tenant = await startEmulator({
    clientSecret: CHAOS_SECRET,
    buildMs: 3,
    dialect: { journeyPut },
    seed: WORLD.seed,
    faults: { seed, rules: PUT_OFF },
  });
  const tool = openTool(tenant.url, WORLD, { dialect: { ...CHAOS_DIALECT, journeyPut } });
  try {
    const before = tenant.state();
    const plan = await tool.plan();
    tenant.edit.clearLog();
    const colleague = startColleague(tenant, [...declared.keys(), ...NEIGHBOURS], seed);
    const applied = await tool.apply(plan).finally(() => colleague.stop());
    secrets.inspect(`seed ${seed}`, JSON.stringify([plan, applied]));
    const log = tenant.log();
    const touches = listTouches(colleague.requests, log);
    const outcomes = new Map(applied.result.outcomes.map((outcome) => [keyOf(outcome.address), outcome]));
    tally.runs += 1;
    tally.edits += colleague.edits.length;
    for (const { status, error } of outcomes.values()) {
      if (status === 'done') tally.done += 1;
      if (error?.code === 'STALE') tally.stale += 1;
    }
    const is = takeSnapshot(tenant.state());
    const blind = listBlindWrites(touches);
    const unnamed = listUnnamed([{ plan, tenant: reference.initial }], reference, tenant.state());
    tally.unnamed += unnamed.length;
    const unseen = listBuilds(colleague.requests, log);
    const shown = unnamed.filter((one) => !isInWindow(one, colleague.edits, touches.get(one.key) ?? [], unseen));
    tally.repeated += log.filter(({ faults, method }) => faults && method !== 'GET').length;
    const wrongs = colleague.edits.flatMap(
      (edit) =>
        judgeEdit(
          edit,
          colleague.edits,
          touches.get(edit.key) ?? [],
          is.get(edit.key),
          outcomes.get(edit.key),
          journeyPut,
        ) ?? [],
    );
    return [
      ...blind,
      ...wrongs,
      ...shown.map(describeUnnamed),
      ...findNewDeadLeads(before, tenant.state(), listConsentedRoutes(plan)),
    ];
  } finally {
    await tool.close();
    await tenant.close();
  }
}

function judgeEdit(
  edit: ColleagueEdit,
  edits: readonly ColleagueEdit[],
  touches: readonly Touch[],
  now: JsonObject | undefined,
  outcome: Outcome | undefined,
  journeyPut: JourneyPut,
): string | undefined {
  const { at, key, field, value } = edit;
  const place = findPlace(at, touches);
  tally.places[place] += 1;
  const isManaged = wholes.has(key) || declared.get(key)?.has(field) === true;
  // Where an attempt before may have been carried out, the report says what is there, not that nothing was sent.
  const isRefused =
    outcome?.error?.code === 'STALE' ||
    outcome?.status === 'blocked' ||
    (outcome?.status !== 'done' && touches.some(({ doubtful }) => doubtful));
  if (place === 'seen' && isManaged && !isRefused) {
    return `${key} was written although ${field} had moved before it was read once more (${outcome?.status})`;
  }
  // Another edit of the field took its place; that one is looked for instead.
  if (edits.some((other) => other.at > at && other.key === key && other.field === field)) return undefined;
  const survived = now !== undefined && getOwn(now, field) === value;
  if (place === 'window' && !isManaged && survived) tally.kept += 1;
  if (survived) return undefined;
  if (place === 'window' && (isManaged || (key.startsWith('journey:') && journeyPut === 'replace'))) {
    const what = wholes.has(key)
      ? 'of an object that was being deleted'
      : isManaged
        ? 'of a declared field, overwritten as planned'
        : 'of an undeclared field of a journey, which this tenant is sent whole';
    tally.lost[what] = (tally.lost[what] ?? 0) + 1;
    return undefined;
  }
  return `${key}: ${field} (${isManaged ? 'declared' : 'not declared'}) was set to ${value} ${place === 'seen' ? 'before the re-check' : place === 'window' ? 'between re-check and write' : 'after the write'} and is lost`;
}

/** What a request of the tool did to one object. */
interface Touch extends TimedRequest {
  write: boolean;
  /** A write that may have been carried out, for all that its answer says. */
  doubtful: boolean;
}

/** Requests by the object that they are about. */
function listTouches(
  requests: readonly TimedRequest[],
  log: readonly { method: string; path: string; status: number; body?: unknown }[],
): Map<string, Touch[]> {
  const touches = new Map<string, Touch[]>();
  // Bulk-updates go out one after another, and one code is created, so the log has them in the same order.
  const bulk = log.filter(({ path }) => path.endsWith('/bulk-update')).map(({ body }) => listPaths(body));
  const writes = log.filter(({ method }) => method !== 'GET');
  const takeStatus = (of: TimedRequest): number => {
    const at = writes.findIndex(({ method, path }) => method === of.method && path === of.path);
    if (at < 0) throw new RangeError(`${of.method} ${of.path} stands not in the log`);
    return writes.splice(at, 1)[0]?.status ?? 0;
  };
  const created = log
    .filter(({ method, path }) => method === 'POST' && path.endsWith('/promo_codes_v2'))
    .map(({ body }) => [nameCreated(body)]);
  for (const request of requests) {
    const path = decodeURIComponent(request.path);
    const write = request.method !== 'GET';
    const status = write ? takeStatus(request) : 0;
    const item = /^\/limio\/catalogs\/1\/items(\/.*)$/.exec(path)?.[1];
    const code = /\/promo_codes_v2\/promo_code_v2-(.*)$/.exec(path)?.[1];
    const journey = /\/v2\/journey\/(.*)$/.exec(path)?.[1];
    const keys = path.endsWith('/bulk-update')
      ? (bulk.shift() ?? [])
      : write && path.endsWith('/promo_codes_v2')
        ? (created.shift() ?? [])
        : item
          ? [item]
          : code
            ? [`promo_code:${code}`]
            : journey
              ? [`journey:${journey}`]
              : [];
    for (const key of keys)
      touches.set(key, [...(touches.get(key) ?? []), { ...request, write, doubtful: write && status >= 500 }]);
  }
  return touches;
}

/**
 * Every object is read after whatever was sent of it before, repetitions included; between the answer
 * to that and the write of a journey the tool sends nothing else, for whatever it does there takes time.
 */
function listBlindWrites(touches: ReadonlyMap<string, readonly Touch[]>): string[] {
  return [...touches].flatMap(([key, all]) =>
    all.flatMap(({ method, write, started }, at) => {
      const previous = all[at - 1];
      if (!write) return [];
      if (previous === undefined || previous.write || previous.finished > started)
        return [`a ${method} of ${key} was not preceded by a read of its own`];
      // The colleague has one moment after the answer, and one before the write.
      return key.startsWith('journey:') && started - previous.finished > 2
        ? [`something else was sent between the read and the ${method} of ${key}`]
        : [];
    }),
  );
}

/** When each page was built, by its path. */
function listBuilds(
  requests: readonly TimedRequest[],
  log: readonly { path: string; body?: unknown }[],
): Map<string, number[]> {
  const sent = requests.filter(({ path }) => path.endsWith('/shop/builds'));
  const builds = new Map<string, number[]>();
  for (const [at, { body }] of log.filter(({ path }) => path.endsWith('/shop/builds')).entries()) {
    const items = isJsonObject(body) && Array.isArray(body['items']) ? body['items'].map(textOf) : [];
    for (const item of items) builds.set(item, [...(builds.get(item) ?? []), sent[at]?.started ?? 0]);
  }
  return builds;
}

/** An edit that came after the item was read for the last time before a build: the API has no way to prevent that. */
function isInWindow(
  { key, field, value }: Unnamed,
  edits: readonly ColleagueEdit[],
  touches: readonly Touch[],
  builds: ReadonlyMap<string, readonly number[]>,
): boolean {
  const edit = edits.find((one) => one.key === key && one.field === field && one.value === value);
  if (!edit) return false;
  return [...builds.values()].flat().some((started) => {
    const read = touches.findLast((touch) => !touch.write && touch.finished <= started);
    return read !== undefined && edit.at > read.started && edit.at <= started;
  });
}

function nameCreated(body: unknown): string {
  return isJsonObject(body) ? `promo_code:${textOf(body['name'])}` : '';
}

function listPaths(body: unknown): string[] {
  const diffs = isJsonObject(body) ? body['diffs'] : undefined;
  return Array.isArray(diffs)
    ? diffs.flatMap((diff) => (isJsonObject(diff) && typeof diff['path'] === 'string' ? [diff['path']] : []))
    : [];
}

/** The edit against the writes of its object, the earliest first. */
function findPlace(at: number, touches: readonly Touch[]): Place {
  const write = touches.find((touch) => touch.write && touch.finished > at);
  if (!write)
    return touches.some((touch) => !touch.write && touch.started >= at) && !touches.some((touch) => touch.write)
      ? 'seen'
      : 'after';
  const recheck = touches.findLast((touch) => !touch.write && touch.finished <= write.started);
  return recheck && at <= recheck.started ? 'seen' : 'window';
}

/** Top-level fields that a change speaks of. */
function listManaged({ kind, before, after }: Plan['changes'][number]): Set<string> {
  const isItem = kind !== 'promo_code' && kind !== 'journey';
  return new Set(
    [before, after].flatMap((body) => {
      const fields = isItem ? body?.['attributes'] : body;
      return isJsonObject(fields) ? Object.keys(fields) : [];
    }),
  );
}

function summarise(): string {
  const { runs, edits, places, stale, repeated, done, unnamed, lost, kept } = tally;
  return [
    `two writers: ${runs} applies beside ${edits} edits of a colleague; ${done} changes done, ${stale} refused as stale; ${repeated} writes were put off, or their answer lost`,
    `  ${places.seen} edits were there when the object was read once more, ${places.after} came after the last write`,
    `  ${places.window} edits fell between that read and the end of the write, where the API gives no protection; of those`,
    `    ${kept} of undeclared fields survived`,
    `  ${unnamed} fields of edits went live that came after the last read before a build`,
    ...Object.entries(lost).map(([what, count]) => `    lost: ${count} ${what}`),
  ].join('\n');
}
