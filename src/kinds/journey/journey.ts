import { matchGlobs } from '../../glob/glob.js';
import { formatAddress, parseAddress } from '../../model/address.js';
import type { Dialect } from '../../model/dialect.js';
import { getOwn, isJsonObject, type Json, type JsonObject, listAt } from '../../model/json.js';
import type { JourneyRecord, LiveReader } from '../../model/live-api.js';
import type { DesiredResource, LiveResource, WriteTarget } from '../../model/model.js';
import { nameFirst } from '../../model/words.js';
import { compareBodies } from '../compare.js';
import type { BodyDiff, KindDefinition, KindRules, PairedSides, ReadKindInput } from '../kind-definition.js';
import { overlayBody, projectBody } from '../overlay.js';
import { readOrNote } from '../odd-answers.js';
import type { LiveState } from '../read-live.js';
import { listObjects, type Reference, toLabels, toSegments, toTag } from '../references.js';
import { createJourneyCodec, type JourneyCodec } from './codec.js';
import { JOURNEY_FIELDS, journeyDocument } from './document.js';
import { matchBranches } from './match-branches.js';

/** Journeys (API reference, section 2). The body is the record's `data`. Saving is live at once. */
export const JOURNEY: KindDefinition = {
  kind: 'journey',
  identityKey: 'name',
  document: journeyDocument,
  fields: JOURNEY_FIELDS,
  checks: [
    'shape',
    'text',
    'conditions',
    'countries',
    'journey-branches',
    'journey-splits',
    'journey-reach',
    'journey-fallback',
    'journey-tags',
    'journey-domains',
  ],
  writePhase: 'journeys',
  writeRank: 5,
  tenantFolders: [],
  fileFolder: { base: 'journeys', name: '' },
  scopeKey: 'journeys',
  toBody: toJourneyBody,
  listReferences: listJourneyReferences,
  listMissing: (body) => ['starting_point', 'journeys'].filter((key) => !Object.hasOwn(body, key)),
  findPolicyFault: ([top, ...rest]) =>
    rest.length > 0
      ? { message: 'Only whole top-level fields of a journey can be ignored.', hint: `Write "#/${top}".` }
      : undefined,
  createRules: createJourneyRules,
  readLive: readJourneys,
};

/** One write replaces whole top-level keys. */
const FIELD_DEPTH = 1;

function createJourneyRules(dialect: Dialect): KindRules {
  // Evidence decides what may be sent; decoding needs none.
  const withoutEvidence = createJourneyCodec(dialect.journeyCodec, []);
  const decode = (body: JsonObject): JsonObject => withoutEvidence.decode(body);
  return {
    kind: 'journey',
    phase: 'journeys',
    fields: JOURNEY_FIELDS,
    async read(reader, name) {
      const record = await reader.readJourney(name);
      return record && toJourneyResource(record);
    },
    project: (body, like) => projectBody(body, like, FIELD_DEPTH),
    compare: (from, to) => compareBodies(decode(from), decode(to), JOURNEY_FIELDS),
    parking: { park: (body) => ({ ...body, domains: park(listDomains(body)) }), isParked, unpark },
    compareWithLive: compareJourney,
    pairSides: (desired, live, codec) => pairJourney(desired, codec.encode(desired.body).wire, live.body, codec),
    listUnremovable: () => [],
    write: createJourneyWrite(dialect),
    present: decode,
  };
}

function toJourneyResource(record: JourneyRecord): LiveResource {
  return {
    address: formatAddress('journey', record.name),
    kind: 'journey',
    name: record.name,
    body: record.data,
    ...(record.version === undefined ? {} : { version: record.version }),
    atHead: true,
    record: record.record,
  };
}

/**
 * Compares in typed form, in which sets are sets and raw elements of a known form are typed. `before`
 * and `after` are in wire form, which is what is sent.
 */
function compareJourney(desired: DesiredResource, live: LiveResource | undefined, codec: JourneyCodec): BodyDiff {
  const unparked = live && isParked(live.body) ? unpark(live.body) : {};
  const encoded = codec.encode({ ...unparked, ...desired.body });
  const { declared, live: liveTyped } = pairJourney(desired, encoded.wire, live?.body ?? {}, codec);
  const typed = overlayBody(declared, liveTyped, FIELD_DEPTH, JOURNEY_FIELDS);
  return {
    before: codec.encode(typed.before).wire,
    after: codec.encode(typed.after).wire,
    fields: compareBodies(typed.before, typed.after, JOURNEY_FIELDS),
    routing: { ...(live ? { before: liveTyped } : {}), after: { ...liveTyped, ...typed.after } },
    unconfirmed: encoded.unconfirmed,
    unremovable: [],
  };
}

/** Both sides in typed form; each declared branch has the id of the live branch that it matches. */
function pairJourney(
  desired: DesiredResource,
  wire: JsonObject,
  liveBody: JsonObject,
  codec: JourneyCodec,
): PairedSides {
  const live = codec.decode(liveBody);
  return { declared: withBranchIds(desired.name, codec.decode(wire), live), live, rules: JOURNEY_FIELDS };
}

function withBranchIds(name: string, declared: JsonObject, live: JsonObject): JsonObject {
  const branches = getOwn(declared, 'journeys');
  if (!Array.isArray(branches)) return declared;
  const liveBranches = getOwn(live, 'journeys');
  return { ...declared, journeys: matchBranches(name, branches, Array.isArray(liveBranches) ? liveBranches : []) };
}

/**
 * The API can neither rename a journey nor switch one off. A parked one serves only hosts that can never exist (RFC
 * 2606, `.invalid`), so it gets no visitors, and its own hosts can be read from theirs.
 */
