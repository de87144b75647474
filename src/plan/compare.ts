import { createJourneyCodec, type JourneyCodec } from '../kinds/journey/codec.js';
import { type BodyDiff, type KindRules, readHeads } from '../kinds/kind-definition.js';
import { createKindRules } from '../kinds/kinds.js';
import { tolerateLists } from '../kinds/odd-answers.js';
import { type LiveState, readLive, trackReads } from '../kinds/read-live.js';
import { hideInKinds } from '../kinds/secrets/hide-in-kinds.js';
import { hideSecrets } from '../kinds/secrets/secrets.js';
import type { LimioError } from '../errors/errors.js';
import { isCatalogKind, type Kind } from '../model/address.js';
import { getOwn, type JsonObject } from '../model/json.js';
import type { LiveReader } from '../model/live-api.js';
import { type DesiredResource, type LiveResource, topLevelFields } from '../model/model.js';
import { toPatch } from '../model/patch.js';
import type { Basis, Change, FieldChange, PlannedField, SeenVersion } from '../model/plan.js';
import { compareBy } from '../model/words.js';
import { hashJson } from './fingerprint.js';
import { ignoreFields, type Managed } from './managed.js';
import { listBuiltItems, toPublishRules } from './pages/pages.js';
import type { PlanContext } from './plan-context.js';

/** What the files manage, what is live, and how the two differ: everything that a plan is made from. */
export interface Comparison {
  /** Reads the tenant with references in place of secrets. */
  reader: LiveReader;
  kinds: Record<Kind, KindRules>;
  codec: JourneyCodec;
  managed: Managed;
  /** All that the files declare, what the environment does not manage too. */
  declared: readonly DesiredResource[];
  /** The managed declarations, sorted by address. */
  desired: readonly DesiredResource[];
  state: LiveState;
  /** One for each of `desired` that could be read, in its order. */
  diffs: readonly ResourceDiff[];
  /** What was read so far. */
  describeReads: () => Pick<Basis, 'lists' | 'atHead'>;
}

/**
 * Reads the tenant through a port that cannot write, and compares. A refused call stops only what depends on it:
 * such lists are incomplete, such objects are in `state.unreadable`.
 * @throws what reading throws; the first refusal when nothing could be read.
 */
export async function compareTenant(
  tenant: LiveReader,
  declared: readonly DesiredResource[],
  context: PlanContext,
): Promise<Comparison> {
  const refusals: LimioError[] = [];
  const tolerant = tolerateLists(hideSecrets(tenant, context.secrets), (error) => refusals.push(error));
  const { reader, describe } = trackReads(tolerant);
  const kinds = hideInKinds(createKindRules(context.dialect), context.secrets);
  const managed = ignoreFields(declared, context.ignore, kinds, context.ownership);
  const desired = managed.desired.toSorted(compareBy(({ address }) => address));
  const { scope, unsettled = [], refresh = false } = context;
  const state = await readLive(reader, { desired, scope, kinds, unsettled, refresh });
  const listReadable = (): DesiredResource[] =>
    desired.filter(
      // While the old object cannot be read, the new one must not be created beside it.
      ({ address, movedFrom = address }) => !state.unreadable.has(address) && !state.unreadable.has(movedFrom),
    );
  const isListed = Object.values(state.listings).some(({ complete }) => complete);
  const [refusal] = [...refusals, ...state.unreadable.values()];
  if (refusal && !isListed && listReadable().length === 0) throw refusal;
  const codec = createJourneyCodec(context.dialect.journeyCodec, state.journeyData);
  const compareAll = (): ResourceDiff[] =>
    listReadable().map((resource) => compareDesired(resource, state, kinds[resource.kind], codec));
  let diffs = compareAll();
  // What head shows may bring further pages, with further items.
  for (let unread = await findUnread(reader, diffs, state, context); unread.length > 0;) {
    await Promise.all(unread.map(({ desired: one }) => readHeads(reader, [one], kinds[one.kind], state)));
    diffs = compareAll();
    unread = await findUnread(reader, diffs, state, context);
  }
  return { reader, kinds, codec, declared, managed, desired, state, diffs, describeReads: describe };
}

/** The declared items of pages about to be built that only a list showed: building takes them as they are at head. */
async function findUnread(
  reader: LiveReader,
  diffs: readonly ResourceDiff[],
  state: LiveState,
  context: PlanContext,
): Promise<ResourceDiff[]> {
  const listed = diffs.filter(({ live }) => live && !live.atHead);
  if (listed.length === 0) return [];
  const rules = toPublishRules(context);
  // Whether a proof holds for them decides which pages are built.
  const proved = diffs.some(({ notLive }) => notLive) ? (rules.listLivePages?.() ?? []) : [];
  const doubted = listed.filter(
    ({ desired: { address }, notLive }) => notLive && proved.some(({ shown }) => shown.has(address)),
  );
  if (doubted.length > 0) return doubted;
  const shown = new Set(await listBuiltItems(reader, diffs, state, { listed, rules }));
  return listed.filter(({ desired: { address } }) => shown.has(address));
}

/** One declared resource beside what is live. `change` is absent when nothing differs. */
export interface ResourceDiff {
  desired: DesiredResource;
  live?: LiveResource;
  diff: BodyDiff;
  change?: Change;
  /** True when nothing differs in the working copy but the published copy is older. */
  notLive: boolean;
}

