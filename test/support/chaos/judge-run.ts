import { chooseExitCode } from '../../../src/apply/result.js';
import type { EmulatorState } from '../../../src/emulator/control.js';
import type { Emulator } from '../../../src/emulator/emulator.js';
import type { RequestLogEntry } from '../../../src/emulator/tenant.js';
import { isJsonObject, type Json, type JsonObject } from '../../../src/model/json.js';
import type { Outcome, PageOutcome } from '../../../src/model/outcome.js';
import type { Plan } from '../../../src/model/plan.js';
import { findNewDeadLeads, listConsentedRoutes, listLeads } from './dead-leads.js';
import type { Applied } from './open-tool.js';
import { differingKeys, isSame, keyOf, sameAt, type Snapshot, takeShop, takeSnapshot, textOf } from './snapshot.js';

/** A world before anything, and as it is when nothing goes wrong. */
export interface Reference {
  initial: EmulatorState;
  expected: EmulatorState;
}

export interface Judgement {
  /** Sentences about what the result says and the tenant does not bear out. */
  lies: string[];
  /** Everything that the files declare is in the tenant and in the shop. */
  converged: boolean;
  /** Routes that are live and are reported as not proved live, in words that do not deny it. */
  understated: number;
  /** Routes that are reported live because the tenant said so, and lost the publish all the same. */
  deceived: number;
}

/** Words with which a failure says that nobody knows what became of the call. */
const TELLS_DOUBT = /may have been|partly written|To see the live state/;
const TELLS_UNPROVED =
  /may have been|may be live anyway|was not reported live|got no answer|timed out|got only a part|returned (?:200|429|5\d\d)/;

/** Holds the result of an apply against the tenant's own state, object by object and route by route. */
export function judgeRun(
  plan: Plan,
  { result, journal }: Applied,
  { initial, expected }: Reference,
  tenant: Pick<Emulator, 'state' | 'log'>,
): Judgement {
  const state = tenant.state();
  const lies: string[] = [];
  const [was, wanted, is] = [takeSnapshot(initial), takeSnapshot(expected), takeSnapshot(state)];
  const outcomes = new Map(result.outcomes.map((outcome) => [keyOf(outcome.address), outcome]));
  if (result.outcomes.length !== plan.changes.length)
    lies.push(`${plan.changes.length} changes have ${result.outcomes.length} outcomes`);
  for (const key of new Set([...was.keys(), ...wanted.keys(), ...is.keys()])) {
    const outcome = outcomes.get(key);
    const problem =
      findForeignKeys(key, was, wanted, is) ??
      (outcome
        ? judgeOutcome(outcome, was.get(key), wanted.get(key), is.get(key))
        : judgeAlone(was.get(key), is.get(key)));
    if (problem !== undefined) lies.push(`${key}: ${problem}${outcome ? ` (${describe(outcome)})` : ''}`);
  }
  const shops = { was: takeShop(initial), wanted: takeShop(expected), is: takeShop(state) };
  const lost = listLostPublishes(tenant.log());
  const pages = result.publish.pages.map((outcome) => judgePage(plan, outcome, outcomes, shops, lost));
  lies.push(...pages.flatMap(({ lie }) => lie ?? []));
  const consented = listConsentedRoutes(plan);
  lies.push(
    ...findNewDeadLeads(initial, state, consented, expected),
    ...findOldLandings(plan, outcomes, { initial, state }, shops, new Set([...lost, ...consented])),
  );
  const converged =
    [...wanted.keys(), ...is.keys()].every((key) => isSame(wanted.get(key), is.get(key))) &&
    findOldRoutes(expected, state).length === 0;
  lies.push(...judgeExitCode(plan, result, is, wanted), ...judgeDeletes(result), ...judgeJournal(result, journal));
  return {
    lies,
    converged,
    understated: pages.filter(({ understated }) => understated).length,
    deceived: pages.filter(({ deceived }) => deceived).length,
  };
}

/** Routes that do not show what they would if nothing had gone wrong. */
export function findOldRoutes(expected: EmulatorState, state: EmulatorState): string[] {
  const [wanted, is] = [takeShop(expected), takeShop(state)];
  return [...wanted]
    .filter(([route, items]) => [...items].some(([key, item]) => !isSame(item, is.get(route)?.get(key))))
    .map(([route]) => route);
}

/**
 * Visitors whom the run led to a page that it meant to make live and that still shows the old state of what was written:
 * not the page that was reviewed with the journey.
 */
