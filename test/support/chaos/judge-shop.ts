import type { EmulatorState } from '../../../src/emulator/control.js';
import { asObject, canonicalJson, getOwn, type Json, type JsonObject } from '../../../src/model/json.js';
import type { Plan } from '../../../src/model/plan.js';
import { keyOf, takeShop, takeSnapshot } from './snapshot.js';

/** A plan, and the tenant for which it was made. */
export interface MadePlan {
  plan: Plan;
  tenant: Pick<EmulatorState, 'items' | 'journeys' | 'promoCodes'>;
}

export interface ShopReference {
  /** What visitors saw before the first plan. */
  initial: EmulatorState;
  /** The working copies if everything is carried out as planned. */
  expected: MadePlan['tenant'];
}

/** A field of an item that a route shows, and that no plan named. */
export interface Unnamed {
  route: string;
  key: string;
  field: string;
  value: Json | undefined;
}

/**
 * A route may show of an item what some route showed before, what a plan sets, and what a plan lists as also going
 * live. The published index has one copy of an item for all routes, so a copy of another route counts as seen.
 */
export function listUnnamed(
  plans: readonly MadePlan[],
  { initial, expected }: ShopReference,
  now: Pick<EmulatorState, 'liveRoutes'>,
): Unnamed[] {
  const seen = [...takeShop(initial).values()];
  const wanted = takeSnapshot(expected);
  const made = plans.map(({ plan, tenant }) => ({ ...nameFields(plan), tenant: takeSnapshot(tenant) }));
  const listAllowed = (key: string, field: string): (JsonObject | undefined)[] => [
    ...seen.map((shop) => shop.get(key)),
    ...made.flatMap(({ changed, also, owed, tenant }) => [
      ...(changed.get(key)?.has(field) ? [wanted.get(key)] : []),
      ...(also.get(key)?.has(field) || also.get(key)?.has(WHOLE) ? [tenant.get(key)] : []),
      // The files declare it, and its published copy is older.
      ...(owed.has(key) ? [tenant.get(key)] : []),
      // A change is the first publish of its item where no route showed it before.
      ...(changed.get(key)?.has(WHOLE) ? [wanted.get(key)] : []),
    ]),
  ];
  return [...takeShop(now)].flatMap(([route, items]) =>
    [...items].flatMap(([key, item]) =>
      [
        ...new Set([...Object.keys(item), ...seen.flatMap((shop): string[] => Object.keys(shop.get(key) ?? {}))]),
      ].flatMap((field) => {
        const value = getOwn(item, field);
        const isNamed = listAllowed(key, field).some((one) => isEqual(getOwn(one ?? {}, field), value));
        return isNamed ? [] : [{ route, key, field, value }];
      }),
    ),
  );
}

export function describeUnnamed({ route, key, field, value }: Unnamed): string {
  return `${route} shows ${field} of ${key} as ${JSON.stringify(value)}, which no plan named`;
}

/** For an item that goes live as a whole. */
const WHOLE = '*';

interface Named {
  changed: ReadonlyMap<string, ReadonlySet<string>>;
  also: ReadonlyMap<string, ReadonlySet<string>>;
  owed: ReadonlySet<string>;
}

function nameFields(plan: Plan): Named {
  const changed = plan.changes.map(({ address, action, after }): [string, Set<string>] => [
    keyOf(address),
    new Set([...Object.keys(asObject(after?.['attributes'])), ...(action === 'create' ? [WHOLE] : [])]),
  ]);
  const also = new Map<string, Set<string>>();
  for (const { address, fields, firstTime } of plan.publish.pages.flatMap(({ alsoPublishes = [] }) => alsoPublishes)) {
    const names = fields.map(({ path }) => decode(/^\/attributes\/([^/]+)/.exec(path)?.[1] ?? path));
    also.set(keyOf(address), new Set([...(also.get(keyOf(address)) ?? []), ...names, ...(firstTime ? [WHOLE] : [])]));
  }
  const owed = plan.publish.pages.flatMap(({ reason, items }) => (reason === 'not-live' ? items.map(keyOf) : []));
  return { changed: new Map(changed), also, owed: new Set(owed) };
}

/** A part of a JSON pointer. */
function decode(part: string): string {
  return part.replaceAll('~1', '/').replaceAll('~0', '~');
}

function isEqual(a: Json | undefined, b: Json | undefined): boolean {
  return a === undefined || b === undefined ? a === b : canonicalJson(a) === canonicalJson(b);
}
