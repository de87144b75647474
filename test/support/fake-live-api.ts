import { createHash } from 'node:crypto';
import { LimioError } from '../../src/errors/errors.js';
import type { Json, JsonObject } from '../../src/model/json.js';
import type {
  CatalogItem,
  ItemEdit,
  LiveApi,
  LiveReader,
  LiveWriter,
  PublishAnswer,
} from '../../src/model/live-api.js';

type Port = LiveReader & LiveWriter;
export type FakeMethod = keyof Port;

export interface FakeCall {
  method: FakeMethod;
  args: readonly unknown[];
  /** How often this method was called before with the same first argument; 0 the first time. */
  nth: number;
}

export interface FakeState {
  items: Map<string, CatalogItem>;
  journeys: Map<string, JsonObject>;
  /** By id. */
  promoCodes: Map<string, { name: string; data: JsonObject }>;
}

/** Ways to misbehave. All absent: a tenant that does as it is told. */
export interface FakeHooks {
  /** Before a call takes effect: edit the state (a colleague is at work), or throw (the tenant refuses). */
  before?(call: FakeCall, state: FakeState): void;
  /** After a call took effect: throw, and its answer is lost. */
  after?(call: FakeCall, state: FakeState): void;
  /** How one diff of a bulk-update is taken; `store` when absent. */
  takeEdit?(
    edit: ItemEdit,
    batch: readonly ItemEdit[],
  ): 'store' | 'lose' | { refuse: Json } | { attributes: JsonObject };
  /** The answer to a publish; when absent every tag's route is published. */
  answerPublish?(request: { tags: readonly string[]; buildId: string; name: string }, nth: number): PublishAnswer;
}

export interface FakeLiveApi extends LiveApi {
  state: FakeState;
  /** Every call in the order it was made. */
  calls: FakeCall[];
  /** Calls that write, as `method argument`, in order. */
  writes(): string[];
}

export interface FakeSeed {
  items?: Record<string, JsonObject>;
  journeys?: Record<string, JsonObject>;
  promoCodes?: Record<string, JsonObject>;
  maxDiffs?: number;
  hooks?: FakeHooks;
}

const READS: ReadonlySet<string> = new Set(['readItem', 'readJourney', 'readPromoCode']);

/**
 * A tenant in memory for unit tests. Throws a plain Error, which no test expects, when it is used in
 * a way that is wrong whatever the tenant (unknown item, too many diffs, an edit that changes nothing).
 */
