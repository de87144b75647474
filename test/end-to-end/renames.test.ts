import { setTimeout } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { Emulator } from '../../src/emulator/emulator.js';
import { type Cleanup, openWorkspace, QUICK_PUBLISH, type Workspace } from './support/in-process.js';
import { journeyFile, promoCodeFile, SMALL_SEED } from './support/small-tenant.js';

const [WELCOME = {}] = SMALL_SEED.promoCodes ?? [];
const [GEO = {}] = SMALL_SEED.journeys ?? [];
const JOURNEY = { ...(GEO['data'] as object), theme: { dark: true } };
const CODE = { ...WELCOME, usage: { availableQuantity: 7 }, note: 'kept' };

/** The tenant before; nobody but the app knows of `theme`, `usage` and `note`. */
const SEED = { ...SMALL_SEED, promoCodes: [CODE], journeys: [{ name: 'web-geo', data: JOURNEY }] };

const FILES = {
  'catalog/code.yaml': `${promoCodeFile('HELLO10', 10)}moved_from: WELCOME10\n`,
  'journeys/geo.yaml': `${journeyFile('web-landing', 'US')}moved_from: web-geo\n`,
};

/**
 * The code, then the journey: written where nobody gets to, the old object deleted, live. These are the calls within
 * a rename after which it goes on.
 */
const CALLS = [1, 2, 4, 5];

function openRename(context: Cleanup): Promise<Workspace> {
  const dialect = { ...QUICK_PUBLISH, journeyCodec: 'assumed' };
  return openWorkspace(context, { seed: SEED, files: FILES, environment: { dialect } });
}

const contentOf = (tenant: Emulator) => {
  const { promoCodes, journeys } = tenant.state();
  return {
    promoCodes: promoCodes.map(({ data }) => data),
    journeys: journeys.map(({ name, data }) => ({ name, data })),
  };
};

const RENAMED = { promoCodes: [{ ...CODE, promoCode: 'HELLO10' }], journeys: [{ name: 'web-landing', data: JOURNEY }] };

/** What customers can redeem, and what redirects visitors. */
const inUse = (tenant: Emulator): unknown[] => {
  const { promoCodes, journeys } = contentOf(tenant);
  return [
    promoCodes.filter(({ status }) => status === true).map(({ promoCode }) => promoCode),
    journeys.filter(({ data }) => JSON.stringify(data['domains']) === '["shop.example.com"]').map(({ name }) => name),
  ];
};

describe.concurrent('a rename of a journey and of a promo code', () => {
  test('is two changes with one consent each, ends in an empty plan, and then validate says that the lines can go', async (context) => {
    const workspace = await openRename(context);
    const { run, tenant, writes } = workspace;
    const shown = await run('plan');
    expect(shown.stdout).toContain('~ promo_code:HELLO10');
    expect(shown.stdout).toContain('moved from promo_code:WELCOME10');
    expect(shown.stdout).toContain('moved from journey:web-geo');
    expect(shown.stdout).toContain('customers can no longer redeem WELCOME10');
    expect(shown.stdout).toContain('2 moves to another name need approval.');
    expect((await run('validate')).stdout).not.toContain('MOVED_DONE');

    expect(await run('apply --yes')).toMatchObject({ exitCode: 4 });
    expect(writes()).toEqual([]);
    expect(await run('apply --yes --allow-delete=2')).toMatchObject({ exitCode: 0 });
    expect(contentOf(tenant)).toEqual(RENAMED);
    expect(writes().map(({ method }) => method)).toEqual(['POST', 'DELETE', 'PUT', 'PUT', 'DELETE', 'PUT']);

    expect(await run('plan --detailed-exitcode')).toMatchObject({ exitCode: 0 });
    const { stdout, exitCode } = await run('validate');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/code\.yaml:\d+:1 info MOVED_DONE .*promo_code:WELCOME10/);
    expect(stdout).toMatch(/geo\.yaml:\d+:1 info MOVED_DONE .*journey:web-geo/);
    // Without the lines, there is still nothing to do.
    for (const [path, text] of Object.entries(FILES)) workspace.write(path, text.replace(/moved_from: .*\n/, ''));
    expect(await run('plan --detailed-exitcode')).toMatchObject({ exitCode: 0 });
  });

  for (const call of CALLS) {
    test(`that is killed after its call ${call} is finished by the next apply, and never in use twice`, async (context) => {
      const { run, start, tenant } = await openRename(context);
      tenant.faults.replace([{ operation: 'write', nth: call, fault: 'no-answer', when: 'after' }]);
      const killed = start('apply --yes --allow-delete=2');
      while (tenant.faults.show().rules[0]?.fired === 0) await setTimeout(5);
      killed.signal('SIGKILL');
      expect(await killed.ended).toMatchObject({ signal: 'SIGKILL' });
      tenant.faults.clear();
      const [codes, journeys] = [
        call === 1 ? ['WELCOME10'] : call === 2 ? [] : ['HELLO10'],
        call === 5 ? [] : ['web-geo'],
      ];
      expect(inUse(tenant)).toEqual([codes, journeys]);

      // Only what still has to be deleted needs a consent.
      const left = [codes, journeys].filter(([name]) => name === 'WELCOME10' || name === 'web-geo').length;
      const consents = left === 0 ? [] : [`--allow-delete=${left}`];
      expect(await run(['apply', '--yes', ...consents])).toMatchObject({ exitCode: 0 });
      expect(contentOf(tenant)).toEqual(RENAMED);
    });
  }
});
