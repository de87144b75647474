import type { JourneyCodec } from '../kinds/journey/codec.js';
import type { ComparedResource, KindRules } from '../kinds/kind-definition.js';
import type { LiveState } from '../kinds/read-live.js';
import { isCatalogKind } from '../model/address.js';
import { getOwn, isJsonObject, type JsonObject } from '../model/json.js';
import type { Change, FieldChange } from '../model/plan.js';
import type { DesiredResource, LiveResource } from '../model/resource.js';
import { hashJson } from './hash-json.js';
import { isDefaultStart } from './is-default-start.js';
import { toPatch } from './to-patch.js';

/** One declared resource beside what is live. `change` is absent when nothing differs. */
export interface Compared {
  desired: DesiredResource;
  live?: LiveResource;
  compared: ComparedResource;
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
): Compared {
  const live = state.resources.get(desired.address);
  const compared = rules.compareWithLive(desired, live, codec);
  const differs = live === undefined || compared.fields.length > 0;
  return {
    desired,
    ...(live === undefined ? {} : { live }),
    compared,
    ...(differs ? { change: toChange(desired, live, compared) } : {}),
    notLive: !differs && isBehindPublished(desired, compared, state, rules),
  };
}

function isBehindPublished(
  desired: DesiredResource,
  { after }: ComparedResource,
  state: LiveState,
  rules: KindRules,
): boolean {
  const published = isCatalogKind(desired.kind) ? state.published.get(desired.name) : undefined;
  if (!published) return false;
  const copy: JsonObject = { attributes: published.attributes };
  return rules.compare(rules.project(copy, after), after).length > 0;
}

function toChange(desired: DesiredResource, live: LiveResource | undefined, compared: ComparedResource): Change {
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
