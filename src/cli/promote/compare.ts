import { findDrift } from '../../drift/drift.js';
import { LimioError } from '../../errors/errors.js';
import { labelsOf } from '../../kinds/catalog/item-references.js';
import { type Address, formatTagPath } from '../../model/address.js';
import type { AppliedState, ObjectDrift } from '../../model/drift.js';
import type { LiveReader } from '../../model/live-api.js';
import type { Plan } from '../../model/plan.js';
import type { Gate, PriceProof, Promotion, PromotionContent } from '../../model/promotion.js';
import type { DesiredResource } from '../../model/resource.js';
import { suggestNearest } from '../../model/spelling.js';
import { compareTenant, type Comparison } from '../../plan/compare.js';
import { planPublish } from '../../plan/pages/pages.js';
import { listTags } from '../../plan/pages/routes.js';
import type { PlanContext } from '../../plan/plan-context.js';
import { planComparison } from '../../plan/plan.js';
import { checkGates, isSourceProven, listUnchecked, type SourceInput } from '../../promote/gates.js';
import { classifyObjects, countOverwrites, withholdObjects } from '../../promote/promote.js';
import { closeSelection, listLacking, type Selection } from '../../promote/selection.js';
import { findForeignHosts, listForeignHosts } from '../../promote/values.js';
import { describeContext, findPendingPublishes } from '../shared/plan.js';
import { loadState } from '../shared/state.js';
import { checkFiles, type Project, type Workspace } from '../shared/workspace.js';
import { checkPromotedFiles, type ProofFacts } from './gates.js';
import { matchGlob } from '../../text/glob.js';

/** One of the two environments, with its files. */
interface Side extends Workspace {
  declared: DesiredResource[];
  applied: AppliedState | undefined;
  context: PlanContext;
  comparison: Comparison;
}

export interface PromotionRequest {
  source: Workspace;
  target: Workspace;
  open: (workspace: Workspace) => Promise<LiveReader & { close: () => Promise<void> }>;
  /** What the source charges for what is selected. */
  provePrices: (source: Project, facts: ProofFacts) => Promise<PriceProof>;
  /** Patterns of addresses; none means everything. */
  selectors: readonly string[];
  allowOverwrite?: number;
}

/**
 * What a promotion would do: reads both tenants through ports that cannot write.
 * @throws LimioError USAGE, STATE_*, PROMOTE_FOREIGN_HOST, and what reading throws.
 */
export async function promoteProject(request: PromotionRequest): Promise<Promotion> {
  const { source, target } = request;
  const head = {
    kind: 'limio-sync/promotion',
    formatVersion: 1,
    from: describePlace(source),
    to: describePlace(target),
  } as const;
  const files = checkPromotedFiles(source);
  if (files[0].status === 'fail') return { ...head, gates: [...files, ...listUnchecked()] };
  const readers = await Promise.all([request.open(source), request.open(target)]);
  try {
    const [from, to] = await Promise.all([readSide(source, readers[0]), readSide(target, readers[1])]);
    const { content, gates, plan } = await compareSides(from, to, request);
    const all = [...files, ...gates];
    const failed = all.some(({ status }) => status === 'fail');
    if (plan && !failed) refuseForeignHosts(plan, from, to);
    return {
      ...head,
      to: { ...head.to, ...(to.applied ? { last: to.applied.last.at } : {}) },
      gates: all,
      content,
      ...(plan && !failed ? { plan } : {}),
    };
  } finally {
    await Promise.all(readers.map((reader) => reader.close()));
  }
}

function describePlace({ environment: { name, host } }: Workspace): Promotion['from'] {
  return { environment: name, host };
}

async function readSide(workspace: Workspace, reader: LiveReader): Promise<Side> {
  const declared = checkFiles(workspace, [workspace.environment]).checked.resources;
  const context = describeContext(workspace);
  return {
    ...workspace,
    declared,
    applied: loadState(workspace),
    context,
    comparison: await compareTenant(reader, declared, context),
  };
}

interface Compared {
  content: PromotionContent;
  gates: Gate[];
  plan?: Plan;
}

