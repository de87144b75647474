import type { Address } from '../model/address.js';
import type { JsonObject } from '../model/json.js';
import { toBody, topLevelFields } from '../model/model.js';
import { type Change, isMove, type Plan, type PublishPage, splitMove } from '../model/plan.js';
import type { TouchedObject } from '../model/run.js';
import type { RolledBackRun } from './rollback.js';

/**
 * Several runs as one, so that undoing it restores what was before the first of them: every object from what the last
 * run that wrote it left to what the first one found. `runs` are all of them, oldest first. Undefined where they wrote
 * nothing that `isChosen` selects. Pure.
 */
export function composeRuns(
  runs: readonly RolledBackRun[],
  isChosen: (address: Address) => boolean,
): RolledBackRun | undefined {
  const changes = new Map<Address, Change>();
  const touched = new Map<Address, TouchedObject>();
  const writers = new Map<Address, { first: string; last: string }>();
  for (const run of runs) {
    const objects = new Map(run.touched.map((object) => [object.address, object]));
    for (const change of run.plan.changes.flatMap((one) => (isMove(one) ? Object.values(splitMove(one)) : [one]))) {
      const { address } = change;
      const object = objects.get(address);
      if (!object || !isChosen(address)) continue;
      const [known, earlier] = [touched.get(address), changes.get(address)];
      touched.set(address, known ? joinTouched(known, object) : object);
      changes.set(address, earlier ? joinChanges(earlier, change) : change);
      writers.set(address, { first: writers.get(address)?.first ?? run.id, last: run.id });
    }
  }
  const [first] = runs;
  const last = runs.at(-1);
  if (!first || !last || changes.size === 0) return undefined;
  const plan: Plan = {
    ...last.plan,
    changes: [...changes.values()],
    guards: runs.flatMap((run) => run.plan.guards),
    publish: joinPublishes(runs.map((run) => run.plan)),
    impact: {
      prices: runs.flatMap((run) => run.plan.impact.prices),
      usedBy: runs.flatMap((run) => run.plan.impact.usedBy),
    },
  };
  const moves = runs.flatMap((run) => run.plan.changes.filter(isMove));
  return { id: first.id, plan, touched: [...touched.values()], writers, moves };
}

/** As the first run found it, and as the last one left it. */
function joinTouched(first: TouchedObject, last: TouchedObject): TouchedObject {
  const { left: _left, ...start } = first;
  const redacted = first.redacted || last.redacted;
  return { ...start, redacted, ...(last.left === undefined ? {} : { left: last.left }) };
}

/** Every field that one of them sends. */
function joinChanges(first: Change, last: Change): Change {
  const { kind } = first;
  const { before: _before, after: _after, ...change } = last;
  const before = joinFields(kind, last.before, first.before);
  const after = joinFields(kind, first.after, last.after);
  const action = first.action === 'create' ? 'create' : last.action === 'create' ? 'update' : last.action;
  return {
    ...change,
    action,
    ...(first.action === 'create' || !before ? {} : { before }),
    ...(last.action === 'delete' || !after ? {} : { after }),
    risk: first.risk === 'high' ? 'high' : last.risk,
  };
}

/** `over` wins. */
function joinFields(
  kind: Change['kind'],
  under: JsonObject | undefined,
  over: JsonObject | undefined,
): JsonObject | undefined {
  if (!under || !over) return over ?? under;
  return toBody(kind, { ...topLevelFields(kind, under), ...topLevelFields(kind, over) });
}

/** Each page once, with what any of the runs changed on it, at the routes that it has now. */
function joinPublishes(plans: readonly Plan[]): Plan['publish'] {
  const pages = new Map<string, PublishPage>();
  for (const page of plans.flatMap(({ publish }) => publish.pages)) {
    const known = pages.get(page.path);
    const items = [...new Set([...(known?.items ?? []), ...page.items])];
    const buildItems = [...new Set([...(known?.buildItems ?? []), ...page.buildItems])];
    pages.set(page.path, { ...page, items, buildItems });
  }
  const shown = new Set([...pages.values()].flatMap(({ items }) => items));
  const onNoPage = new Set(plans.flatMap(({ publish }) => publish.onNoPage));
  return { pages: [...pages.values()], onNoPage: [...onNoPage].filter((address) => !shown.has(address)) };
}
