import type { LiveState } from '../kinds/read-live.js';
import { type Address, formatAddress, parseAddress } from '../model/address.js';
import type { JsonObject } from '../model/json.js';
import type { Change, PlanWarning } from '../model/plan.js';
import { findLoops, indexSteps, listOthersAt, type LoopStep } from '../routing/loops.js';
import { compileWorld, type Journey, type RoutingWorld } from '../routing/routing.js';

/** Conflicts of changed journeys with any journey of the tenant, declared or not, as they are after the plan. */
export interface JourneyClashes {
  /** By changed journey: pointers into its routing, to the destinations that close a circle. */
  loops: ReadonlyMap<Address, readonly string[]>;
  warnings: PlanWarning[];
  /** By changed journey: the deletions that must be done first, since they may be withheld. */
  waits: ReadonlyMap<Address, readonly Address[]>;
}

export function findJourneyClashes(
  changes: readonly Change[],
  { resources }: Pick<LiveState, 'resources'>,
  decode: (body: JsonObject) => JsonObject,
): JourneyClashes {
  const changed = new Map(
    changes.flatMap(({ kind, address, routing }) =>
      kind === 'journey' && routing?.after ? [[address, routing.after]] : [],
    ),
  );
  if (changed.size === 0) return { loops: new Map(), warnings: [], waits: new Map() };
  const live = new Map<Address, JsonObject>(
    [...resources.values()].flatMap(({ kind, address, body }) => (kind === 'journey' ? [[address, decode(body)]] : [])),
  );
  const gone = new Map(
    changes
      .filter(({ kind, action, movedFrom }) => kind === 'journey' && (action === 'delete' || movedFrom))
      .map(({ address, movedFrom }) => [movedFrom?.address ?? address, address]),
  );
  const left = new Map([...[...live].filter(([address]) => !gone.has(address)), ...changed]);
  const world = compileBodies(left);
  const isChanged = (journey: Journey): boolean => changed.has(addressOf(journey));
  const loops = findLoops(world).loops.filter((loop) => loop.some(({ journey }) => isChanged(journey)));
  const rivals = world.journeys.filter(isChanged).flatMap((journey) => {
    const others = journey.start === undefined ? [] : listOthersAt(world, journey.start, journey);
    return others.length === 0 ? [] : [warnSameStart(journey, others)];
  });
  const steps = new Map(
    Array.from(indexSteps(loops), ([name, pointers]) => [formatAddress('journey', name), pointers]),
  );
  return {
    loops: steps,
    warnings: [...loops.map((loop) => warnLoop(loop, isChanged)), ...rivals],
    waits: gone.size === 0 ? new Map() : findWaits({ live, changed, gone }),
  };
}

function compileBodies(bodies: ReadonlyMap<Address, JsonObject>): RoutingWorld {
  return compileWorld([...bodies].map(([address, body]) => ({ name: parseAddress(address).name, body })));
}

interface Bodies {
  live: ReadonlyMap<Address, JsonObject>;
  changed: ReadonlyMap<Address, JsonObject>;
  /** By journey: the change that deletes it, or moves it to another name. */
  gone: ReadonlyMap<Address, Address>;
}

/**
 * A deletion runs only with its consent. A change that would clash with the journey that it deletes waits for it, so
 * that the two are never live together. A clash that is live already is no reason to wait.
 */
function findWaits({ live, changed, gone }: Bodies): ReadonlyMap<Address, readonly Address[]> {
  const known = listClashes(compileBodies(live));
  const clashes = listClashes(compileBodies(new Map([...live, ...changed])));
  return new Map(
    [...changed.keys()].flatMap((address): [Address, Address[]][] => {
      const rivals = clashes.get(address) ?? new Set();
      const waits = [...rivals]
        .flatMap((other) => (known.get(address)?.has(other) ? [] : (gone.get(other) ?? [])))
        .filter((other) => other !== address);
      return waits.length === 0 ? [] : [[address, waits.toSorted()]];
    }),
  );
}

/** By journey: those that start at the same page of the same host, and those that it leads in a circle with. */
function listClashes(world: RoutingWorld): Map<Address, Set<Address>> {
  const groups = [
    ...world.journeys.map((journey) => [
      journey,
      ...(journey.start === undefined ? [] : listOthersAt(world, journey.start, journey)),
    ]),
    ...findLoops(world).loops.flatMap((loop) => {
      const members = loop.map(({ journey }) => journey);
      return members.map((journey) => [journey, ...members.filter((other) => other !== journey)]);
    }),
  ];
  const clashes = new Map<Address, Set<Address>>();
  for (const [journey, ...others] of groups) {
    if (!journey) continue;
    const address = addressOf(journey);
    clashes.set(address, new Set([...(clashes.get(address) ?? []), ...others.map(addressOf)]));
  }
  return clashes;
}

/** The circle, starting with the first journey that the plan changes. */
function warnLoop(loop: readonly LoopStep[], isChanged: (journey: Journey) => boolean): PlanWarning {
  const index = loop.findIndex(({ journey }) => isChanged(journey));
  const first = Math.max(index, 0);
  const journeys = [...loop.slice(first), ...loop.slice(0, first + 1)].map(({ journey }) => journey);
  const [address = 'journey:', ...others] = journeys.map(addressOf);
  const starts = journeys.map(({ start }) => start).join(' -> ');
  return {
    code: 'JOURNEY_LOOP',
    address,
    message: `${address} leads visitors in a circle with ${others.slice(0, -1).join(', ')}: ${starts}.`,
    hint: 'Change one of them to lead to a page at which no journey starts.',
  };
}

function warnSameStart(journey: Journey, rivals: readonly Journey[]): PlanWarning {
  const address = addressOf(journey);
  const others = rivals.map(addressOf).join(', ');
  return {
    code: 'JOURNEY_SAME_START',
    address,
    message:
      `${address} starts at ${journey.start} on the same host as ${others}: ` +
      'it is not known which of them takes the visitors.',
    hint: 'Merge them into one journey, or give them different domains.',
  };
}

function addressOf({ name }: Journey): Address {
  return formatAddress('journey', name);
}
