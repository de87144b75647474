import { asObject, canonicalJson, getOwn, type Json, type JsonObject, listAt, textAt } from '../model/json.js';

/*
 * Journeys as a model, compiled from their typed form. What can be asked of it:
 *
 *   visit.ts           where a visit may end, and why (conditions.ts: one condition, one visitor)
 *   cases.ts           whether a test of a journey passes, and what tests cover
 *   compare.ts         which visitors a change leads elsewhere (visitor-space.ts, regions.ts: sets of visitors)
 *   branches.ts        branches that nobody reaches, and branches whose order decides (least-visitors.ts)
 *   loops.ts           journeys that lead in a circle
 */

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

/** `lower`: in lower case, since it is unknown whether case matters. `key`: equal for equal raw conditions. */
export type Condition =
  | { form: 'single'; type: SingleType; values: ReadonlySet<string>; lower: ReadonlySet<string> }
  | { form: 'list'; type: ListType; values: ReadonlySet<string>; lower: ReadonlySet<string> }
  | { form: 'raw'; raw: Json; key: string };

/** Types that look at one fact; any one of the values may be it. */
export type SingleType = 'country' | 'city' | 'region' | 'billing_country' | 'subscription_status' | 'device';

/** Types that look for their values in a list of facts. */
export type ListType = 'query' | 'cookie' | 'segment' | 'offer_label';

export interface Share {
  /** Tag path, `/us/landing/`; null where a raw action decides. */
  tag: string | null;
  /** Of the branch's visitors, 0 to 100; the shares of a landing add up to 100. */
  percent: number;
}

/** Where a visit ends. There is one object for each branch and end of a journey: compare by identity. */
export interface Landing {
  /** `nothing`: no branch takes the visitor, and no fallback is declared. */
  via: 'branch' | 'fallback' | 'nothing' | 'not-intercepted';
  /** Name of the journey; absent when none intercepts. */
  journey?: string;
  /** Index from 0, of `branch`. */
  branch?: number;
  /** In the order of the actions. Empty: leads nowhere that is known. */
  shares: readonly Share[];
}

export interface Branch {
  index: number;
  id?: string;
  /** All must hold; none: everybody. */
  conditions: readonly Condition[];
  landing: Landing;
}

/** A journey ready to be evaluated. */
export interface Journey {
  name: string;
  /** `/landing/`, with a slash at both ends; undefined: nothing says where it starts. */
  start?: string;
  /** Hosts in lower case; empty: every host (assumed). */
  domains: ReadonlySet<string>;
  /** The first that matches wins. */
  branches: readonly Branch[];
  /** For visitors that no branch takes. */
  fallback: Landing;
}

/** All journeys of a tenant or a repository. */
export interface RoutingWorld {
  journeys: readonly Journey[];
  /** By `start` in lower case. */
  byStart: ReadonlyMap<string, readonly Journey[]>;
}

export const NOT_INTERCEPTED: Landing = { via: 'not-intercepted', shares: [] };

/** The page that is both home page and 404 page (API reference, section 2). */
export const DEFAULT_START = '/default/';

/** `landing`, `/landing` and `/landing/` are the same; `/` is the home page, which is `/default/`. */
export function normalisePath(path: string): string {
  if (path.length > 2 && path.startsWith('/') && path.endsWith('/') && path[1] !== '/' && path.at(-2) !== '/')
    return path;
  const inner = path.replace(/^\/+|\/+$/g, '');
  return inner === '' ? DEFAULT_START : `/${inner}/`;
}

/** Hosts ignore letter case and a final dot. */
export function normaliseHost(host: string): string {
  return host.toLowerCase().replace(/\.(?=:|$)/, '');
}
