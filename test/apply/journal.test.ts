import { describe, expect, test } from 'vitest';
import { applyPlan } from '../../src/apply/apply.js';
import { LimioError } from '../../src/errors/errors.js';
import type { Journal, JournalEntry } from '../../src/model/run.js';
import { change, makeContext, makePage, makePlan } from '../support/apply-fixtures.js';
import { createFakeLiveApi, type FakeHooks, type FakeSeed, makeFailure } from '../support/fake-live-api.js';

const A = 'offer:/offers2/A';
const B = 'offer:/offers2/B';
const PLAN = makePlan(
  [
    change(A, { p: 1 }, { p: 2 }),
    change('promo_code:NEW', null, { status: true }),
    change('journey:geo', { starting_point: '/a/' }, { starting_point: '/b/' }),
  ],
  { publish: { pages: [makePage('home', [A])], onNoPage: [] } },
);
const SEED: FakeSeed = {
  items: { '/offers2/A': { p: 1, q: 'kept' } },
  journeys: { geo: { starting_point: '/a/', other: 1 } },
};

/** Fails from the entry of that number on, counted from 0. */
function createJournal(failsFrom = Infinity, until = Infinity): Journal & { entries: JournalEntry[]; tried: number } {
  const journal = {
    entries: [] as JournalEntry[],
    tried: 0,
    async record(entry: JournalEntry): Promise<void> {
      const nth = journal.tried++;
      await Promise.resolve();
      if (nth >= failsFrom && nth < until)
        throw new LimioError({ code: 'JOURNAL_UNWRITABLE', message: 'No space left on device.' });
      journal.entries.push(structuredClone(entry));
    },
  };
  return journal;
}

function run(seed: FakeSeed, journal: Journal, plan = PLAN) {
  const api = createFakeLiveApi(seed);
  return { api, applied: applyPlan(plan, makeContext(api, { journal })) };
}