async function compareSides(
  from: Side,
  to: Side,
  { selectors, allowOverwrite, provePrices }: PromotionRequest,
): Promise<Compared> {
  const [source, target] = [from, to].map(
    ({ comparison }) => new Map(comparison.desired.map((resource) => [resource.address, resource])),
  ) as [Map<Address, DesiredResource>, Map<Address, DesiredResource>];
  const selection = select(selectors, source, target, to.comparison);
  const chosen = new Set(selection.addresses);
  const isWhole = selectors.length === 0;
  const isMeant = ({ address, change }: ObjectDrift): boolean =>
    chosen.has(address) || (isWhole && (change === 'created' || change === 'undeclared'));
  const drift = findDrift(to.comparison, to.applied, to.context).objects.filter(isMeant);
  const {
    objects: found,
    intended,
    unchanged,
  } = classifyObjects({ selected: selection.addresses, drift, source, target, kinds: to.comparison.kinds });
  const consented = allowOverwrite !== undefined && allowOverwrite === countOverwrites(found);
  const objects = consented ? found : withholdObjects(found, target);
  const withheld = new Set(objects.flatMap((object) => (object.withheld === undefined ? [] : [object.address])));

  const selected = selection.addresses.flatMap((address) => target.get(address) ?? []);
  const pageTags = selected.some(({ kind }) => kind === 'journey') ? await readPageTags(to.comparison) : undefined;
  const lacking = listLacking({
    selected,
    declaredInSource: new Set(source.keys()),
    state: to.comparison.state,
    pageTags,
    createItems: to.environment.createItems,
    from: from.environment.name,
    to: to.environment.name,
  });
  const plan = lacking.some(({ blocks }) => blocks)
    ? undefined
    : await planPart(to, { chosen, withheld, isWhole, promotedFrom: from.environment.name });
  const live = await listNotLive(from, chosen, isWhole);
  const proof: SourceInput = {
    from: from.environment.name,
    selected: selection.addresses,
    drift: findDrift(from.comparison, from.applied, from.context).objects.filter(isMeant),
    applied: from.applied && {
      last: from.applied.last,
      open: selection.addresses.filter((address) => from.applied?.objects[address]?.open !== undefined),
      unknown: selection.addresses.filter((address) => from.applied && !Object.hasOwn(from.applied.objects, address)),
    },
    ...live,
  };
  const gates = checkGates({
    ...proof,
    to: to.environment.name,
    prices: await provePrices(
      { ...from, desired: from.declared, warnings: [] },
      { selected: chosen, isProven: isSourceProven(proof) },
    ),
    freezes: to.context.freeze.filter(({ fromMs, toMs }) => fromMs <= to.context.now && to.context.now < toMs),
    lacking,
    guards: plan?.guards,
  });
  const count = (name: string): number => objects.filter((object) => object.class === name).length;
  const summary = {
    newInSource: count('new-in-source'),
    hotFixed: count('hot-fixed-in-target'),
    both: count('both'),
    intended,
    unchanged,
    withheld: withheld.size,
    elsewhere: countElsewhere(source, target),
  };
  return {
    content: { selected: selection.addresses, added: selection.added, objects, lacking, summary },
    gates,
    ...(plan ? { plan } : {}),
  };
}

/** @throws LimioError USAGE for a selector that matches nothing that both environments declare. */
function select(
  selectors: readonly string[],
  source: ReadonlyMap<Address, DesiredResource>,
  target: ReadonlyMap<Address, DesiredResource>,
  { state }: Comparison,
): Selection {
  const shared = [...target.keys()].filter((address) => source.has(address));
  if (selectors.length === 0) return { addresses: shared.sort(), added: [] };
  for (const selector of selectors) {
    if (shared.some((address) => matchGlob(selector, address))) continue;
    const nearest = suggestNearest(selector, shared);
    const one = [...source.keys(), ...target.keys()].some((address) => matchGlob(selector, address));
    throw new LimioError({
      code: 'USAGE',
      message: one
        ? `"${selector}" is declared for one of the two environments only.`
        : `No declared object matches "${selector}".`,
      ...(nearest === undefined
        ? { hint: "Write kind:name, for example 'offer:/offers2/Digital*'." }
        : { hint: `Did you mean '${nearest}'?` }),
    });
  }
  const carried = new Set([...state.resources.values()].flatMap(({ body }) => labelsOf(body)));
  const both = new Map([...target].filter(([address]) => source.has(address)));
  return closeSelection(
    shared.filter((address) => selectors.some((selector) => matchGlob(selector, address))),
    both,
    (label) => carried.has(label),
  );
}

