import type { Address } from '../model/address.js';
import { mapConcurrent } from '../model/async.js';
import { defined } from '../model/json.js';
import { WRITE_PHASES, type WritePhase } from '../model/model.js';
import type { ApplyResult, Outcome, OutcomeError, PageOutcome, RunEvent } from '../model/outcome.js';
import type { Change, Plan, PublishPage } from '../model/plan.js';
import { journalWrites } from './journal.js';
import { findMissingPage, findMissingRoutes, type MissingRoutes } from './missing-routes.js';
import { createPageCheck, saveBefore } from './recheck.js';
import { buildResult } from './result.js';
import {
  type ApplyContext,
  type ApplyRun,
  createRun,
  driverOf,
  findStop,
  findUndoneDependency,
  keepRecord,
  levelsOf,
  recordOutcome,
  resumeHint,
} from './run.js';
import { checkPlan, selectRunnable } from './select.js';
import { writeCatalog } from './write-catalog.js';
import { writeObject } from './write-object.js';

/**
 * Applies a plan exactly as it is; nothing is recomputed. The stages, in order:
 *
 *     select       which changes the given consents allow           select.ts
 *     save         the live state of each, into the journal         recheck.ts, journal.ts
 *     catalog      create items one by one, update them in batches  write-catalog.ts, creation.ts, bulk-update.ts
 *     publish      build and publish the affected pages             below, publish/publish.ts
 *     promo codes, journeys, then deletions                         write-object.ts
 *     result       one outcome a change, one line a route           result.ts
 *
 * Each write is re-checked before (recheck.ts) and read back after (read-back.ts). Journeys redirect
 * visitors at once, so they come after everything they lead to. A failed change becomes an outcome;
 * only failures of the whole run throw.
 * @throws LimioError INTERNAL for a plan that cannot be applied, and what the journal throws before
 * the first write. Nothing has been sent then.
 */
export async function applyPlan(plan: Plan, context: ApplyContext): Promise<ApplyResult> {
  const run = createRun(plan, context);
  const { runnable, withheld, stopPublish, stopPages } = selectRunnable(plan, context.consents);
  checkPlan(plan, runnable, context.drivers);
  for (const change of plan.changes) {
    const error = withheld.get(change.address);
    if (error) recordOutcome(run, change, 'withheld', { error });
  }
  await saveBefore(run, runnable);

  announce(run, 'catalog', writesOf(run, 'catalog'));
  await writeCatalog(run);
  const planned = plan.publish.pages;
  const stopOf = ({ path }: PublishPage): OutcomeError | undefined => {
    const stop = stopPages.get(path);
    return stopPublish ?? (stop && { ...stop.error, hint: explainConsents(run, stop) });
  };
  const stopped = planned.flatMap((page) => withholdPage(run, page, stopOf(page)));
  const published = await publishChosen(
    run,
    planned.filter((page) => !stopOf(page)),
  );
  const pages = sortAsPlanned([...published, ...stopped], planned);
  await writePromoCodes(run, pages);
  await writeJourneys(run, pages);
  await deleteObjects(run, pages);
  await Promise.all(run.unsettled);
  return buildResult(run, pages, stopPublish);
}

type Phase = Extract<RunEvent, { type: 'phase' }>['phase'];
type Filter = (change: Change) => boolean;

const isDelete: Filter = ({ action }) => action === 'delete';

function writesOf(run: ApplyRun, phase: WritePhase): Filter {
  return (change) => driverOf(run, change).phase === phase && !isDelete(change);
}

/** A phase with nothing to do is not announced. */
function announce(run: ApplyRun, phase: Phase, wanted: Filter): void {
  const changes = levelsOf(run, wanted).flat();
  const total = new Set(changes.flatMap((change) => [change, ...listPendingDeletions(run, change)])).size;
  if (total > 0) run.context.emit({ type: 'phase', phase, total });
}

async function publishChosen(run: ApplyRun, planned: readonly PublishPage[]): Promise<PageOutcome[]> {
  const { clock, dialect, resumeCommand, signal, publishPages } = run.context;
  if (planned.length === 0) return [];
  const emit = (event: RunEvent): void => emitPages(run, event);
  emit({ type: 'phase', phase: 'publish', total: planned.length });
  const stop = findStop(run);
  const { publish, skipped } = stop
    ? { publish: [], skipped: planned.flatMap((page) => skipPage(page, { hint: resumeHint(run), ...stop })) }
    : choosePages(planned, run.outcomes, resumeHint(run));
  for (const outcome of skipped) emit({ type: 'page-end', outcome });
  if (publish.length === 0) return skipped;
  const { environment } = run.plan;
  const context = {
    api: journalWrites(run),
    clock,
    emit,
    dialect,
    environment,
    resumeCommand,
    checkPage: createPageCheck(run),
    ...defined({ signal }),
  };
  const published = await publishPages(publish, context);
  if (signal?.aborted && published.some(({ status }) => status !== 'live')) run.interrupted = true;
  return [...published, ...skipped];
}

