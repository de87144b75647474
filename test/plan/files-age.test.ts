import { describe, expect, test } from 'vitest';
import type { Plan } from '../../src/model/plan.js';
import { refreshGuards } from '../../src/plan/guards/guards.js';
import type { FilesAge } from '../../src/plan/plan-context.js';
import { TEST_CONTEXT } from '../support/run-scenario.js';
import { planTenant } from './support/tenant-reader.js';

const AGE = { files: 'a'.repeat(40), applied: 'b'.repeat(40), at: '2026-11-22T12:00:00.000Z' };
const OFFER = 'offer:/offers2/A';

const make = (filesAge?: FilesAge, after = 2): Promise<Plan> =>
  planTenant({ offers: { '/offers2/A': { x: 1 } } }, { [OFFER]: { x: after } }, filesAge ? { filesAge } : {});
const codesOf = ({ guards }: Plan): string[] => guards.map(({ code }) => code);

const refresh = (plan: Plan, filesAge?: FilesAge): string[] =>
  codesOf(refreshGuards(plan, { ...TEST_CONTEXT, ...(filesAge ? { filesAge } : {}) }));

describe('FILES_OLDER', () => {
  test('withholds everything, names both commits, and its consent is bound to both', async () => {
    const { guards, withheld } = await make({ ...AGE, relation: 'older' });
    expect(guards).toEqual([
      {
        code: 'FILES_OLDER',
        message:
          'The files are of the commit aaaaaaaaaaaa, which is older than the last applied one: ' +
          'bbbbbbbbbbbb, applied at 2026-11-22T12:00:00.000Z.',
        value: 'aaaaaaaaaaaa',
        limit: 'bbbbbbbbbbbb',
        addresses: [OFFER],
        consent: { flag: '--allow-older', value: 'aaaaaaaaaaaa..bbbbbbbbbbbb' },
        hint:
          'Check out a commit that contains bbbbbbbbbbbb, for example with git pull, and plan again. ' +
          'If the older files are intended, add --allow-older=aaaaaaaaaaaa..bbbbbbbbbbbb.',
      },
    ]);
    expect(withheld).toEqual([{ address: OFFER, action: 'update', reason: 'FILES_OLDER' }]);
  });

  test('says of a branch that it lacks the commit', async () => {
    const [guard] = (await make({ ...AGE, relation: 'diverged' })).guards;
    expect(guard?.message).toBe(
      'The files are of the commit aaaaaaaaaaaa, whose history lacks the last applied one: ' +
        'bbbbbbbbbbbb, applied at 2026-11-22T12:00:00.000Z.',
    );
  });

  test('stops nothing where the files are current or nothing would change', async () => {
    expect(codesOf(await make({ ...AGE, relation: 'current' }))).toEqual([]);
    expect(codesOf(await make())).toEqual([]);
    expect(codesOf(await make({ ...AGE, relation: 'older' }, 1))).toEqual([]);
  });

  test('is only a warning where the clone cannot decide, which says how to fetch', async () => {
    const shallow = await make({ ...AGE, relation: 'unknown', why: 'shallow' });
    const missing = await make({ ...AGE, relation: 'unknown', why: 'missing' });
    expect([codesOf(shallow), codesOf(missing)]).toEqual([[], []]);
    expect(shallow.warnings).toEqual([
      {
        code: 'FILES_AGE_UNKNOWN',
        message:
          'Cannot tell whether the files (commit aaaaaaaaaaaa) are older than the last applied ones ' +
          '(commit bbbbbbbbbbbb): this clone is shallow.',
        hint: 'Fetch the whole history: git fetch --unshallow, or fetch-depth: 0 in a workflow.',
      },
    ]);
    expect(missing.warnings[0]?.message).toContain('this clone does not have that commit');
    expect(missing.warnings[0]?.hint).toContain('git fetch');
  });

  test('is no part of the fingerprint: a plan of a pull request runs after the merge', async () => {
    const { fingerprint } = await make();
    for (const filesAge of [
      { ...AGE, relation: 'older' as const },
      { ...AGE, relation: 'unknown' as const, why: 'shallow' as const },
    ])
      expect((await make(filesAge)).fingerprint).toBe(fingerprint);
  });

  test('is evaluated again for a saved plan, which keeps its own where this clone cannot decide', async () => {
    const old = await make({ ...AGE, relation: 'older' });
    expect(refresh(old, { ...AGE, relation: 'current' })).toEqual([]);
    expect(refresh(old, { ...AGE, relation: 'unknown', why: 'missing' })).toEqual(['FILES_OLDER']);
    expect(refresh(old)).toEqual(['FILES_OLDER']);
    expect(refresh(await make(), { ...AGE, relation: 'diverged' })).toEqual(['FILES_OLDER']);
  });
});
