import { createKindRules } from '../kinds/kinds.js';
import type { KindRules } from '../kinds/kind-definition.js';
import { createLiveState, type LiveState } from '../kinds/read-live.js';
import { hideInKinds } from '../kinds/secrets/hide-in-kinds.js';
import { type Address, formatAddress, isCatalogKind, type Kind } from '../model/address.js';
import type { LiveReader } from '../model/live-api.js';
import type { LiveResource } from '../model/model.js';
import {
  type Change,
  type Guard,
  type Impact,
  isMove,
  type Move,
  type Plan,
  type PlanWarning,
  type PublishPlan,
  splitMove,
} from '../model/plan.js';
import type { TouchedObject } from '../model/run.js';
import { formatCommand } from '../model/text.js';
import type { ResourceDiff } from './compare.js';
import { rewordHints } from './guards/guard-input.js';
import { groupPriceMoves } from './impact/impact.js';
import { explainRefusal } from './incomplete-reads.js';
import { findJourneyClashes } from './journey-clashes.js';
import { addDependencies } from './order.js';
import { type AlsoFound, findAlsoPublishes } from './pages/also-publishes.js';
import { checkDestinations, type Destinations } from './pages/destinations.js';
import type { PlanContext } from './plan-context.js';
import { buildPlan, listChanges, waitForDeletions } from './plan.js';
import { listPrices, type PriceStep } from './prices.js';
import { reverseChange, type Reversed } from './reverse-change.js';
import { warnIrreversible } from './warnings.js';

export interface RolledBackRun {
  /** For the reasons of the changes. */
  id: string;
  plan: Plan;
  /** The objects that it wrote to, from its journal. */
  touched: readonly TouchedObject[];
  /** Of several runs as one: by object, the first and the last of them that wrote it. */
  writers?: ReadonlyMap<Address, { first: string; last: string }>;
  /** Of several runs as one, whose changes are split: the objects that they moved to other names. */
  moves?: readonly Move[];
  /** How the command that undoes it begins: `rollback <run>` when absent. */
  words?: readonly string[];
}

/**
 * The plan that undoes a run now. What the journal says of an object may be old, so what else would go live with its
 * pages is read, and where journeys lead back to.
 */
export async function makeRollback(reader: LiveReader, run: RolledBackRun, context: PlanContext): Promise<Plan> {
  const reversal = reverseRun(run, context);
  const { kinds, diffs, publish } = reversal;
  const state = createLiveState();
  const { pages, unproven } = await findAlsoPublishes(reader, { kinds, diffs, state, pages: publish.pages });
  const destinations = await findDestinations(reader, reversal);
  return finishRollback(run, { ...reversal, publish: { ...publish, pages }, destinations, unproven }, context);
}

/** The page of a route to which the plan leads a journey back may be gone. */
async function findDestinations(reader: LiveReader, { kinds, changes, publish }: Reversal): Promise<Destinations> {
  if (!changes.some(({ kind }) => kind === 'journey')) return NOTHING_FOUND;
  const { journeys, warnings } = await listJourneys(reader);
  const destinations = await checkDestinations(reader, {
    diffs: [],
    changes,
    state: createLiveState(journeys),
    publish,
    decode: (body) => kinds.journey.present(body),
  });
  return { ...destinations, warnings: [...destinations.warnings, ...warnings] };
}

/** Others may lead to, or start at, what the rollback gives up. Without the list, the rollback goes on and says so. */
async function listJourneys(reader: LiveReader): Promise<{ journeys: LiveResource[]; warnings: PlanWarning[] }> {
  try {
    const { items, complete, note = 'the list of journeys is not complete' } = await reader.listJourneys();
    const journeys = items.map(({ name, data: body, record }): LiveResource => ({
      address: formatAddress('journey', name),
      kind: 'journey',
      name,
      body,
      atHead: false,
      record,
    }));
    return { journeys, warnings: complete ? [] : warnUnlisted(note) };
  } catch (error) {
    return { journeys: [], warnings: warnUnlisted(explainRefusal(error)) };
  }
}