const NO_HOST = 'moved.invalid';

function listDomains(body: JsonObject): string[] {
  return listAt(body, 'domains').filter((domain) => typeof domain === 'string');
}

function park(domains: readonly string[]): string[] {
  return domains.length === 0 ? [NO_HOST] : domains.map((domain) => `${domain}.${NO_HOST}`);
}

function unpark(body: JsonObject): JsonObject {
  const domains = listDomains(body).filter((domain) => domain !== NO_HOST);
  return { domains: domains.length === 0 ? null : domains.map((domain) => domain.slice(0, -`.${NO_HOST}`.length)) };
}

function isParked(body: JsonObject): boolean {
  const domains = listDomains(body);
  return domains.length > 0 && domains.every((domain) => domain === NO_HOST || domain.endsWith(`.${NO_HOST}`));
}

type Write = NonNullable<KindRules['write']>;

function createJourneyWrite({ journeyPut }: Dialect): Write {
  return async (writer, change, target, renew) => {
    const name = change.address.slice('journey:'.length);
    if (change.action === 'delete') {
      await writer.deleteJourney(name, renew && (async () => void (await renew())));
      return;
    }
    const build = ({ body }: WriteTarget): JsonObject => {
      // A tenant that merges keeps keys that are not sent, and needs null to remove one.
      if (journeyPut === 'merge') return change.after ?? {};
      // Otherwise PUT replaces `data` whole: a key that is not sent is cleared.
      return Object.fromEntries(Object.entries(body).filter(isKept));
    };
    await writer.putJourney(name, build(target), renew && (async () => build(await renew())));
  };
}

function isKept([, value]: [string, Json]): boolean {
  return value !== null;
}

/** Fills in the splits of actions, and gives every branch a list of conditions. */
function toJourneyBody(document: JsonObject): JsonObject {
  const { kind: _kind, name: _name, moved_from: _old, only: _only, except: _except, ...journey } = document;
  const branches = getOwn(journey, 'journeys');
  return Array.isArray(branches) ? { ...journey, journeys: branches.map(toBranch) } : journey;
}

function toBranch(branch: Json): Json {
  if (!isJsonObject(branch)) return branch;
  const actions = getOwn(branch, 'actions');
  return {
    ...branch,
    conditions: getOwn(branch, 'conditions') ?? [],
    ...(Array.isArray(actions) ? { actions: actions.map(withSplit) } : {}),
  };
}

function withSplit(action: Json): Json {
  if (!isJsonObject(action) || getOwn(action, 'type') !== 'destination' || Object.hasOwn(action, 'split'))
    return action;
  return { ...action, split: 100 };
}

function listJourneyReferences(body: JsonObject): Reference[] {
  const branches = listObjects(body, 'journeys').flatMap(([branch, i]) => {
    const named = listObjects(branch, 'conditions').flatMap(([condition, j]) => {
      const values = listAt(condition, 'values');
      const at = ['journeys', i, 'conditions', j, 'values'];
      switch (getOwn(condition, 'type')) {
        case 'offer_label':
          return toLabels([...values], at);
        case 'segment':
          return toSegments(values, at);
        default:
          return [];
      }
    });
    const tags = listObjects(branch, 'actions').flatMap(([action, j]) =>
      toTag(getOwn(action, 'destination'), ['journeys', i, 'actions', j, 'destination']),
    );
    return [...named, ...tags];
  });
  return [
    ...toTag(getOwn(body, 'starting_point'), ['starting_point']),
    ...toTag(getOwn(body, 'fallback_tag'), ['fallback_tag']),
    ...branches,
  ];
}

/**
 * Listed records may lack a name (API reference, section 2). A name taken from an id counts only when
 * the journey can be read by it, since limio-sync may delete by that name.
 */
async function readJourneys(reader: LiveReader, { declared, scope }: ReadKindInput, state: LiveState): Promise<void> {
  const listing = await reader.listJourneys();
  const names = new Set(
    declared.flatMap(({ name, movedFrom }) => [name, ...(movedFrom ? [parseAddress(movedFrom).name] : [])]),
  );
  const owned = listing.items.filter(({ name }) => !names.has(name) && matchGlobs(scope, name));
  const wanted = [...names, ...owned.map(({ name }) => name)];
  const read = (name: string): Promise<JourneyRecord | undefined> =>
    readOrNote(
      state.unreadable,
      formatAddress('journey', name),
      () => reader.readJourney(name),
      names.has(name) ? 'declared' : 'found',
    );
  const records = await Promise.all(wanted.map(read));
  const unnamed = owned.filter((_, i) => records[names.size + i] === undefined).map(({ name }) => JSON.stringify(name));
  // One nameless object does not show which other journeys exist.
  const note =
    listing.note ??
    (listing.shape === 'object' ? 'the tenant lists one journey without its name' : undefined) ??
    (unnamed.length > 0 ? `its records cannot all be read by their names: ${nameFirst(unnamed)}` : undefined);
  state.listings.journey =
    note === undefined && listing.complete
      ? { complete: true }
      : {
          complete: false,
          ...(note === undefined ? {} : { note }),
          // A tenant that documents its journeys as one object shows no other list, whatever happens.
          ...(scope.length > 0 && !listing.nameless ? { hidesDeletions: true } : {}),
        };
  const unmanaged = listing.items.filter(({ name }) => !wanted.includes(name));
  for (const record of [...unmanaged, ...records]) {
    if (record) state.resources.set(formatAddress('journey', record.name), toJourneyResource(record));
  }
  const evidence = [...listing.items, ...records].flatMap((record) => (record ? [record.data] : []));
  state.journeyData = [...evidence, ...(listing.nameless ? [listing.nameless] : [])];
}
