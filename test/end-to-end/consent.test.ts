import { describe, expect, test } from 'vitest';
import type { ApplyResult } from '../../src/model/outcome.js';
import { parseDocument } from '../support/run-program.js';
import { QUICK_PUBLISH, openWorkspace } from './support/open-workspace.js';
import { CHANGED_FILES, ONE_CHANGE, SMALL_SEED, WHOLE_SCOPE } from './support/small-tenant.js';

const OWNED = { ...WHOLE_SCOPE, dialect: { ...QUICK_PUBLISH, journeyCodec: 'assumed' } };
const statusesOf = (result: ApplyResult): Record<string, string> =>
  Object.fromEntries(result.outcomes.map(({ address, status }) => [address, status]));

describe.concurrent('what nobody consented to is refused or withheld, with 4', () => {
  test('without a terminal and without --yes nothing is written, and the message names the flag', async (context) => {
    const { run, writes } = await openWorkspace(context, { seed: SMALL_SEED, files: ONE_CHANGE });
    const text = await run('apply');
    expect(text.exitCode).toBe(4);
    expect(text.stdout).toContain('Monthly, renamed');
    expect(text.stderr).toMatch(/^error CONSENT_REQUIRED: [^]*--yes/);
    const json = await run('apply --format json');
    expect(json).toMatchObject({ exitCode: 4, stderr: '' });
    expect(parseDocument(json)).toMatchObject({ kind: 'limio-sync/error', error: { code: 'CONSENT_REQUIRED' } });
    expect(writes()).toEqual([]);
  });

  test('a protected environment is not changed by --yes, nor by the name of another one', async (context) => {
    const { run, tenant, writes } = await openWorkspace(context, {
      seed: SMALL_SEED,
      files: ONE_CHANGE,
      environment: { protected: true },
    });
    for (const args of ['apply --yes', 'apply --yes --allow-protected=prod']) {
      const refused = await run(args);
      expect(refused.exitCode).toBe(4);
      expect(refused.stderr).toMatch(/error PROTECTED: [^]*--allow-protected=test/);
    }
    expect(writes()).toEqual([]);

    const applied = await run('apply --yes --allow-protected=test --format json');
    expect(applied.exitCode).toBe(0);
    expect(tenant.state().items.find(({ path }) => path === '/offers2/Monthly')?.data.attributes).toMatchObject({
      display_name__limio: 'Monthly, renamed',
    });
  });

  test('--allow-protected alone is no yes', async (context) => {
    const { run, writes } = await openWorkspace(context, {
      seed: SMALL_SEED,
      files: ONE_CHANGE,
      environment: { protected: true },
    });
    const refused = await run('apply --allow-protected=test');
    expect(refused.exitCode).toBe(4);
    expect(refused.stderr).toContain('error CONSENT_REQUIRED: ');
    expect(writes()).toEqual([]);
  });

  test('a protected environment without changes needs no consent', async (context) => {
    const { run } = await openWorkspace(context, {
      seed: SMALL_SEED,
      files: { 'catalog/offers.yaml': ONE_CHANGE['catalog/offers.yaml'].replace(', renamed', '') },
      environment: { protected: true },
    });
    expect(await run('apply')).toMatchObject({ exitCode: 0 });
  });

  test.for([
    ['without consent', ''],
    ['with a number smaller than the plan has', '--allow-delete=1'],
    ['with a number larger than the plan has', '--allow-delete=3'],
  ])('deletions %s are withheld while the rest runs', async ([, consent], context) => {
    const { run, tenant } = await openWorkspace(context, {
      seed: SMALL_SEED,
      files: CHANGED_FILES,
      environment: OWNED,
    });
    const applied = await run(`apply --yes ${consent} --format json`);
    expect(applied.exitCode).toBe(4);
    const result = parseDocument(applied) as ApplyResult;
    expect(statusesOf(result)).toEqual({
      'journey:web-geo': 'done',
      'journey:web-new': 'done',
      'journey:web-old': 'withheld',
      'offer:/offers2/Annual': 'done',
      'offer:/offers2/Monthly': 'done',
      'promo_code:OLD5': 'withheld',
      'promo_code:SPRING25': 'done',
      'promo_code:WELCOME10': 'done',
    });
    expect(JSON.stringify(result.outcomes)).toContain('--allow-delete=2');
    expect(tenant.state().promoCodes.map(({ name }) => name)).toContain('OLD5');
    expect(tenant.state().journeys.map(({ name }) => name)).toContain('web-old');
    expect(tenant.log().filter(({ method }) => method === 'DELETE')).toEqual([]);
  });

  test('deletions run with exactly the number of the plan, and the plan after it is empty', async (context) => {
    const { run, tenant } = await openWorkspace(context, {
      seed: SMALL_SEED,
      files: CHANGED_FILES,
      environment: OWNED,
    });
    expect(await run('apply --yes --allow-delete=2')).toMatchObject({ exitCode: 0 });
    expect(tenant.state().promoCodes.map(({ name }) => name)).not.toContain('OLD5');
    expect(tenant.state().journeys.map(({ name }) => name)).not.toContain('web-old');
    expect(await run('plan --detailed-exitcode')).toMatchObject({ exitCode: 0 });
  });

  test('consent to deletions that are not there changes nothing', async (context) => {
    const { run } = await openWorkspace(context, { seed: SMALL_SEED, files: ONE_CHANGE });
    expect(await run('apply --yes --allow-delete=4')).toMatchObject({ exitCode: 0 });
  });

  test('a condition whose form this tenant never showed is withheld, the rest runs', async (context) => {
    const files = {
      ...ONE_CHANGE,
      'journeys/device.yaml': `kind: journey\nname: web-device\nstarting_point: /phone/\nfallback_tag: /shop/\ndomains: [shop.example.com]\njourneys:\n  - conditions: [{ type: device, values: [mobile] }]\n    actions: [{ type: destination, destination: /us/, split: 100 }]\n`,
    };
    const { run, tenant } = await openWorkspace(context, { seed: SMALL_SEED, files });
    const applied = await run('apply --yes --format json');
    expect(applied.exitCode).toBe(4);
    const result = parseDocument(applied) as ApplyResult;
    expect(statusesOf(result)).toEqual({ 'journey:web-device': 'withheld', 'offer:/offers2/Monthly': 'done' });
    expect(result.outcomes[0]?.error?.code).toBe('CODEC_UNCONFIRMED');
    expect(tenant.state().journeys.map(({ name }) => name)).not.toContain('web-device');
  });
});