function warnUnlisted(why: string): PlanWarning[] {
  const message = `Cannot tell which other journeys depend on this rollback: ${why}.`;
  return [{ code: 'INCOMPLETE_READ', message }];
}

const NOTHING_FOUND: Destinations = { dead: [], waits: [], warnings: [] };

/**
 * The plan that undoes a run: a plan like any other, with the same guards, consents and checks. reverse-change.ts
 * undoes each change. What took no effect is skipped; what cannot be undone is a warning. Undoing the rollback gives
 * the changes of the run again. Pure.
 */
export function buildRollback(run: RolledBackRun, context: PlanContext): Plan {
  return finishRollback(run, { ...reverseRun(run, context), destinations: NOTHING_FOUND, unproven: [] }, context);
}

interface Reversal {
  kinds: Record<Kind, KindRules>;
  state: LiveState;
  diffs: ResourceDiff[];
  changes: Change[];
  warnings: PlanWarning[];
  publish: PublishPlan;
}

function reverseRun({ id, plan, touched, writers, moves }: RolledBackRun, { dialect, secrets }: PlanContext): Reversal {
  const kinds = hideInKinds(createKindRules(dialect), secrets);
  const byAddress = new Map(touched.map((object) => [object.address, object]));
  const warnings: PlanWarning[] = [];
  const halves = plan.changes.flatMap((change) => (isMove(change) ? Object.values(splitMove(change)) : [change]));
  const reversed = halves.flatMap((change): Reversed[] => {
    const object = byAddress.get(change.address);
    const { first, last } = writers?.get(change.address) ?? { first: id, last: id };
    const found = object && reverseChange(change, object, { run: first, lastRun: last, rules: kinds[change.kind] });
    const obstacle = found && findObstacle(change, found, object);
    if (obstacle) warnings.push({ code: 'CANNOT_UNDO', address: change.address, message: obstacle });
    return found && !obstacle ? [found] : [];
  });
  const diffs = reversed.flatMap((one) => ('diff' in one ? [one.diff] : []));
  // What the run left, as far as guards need it.
  const state = createLiveState(reversed.flatMap(({ live }) => live ?? []));
  const listed = listChanges(
    diffs,
    reversed.flatMap((one) => ('deletion' in one ? [one.deletion] : [])),
  );
  const { waits } = findJourneyClashes(listed, state, (body) => kinds.journey.present(body));
  const changes = waitForDeletions(waitForDeletions(listed, { waits }), {
    waits: undoMoves(moves ?? plan.changes.filter(isMove), listed),
  });
  return { kinds, state, diffs, changes, warnings, publish: pickPublish(plan.publish, changes) };
}

/** What only reading the tenant finds. */
interface Found {
  destinations: Destinations;
  unproven: AlsoFound['unproven'];
}

function finishRollback(
  { id, plan, words = ['rollback', id] }: RolledBackRun,
  { state, diffs, warnings, publish, destinations, unproven, ...reversal }: Reversal & Found,
  context: PlanContext,
): Plan {
  const changes = addDependencies(reversal.changes, destinations.waits);
  const prices = listPrices({ changes, publish });
  return buildPlan(
    {
      // Never 0: a run that changed something had declarations.
      declaredCount: plan.changes.length,
      diffs,
      changes,
      unmanaged: [],
      publish,
      prices,
      unproven,
      deadLeads: destinations.dead,
      warnings: [...warnings, ...destinations.warnings, ...warnIrreversible(changes, publish)],
      impact: reverseImpact(plan.impact, prices, changes, publish),
      filesHash: plan.filesHash,
      rewordGuards: (guards) => rewordHints(guards, formatUndo(words, { ...context, guards })),
      state,
    },
    { ...context, policies: { ...context.policies, massChange: chooseMassLimit(plan, context) } },
  );
}

