import { describe, expect, test } from 'vitest';
import { continueTouched, listChangedItems, listInFlight, listTouched } from '../../src/journal/entries.js';
import type { JournalEntry, TouchedObject } from '../../src/model/run.js';

const A = 'offer:/offers2/A';
const B = 'journey:b';
const one = { body: { v: 1 } };
const two = { body: { v: 2 } };
const saved: JournalEntry[] = [
  { step: 'before', address: A, live: one },
  { step: 'before', address: B, live: null },
];
const send = (write: number, ...on: string[]): JournalEntry => ({ step: 'write', write, call: 'updateItems', on });
const seen = (address: typeof A | typeof B, live: { body: { v: number } } | null): JournalEntry => ({
  step: 'read-back',
  address,
  state: 'other',
  live,
});

describe('what a run touched', () => {
  const cases: [what: string, entries: JournalEntry[], touched: unknown][] = [
    ['is nothing as long as nothing was sent', [], []],
    [
      'is as read back',
      [send(1, A), { step: 'answer', write: 1, answer: 'accepted' }, seen(A, two)],
      [{ address: A, before: one, left: two, redacted: false }],
    ],
    ['is unknown when the run ended with the write', [send(1, A)], [{ address: A, before: one, redacted: false }]],
    [
      'is unknown when the answer was lost and nobody could read',
      [
        send(1, B),
        { step: 'answer', write: 1, answer: 'lost' },
        { step: 'read-back', address: B, state: 'unreadable' },
      ],
      [{ address: B, before: null, redacted: false }],
    ],
    [
      'is as before when the call was refused',
      [send(1, A), { step: 'answer', write: 1, answer: 'refused' }],
      [{ address: A, before: one, left: one, redacted: false }],
    ],
    [
      'is as read back when the refusal was not believed',
      [send(1, A), { step: 'answer', write: 1, answer: 'refused' }, seen(A, two)],
      [{ address: A, before: one, left: two, redacted: false }],
    ],
    [
      'is unknown again after a second sending',
      [send(1, A), seen(A, one), send(2, A)],
      [{ address: A, before: one, redacted: false }],
    ],
    ['is none of the items and tags of pages', [send(1, '/pages/shop'), send(2, '/tags/shop')], []],
    [
      'is marked where a secret was left out',
      [{ step: 'before', address: A, live: one, redacted: true }, send(1, A)],
      [{ address: A, before: one, redacted: true }],
    ],
  ];
  test.each(cases)('%s', (_what, entries, touched) => {
    expect(listTouched([...saved, ...entries])).toEqual(touched);
  });

  test('is in flight until it has an outcome', () => {
    const done: JournalEntry = { step: 'outcome', outcome: { address: A, action: 'update', status: 'done' } };
    expect(listInFlight([...saved, send(1, A), send(2, B), send(3, '/pages/shop'), done])).toEqual([B, '/pages/shop']);
  });
});

describe('the items that a run may have changed', () => {
  const before: JournalEntry = { step: 'before', address: A, live: { body: { p: 1 } } };
  const write: JournalEntry = { step: 'write', write: 1, call: 'updateItems', on: [A] };
  const readBack = (p: number): JournalEntry => ({
    step: 'read-back',
    address: A,
    state: 'other',
    live: { body: { p } },
  });
  test.each<[string, JournalEntry[], boolean]>([
    ['one that was saved and never sent', [before], false],
    ['one whose write has no answer', [before, write], true],
    ['one whose write was refused', [before, write, { step: 'answer', write: 1, answer: 'refused' }], false],
    ['one that was read back as before', [before, write, readBack(1)], false],
    ['one that was read back as something else', [before, write, readBack(3)], true],
    [
      'one that was so already',
      [before, { step: 'outcome', outcome: { address: A, action: 'update', status: 'done', alreadyDone: true } }],
      true,
    ],
  ])('%s: %#', (_name, entries, isChanged) => {
    expect([...listChangedItems(entries)]).toEqual(isChanged ? [A] : []);
  });
});

describe('what a run left, after a rollback of it that was stopped', () => {
  const three = { body: { v: 3 } };
  const touched = (left?: typeof one | null): TouchedObject[] => [
    { address: A, before: one, redacted: false, ...(left === undefined ? {} : { left }) },
  ];
  const before: JournalEntry = { step: 'before', address: A, live: two };
  const back = (state: 'after' | 'other', live: typeof one): JournalEntry => ({
    step: 'read-back',
    address: A,
    state,
    live,
  });
  const cases: [what: string, left: typeof one | null | undefined, attempts: JournalEntry[][], expected: unknown][] = [
    ['is as the run left it where the rollback did not come to it', two, [[before]], two],
    [
      'is as the run left it where the rollback restored it, so that its plan stays the same',
      two,
      [[before, send(1, A), back('after', one)]],
      two,
    ],
    [
      'is as the rollback read it back where it was written in part',
      two,
      [[before, send(1, A), back('other', three)]],
      three,
    ],
    [
      'is as the run left it once a second rollback restored it',
      two,
      [[before, back('other', three)], [back('after', one)]],
      two,
    ],
    [
      'is as the first rollback found it where the journal of the run does not say',
      undefined,
      [[before], [{ step: 'before', address: A, live: one }]],
      two,
    ],
    ['stays unknown where no rollback read it', undefined, [[]], undefined],
    ['is never taken from a line without its secret', undefined, [[{ ...before, redacted: true }]], undefined],
  ];
  test.each(cases)('%s', (_what, left, attempts, expected) => {
    expect(continueTouched(touched(left), attempts)[0]?.left).toEqual(expected);
  });
});