describe('the journal of an apply', () => {
  test('records every step in the order in which it happened', async () => {
    const journal = createJournal();
    const { applied } = run(SEED, journal);
    const result = await applied;
    expect(result.outcomes.map(({ status }) => status)).toEqual(['done', 'done', 'done']);
    const said = journal.entries.map((entry) => {
      if (entry.step === 'write') return `write ${entry.call} ${entry.on.join()}`;
      if (entry.step === 'outcome') return `${entry.outcome.status} ${entry.outcome.address}`;
      if (entry.step === 'page') return `page ${entry.outcome.status}`;
      return entry.step === 'answer' ? `answer ${entry.answer}` : `${entry.step} ${entry.address}`;
    });
    expect(said.slice(0, 3).toSorted()).toEqual(
      ['before journey:geo', `before ${A}`, 'before promo_code:NEW'].toSorted(),
    );
    expect(said.slice(3)).toEqual([
      `write updateItems ${A}`,
      'answer accepted',
      `read-back ${A}`,
      `done ${A}`,
      'write startBuild /pages/home',
      'answer accepted',
      'write publish /tags/home',
      'answer accepted',
      'page live',
      'write createPromoCode promo_code:NEW',
      'answer accepted',
      'read-back promo_code:NEW',
      'done promo_code:NEW',
      'write putJourney journey:geo',
      'answer accepted',
      'read-back journey:geo',
      'done journey:geo',
    ]);
  });

  test('saves whole objects as read at head, missing ones included, and what was read back', async () => {
    const journal = createJournal();
    await run(SEED, journal).applied;
    const saved = new Map(
      journal.entries.flatMap((entry) => (entry.step === 'before' ? [[entry.address, entry.live] as const] : [])),
    );
    expect(saved.get(A)).toMatchObject({
      body: { attributes: { p: 1, q: 'kept' } },
      id: expect.stringMatching(/^[0-9a-f]{40}$/) as string,
    });
    expect(saved.get('journey:geo')).toEqual({ body: { starting_point: '/a/', other: 1 } });
    expect(saved.get('promo_code:NEW')).toBeNull();
    expect(journal.entries.find((entry) => entry.step === 'read-back' && entry.address === A)).toMatchObject({
      state: 'after',
      live: { body: { attributes: { p: 2, q: 'kept' } } },
    });
  });

  test('is ahead of every single write, whatever the tenant does', async () => {
    const journal = createJournal();
    const lag: number[] = [];
    const writes = new Set(['updateItems', 'createPromoCode', 'putJourney', 'startBuild', 'publish']);
    const hooks: FakeHooks = {
      before: ({ method }) => {
        if (!writes.has(method)) return;
        const begun = journal.entries.filter((entry) => entry.step === 'write').length;
        lag.push(begun - journal.entries.filter((entry) => entry.step === 'answer').length);
      },
    };
    await run({ ...SEED, hooks }, journal).applied;
    expect(lag).toEqual([1, 1, 1, 1, 1]);
  });

  test('says of a call whether it was refused or its answer lost', async () => {
    for (const [ambiguous, answer] of [
      [false, 'refused'],
      [true, 'lost'],
    ] as const) {
      const journal = createJournal();
      const hooks: FakeHooks = {
        before: ({ method }) => {
          if (method === 'putJourney') throw makeFailure(502, { ambiguous });
        },
      };
      await run({ ...SEED, hooks }, journal).applied;
      expect(journal.entries.find((entry) => entry.step === 'answer' && entry.error)).toMatchObject({
        answer,
        error: { code: 'HTTP_STATUS' },
      });
    }
  });

  test('that fails before the first write stops the apply: nothing is sent', async () => {
    for (const failsFrom of [0, 1, 2]) {
      const { api, applied } = run(SEED, createJournal(failsFrom));
      await expect(applied).rejects.toMatchObject({ code: 'JOURNAL_UNWRITABLE' });
      expect(api.writes()).toEqual([]);
    }
  });

  test('that fails later ends the run after the write in flight, with an outcome for every change', async () => {
    const whole = createJournal();
    await run(SEED, whole).applied;
    for (let failsFrom = 3; failsFrom < whole.tried; failsFrom++) {
      // The disk is free again after one entry: what stopped stays stopped.
      const journal = createJournal(failsFrom, failsFrom + 1);
      const { api, applied } = run(SEED, journal);
      const result = await applied;
      const recorded = whole.entries.slice(0, failsFrom + 1).filter((entry) => entry.step === 'write').length;
      const isWrite = whole.entries[failsFrom]?.step === 'write';
      expect(api.writes(), `fails at ${failsFrom}`).toHaveLength(isWrite ? recorded - 1 : recorded);
      expect(result.outcomes).toHaveLength(3);
      for (const { status, error } of result.outcomes.filter((outcome) => outcome.status !== 'done')) {
        expect(['failed', 'blocked']).toContain(status);
        expect(error?.code).toBe('JOURNAL_UNWRITABLE');
      }
    }
  });

  test('saves nothing of what is withheld, and an object that cannot be read is not written', async () => {
    const journal = createJournal();
    const plan = makePlan(
      [
        change(A, { p: 1 }, { p: 2 }),
        change(B, { p: 1 }, { p: 2 }),
        change('journey:geo', { starting_point: '/a/' }, { starting_point: '/b/' }),
      ],
      {
        guards: [{ code: 'PROTECTED_ADDRESS', message: 'No.', addresses: ['journey:geo'] }],
      },
    );
    const hooks: FakeHooks = {
      before: ({ method, args }) => {
        if (method === 'readItem' && args[0] === '/offers2/B') throw makeFailure(500);
      },
    };
    const { api, applied } = run(
      {
        items: { '/offers2/A': { p: 1 }, '/offers2/B': { p: 1 } },
        journeys: { geo: { starting_point: '/a/' } },
        hooks,
      },
      journal,
      plan,
    );
    expect((await applied).outcomes.map(({ address, status }) => `${address} ${status}`)).toEqual([
      'journey:geo withheld',
      `${A} done`,
      `${B} failed`,
    ]);
    expect(journal.entries.flatMap((entry) => (entry.step === 'before' ? [entry.address] : []))).toEqual([A]);
    expect(api.writes()).toEqual(['updateItems /offers2/A']);
  });

  test('holds no value that may be an older secret', async () => {
    const journal = createJournal();
    const plan = makePlan([
      change(A, { p: '${secret:sha256:0123456789ab}', q: 'x' }, { p: '${secret:TOKEN}', q: 'y' }),
    ]);
    await run({ items: { '/offers2/A': { p: 'the-old-secret', q: 'x' } } }, journal, plan).applied;
    // What outcomes say is hidden by the rules of the kinds.
    expect(JSON.stringify(journal.entries.filter(({ step }) => step !== 'outcome'))).not.toContain('the-old-secret');
    expect(journal.entries[0]).toMatchObject({
      step: 'before',
      redacted: true,
      live: { body: { attributes: { p: '(secret)', q: 'x' } } },
    });
  });

  test('costs no reads if there is none', async () => {
    const api = createFakeLiveApi(SEED);
    await applyPlan(PLAN, makeContext(api));
    expect(api.calls.filter(({ method }) => method === 'readItem')).toHaveLength(2);
  });
});