/** Of a move, the new object goes right before the old one comes back. */
function undoMoves(moves: readonly Move[], changes: readonly Change[]): ReadonlyMap<Address, readonly Address[]> {
  const deleted = new Set(changes.flatMap(({ address, action }) => (action === 'delete' ? [address] : [])));
  return new Map(
    moves.flatMap(({ address, movedFrom }) => (deleted.has(address) ? [[movedFrom.address, [address]]] : [])),
  );
}

/** The command that undoes runs, which begins with `words`, with every consent that its plan asks for. */
export function formatUndo(
  words: readonly string[],
  plan: Pick<Plan, 'environment' | 'protected'> & { guards: readonly Guard[] },
): string {
  const consents = plan.guards.flatMap(({ consent }) => (consent ? [`${consent.flag}=${consent.value}`] : []));
  const isProtected = plan.protected ? [`--allow-protected=${plan.environment}`] : [];
  return formatCommand(...words, '--env', plan.environment, ...new Set([...isProtected, ...consents]));
}

function findObstacle({ address, kind }: Change, reversed: Reversed, object: TouchedObject): string | undefined {
  if (object.redacted) return `${address} held a secret, which the journal does not keep: restore it by hand.`;
  if (isCatalogKind(kind) && 'deletion' in reversed)
    return `${address} was created, and a rollback never deletes from the catalog: delete it in the web app.`;
  const isCreation = 'diff' in reversed && reversed.diff.change?.action === 'create';
  return isCatalogKind(kind) && isCreation
    ? `${address} is gone, and the API cannot create it with its former content: create it in the web app.`
    : undefined;
}

/** The pages that the run published for these items. */
function pickPublish({ pages, onNoPage }: PublishPlan, changes: readonly Change[]): PublishPlan {
  const changed = new Set<Address>(changes.map(({ address }) => address));
  return {
    // What else went live with the run is live now.
    pages: pages.flatMap(({ alsoPublishes: _also, shows: _shows, ...page }) => {
      const items = page.items.filter((address) => changed.has(address));
      return items.length === 0 ? [] : [{ ...page, items, reason: 'changed' as const }];
    }),
    onNoPage: onNoPage.filter((address) => changed.has(address)),
  };
}

/** The run's own plan knows who sees the prices; nothing is read again. */
function reverseImpact(
  impact: Impact,
  prices: readonly PriceStep[],
  changes: readonly Change[],
  { pages }: PublishPlan,
): Impact {
  const movesOf = (address: Address) => impact.prices.filter(({ addresses }) => addresses.includes(address));
  const index = {
    findUsers: () => [],
    findRoutes: (address: Address) => [
      ...movesOf(address).flatMap(({ routes }) => routes),
      ...pages.flatMap(({ routes, alsoPublishes = [] }) =>
        alsoPublishes.some((one) => one.address === address) ? routes : [],
      ),
    ],
    findJourneys: (address: Address) => movesOf(address).flatMap(({ journeys }) => journeys),
    findPromoCodes: () => [],
  };
  const affected = new Set<Address>([
    ...prices.map(({ address }) => address),
    ...changes.filter(({ action }) => action === 'delete').map(({ address }) => address),
  ]);
  return {
    prices: groupPriceMoves(prices, index, 0).map((move) => ({
      ...move,
      promoCodes: [
        ...new Set(move.addresses.flatMap((address) => movesOf(address).flatMap(({ promoCodes }) => promoCodes))),
      ].sort(),
    })),
    usedBy: impact.usedBy.filter(({ address }) => affected.has(address)),
  };
}

/**
 * Only the run's own plan knows how many objects the repository manages. It touched at least as many as its rollback
 * does, so the rollback of a plan that was not a mass change is not one either.
 */
function chooseMassLimit(plan: Plan, { policies }: PlanContext): PlanContext['policies']['massChange'] {
  return plan.guards.some(({ code }) => code === 'MASS_CHANGE')
    ? policies.massChange
    : { ...policies.massChange, percent: 100 };
}
