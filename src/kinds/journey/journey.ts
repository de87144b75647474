import { formatAddress } from '../../model/address.js';
import type { Dialect } from '../../model/dialect.js';
import { getOwn, type Json, type JsonObject } from '../../model/json.js';
import type { JourneyRecord } from '../../model/live-api.js';
import type { DesiredResource, LiveResource } from '../../model/resource.js';
import { compareBodies } from '../compare.js';
import type { BodyDiff, KindRules, PairedSides } from '../kind-definition.js';
import { overlayBody, projectBody } from '../overlay.js';
import { createJourneyCodec, type JourneyCodec } from './codec.js';
import { JOURNEY_ROWS, JOURNEY_TYPED_RULES } from './document.js';
import { matchBranches } from './match-branches.js';

const UNIT_DEPTH = 1;

/** Journeys (API reference, section 2). The body is the record's `data`. Saving is live at once. */
export function createJourneyKind(dialect: Dialect): KindRules {
  // Evidence says what may be sent; what is there decodes without any.
  const withoutEvidence = createJourneyCodec(dialect.journeyCodec, []);
  const decode = (body: JsonObject): JsonObject => withoutEvidence.decode(body);
  return {
    kind: 'journey',
    rows: JOURNEY_ROWS,
    async read(reader, name) {
      const record = await reader.readJourney(name);
      return record && toJourneyResource(record);
    },
    project: (body, like) => projectBody(body, like, UNIT_DEPTH),
    compare: (from, to) => compareBodies(decode(from), decode(to), JOURNEY_TYPED_RULES),
    compareWithLive: compareJourney,
    pairSides: (desired, live, codec) => pairJourney(desired, codec.encode(desired.body).wire, live.body, codec),
    listUnremovable: () => [],
    write: createJourneyWrite(dialect),
    present: decode,
  };
}

export function toJourneyResource(record: JourneyRecord): LiveResource {
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
 * Compares in typed form, where sets are sets and raw elements that have a typed form are read as
 * it, and gives `before` and `after` in wire form, which is what is sent.
 */
function compareJourney(desired: DesiredResource, live: LiveResource | undefined, codec: JourneyCodec): BodyDiff {
  const encoded = codec.encode(desired.body);
  const { declared, live: liveTyped } = pairJourney(desired, encoded.wire, live?.body ?? {}, codec);
  const typed = overlayBody(declared, liveTyped, UNIT_DEPTH, JOURNEY_TYPED_RULES);
  return {
    before: codec.encode(typed.before).wire,
    after: codec.encode(typed.after).wire,
    fields: compareBodies(typed.before, typed.after, JOURNEY_TYPED_RULES),
    routing: { ...(live ? { before: liveTyped } : {}), after: { ...liveTyped, ...typed.after } },
    unconfirmed: encoded.unconfirmed,
    unremovable: [],
  };
}

/** Both sides in typed form, each declared branch with the id of the live one that it is. */
function pairJourney(
  desired: DesiredResource,
  wire: JsonObject,
  liveBody: JsonObject,
  codec: JourneyCodec,
): PairedSides {
  const live = codec.decode(liveBody);
  return { declared: withBranchIds(desired.name, codec.decode(wire), live), live, rules: JOURNEY_TYPED_RULES };
}

function withBranchIds(name: string, declared: JsonObject, live: JsonObject): JsonObject {
  const branches = getOwn(declared, 'journeys');
  if (!Array.isArray(branches)) return declared;
  const liveBranches = getOwn(live, 'journeys');
  return { ...declared, journeys: matchBranches(name, branches, Array.isArray(liveBranches) ? liveBranches : []) };
}

type Write = NonNullable<KindRules['write']>;

function createJourneyWrite({ journeyPut }: Dialect): Write {
  return async (writer, change, fresh, reread) => {
    const name = change.address.slice('journey:'.length);
    if (change.action === 'delete') {
      await writer.deleteJourney(name, reread && (async () => void (await reread())));
      return;
    }
    const build = (live: LiveResource | undefined): JsonObject => {
      // A tenant that merges keeps what is not sent, and needs the null where a key is to go.
      if (journeyPut === 'merge') return change.after ?? {};
      // Else PUT replaces `data` whole: leaving a key out clears it.
      return Object.fromEntries(Object.entries({ ...live?.body, ...change.after }).filter(isKept));
    };
    await writer.putJourney(name, build(fresh), reread && (async () => build(await reread())));
  };
}

function isKept([, value]: [string, Json]): boolean {
  return value !== null;
}
