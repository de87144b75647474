import type { Address } from '../../model/address.js';
import type { Dialect } from '../../model/dialect.js';
import type { DialectProbe } from '../../model/doctor.js';
import {
  asObject,
  getOwn,
  isJsonObject,
  type Json,
  jsonEqual,
  type JsonObject,
  objectAt,
  parsePointer,
  withKey,
} from '../../model/json.js';
import { type CanaryFinding, type CanaryTrial, Inconclusive, listTopDifferences, trySend } from './learn.js';

/** Changed by the server with every write (API reference, section 3). */
const OUTER_BOOKKEEPING = new Set(['version', 'tree', 'data']);

const DATA_BOOKKEEPING = new Set(['version', 'version_date', 'modified', 'user', 'lastSynced', 'attributes']);

const WRAPPER = 'bulkUpdate.wrapper';

const MERGE = 'bulkUpdate.merge';

const REMOVAL = 'bulkUpdate.removal';

interface ItemState {
  path: string;
  saved: JsonObject;
  finding: CanaryFinding;
  wrapper?: Wrapper;
  removal?: 'null' | 'unsupported';
}

/**
 * Learns how bulk-update works on one catalog item: the wrapper and removal with an existing text
 * attribute, merging with an existing object or, if removal works, a temporary one. A diff in the wrong
 * wrapper may leave a stray copy of the text one level up. Its level reveals the right wrapper, so there
 * is at most one, and it is removed if removal works.
 */
export function createItemTrial(address: Address, path: string, probe: DialectProbe, marker: string): CanaryTrial {
  let state: ItemState | undefined;
  const getState = (saved: Json, finding: CanaryFinding): ItemState =>
    (state ??= { path, saved: asObject(saved), finding });
  return {
    address,
    describe: (saved) => describeSteps(asObject(saved), marker),
    read: () => probe.readItemRecord(path),
    listDifferences: (before, now) => listDifferences(asObject(before), asObject(now)),
    isOurs: (saved, pointer) => isOurs(asObject(saved), pointer),
    run: (saved, finding, isStopped) => runSteps(getState(saved, finding), probe, marker, isStopped),
    restore: (saved, now, finding) => restoreItem(getState(saved, finding), asObject(now), probe),
  };
}

function describeSteps(saved: JsonObject, marker: string): { steps: string[]; mayStay: string[] } {
  const attribute = chooseTextAttribute(saved);
  const object = chooseObjectAttribute(saved);
  if (attribute === undefined)
    return { steps: ['nothing: it has no suitable text attribute; give it a description'], mayStay: [] };
  return {
    steps: [
      `set ${attribute} to "${marker}", remove it, and restore it`,
      object
        ? `set ${object.key} of ${object.attribute} to "${marker}", and restore it`
        : `if removal works: add an attribute ${TEMPORARY_ATTRIBUTE}, change it, and remove it`,
    ],
    mayStay: [
      `if the tenant needs a wrapper and cannot remove keys: an unused key ${attribute} next to ` +
        '"attributes" or "data"',
    ],
  };
}

async function runSteps(
  state: ItemState,
  probe: DialectProbe,
  marker: string,
  isStopped: () => boolean,
): Promise<void> {
  const { finding, saved } = state;
  const attribute = chooseTextAttribute(saved);
  const steps = [
    [WRAPPER, () => learnWrapper(state, probe, attribute ?? '', marker)],
    [REMOVAL, () => learnRemoval(state, probe, attribute ?? '')],
    [MERGE, () => learnMerge(state, probe, marker)],
  ] as const;
  for (const [setting, learn] of steps) {
    const reason =
      attribute === undefined
        ? 'the item has no suitable text attribute; add one, such as description__limio'
        : isStopped()
          ? 'interrupted'
          : setting !== WRAPPER && state.wrapper === undefined
            ? 'the wrapper is unknown'
            : undefined;
    if (reason !== undefined) {
      finding.notLearned.push({ setting, reason });
      continue;
    }
    try {
      await learn();
    } catch (error) {
      if (!(error instanceof Inconclusive)) throw error;
      finding.notLearned.push({ setting, reason: error.message });
    }
  }
}