function findOldLandings(
  plan: Plan,
  outcomes: ReadonlyMap<string, Outcome>,
  { initial, state }: { initial: EmulatorState; state: EmulatorState },
  shops: { wanted: Shop; is: Shop },
  excused: ReadonlySet<string>,
): string[] {
  const before = new Set(listLeads(initial).map(({ name, route }) => `${name} ${route}`));
  const leads = listLeads(state).filter(({ name, route }) => !before.has(`${name} ${route}`) && !excused.has(route));
  return plan.publish.pages.flatMap(({ routes, items }) => {
    const done = items.map(keyOf).filter((key) => outcomes.get(key)?.status === 'done');
    const old = routes.filter((route) =>
      done.some((key) => !isSame(shops.is.get(route)?.get(key), shops.wanted.get(route)?.get(key))),
    );
    return leads
      .filter(({ route }) => old.includes(route))
      .map(({ name, route }) => `journey ${name} leads to ${route}, which the run did not make live`);
  });
}

/** Fields that no change is about must be as they were, whatever became of the change. */
function findForeignKeys(key: string, was: Snapshot, wanted: Snapshot, is: Snapshot): string | undefined {
  const [before, after, now] = [was.get(key), wanted.get(key), is.get(key)];
  if (!now || !before) return undefined;
  const ours = new Set(after ? differingKeys(before, after) : []);
  const moved = differingKeys(before, now).filter((one) => !ours.has(one));
  return moved.length > 0 ? `${moved.join(', ')} changed, which no file asks for` : undefined;
}

function judgeAlone(before: JsonObject | undefined, now: JsonObject | undefined): string | undefined {
  return isSame(before, now) ? undefined : 'changed, and no outcome tells';
}

function judgeOutcome(
  outcome: Outcome,
  before: JsonObject | undefined,
  after: JsonObject | undefined,
  now: JsonObject | undefined,
): string | undefined {
  const untouched = isSame(before, now);
  const text = `${outcome.error?.message ?? ''} ${outcome.error?.hint ?? ''}`;
  switch (outcome.status) {
    case 'done':
      return isSame(after, now)
        ? undefined
        : `is said to be done and differs in ${differingKeys(after, now).join(', ')}`;
    case 'unverified':
      return judgeUnverified(outcome, after, now);
    case 'failed':
      if (untouched) return undefined;
      if (outcome.error?.code === 'STALE') return 'is said to be stale and was written';
      return TELLS_DOUBT.test(text) ? undefined : 'is said to have failed and was written';
    default:
      return untouched ? undefined : `is said to be ${outcome.status} and was written`;
  }
}

function judgeUnverified(
  { differences = [], error }: Outcome,
  after: JsonObject | undefined,
  now: JsonObject | undefined,
): string | undefined {
  if (differences.length === 0)
    return error?.message.includes('could not be read back') || !isSame(after, now)
      ? undefined
      : 'is said to be unverified and is as declared';
  if (isSame(after, now)) return 'is said to have kept another value and is as declared';
  // What it is said to have kept, where the difference is a whole field.
  for (const { path, after: kept } of differences) {
    const [, key = '', more] = /^(?:\/attributes)?\/([^/]+)(\/.*)?$/.exec(path) ?? [];
    if (more === undefined && now && !sameAt(pair(key, kept), now, key))
      return `is said to have kept ${JSON.stringify(kept)} as ${key}`;
  }
  return undefined;
}

function pair(key: string, value: Json | undefined): JsonObject {
  return value === undefined
    ? {}
    : Object.fromEntries([
        [
          key,
          Array.isArray(value) && value.every((one) => typeof one === 'string') && key.endsWith('label__limio')
            ? value.toSorted()
            : value,
        ],
      ]);
}

type Shop = ReturnType<typeof takeShop>;

interface PageJudgement {
  lie?: string;
  understated?: true;
  deceived?: true;
}

/**
 * Routes of publishes that the tenant answered like any other and stored nowhere. A route that
 * stands in `publishedData` is live (API reference, section 7): there is no better proof to ask for.
 */
export function listLostPublishes(log: readonly RequestLogEntry[]): Set<string> {
  const lost = log.filter(({ path, faults }) => path === '/api/publish' && faults?.includes('lost-write'));
  const tags = lost.flatMap(({ body }) => (isJsonObject(body) && Array.isArray(body['tags']) ? body['tags'] : []));
  return new Set(tags.map((tag) => `${textOf(tag).replace('/tags', '')}/`));
}

