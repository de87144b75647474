import { describe, expect, test } from 'vitest';
import { findPoint, type History } from '../../../src/cli/restore/find-point.js';
import { LimioError } from '../../../src/errors/errors.js';
import type { RunHead } from '../../../src/model/run.js';

/** A run of each day of November 2026, at noon. */
function makeRun(day: number, commit?: string, command = 'apply'): RunHead {
  const at = `2026-11-${String(day).padStart(2, '0')}T12:00:00.000Z`;
  const id = `${at.replaceAll(/[-:.]/g, '')}-prod-${'abcdef'.slice(0, 3)}${String(day).padStart(3, '0')}`;
  return { id, folder: id, state: 'complete', start: { at, command, ...(commit ? { commit } : {}) } } as RunHead;
}

const RUNS = [makeRun(1, '1111111aaaa'), makeRun(2, '2222222bbbb'), makeRun(3, '2222222bbbb'), makeRun(4)];
const history = (rest: Partial<History> = {}): History => ({ environment: 'prod', runs: RUNS, keep: 20, ...rest });

const laterOf = (at: string, rest: Partial<History> = {}): number => findPoint(at, history(rest)).later.length;

function codeOf(at: string, rest: Partial<History> = {}): string | undefined {
  try {
    findPoint(at, history(rest));
  } catch (error) {
    return error instanceof LimioError ? error.code : String(error);
  }
  return undefined;
}

describe('the point that restore goes back to', () => {
  test.each([
    ['a date, at its start in UTC', '2026-11-03', 2],
    ['a time, of which a run of that moment is part', '2026-11-03T12:00:00Z', 1],
    ['a time with an offset', '2026-11-03T13:59:59+02:00', 2],
    ['a time after every run', '2027-01-01', 0],
    ['a run, as it left everything', '20261102T120000000Z-prod-abc002', 2],
    ['the end of the name of a run', 'abc001', 3],
    ['a commit, of which the last apply counts', '2222222bbbb', 1],
    ['the beginning of a commit', '1111111', 3],
  ])('can be %s', (_name, at, later) => {
    expect(laterOf(at)).toBe(later);
  });

  test.each([
    ['before the first kept run', '2026-10-31', 'RUN_NOT_FOUND'],
    ['a commit that was never applied', '3333333', 'RUN_NOT_FOUND'],
    ['an unknown run', 'nothing', 'RUN_NOT_FOUND'],
    ['several runs', 'prod', 'RUN_NOT_FOUND'],
    ['the beginning of several runs', '202611', 'USAGE'],
    ['a time without its zone', '2026-11-03T12:00', 'USAGE'],
    ['no date', '2026-13-45', 'USAGE'],
  ])('is refused: %s', (_name, at, code) => {
    expect(codeOf(at)).toBe(code);
  });

  test('lies among the newest runs, of which none was removed', () => {
    // An older run may be kept for its pending pages, while those after it are gone.
    expect(codeOf('2026-11-01T13:00:00Z', { keep: 3 })).toBe('RUN_NOT_FOUND');
    expect(codeOf('abc001', { keep: 3 })).toBe('RUN_NOT_FOUND');
    expect(laterOf('2026-11-02T13:00:00Z', { keep: 3 })).toBe(2);
  });

  test('counts an unreadable run by the time in its name', () => {
    const { start: _start, ...damaged } = makeRun(5);
    expect(laterOf('2026-11-04T13:00:00Z', { runs: [...RUNS, { ...damaged, state: 'unreadable' }] })).toBe(1);
  });
});
