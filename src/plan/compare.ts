import jsonPatch from 'fast-json-patch';
import { createJourneyCodec, type JourneyCodec } from '../kinds/journey/codec.js';
import type { BodyDiff, KindRules } from '../kinds/kind-definition.js';
import { createKindRules } from '../kinds/kinds.js';
import { type LiveState, readLive } from '../kinds/read-live.js';
import { hideInKinds } from '../kinds/secrets/hide-in-kinds.js';
import { hideSecrets } from '../kinds/secrets/secrets.js';
import { isCatalogKind, type Kind } from '../model/address.js';
import { getOwn, isJsonObject, type Json, type JsonObject } from '../model/json.js';
import type { LiveReader } from '../model/live-api.js';
import type { Change, FieldChange, PatchOperation } from '../model/plan.js';
import type { DesiredResource, LiveResource } from '../model/resource.js';
import { hashJson } from './fingerprint.js';
import { ignoreFields, type Managed } from './managed.js';
import type { PlanContext } from './plan-context.js';

/** What the files manage, what is live, and how the two differ: all that a plan is made from. */
export interface Comparison {
  /** Reads the tenant with references in place of secrets. */
  reader: LiveReader;
  kinds: Record<Kind, KindRules>;
  codec: JourneyCodec;
  managed: Managed;
  /** What is left of the declarations, sorted by address. */
  desired: readonly DesiredResource[];
  state: LiveState;
  /** One for each of `desired`, in its order. */
  diffs: readonly ResourceDiff[];
}

/** Reads the tenant through a port that cannot write, and compares. @throws what reading throws. */
export async function compareTenant(
  tenant: LiveReader,
  declared: readonly DesiredResource[],
  context: PlanContext,
): Promise<Comparison> {
  const reader = hideSecrets(tenant, context.secrets);
  const kinds = hideInKinds(createKindRules(context.dialect), context.secrets);
  const managed = ignoreFields(declared, context.ignore, kinds, context.ownership);
  const desired = managed.desired.toSorted((a, b) => (a.address < b.address ? -1 : 1));
  const state = await readLive(reader, { desired, scope: context.scope, kinds });
  const codec = createJourneyCodec(context.dialect.journeyCodec, state.journeyData);
  const compared = desired.map((resource) => compareDesired(resource, state, kinds[resource.kind], codec));
  return { reader, kinds, codec, managed, desired, state, diffs: compared };
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

/** Pure: compares one declared resource with the tenant. `dependsOn` is filled in later. */
export function compareDesired(
  desired: DesiredResource,
  state: LiveState,
  rules: KindRules,
  codec: JourneyCodec,
): ResourceDiff {
  const live = state.resources.get(desired.address);
  const compared = rules.compareWithLive(desired, live, codec);
  const differs = live === undefined || compared.fields.length > 0;
  return {
    desired,
    ...(live === undefined ? {} : { live }),
    diff: compared,
    ...(differs ? { change: toChange(desired, live, compared) } : {}),
    notLive: !differs && isBehindPublished(desired, compared, state, rules),
  };
}

function isBehindPublished(desired: DesiredResource, { after }: BodyDiff, state: LiveState, rules: KindRules): boolean {
  const published = isCatalogKind(desired.kind) ? state.published.get(desired.name) : undefined;
  if (!published) return false;
  const copy: JsonObject = { attributes: published.attributes };
  return rules.compare(rules.project(copy, after), after).length > 0;
}

function toChange(desired: DesiredResource, live: LiveResource | undefined, compared: BodyDiff): Change {
  const after = live ? compared.after : dropNullUnits(compared.after);
  return {
    address: desired.address,
    kind: desired.kind,
    action: live ? 'update' : 'create',
    reason: live ? explainFields(compared.fields) : 'declared, and not in the tenant',
    ...(live ? { before: compared.before } : {}),
    after,
    fields: compared.fields,
    ...(compared.routing ? { routing: compared.routing } : {}),
    patch: toPatch(live && compared.before, after),
    ...(live ? { live: describeLive(live, compared.before) } : {}),
    dependsOn: [],
    source: desired.source,
    risk: rateRisk(desired, compared.fields),
  };
}

/** What is declared as cleared need not be told to an object that does not exist yet. */
function dropNullUnits(body: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null));
}

export function describeLive(live: LiveResource, before: JsonObject): NonNullable<Change['live']> {
  return {
    ...(live.id === undefined ? {} : { id: live.id }),
    ...(live.version === undefined ? {} : { version: live.version }),
    hash: hashJson(before),
  };
}

function explainFields(fields: readonly FieldChange[]): string {
  const names = [...new Set(fields.map(({ path }) => topName(path)))];
  const shown = names.slice(0, 3).join(', ');
  return `${shown}${names.length > 3 ? ` and ${names.length - 3} more` : ''} ${names.length === 1 ? 'differs' : 'differ'}`;
}

function topName(path: string): string {
  const [first = '', second] = path.slice(1).split('/');
  return first === 'attributes' && second !== undefined ? second : first;
}

/** High: what moves live traffic of the whole shop, or what people are charged. */
function rateRisk(desired: DesiredResource, fields: readonly FieldChange[]): Change['risk'] {
  if (fields.some(({ path }) => path.startsWith('/attributes/price__limio'))) return 'high';
  return desired.kind === 'journey' && isDefaultStart(desired.body) ? 'high' : 'low';
}

export function hasLabels(body: JsonObject): boolean {
  const attributes = getOwn(body, 'attributes');
  return isJsonObject(attributes) && Object.hasOwn(attributes, 'label__limio');
}

export function labelsOf(body: JsonObject | undefined): string[] {
  const attributes = getOwn(body ?? {}, 'attributes');
  const labels = isJsonObject(attributes) ? getOwn(attributes, 'label__limio') : undefined;
  return Array.isArray(labels) ? labels.filter((label) => typeof label === 'string') : [];
}

/** Whether a journey starts at `/default`, the home page and the 404 page (API reference, section 2). */
export function isDefaultStart(body: JsonObject): boolean {
  const start = getOwn(body, 'starting_point');
  return typeof start === 'string' && /^\/?default\/?$/.test(start);
}

/** The whole body as it is after the plan: what the change sends laid over what is live. Undefined when deleted. */
export function effectiveBody(live: JsonObject, change: Change | undefined): JsonObject | undefined {
  if (!change) return live;
  if (change.action === 'delete') return undefined;
  const { after = {} } = change;
  if (!isCatalogKind(change.kind)) return merge(live, after);
  return { ...live, attributes: merge(asObject(getOwn(live, 'attributes')), asObject(getOwn(after, 'attributes'))) };
}

/** Null clears. */
function merge(live: JsonObject, after: JsonObject): JsonObject {
  const merged = new Map([...Object.entries(live), ...Object.entries(after)]);
  return Object.fromEntries([...merged].filter(([, value]) => value !== null));
}

function asObject(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

/** RFC 6902 operations that turn `before` into `after`; a missing body counts as `{}`. */
export function toPatch(before: JsonObject | undefined, after: JsonObject | undefined): PatchOperation[] {
  return jsonPatch.compare(before ?? {}, after ?? {}) as PatchOperation[];
}
