import type { JourneyCodec } from '../kinds/journey/codec.js';
import type { LiveState } from '../kinds/read-live.js';
import { type Address, formatAddress, parseAddress } from '../model/address.js';
import type { JsonObject } from '../model/json.js';
import type { Change, PlanWarning } from '../model/plan.js';
import { findLoops, indexSteps, listOthersAt, type LoopStep } from '../routing/loops.js';
import { compileWorld, type Journey } from '../routing/routing.js';

/** Conflicts of changed journeys with any journey of the tenant, declared or not, as they are after the plan. */
export interface JourneyClashes {
  /** By changed journey: pointers into its routing, to the destinations that close a circle. */
  loops: ReadonlyMap<Address, readonly string[]>;
  warnings: PlanWarning[];
}

export function findJourneyClashes(changes: readonly Change[], state: LiveState, codec: JourneyCodec): JourneyClashes {
  const changed = new Map(
    changes.flatMap(({ kind, address, routing }) =>
      kind === 'journey' && routing?.after ? [[address, routing.after]] : [],
    ),
  );
  if (changed.size === 0) return { loops: new Map(), warnings: [] };
  const gone = new Set(changes.filter(({ action }) => action === 'delete').map(({ address }) => address));
  const bodies = new Map<Address, JsonObject>(
    [...state.resources.values()].flatMap(({ kind, address, body }) =>
      kind === 'journey' && !gone.has(address) ? [[address, codec.decode(body)]] : [],
    ),
  );
  for (const [address, body] of changed) bodies.set(address, body);
  const world = compileWorld([...bodies].map(([address, body]) => ({ name: parseAddress(address).name, body })));
  const isChanged = (journey: Journey): boolean => changed.has(addressOf(journey));
  const loops = findLoops(world).loops.filter((loop) => loop.some(({ journey }) => isChanged(journey)));
  const rivals = world.journeys.filter(isChanged).flatMap((journey) => {
    const others = journey.start === undefined ? [] : listOthersAt(world, journey.start, journey);
    return others.length === 0 ? [] : [warnSameStart(journey, others)];
  });
  const steps = new Map(
    Array.from(indexSteps(loops), ([name, pointers]) => [formatAddress('journey', name), pointers]),
  );
  return { loops: steps, warnings: [...loops.map((loop) => warnLoop(loop, isChanged)), ...rivals] };
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