function countElsewhere(source: ReadonlyMap<Address, unknown>, target: ReadonlyMap<Address, unknown>): number {
  return (
    [...source.keys()].filter((address) => !target.has(address)).length +
    [...target.keys()].filter((address) => !source.has(address)).length
  );
}

async function readPageTags({ state, reader }: Comparison): Promise<Set<string>> {
  const { items } = state.pages ?? (await reader.listItems('page', 'catalog'));
  return new Set(items.flatMap(listTags).map(formatTagPath));
}

interface Part {
  chosen: ReadonlySet<Address>;
  withheld: ReadonlySet<Address>;
  /** Only a promotion of everything may delete. */
  isWhole: boolean;
  promotedFrom: string;
}

/** The plan of a part of the files, by the one planner. Its hash is that of all files, so that they can be checked again. */
function planPart(
  { comparison, context, declared, ...workspace }: Side,
  { chosen, withheld, isWhole, promotedFrom }: Part,
): Promise<Plan> {
  const pendingPublishes = findPendingPublishes(workspace).filter(
    ({ items }) => isWhole || items.some((item) => chosen.has(item)),
  );
  const diffs = comparison.diffs.filter(({ desired: { address } }) => chosen.has(address) && !withheld.has(address));
  return planComparison({ ...comparison, diffs }, declared, {
    ...context,
    pendingPublishes,
    promotedFrom,
    scope: isWhole ? context.scope : {},
    ignore: [...context.ignore, ...withheld],
  });
}

/** Pages of the source that must be published before what they show counts as tried. */
async function listNotLive(
  { comparison, ...workspace }: Side,
  chosen: ReadonlySet<Address>,
  isWhole: boolean,
): Promise<{ notLive: Plan['publish']['pages']; incomplete: string[] }> {
  const { reader, diffs, state } = comparison;
  const pendingPublishes = findPendingPublishes(workspace).filter(
    ({ items }) => isWhole || items.some((item) => chosen.has(item)),
  );
  const { publish, incomplete } = await planPublish(
    reader,
    diffs.filter(({ desired }) => chosen.has(desired.address)),
    state,
    { isProtected: () => false, createItems: workspace.environment.createItems, pendingPublishes },
  );
  return { notLive: publish.pages.filter(({ reason }) => reason === 'not-live'), incomplete };
}

/** @throws LimioError PROMOTE_FOREIGN_HOST naming every place. */
function refuseForeignHosts(plan: Plan, from: Side, to: Side): void {
  const facts = ({ environment: { host, shopUrl, vars }, declared }: Side) => ({
    hosts: [host, ...(shopUrl === undefined ? [] : [new URL(shopUrl).host])],
    vars,
    desired: declared,
  });
  const found = findForeignHosts(plan.changes, listForeignHosts(facts(from), facts(to)));
  if (found.length === 0) return;
  const { locate } = checkFiles(to, [to.environment]).checked;
  const lines = found.map(({ address, pointer, host }) => {
    const at = locate(address, pointer);
    return `  ${at ? `${at.file}:${at.line}:${at.col} ` : ''}${address}${pointer}: ${host}`;
  });
  throw new LimioError({
    code: 'PROMOTE_FOREIGN_HOST',
    message: `${found.length === 1 ? 'A value names a host' : `${found.length} values name hosts`} of ${from.environment.name} and would reach ${to.environment.name}:\n${lines.join('\n')}`,
    hint: `Write a variable (\${vars.NAME}) or an overlay in the file, or add the pair to promotion.maps of limio.config.`,
    details: { hosts: found },
  });
}
