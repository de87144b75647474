import type { Address } from '../../model/address.js';
import {
  getOwn,
  isJsonObject,
  type Json,
  jsonEqual,
  type JsonObject,
  parsePointer,
  withKey,
} from '../../model/json.js';
import type { DialectProbe } from '../../model/probes.js';
import {
  attributesOf,
  chooseObjectAttribute,
  chooseTextAttribute,
  dataOf,
  TEMPORARY_ATTRIBUTE,
  wrapDiff,
  type Wrapper,
} from './item-parts.js';
import { type CanaryFinding, Inconclusive, listTopDifferences, sendAndTell, type Trial } from './learn.js';

/** Written by the server whenever anything is (API reference, section 3). */
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
 * Learns how bulk-update works on one catalog item: the wrapper with a text attribute that is there
 * already, removal with the same one, merging with an object that is there already or, where removal
 * works, a temporary one. A diff in a wrong wrapper may leave a stray copy of the text one level up;
 * where it landed tells the right wrapper, so at most one is left, and it is removed where that works.
 */
export function createItemTrial(address: Address, path: string, probe: DialectProbe, marker: string): Trial {
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
    return { steps: ['nothing: it has no text attribute to try on; give it a description'], mayStay: [] };
  return {
    steps: [
      `set ${attribute} to "${marker}", remove it, and set it back`,
      object
        ? `set ${object.key} of ${object.attribute} to "${marker}", and set it back`
        : `add an attribute ${TEMPORARY_ATTRIBUTE}, change it and remove it, if removal was seen to work`,
    ],
    mayStay: [
      `if the tenant wants a wrapper and cannot remove: a key ${attribute} beside "attributes" or beside "data", which nothing reads`,
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
    const why =
      attribute === undefined
        ? 'the item has no text attribute to try on; give it one, such as description__limio'
        : isStopped()
          ? 'interrupted'
          : setting !== WRAPPER && state.wrapper === undefined
            ? 'the wrapper is not known'
            : undefined;
    if (why !== undefined) {
      finding.notLearned.push({ setting, why });
      continue;
    }
    try {
      await learn();
    } catch (error) {
      if (!(error instanceof Inconclusive)) throw error;
      finding.notLearned.push({ setting, why: error.message });
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
        how: `a diff ${showShape(wrapper)} changed the attribute ${attribute} of ${path}${seen.length === 0 ? '' : `; ${seen.join('; ')}`}`,
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
        : `one ${showShape(wrapper)} landed beside "${place === 'data' ? 'attributes' : 'data'}"`,
    );
    // Where a bare key lands is the level that diffs are merged into.
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
    throw new Inconclusive(`after null the attribute was neither gone nor as before`);
  state.removal = kept === null ? 'null' : 'unsupported';
  finding.learned.push({
    setting: REMOVAL,
    value: state.removal,
    how:
      kept === null
        ? `null removed the attribute ${attribute} of ${path}`
        : `after null the attribute ${attribute} of ${path} was still there`,
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
      'the item has no attribute that is an object with a text and another key, and a temporary one could not be removed again',
    );
  const { attribute, key } = chosen ?? { attribute: TEMPORARY_ATTRIBUTE, key: 'a' };
  const before: Json = chosen ? (getOwn(attributesOf(saved), attribute) ?? null) : { a: 'limio-sync', b: 'limio-sync' };
  const readInner = (item: JsonObject): JsonObject => asObject(getOwn(attributesOf(item), attribute) ?? null);
  if (!chosen) {
    const added = await tryDiff(state, probe, wrapDiff(wrapper, { [attribute]: before }), (item) =>
      jsonEqual(readInner(item), before),
    );
    if (!jsonEqual(readInner(added), before))
      throw new Inconclusive('the tenant takes no new attribute; give the item an object with two keys');
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
    throw new Inconclusive(
      `after one key of ${attribute} was sent, the object was neither that key alone nor whole with it changed`,
    );
  finding.learned.push({
    setting: MERGE,
    value,
    how: `one key of the object ${attribute} of ${path} was sent, and the others were ${value === 'deep' ? 'kept' : 'gone'}`,
  });
}

/** Sends a diff and reads the item back; what got lost without effect is sent once more. */
async function tryDiff(
  { path }: ItemState,
  probe: DialectProbe,
  diff: JsonObject,
  tookEffect: (item: JsonObject) => boolean,
): Promise<JsonObject> {
  for (let attempt = 1; ; attempt++) {
    const sent = await sendAndTell(() => probe.sendDiff(path, diff));
    const now = await probe.readItemRecord(path);
    if (now === undefined) throw new Inconclusive('the item is gone');
    if (sent.kind !== 'lost' || tookEffect(now)) return now;
    if (attempt === 2) throw new Inconclusive(`the tenant did not answer: ${sent.message}`);
  }
}

/** Sends what is needed to make our keys as they were; strays go the way they came. */
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
  // Before the wrapper is known an attribute can only have changed by the bare diff.
  if (ours.length > 0) await sendAndTell(() => probe.sendDiff(path, wrapDiff(wrapper ?? 'bare', back)));
  const text = chooseTextAttribute(saved) ?? '';
  const isStray = [dataOf(now), now].some((level) => Object.hasOwn(level, text));
  if (!isStray) return;
  // A stray that cannot go at least says what the attribute says.
  const value = removal === 'unsupported' ? (getOwn(attributesOf(saved), text) ?? null) : null;
  if (jsonEqual(getOwn(dataOf(now), text) ?? getOwn(now, text), value)) return;
  await sendAndTell(() => probe.sendDiff(path, { [text]: value }));
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
  return { bare: 'of bare names', attributes: 'under "attributes"', 'data.attributes': 'under "data.attributes"' }[
    wrapper
  ];
}

function asObject(value: Json): JsonObject {
  return isJsonObject(value) ? value : {};
}