function judgePage(
  plan: Plan,
  page: PageOutcome,
  outcomes: ReadonlyMap<string, Outcome>,
  shops: { was: Shop; wanted: Shop; is: Shop },
  lost: ReadonlySet<string>,
): PageJudgement {
  const { path, route, status, reason = '', hint = '' } = page;
  if (route === undefined) return {};
  const planned = plan.publish.pages.find((one) => one.path === path);
  const done = (planned?.items ?? []).map(keyOf).filter((key) => (outcomes.get(key)?.status ?? 'done') === 'done');
  const shown = (shop: Shop): (JsonObject | undefined)[] => done.map((key) => shop.get(route)?.get(key));
  const [before, after, now] = [shown(shops.was), shown(shops.wanted), shown(shops.is)];
  const old = now.every((item, at) => isSame(item, before[at]));
  const older = done.filter((_, at) => !isSame(now[at], after[at]));
  if (status === 'live')
    return older.length === 0
      ? {}
      : lost.has(route)
        ? { deceived: true }
        : { lie: `${route} is said to be live and shows something older: ${older.join(', ')}` };
  if (old) return {};
  if (status === 'skipped') return { lie: `${route} is said to be skipped and was published` };
  return TELLS_UNPROVED.test(`${reason} ${hint}`)
    ? { understated: true }
    : { lie: `${route} is said to be ${status} and is live: ${reason}` };
}

/** 0 promises that everything planned is there; anything else names what is not. */
function judgeExitCode(plan: Plan, result: Applied['result'], is: Snapshot, wanted: Snapshot): string[] {
  const code = chooseExitCode(result);
  const { outcomes, publish } = result;
  const isUnread = plan.warnings.some(
    ({ code: warning }) => warning === 'OBJECT_UNREADABLE' || warning === 'DELETIONS_UNREAD',
  );
  const statuses = new Set(outcomes.map(({ status }) => status));
  const notLive = publish.pages.some(({ status }) => status === 'omitted' || status === 'failed');
  if (code === 0) {
    const undone = plan.changes
      .map(({ address }) => keyOf(address))
      .filter((key) => !isSame(is.get(key), wanted.get(key)));
    return [
      ...(undone.length > 0 ? [`exit code 0, and not as declared: ${undone.join(', ')}`] : []),
      ...(notLive ? ['exit code 0, and a page is not live'] : []),
      ...(isUnread ? ['exit code 0, and an object was never read'] : []),
    ];
  }
  const stale = outcomes.filter(({ status }) => status === 'failed').every(({ error }) => error?.code === 'STALE');
  const meant = statuses.has('failed')
    ? stale
      ? 5
      : 1
    : statuses.has('unverified') || notLive || isUnread
      ? 6
      : statuses.has('withheld') || publish.withheld || publish.pages.some(({ withheld }) => withheld)
        ? 4
        : 1;
  return code === meant ? [] : [`exit code ${code} instead of ${meant}`];
}

/** Nothing destructive starts after a failure. */
function judgeDeletes({ outcomes, publish }: Applied['result']): string[] {
  const failure =
    outcomes.find(({ action, status }) => action !== 'delete' && (status === 'failed' || status === 'unverified')) ??
    publish.pages.find(({ status }) => status === 'failed');
  const deleted = outcomes.filter(
    ({ action, status, alreadyDone }) => action === 'delete' && status === 'done' && !alreadyDone,
  );
  return failure && deleted.length > 0
    ? [`${deleted.map(({ address }) => address).join(', ')} deleted after a failure`]
    : [];
}

/** Every write has an answer, and the outcomes are those of the result. */
function judgeJournal(result: Applied['result'], journal: Applied['journal']): string[] {
  const writes = journal.flatMap((entry) => (entry.step === 'write' ? [entry.write] : []));
  const answers = new Set(journal.flatMap((entry) => (entry.step === 'answer' ? [entry.write] : [])));
  const told = journal.flatMap((entry) => (entry.step === 'outcome' ? [describe(entry.outcome)] : []));
  const open = writes.filter((write) => !answers.has(write));
  const lies = open.length > 0 ? [`the journal has no answer of the writes ${open.join(', ')}`] : [];
  return told.toSorted().join('\n') === result.outcomes.map(describe).toSorted().join('\n')
    ? lies
    : [...lies, 'the journal tells other outcomes than the result'];
}

function describe({ address, action, status, error }: Outcome): string {
  return `${action} ${address}: ${status}${error ? ` ${error.code}: ${error.message}${error.hint === undefined ? '' : ` [${error.hint}]`}` : ''}`;
}