/** Compares one declared resource with the tenant. `dependsOn` is filled in later, by order.ts. Pure. */
export function compareDesired(
  desired: DesiredResource,
  state: LiveState,
  rules: KindRules,
  codec: JourneyCodec,
): ResourceDiff {
  const old = findOld(desired, state, rules);
  const live = old ?? state.resources.get(desired.address);
  const diff = rules.compareWithLive(desired, live, codec);
  const differs = old !== undefined || live === undefined || diff.fields.length > 0;
  return {
    desired,
    ...(live === undefined ? {} : { live }),
    diff,
    ...(differs ? { change: old ? toMove(desired, old, diff) : toChange(desired, live, diff) } : {}),
    notLive: !differs && isBehindPublished(desired, diff, state, rules),
  };
}

/** The object that moves to the declared name. A parked one under that name is what an earlier run left half-way. */
function findOld(
  { address, movedFrom }: DesiredResource,
  { resources }: LiveState,
  { parking }: KindRules,
): LiveResource | undefined {
  if (movedFrom === undefined || !parking) return undefined;
  const current = resources.get(address);
  return current && !parking.isParked(current.body) ? undefined : resources.get(movedFrom);
}

/** Compared with the old object: what visitors see differs only in these fields, and all other fields are kept. */
function toMove(desired: DesiredResource, old: LiveResource, diff: BodyDiff): Change {
  const { live: _live, ...change } = toChange(desired, old, diff);
  const { address, body } = old;
  const fields = diff.fields.length === 0 ? '' : `; ${change.reason}`;
  return {
    ...change,
    reason: `moved from ${address}${fields}`,
    movedFrom: { address, body, live: describeLive(old, body) },
    risk: 'high',
  };
}

function isBehindPublished(desired: DesiredResource, { after }: BodyDiff, state: LiveState, rules: KindRules): boolean {
  const published = isCatalogKind(desired.kind) ? state.published.get(desired.name) : undefined;
  if (!published) return false;
  return rules.compare(rules.project({ attributes: published.attributes }, after), after).length > 0;
}

function toChange(desired: DesiredResource, live: LiveResource | undefined, diff: BodyDiff): Change {
  const { address, kind, source, locateShared } = desired;
  const { before, routing } = diff;
  const fields = diff.fields.map((field): PlannedField => {
    const place = locateShared?.(field.path);
    return place ? { ...field, source: place } : field;
  });
  const after = live ? diff.after : dropCleared(diff.after);
  return {
    address,
    kind,
    action: live ? 'update' : 'create',
    reason: live ? explainFields(fields) : 'declared, and not in the tenant',
    ...(live ? { before } : {}),
    after,
    fields,
    ...(routing ? { routing } : {}),
    patch: toPatch(live && before, after),
    ...(live ? { live: describeLive(live, before) } : {}),
    dependsOn: [],
    source,
    risk: rateRisk(desired, fields),
  };
}

/** A creation does not send fields that the file clears. */
function dropCleared(body: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null));
}

/** What apply compares the object with before it writes. */
export function describeLive({ id, version }: LiveResource, before: JsonObject): NonNullable<Change['live']> {
  return {
    ...(id === undefined ? {} : { id }),
    ...(version === undefined ? {} : { version }),
    hash: hashJson(before),
  };
}

/** Which state of an object was read. */
export function describeSeen({ version, body }: Pick<LiveResource, 'version' | 'body'>): SeenVersion {
  return { ...(version === undefined ? {} : { version }), hash: hashJson(body) };
}

function explainFields(fields: readonly FieldChange[]): string {
  const names = [...new Set(fields.map(({ path }) => topName(path)))];
  const shown = names.slice(0, 3).join(', ');
  const more = names.length > 3 ? ` and ${names.length - 3} more` : '';
  return `${shown}${more} ${names.length === 1 ? 'differs' : 'differ'}`;
}

function topName(path: string): string {
  const [first = '', second] = path.slice(1).split('/');
  return first === 'attributes' && second !== undefined ? second : first;
}

/** High: what moves the traffic of the whole shop, or what people are charged. */
function rateRisk(desired: DesiredResource, fields: readonly FieldChange[]): Change['risk'] {
  if (fields.some(({ path }) => path.startsWith('/attributes/price__limio'))) return 'high';
  return desired.kind === 'journey' && isDefaultStart(desired.body) ? 'high' : 'low';
}

/** Whether a journey starts at `/default`, the home page and the 404 page (API reference, section 2). */
export function isDefaultStart(body: JsonObject): boolean {
  const start = getOwn(body, 'starting_point');
  return typeof start === 'string' && /^\/?default\/?$/.test(start);
}

/** The whole body after the change: what it sends laid over what is live. Undefined when deleted. */
export function effectiveBody(
  live: JsonObject,
  change: Pick<Change, 'kind' | 'action' | 'after'> | undefined,
): JsonObject | undefined {
  if (!change) return live;
  if (change.action === 'delete') return undefined;
  const { kind, after = {} } = change;
  const fields = new Map([
    ...Object.entries(topLevelFields(kind, live)),
    ...Object.entries(topLevelFields(kind, after)),
  ]);
  const left = Object.fromEntries([...fields].filter(([, value]) => value !== null));
  return isCatalogKind(kind) ? { ...live, attributes: left } : left;
}