function sortAsPlanned(outcomes: readonly PageOutcome[], planned: readonly PublishPage[]): PageOutcome[] {
  const order = new Map(planned.map(({ path }, index) => [path, index]));
  return outcomes.toSorted((a, b) => (order.get(a.path) ?? 0) - (order.get(b.path) ?? 0));
}

/** Every consent that a page requires in one command, so that nobody collects them refusal by refusal. */
function explainConsents(
  run: ApplyRun,
  { error, consents }: { error: OutcomeError; consents: readonly string[] },
): string {
  const hint = error.hint ?? resumeHint(run);
  // The resume command of a promotion makes a plan and takes no consents.
  if (consents.every((consent) => hint.includes(consent)) || run.plan.promotedFrom !== undefined) return hint;
  // The command may hold consents already, of other numbers too.
  const isOther = (word: string): boolean => !consents.some((consent) => word.split('=')[0] === consent.split('=')[0]);
  const words = run.context.resumeCommand.split(' ').filter(isOther);
  return `${hint} To publish the page, run: ${[...words, ...consents].join(' ')}`;
}

/** Also pages without a change of their own: they are published to renew the copy of an item. */
function withholdPage(run: ApplyRun, page: PublishPage, stop: OutcomeError | undefined): PageOutcome[] {
  if (!stop) return [];
  const outcomes = skipPage(page, { hint: resumeHint(run), ...stop }).map((outcome): PageOutcome => ({
    ...outcome,
    withheld: true,
  }));
  for (const outcome of outcomes) emitPages(run, { type: 'page-end', outcome });
  return outcomes;
}

function emitPages(run: ApplyRun, event: RunEvent): void {
  if (event.type === 'page-end') run.unsettled.push(keepRecord(run, { step: 'page', outcome: event.outcome }));
  run.context.emit(event);
}

async function writePromoCodes(run: ApplyRun, pages: readonly PageOutcome[]): Promise<void> {
  const writes = writesOf(run, 'promo-codes');
  announce(run, 'promo-codes', writes);
  for (const level of levelsOf(run, writes)) {
    await mapConcurrent(level, run.concurrency, (change) => writeAfterDeletions(run, change, pages));
  }
}

/**
 * One at a time: each redirects visitors at once, and a person watching must see which did. A journey that needs a page
 * which the run did not make live is not written.
 */
async function writeJourneys(run: ApplyRun, pages: readonly PageOutcome[]): Promise<void> {
  const writes = writesOf(run, 'journeys');
  announce(run, 'journeys', writes);
  const missing = findMissingRoutes(run, pages);
  for (const change of levelsOf(run, writes).flat()) await writeAfterDeletions(run, change, pages, missing);
}

/**
 * Writes an object. What must be deleted first is deleted right before it, so that visitors lack a journey for one call
 * only; while the write itself cannot run, its deletions do not run either.
 */
async function writeAfterDeletions(
  run: ApplyRun,
  change: Change,
  pages: readonly PageOutcome[],
  missing: MissingRoutes = new Map(),
): Promise<void> {
  const missingPage = findStop(run) === undefined ? findMissingPage(run, change, missing) : undefined;
  const deletions = listPendingDeletions(run, change);
  const ready = new Set(deletions.map(({ address }) => address));
  for (const deletion of deletions) {
    const obstacle = missingPage ?? findUndoneDependency(run, change, ready);
    if (obstacle) recordOutcome(run, deletion, 'blocked', { error: explainKept(change, obstacle) });
    else await deleteObject(run, deletion, pages);
  }
  if (missingPage) recordOutcome(run, change, 'blocked', { error: missingPage });
  else await writeObject(run, change);
}

/** Those that the change waits for, each after the deletions that it waits for itself. */
function listPendingDeletions(run: ApplyRun, { dependsOn }: Change): Change[] {
  const found = dependsOn.flatMap((address) => {
    const other = run.changes.get(address);
    return other && isDelete(other) && !run.outcomes.has(address) ? [...listPendingDeletions(run, other), other] : [];
  });
  return [...new Set(found)];
}

