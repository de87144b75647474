import { type ErrorCode } from '../../src/errors/codes.js';
import { expect, test } from 'vitest';
import { chooseExitCode } from '../../src/apply/result.js';
import type { ApplyResult, Outcome, OutcomeStatus, PageStatus } from '../../src/model/outcome.js';

type Row = [meaning: string, outcomes: string[], pages: PageStatus[], interrupted: boolean, exit: number];

test.each<Row>([
  ['nothing to do', [], [], false, 0],
  ['all done and live', ['done', 'done'], ['live'], false, 0],
  ['a page without a URL is no failure', ['done'], ['live', 'skipped'], false, 0],
  ['a withheld change', ['done', 'withheld'], ['live'], false, 4],
  ['what a withheld change blocks', ['withheld', 'blocked'], [], false, 4],
  ['an unverified change', ['done', 'unverified'], [], false, 6],
  ['what an unverified change blocks', ['unverified', 'blocked', 'withheld'], [], false, 6],
  ['a page that was left out', ['done'], ['live', 'omitted'], false, 6],
  ['a page that failed: the changes are applied, not live', ['done'], ['failed'], false, 6],
  ['a page that was left out blocks a deletion', ['done', 'blocked'], ['omitted'], false, 6],
  ['only stale', ['done', 'failed STALE'], [], false, 5],
  ['stale and what it blocks', ['failed STALE', 'blocked', 'withheld'], [], false, 5],
  ['stale outranks unverified', ['failed STALE', 'unverified'], ['omitted'], false, 5],
  ['a failure', ['done', 'failed HTTP_STATUS'], [], false, 1],
  [
    'a failure outranks stale, unverified and withheld',
    ['failed STALE', 'failed NETWORK', 'unverified', 'withheld'],
    ['omitted'],
    false,
    1,
  ],
  ['blocked for no other reason', ['blocked'], [], false, 1],
  ['interrupted', ['done', 'blocked INTERRUPTED'], ['skipped'], true, 130],
  ['interrupted outranks a failure', ['failed HTTP_STATUS', 'blocked INTERRUPTED'], [], true, 130],
])('exit code for %s: %j, pages %j, interrupted %s -> %i', (_meaning, outcomes, pages, interrupted, exit) => {
  const result: Pick<ApplyResult, 'outcomes' | 'publish' | 'interrupted'> = {
    outcomes: outcomes.map((text, index): Outcome => {
      const [status, code] = text.split(' ') as [OutcomeStatus, ErrorCode?];
      const error = code === undefined ? {} : { error: { code, message: 'x' } };
      return { address: `offer:/offers2/${index}`, action: 'update', status, ...error };
    }),
    publish: {
      pages: pages.map((status) => ({ path: '/pages/p', status, build: status === 'live' ? 'finished' : 'none' })),
      onNoPage: [],
    },
    interrupted,
  };
  expect(chooseExitCode({ ...result, summary: {} })).toBe(exit);
});

test('publishing that a guard stops ends with 4, also where no page is known that would have been published', () => {
  expect(
    chooseExitCode({
      outcomes: [],
      publish: { pages: [], onNoPage: [], withheld: { code: 'INCOMPLETE_PAGES', message: 'x' } },
      interrupted: false,
      summary: {},
    }),
  ).toBe(4);
});

test('an object that could not be read is not known to be as declared: nothing else failed, and the exit code is 6', () => {
  const rest = { outcomes: [], publish: { pages: [], onNoPage: [] }, interrupted: false };
  expect(chooseExitCode({ ...rest, summary: { unread: 1 } })).toBe(6);
  expect(chooseExitCode({ ...rest, summary: {} })).toBe(0);
});