async function learnWrapper(state: ItemState, probe: DialectProbe, attribute: string, marker: string): Promise<void> {
  const { path, saved, finding } = state;
  const order: Wrapper[] = ['bare', 'attributes', 'data.attributes'];
  const seen: string[] = [];
  for (let wrapper = order.shift(); wrapper !== undefined; wrapper = order.shift()) {
    const now = await tryDiff(
      state,
      probe,
      wrapDiff(wrapper, { [attribute]: marker }),
      (item) => findText(item, attribute, marker) !== undefined,
    );
    const place = findText(now, attribute, marker);
    if (place === 'attributes') {
      state.wrapper = wrapper;
      finding.learned.push({
        setting: WRAPPER,
        value: wrapper,
        how: [`a diff ${showShape(wrapper)} changed the attribute ${attribute} of ${path}`, ...seen].join('; '),
      });
      await tryDiff(
        state,
        probe,
        wrapDiff(wrapper, { [attribute]: getOwn(attributesOf(saved), attribute) ?? null }),
        (item) => findText(item, attribute, marker) !== 'attributes',
      );
      return;
    }
    seen.push(
      place === undefined
        ? `one ${showShape(wrapper)} changed nothing`
        : `one ${showShape(wrapper)} landed next to "${place === 'data' ? 'attributes' : 'data'}"`,
    );
    // The level of a stray key is the level that diffs are merged into.
    const deduced = place === 'data' ? 'attributes' : place === 'outer' ? 'data.attributes' : undefined;
    if (deduced !== undefined && order.includes(deduced)) order.splice(0, order.length, deduced);
  }
  throw new Inconclusive(`no wrapper changed the attribute: ${seen.join('; ')}`);
}

async function learnRemoval(state: ItemState, probe: DialectProbe, attribute: string): Promise<void> {
  const { saved, finding, wrapper = 'bare', path } = state;
  const before = getOwn(attributesOf(saved), attribute) ?? null;
  const now = await tryDiff(
    state,
    probe,
    wrapDiff(wrapper, { [attribute]: null }),
    (item) => (getOwn(attributesOf(item), attribute) ?? null) === null,
  );
  const kept = getOwn(attributesOf(now), attribute) ?? null;
  if (kept !== null && !jsonEqual(kept, before))
    throw new Inconclusive('after null, the attribute was neither removed nor unchanged');
  state.removal = kept === null ? 'null' : 'unsupported';
  finding.learned.push({
    setting: REMOVAL,
    value: state.removal,
    how:
      kept === null
        ? `null removed the attribute ${attribute} of ${path}`
        : `after null, the attribute ${attribute} of ${path} still existed`,
  });
  if (kept === null)
    await tryDiff(state, probe, wrapDiff(wrapper, { [attribute]: before }), (item) =>
      jsonEqual(getOwn(attributesOf(item), attribute), before),
    );
}

async function learnMerge(state: ItemState, probe: DialectProbe, marker: string): Promise<void> {
  const { saved, finding, wrapper = 'bare', path } = state;
  const chosen = chooseObjectAttribute(saved);
  if (chosen === undefined && state.removal !== 'null')
    throw new Inconclusive(
      'the item has no object attribute with a text and another key, and a temporary one could not be removed',
    );
  const { attribute, key } = chosen ?? { attribute: TEMPORARY_ATTRIBUTE, key: 'a' };
  const before: Json = chosen ? (getOwn(attributesOf(saved), attribute) ?? null) : { a: 'limio-sync', b: 'limio-sync' };
  const readInner = (item: JsonObject): JsonObject => asObject(getOwn(attributesOf(item), attribute) ?? null);
  if (!chosen) {
    const added = await tryDiff(state, probe, wrapDiff(wrapper, { [attribute]: before }), (item) =>
      jsonEqual(readInner(item), before),
    );
    if (!jsonEqual(readInner(added), before))
      throw new Inconclusive('the tenant accepts no new attribute; add an object attribute with two keys');
  }
  const now = readInner(
    await tryDiff(
      state,
      probe,
      wrapDiff(wrapper, { [attribute]: { [key]: marker } }),
      (item) => getOwn(readInner(item), key) === marker,
    ),
  );
  const restored = chosen ? before : null;
  await tryDiff(state, probe, wrapDiff(wrapper, { [attribute]: restored }), (item) =>
    jsonEqual(getOwn(attributesOf(item), attribute) ?? null, restored),
  );
  const value = jsonEqual(now, { [key]: marker })
    ? 'shallow'
    : jsonEqual(now, withKey(asObject(before), key, marker))
      ? 'deep'
      : undefined;
  if (value === undefined)
    throw new Inconclusive(`after one key of ${attribute} was sent, the object was neither replaced nor merged`);
  finding.learned.push({
    setting: MERGE,
    value,
    how: `one key of ${attribute} of ${path} was sent, and the others were ${value === 'deep' ? 'kept' : 'removed'}`,
  });
}

/** Sends a diff and reads the item back. Repeats once if the answer was lost and nothing changed. */
async function tryDiff(
  { path }: ItemState,
  probe: DialectProbe,
  diff: JsonObject,
  tookEffect: (item: JsonObject) => boolean,
): Promise<JsonObject> {
  for (let attempt = 1; ; attempt++) {
    const sent = await trySend(() => probe.sendDiff(path, diff));
    const now = await probe.readItemRecord(path);
    if (now === undefined) throw new Inconclusive('the item no longer exists');
    if (sent.kind !== 'lost' || tookEffect(now)) return now;
    if (attempt === 2) throw new Inconclusive(`the tenant did not answer: ${sent.message}`);
  }
}

