import { describe, expect, test } from 'vitest';
import { joinLivePages, listLivePages, listUnsettled } from '../../src/journal/evidence.js';
import { openRun } from '../../src/journal/journal.js';
import type { Address } from '../../src/model/address.js';
import type { OutcomeStatus, PageOutcome } from '../../src/model/outcome.js';
import type { Plan } from '../../src/model/plan.js';
import type { JournalEntry, SavedObject } from '../../src/model/run.js';
import { makePage, makePlan } from '../support/apply-fixtures.js';
import { makeResult, openFolder, OWN_PROCESS } from './support.js';

const A: Address = 'offer:/offers2/A';
const B: Address = 'offer:/offers2/B';
const CODE: Address = 'promo_code:SPRING25';
const NOW = Date.UTC(2026, 10, 22, 12);
const DAY = 24 * 60 * 60 * 1000;

const outcome = (address: Address, status: OutcomeStatus): JournalEntry => ({
  step: 'outcome',
  outcome: { address, action: 'update', status },
});
const write = (number: number, ...on: string[]): JournalEntry => ({
  step: 'write',
  write: number,
  call: 'updateItems',
  on,
});

interface PastRun {
  /** Milliseconds before {@link NOW}. */
  ago: number;
  entries: JournalEntry[];
  /** Without a result the run crashed. */
  crashed?: true;
}

async function listAfter(context: Parameters<typeof openFolder>[0], ...runs: PastRun[]): Promise<Address[]> {
  const root = openFolder(context);
  const plan = makePlan([]);
  for (const { ago, entries, crashed } of runs) {
    const run = await openRun(root, {
      command: 'apply',
      plan,
      process: OWN_PROCESS,
      now: () => NOW - ago,
      redact: (text) => text,
    });
    for (const entry of entries) await run.journal.record(entry);
    const outcomes = entries.flatMap((entry) => (entry.step === 'outcome' ? [entry.outcome] : []));
    if (!crashed) await run.finish(makeResult({ outcomes }), undefined);
    await run.close();
  }
  const { environment, host } = plan;
  return listUnsettled(root, { environment, host, now: NOW, isRunning: () => false });
}

describe('an object of an earlier run', () => {
  test('is unsettled while it is failed or unverified, and settled once a later run reports it done', async (context) => {
    const failed = {
      ago: 3 * DAY,
      entries: [outcome(A, 'failed'), outcome(B, 'unverified'), outcome(CODE, 'blocked')],
    };
    expect(await listAfter(context, failed)).toEqual([A, B]);
    expect(await listAfter(context, failed, { ago: 2 * DAY, entries: [outcome(A, 'done')] })).toEqual([B]);
  });

  test('is unsettled where a crash left its write in flight; what a build names is no object', async (context) => {
    const crashed = {
      ago: DAY,
      crashed: true,
      entries: [write(1, A, CODE), outcome(CODE, 'done'), write(2, '/pages/x')],
    };
    expect(await listAfter(context, { ...crashed, crashed: true })).toEqual([A]);
  });

  test('is unsettled for an hour after it was written: a list may not show it yet', async (context) => {
    const done = (ago: number): PastRun => ({ ago, entries: [outcome(A, 'done')] });
    expect(await listAfter(context, done(5 * 60_000))).toEqual([A]);
    expect(await listAfter(context, done(2 * 60 * 60_000))).toEqual([]);
  });
});

const saved = (version: string): SavedObject => ({ body: { attributes: {} }, version });
const live = (route: string): JournalEntry => ({
  step: 'page',
  outcome: { path: '/pages/shop', route, status: 'live', build: 'finished' } satisfies PageOutcome,
});
const wrote = (address: Address, version: string): JournalEntry[] => [
  { step: 'before', address, live: saved('old') },
  { step: 'read-back', address, state: 'after', live: saved(version) },
  outcome(address, 'done'),
];
const planOf = (items: Address[], rest: Partial<Plan> = {}, routes = ['/shop/']): Plan => ({
  ...makePlan([], { publish: { pages: [makePage('shop', items, { routes })], onNoPage: [] } }),
  ...rest,
});
const join = (...runs: [entries: JournalEntry[], plan: Plan | undefined][]) =>
  joinLivePages(runs.map(([entries, plan], i) => ({ run: { id: `run-${i + 1}`, entries: entries as never }, plan })));

describe('a page that a run published', () => {
  test('proves the state in which the run last read each item that it wrote', () => {
    expect(join([[...wrote(A, 'v2'), live('/shop/')], planOf([A])])).toEqual([
      { path: '/pages/shop', routes: ['/shop/'], run: 'run-1', shown: new Map([[A, saved('v2')]]) },
    ]);
  });

  test('proves the state at the plan of an item that the run only published', () => {
    const basis = { lists: [], atHead: 1, shown: { [B]: { version: 'v1', hash: 'h' } } };
    expect(join([[live('/shop/')], planOf([B], { basis })])[0]?.shown).toEqual(
      new Map([[B, { version: 'v1', hash: 'h' }]]),
    );
  });

  test('proves nothing while one of its routes is not live, and nothing of an item that was not done', () => {
    const two = planOf([A], {}, ['/shop/', '/laden/']);
    expect(join([[...wrote(A, 'v2'), live('/shop/')], two])).toEqual([]);
    const unverified = [...wrote(A, 'v2').slice(0, 2), outcome(A, 'unverified'), live('/shop/')];
    expect(join([unverified, planOf([A])])[0]?.shown.size).toBe(0);
  });

  test('still proves what an earlier run wrote: a later build holds it, too', () => {
    const [page] = join(
      [[...wrote(A, 'v2'), live('/shop/')], planOf([A])],
      [[...wrote(B, 'v7'), live('/shop/')], planOf([B])],
    );
    expect(page).toMatchObject({
      run: 'run-2',
      shown: new Map([
        [A, saved('v2')],
        [B, saved('v7')],
      ]),
    });
  });

  test('of a run without a usable plan proves nothing', (context) => {
    expect(join([[...wrote(A, 'v2'), live('/shop/')], undefined])).toEqual([]);
    const request = { environment: 'x', host: 'y', isRunning: () => false, parsePlan: () => undefined };
    expect(listLivePages(openFolder(context), request)).toEqual([]);
  });
});
