import type { ApplyContext } from '../../src/apply/run.js';
import { type Address, type Kind, parseAddress } from '../../src/model/address.js';
import type { Clock } from '../../src/model/async.js';
import { DEFAULT_DIALECT } from '../../src/model/dialect.js';
import { getOwn, isJsonObject, type Json, jsonEqual, type JsonObject } from '../../src/model/json.js';
import type { KindDriver, LiveResource, WritePhase } from '../../src/model/model.js';
import { toPatch } from '../../src/model/patch.js';
import type { RunEvent } from '../../src/model/outcome.js';
import type { Change, FieldChange, Plan, PublishPage } from '../../src/model/plan.js';
import { publishPages } from '../../src/publish/publish.js';
import type { FakeLiveApi } from './fake-live-api.js';

/** Drivers without any rule of a kind: units compare as JSON, null is the same as absent. */
export const LITERAL_DRIVERS: Record<Kind, KindDriver> = {
  tag: catalogDriver('tag'),
  product: catalogDriver('product'),
  add_on: catalogDriver('add_on'),
  offer: catalogDriver('offer'),
  page: catalogDriver('page'),
  campaign: catalogDriver('campaign'),
  segment: catalogDriver('segment'),
  promo_code: {
    ...bodyDriver('promo_code', 'promo-codes'),
    async read(reader, name, id = `promo_code_v2-${name}`) {
      const record = await reader.readPromoCode(id);
      return record && resource('promo_code', name, record.data, record.id);
    },
    async write(writer, { action, address, after }, { live }) {
      const { name } = parseAddress(address);
      const id = live?.id ?? `promo_code_v2-${name}`;
      if (action === 'delete') await writer.deletePromoCode(id);
      else if (action === 'create') await writer.createPromoCode({ name, id, data: after ?? {} });
      else await writer.updatePromoCode({ name, id, data: after ?? {} });
    },
  },
  journey: {
    ...bodyDriver('journey', 'journeys'),
    async read(reader, name) {
      const record = await reader.readJourney(name);
      return record && resource('journey', name, record.data);
    },
    async write(writer, { action, address }, { body }) {
      const { name } = parseAddress(address);
      if (action === 'create') await writer.createJourney(name);
      if (action === 'delete') await writer.deleteJourney(name);
      else await writer.putJourney(name, body);
    },
  },
};

function catalogDriver(kind: Kind): KindDriver {
  return {
    kind,
    phase: 'catalog',
    async read(reader, name) {
      const item = await reader.readItem(name);
      return item && resource(kind, name, { attributes: item.attributes }, item.id);
    },
    project: (body, like) => ({ attributes: pick(part(body), part(like)) }),
    compare: (from, to) => compareUnits('/attributes', part(from), part(to)),
  };
}

function bodyDriver(kind: Kind, phase: WritePhase): Pick<KindDriver, 'kind' | 'phase' | 'project' | 'compare'> {
  return { kind, phase, project: pick, compare: (from, to) => compareUnits('', from, to) };
}

function resource(kind: Kind, name: string, body: JsonObject, id?: string): LiveResource {
  return {
    address: `${kind}:${name}`,
    kind,
    name,
    body,
    ...(id === undefined ? {} : { id }),
    atHead: true,
    record: {},
  };
}

function part(body: JsonObject): JsonObject {
  const attributes = getOwn(body, 'attributes');
  return isJsonObject(attributes) ? attributes : {};
}

function pick(body: JsonObject, like: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(body).filter(([key]) => Object.hasOwn(like, key)));
}

function compareUnits(at: string, from: JsonObject, to: JsonObject): FieldChange[] {
  return [...new Set([...Object.keys(to), ...Object.keys(from)])].flatMap((key): FieldChange[] => {
    const before = getOwn(from, key) ?? undefined;
    const after = getOwn(to, key) ?? undefined;
    if (jsonEqual(before, after)) return [];
    return [{ path: `${at}/${key}`, ...side('before', before), ...side('after', after), show: 'value' }];
  });
}