/** Restores our keys. Stray keys are removed with the same kind of diff that created them. */
async function restoreItem(
  { path, saved, wrapper, removal }: ItemState,
  now: JsonObject,
  probe: DialectProbe,
): Promise<void> {
  const attributes = listTopDifferences(attributesOf(saved), attributesOf(now), []).map(
    (pointer) => parsePointer(pointer)[0] ?? '',
  );
  const ours = attributes.filter((key) => isOurs(saved, `/data/attributes/${key}`));
  const back = Object.fromEntries(ours.map((key): [string, Json] => [key, getOwn(attributesOf(saved), key) ?? null]));
  // While the wrapper is unknown, only the bare diff can have changed an attribute.
  if (ours.length > 0) await trySend(() => probe.sendDiff(path, wrapDiff(wrapper ?? 'bare', back)));
  const text = chooseTextAttribute(saved) ?? '';
  const isStray = [dataOf(now), now].some((level) => Object.hasOwn(level, text));
  if (!isStray) return;
  // A stray key that cannot be removed gets the value of the attribute.
  const value = removal === 'unsupported' ? (getOwn(attributesOf(saved), text) ?? null) : null;
  if (jsonEqual(getOwn(dataOf(now), text) ?? getOwn(now, text), value)) return;
  await trySend(() => probe.sendDiff(path, { [text]: value }));
}

function listDifferences(before: JsonObject, now: JsonObject): string[] {
  return [
    ...listTopDifferences(before, now, [], OUTER_BOOKKEEPING),
    ...listTopDifferences(dataOf(before), dataOf(now), ['data'], DATA_BOOKKEEPING),
    ...listTopDifferences(attributesOf(before), attributesOf(now), ['data', 'attributes']),
  ];
}

function isOurs(saved: JsonObject, pointer: string): boolean {
  const text = chooseTextAttribute(saved);
  const segments = parsePointer(pointer);
  const key = segments.at(-1) ?? '';
  if (segments[0] !== 'data' || segments[1] !== 'attributes')
    return key === text || key === 'attributes' || key === 'data';
  return [text, chooseObjectAttribute(saved)?.attribute, TEMPORARY_ATTRIBUTE, 'attributes', 'data'].includes(key);
}

function findText(item: JsonObject, attribute: string, text: string): 'attributes' | 'data' | 'outer' | undefined {
  if (getOwn(attributesOf(item), attribute) === text) return 'attributes';
  if (getOwn(dataOf(item), attribute) === text) return 'data';
  return getOwn(item, attribute) === text ? 'outer' : undefined;
}

function showShape(wrapper: Wrapper): string {
  return wrapper === 'bare' ? 'without a wrapper' : `under "${wrapper}"`;
}

type Wrapper = Dialect['bulkUpdate']['wrapper'];

/** Texts without any effect on prices or pages, the least visible first. */
const PREFERRED = [
  'meta_description__limio',
  'description__limio',
  'checkout_description__limio',
  'display_description__limio',
  'discount_note__limio',
  'badge_text__limio',
  'cta_text__limio',
];

const TEMPORARY_ATTRIBUTE = 'limio_sync_probe';

function dataOf(record: JsonObject): JsonObject {
  return objectAt(record, 'data');
}

function attributesOf(record: JsonObject): JsonObject {
  return objectAt(dataOf(record), 'attributes');
}

/**
 * A text attribute for the trial. Its name must be unique in the item, so that a stray copy is recognised.
 * No URLs or labels, which may have an effect while the trial runs.
 */
function chooseTextAttribute(record: JsonObject): string | undefined {
  const attributes = attributesOf(record);
  const isFree = (key: string): boolean => !Object.hasOwn(record, key) && !Object.hasOwn(dataOf(record), key);
  const fits = ([key, value]: [string, Json]): boolean =>
    typeof value === 'string' &&
    value !== '' &&
    !/^(https?:|\/)/.test(value) &&
    isFree(key) &&
    !/price|label|type|channel|zuora|code/i.test(key);
  const keys = Object.entries(attributes)
    .filter(fits)
    .map(([key]) => key);
  return PREFERRED.find((key) => keys.includes(key)) ?? keys.find((key) => !key.startsWith('display_name')) ?? keys[0];
}

/** An attribute that is an object with a text and at least one other key, and the key of the text. */
function chooseObjectAttribute(record: JsonObject): { attribute: string; key: string } | undefined {
  for (const [attribute, value] of Object.entries(attributesOf(record))) {
    if (!isJsonObject(value) || Object.keys(value).length < 2) continue;
    const text = Object.entries(value).find(([, inner]) => typeof inner === 'string');
    if (text) return { attribute, key: text[0] };
  }
  return undefined;
}

/** The `diff` of a bulk-update in one of the wrappers (API reference, section 4). */
function wrapDiff(wrapper: Wrapper, diff: JsonObject): JsonObject {
  if (wrapper === 'bare') return diff;
  return wrapper === 'attributes' ? { attributes: diff } : { data: { attributes: diff } };
}