export function createFakeLiveApi(seed: FakeSeed = {}): FakeLiveApi {
  const hooks = seed.hooks ?? {};
  const calls: FakeCall[] = [];
  const state: FakeState = {
    items: new Map(Object.entries(seed.items ?? {}).map(([path, attributes]) => [path, makeItem(path, attributes)])),
    journeys: new Map(Object.entries(structuredClone(seed.journeys ?? {}))),
    promoCodes: new Map(
      Object.entries(seed.promoCodes ?? {}).map(([name, data]) => [
        `promo_code_v2-${name}`,
        { name, data: structuredClone(data) },
      ]),
    ),
  };
  let builds = 0;

  async function run<T>(method: FakeMethod, args: readonly unknown[], effect: (nth: number) => T): Promise<T> {
    const nth = calls.filter((call) => call.method === method && call.args[0] === args[0]).length;
    const call: FakeCall = { method, args: structuredClone(args), nth };
    calls.push(call);
    await Promise.resolve();
    hooks.before?.(call, state);
    const answer = structuredClone(effect(nth));
    hooks.after?.(call, state);
    return answer;
  }

  function updateItems(edits: readonly ItemEdit[]): { failed: Json[] } {
    if (edits.length === 0 || edits.length > (seed.maxDiffs ?? 50))
      throw new Error(`misuse: ${edits.length} diffs in a call`);
    const failed = edits.flatMap((edit): Json[] => {
      const item = state.items.get(edit.path);
      if (item === undefined) throw new Error(`misuse: bulk-update of unknown item ${edit.path}`);
      if (Object.keys({ ...edit.before, ...edit.after }).length === 0)
        throw new Error(`misuse: empty edit of ${edit.path}`);
      const taken = hooks.takeEdit?.(edit, edits) ?? 'store';
      if (taken === 'lose') return [];
      if (typeof taken === 'object' && 'refuse' in taken) return [taken.refuse];
      const attributes = taken === 'store' ? mergeEdit(item.attributes, edit) : taken.attributes;
      state.items.set(edit.path, makeItem(edit.path, attributes));
      return [];
    });
    return { failed };
  }

  const port: Port = {
    listItems: () => misuse('listItems'),
    listJourneys: () => misuse('listJourneys'),
    listPromoCodes: () => misuse('listPromoCodes'),
    createItem: () => misuse('createItem'),
    readJob: () => misuse('readJob'),
    readItem: (path) => run('readItem', [path], () => state.items.get(path)),
    readJourney: (name) =>
      run('readJourney', [name], () => {
        const data = state.journeys.get(name);
        return data && { name, data, record: {} };
      }),
    readPromoCode: (id) =>
      run('readPromoCode', [id], () => {
        const code = state.promoCodes.get(id);
        return code && { id, ...code, record: {} };
      }),
    updateItems: (edits) =>
      run('updateItems', [edits.map(({ path }) => path).join(','), edits], () => updateItems(edits)),
    createJourney: (name) =>
      run('createJourney', [name], () => {
        if (state.journeys.has(name)) throw conflict(name);
        state.journeys.set(name, {});
      }),
    putJourney: (name, data) =>
      run('putJourney', [name, data], () => void state.journeys.set(name, structuredClone(data))),
    deleteJourney: (name) => run('deleteJourney', [name], () => state.journeys.delete(name)),
    createPromoCode: (body) =>
      run('createPromoCode', [body.id, body], () => {
        if (state.promoCodes.has(body.id)) throw conflict(body.id);
        state.promoCodes.set(body.id, structuredClone({ name: body.name, data: body.data }));
      }),
    updatePromoCode: (body) =>
      run('updatePromoCode', [body.id, body], () => {
        const old = state.promoCodes.get(body.id);
        if (old === undefined) throw new Error(`misuse: update of unknown promo code ${body.id}`);
        state.promoCodes.set(body.id, structuredClone({ name: body.name, data: { ...old.data, ...body.data } }));
      }),
    deletePromoCode: (id) => run('deletePromoCode', [id], () => state.promoCodes.delete(id)),
    startBuild: (items) =>
      run('startBuild', [items.join(',')], () => ({ id: `build-${(builds += 1)}`, buildPaths: [...items] })),
    publish: (request) =>
      run('publish', [request.name, request], (nth) => {
        const build = Number(/^build-(\d+)$/.exec(request.buildId)?.[1] ?? 0);
        if (build < 1 || build > builds) throw new Error(`misuse: publish of unknown build ${request.buildId}`);
        const published = request.tags.map((tag) => `${tag.replace(/^\/tags/, '')}/`);
        return hooks.answerPublish?.(request, nth) ?? { published, omitted: [], answer: {} };
      }),
  };
  return {
    ...port,
    close: async () => {},
    state,
    calls,
    writes: () =>
      calls.filter(({ method }) => !READS.has(method)).map(({ method, args }) => `${method} ${String(args[0])}`),
  };
}

/** A failure as the API client throws it. */
export function makeFailure(status: number, rest: { ambiguous?: boolean; message?: string } = {}): LimioError {
  return new LimioError({
    code: status === 403 ? 'AUTH_REFUSED' : status === 409 ? 'CONFLICT' : 'HTTP_STATUS',
    message: rest.message ?? `The tenant answered ${status}`,
    details: { status, ...(rest.ambiguous ? { ambiguous: true } : {}) },
  });
}

function mergeEdit(attributes: JsonObject, edit: ItemEdit): JsonObject {
  const touched = new Set([...Object.keys(edit.before), ...Object.keys(edit.after)]);
  const kept = Object.entries(attributes).filter(([key]) => !touched.has(key));
  return Object.fromEntries([...kept, ...Object.entries(edit.after).filter(([, value]) => value !== null)]);
}

export function makeItem(path: string, attributes: JsonObject, data: JsonObject = {}): CatalogItem {
  return {
    path,
    name: path.slice(path.lastIndexOf('/') + 1),
    id: createHash('sha1').update(JSON.stringify(path)).digest('hex'),
    attributes: structuredClone(attributes),
    data: { ...data, attributes: structuredClone(attributes) },
  };
}

function conflict(name: string): LimioError {
  return makeFailure(409, { message: `${name} exists already` });
}

function misuse(method: FakeMethod): never {
  throw new Error(`misuse: neither apply nor publish calls ${method}`);
}