function side(name: 'before' | 'after', value: Json | undefined): Partial<FieldChange> {
  return value === undefined ? {} : { [name]: value };
}

/** A change between two bodies; attributes for catalog kinds. Null for none. */
export function change(
  address: Address,
  before: JsonObject | null,
  after: JsonObject | null,
  rest: Partial<Change> = {},
): Change {
  const { kind } = parseAddress(address);
  const isItem = kind !== 'journey' && kind !== 'promo_code';
  const wrap = (body: JsonObject): JsonObject => (isItem ? { attributes: body } : body);
  return {
    address,
    kind,
    action: before === null ? 'create' : after === null ? 'delete' : 'update',
    reason: 'differs',
    ...(before === null ? {} : { before: wrap(before) }),
    ...(after === null ? {} : { after: wrap(after) }),
    fields: [],
    patch: toPatch(before === null ? undefined : wrap(before), after === null ? undefined : wrap(after)),
    dependsOn: [],
    risk: 'low',
    ...rest,
  };
}

/** A plan whose levels follow from `dependsOn`, in the order of the changes. */
export function makePlan(changes: Change[], rest: Partial<Plan> = {}): Plan {
  const levels: Address[][] = [];
  const placed = new Set<Address>();
  const known = new Set(changes.map(({ address }) => address));
  let waiting = changes;
  while (waiting.length > 0) {
    const ready = waiting.filter(({ dependsOn }) =>
      dependsOn.every((address) => placed.has(address) || !known.has(address)),
    );
    if (ready.length === 0) throw new Error('test misuse: the changes depend on one another in a circle');
    levels.push(ready.map(({ address }) => address));
    for (const { address } of ready) placed.add(address);
    waiting = waiting.filter(({ address }) => !placed.has(address));
  }
  return {
    kind: 'limio-sync/plan',
    formatVersion: 1,
    toolVersion: '0.0.0',
    environment: 'sandbox',
    host: 'acme.prod.limio.com',
    protected: false,
    scope: {},
    changes,
    levels,
    publish: { pages: [], onNoPage: [] },
    withheld: [],
    unmanaged: {},
    warnings: [],
    guards: [],
    impact: { prices: [], usedBy: [] },
    filesHash: '0'.repeat(64),
    summary: { create: 0, update: 0, delete: 0, unchanged: 0, withheld: 0 },
    fingerprint: 'f'.repeat(64),
    ...rest,
  };
}

export function makePage(name: string, items: Address[] = [], rest: Partial<PublishPage> = {}): PublishPage {
  return {
    path: `/pages/${name}`,
    name,
    tags: [`/tags/${name}`],
    routes: [`/${name}/`],
    buildItems: [`/pages/${name}`],
    items,
    reason: 'changed',
    ...rest,
  };
}

/** A clock that jumps ahead instead of sleeping; refuses to sleep once the signal is aborted. */
export function makeClock(): Clock & { slept: number[] } {
  const slept: number[] = [];
  let now = 1_700_000_000_000;
  return {
    slept,
    now: () => now,
    async sleep(ms, signal) {
      slept.push(ms);
      now += ms;
      await Promise.resolve();
      signal?.throwIfAborted();
    },
  };
}

export interface TestContext extends ApplyContext {
  api: FakeLiveApi;
  clock: Clock & { slept: number[] };
  events: RunEvent[];
}

export function makeContext(api: FakeLiveApi, rest: Partial<ApplyContext> = {}): TestContext {
  const events: RunEvent[] = [];
  return {
    drivers: LITERAL_DRIVERS,
    consents: new Map(),
    dialect: { ...DEFAULT_DIALECT, publish: { attempts: 6, intervalMs: 20_000 } },
    publishPages,
    resumeCommand: 'limio-sync apply --env sandbox',
    emit: (event) => events.push(event),
    ...rest,
    api,
    clock: makeClock(),
    events,
  };
}
