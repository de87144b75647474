import { canonicalJson, getOwn, isJsonObject, type Json, type JsonObject, listAt, textAt } from '../model/json.js';
import type {
  Branch,
  Condition,
  Journey,
  Landing,
  ListType,
  RoutingWorld,
  Share,
  SingleType,
} from './journey-model.js';
import { normaliseHost, normalisePath } from './normalise-place.js';

const SINGLE: readonly string[] = [
  'country',
  'city',
  'region',
  'billing_country',
  'subscription_status',
  'device',
] satisfies SingleType[];
const LISTS: readonly string[] = ['query', 'cookie', 'segment', 'offer_label'] satisfies ListType[];

/**
 * Journeys in typed form, as files declare them or as the codec decodes live ones, ready to be
 * evaluated. What has no typed form counts as raw: it may or may not match.
 */
export function compileWorld(journeys: Iterable<{ name: string; body: JsonObject }>): RoutingWorld {
  const compiled = Array.from(journeys, ({ name, body }) => compileJourney(name, body));
  const byStart = new Map<string, Journey[]>();
  for (const journey of compiled) {
    if (journey.start === undefined) continue;
    const key = journey.start.toLowerCase();
    byStart.set(key, [...(byStart.get(key) ?? []), journey]);
  }
  return { journeys: compiled, byStart };
}

export function compileJourney(name: string, body: JsonObject): Journey {
  const start = textAt(body, 'starting_point');
  const fallback = textAt(body, 'fallback_tag');
  return {
    name,
    ...(start === undefined ? {} : { start: normalisePath(start) }),
    domains: new Set(
      listAt(body, 'domains').flatMap((domain) => (typeof domain === 'string' ? [normaliseHost(domain)] : [])),
    ),
    branches: listAt(body, 'journeys').map((branch, index) => compileBranch(name, asObject(branch), index)),
    fallback:
      fallback === undefined
        ? { via: 'nothing', journey: name, shares: [] }
        : { via: 'fallback', journey: name, shares: [{ tag: normalisePath(fallback), percent: 100 }] },
  };
}

function compileBranch(journey: string, branch: JsonObject, index: number): Branch {
  const id = textAt(branch, 'id');
  const landing: Landing = { via: 'branch', journey, branch: index, shares: listShares(listAt(branch, 'actions')) };
  return {
    index,
    ...(id === undefined ? {} : { id }),
    conditions: listAt(branch, 'conditions').map(compileCondition),
    landing,
  };
}

function compileCondition(element: Json): Condition {
  const object = asObject(element);
  const type = textAt(object, 'type') ?? '';
  const list = getOwn(object, 'values');
  if (Array.isArray(list) && list.every((value) => typeof value === 'string')) {
    const sets = { values: new Set(list), lower: new Set(list.map((value) => value.toLowerCase())) };
    if (isSingle(type)) return { form: 'single', type, ...sets };
    if (isList(type)) return { form: 'list', type, ...sets };
  }
  const raw = getOwn(object, 'raw') ?? element;
  return { form: 'raw', raw, key: canonicalJson(raw) };
}

function isSingle(type: string): type is SingleType {
  return SINGLE.includes(type);
}

function isList(type: string): type is ListType {
  return LISTS.includes(type);
}

/** Shares of the sum: 33.33 three times is a third each. One raw action leaves all of them unknown. */
function listShares(actions: readonly Json[]): Share[] {
  const typed = actions
    .map(asObject)
    .map((action) => ({ tag: textAt(action, 'destination'), split: getOwn(action, 'split') ?? 100 }));
  const sum = typed.reduce((total, { split }) => total + (typeof split === 'number' ? split : Number.NaN), 0);
  if (actions.length > 0 && (!(sum > 0) || typed.some(({ tag }) => tag === undefined)))
    return [{ tag: null, percent: 100 }];
  return typed.map(({ tag, split }) => ({ tag: normalisePath(tag ?? ''), percent: (Number(split) / sum) * 100 }));
}

function asObject(value: Json): JsonObject {
  return isJsonObject(value) ? value : {};
}