function explainKept({ address }: Change, { message, ...rest }: OutcomeError): OutcomeError {
  return { ...rest, message: `Not deleted, because ${address} cannot take its place: ${message}` };
}

/** In the reverse order of writing, so journeys first: what they lead to must still exist. */
async function deleteObjects(run: ApplyRun, pages: readonly PageOutcome[]): Promise<void> {
  announce(run, 'deletes', isDelete);
  const deletions = WRITE_PHASES.toReversed().flatMap((phase) =>
    levelsOf(run, (change) => isDelete(change) && driverOf(run, change).phase === phase).flat(),
  );
  for (const change of deletions) {
    const successor = findSuccessor(run, change);
    const outcome = successor && run.outcomes.get(successor.address);
    if (successor && outcome) {
      const obstacle = outcome.error ?? { code: 'BLOCKED', message: `It is ${outcome.status}.` };
      recordOutcome(run, change, 'blocked', { error: explainKept(successor, obstacle) });
    } else await deleteObject(run, change, pages);
  }
}

/** What waits for a deletion that is left over: it did not run, so the object must stay. */
function findSuccessor(run: ApplyRun, { address }: Change): Change | undefined {
  return run.plan.changes.find((other) => !isDelete(other) && other.dependsOn.includes(address));
}

async function deleteObject(run: ApplyRun, change: Change, pages: readonly PageOutcome[]): Promise<void> {
  const reason = findStop(run) === undefined ? findFailure(run, pages) : undefined;
  if (reason) recordOutcome(run, change, 'blocked', { error: reason });
  else await writeObject(run, change);
}

/**
 * Nothing is deleted after a failure. An omitted page does not count: if nobody ever published its
 * route, it would block deletions forever.
 */
function findFailure(run: ApplyRun, pages: readonly PageOutcome[]): OutcomeError | undefined {
  const change = [...run.outcomes.values()].find(({ status }) => status === 'failed' || status === 'unverified');
  const page = pages.find(({ status }) => status === 'failed');
  const what = change
    ? `${change.address} ${change.status === 'failed' ? 'failed' : 'is unverified'}`
    : page && `publishing ${page.path} failed`;
  if (what === undefined) return undefined;
  return { code: 'BLOCKED', message: `Nothing is deleted after a failure: ${what}.`, hint: resumeHint(run) };
}

interface ChosenPages {
  publish: PublishPage[];
  skipped: PageOutcome[];
}

/**
 * A page is skipped while one of its items failed, is unverified or blocked: building it could publish
 * a value that nobody reviewed. A withheld item is unchanged, so it holds back a page only if it has an unpublished
 * edit, which the page would make live.
 */
function choosePages(
  pages: readonly PublishPage[],
  outcomes: ReadonlyMap<Address, Outcome>,
  hint: string,
): ChosenPages {
  const chosen: ChosenPages = { publish: [], skipped: [] };
  for (const page of pages) {
    const reason = findReasonToSkip(page, outcomes);
    if (reason === undefined) chosen.publish.push(page);
    else chosen.skipped.push(...skipPage(page, { code: 'BLOCKED', message: reason, hint }));
  }
  return chosen;
}

/** One line a route; one without a route for a page that has none. */
function skipPage(page: PublishPage, { code, message, hint }: OutcomeError): PageOutcome[] {
  const routes = page.routes.length === 0 ? [undefined] : page.routes;
  return routes.map((route) => ({
    path: page.path,
    ...defined({ route }),
    status: 'skipped',
    build: 'none',
    code,
    reason: message,
    ...defined({ hint }),
  }));
}

function findReasonToSkip(page: PublishPage, outcomes: ReadonlyMap<Address, Outcome>): string | undefined {
  const self = outcomes.get(`page:${page.path}`);
  if (self?.action === 'create' && self.status !== 'done') return `${self.address} was not created`;
  const own = page.items.flatMap((address) => outcomes.get(address) ?? []);
  const bad = own.find(({ status }) => status !== 'done' && status !== 'withheld');
  if (bad) return `${bad.address} ${bad.status === 'failed' ? 'failed' : `is ${bad.status}`}`;
  const drafts = new Set((page.shows ?? []).flatMap(({ address, isDraft }) => (isDraft ? [address] : [])));
  const draft = own.find(({ address, status }) => status === 'withheld' && drafts.has(address));
  if (draft) return `${draft.address} is withheld and has an unpublished edit, which would go live`;
  const allWithheld = own.length > 0 && own.every(({ status }) => status === 'withheld');
  return allWithheld && page.reason === 'changed' ? 'its changes are withheld' : undefined;
}
