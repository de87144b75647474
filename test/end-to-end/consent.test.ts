import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ApplyResult } from '../../src/model/outcome.js';
import { parseDocument } from '../support/run-program.js';
import { QUICK_PUBLISH, openWorkspace } from './support/in-process.js';
import {
  CHANGED_FILES,
  offerFile,
  ONE_CHANGE,
  promoCodeFile,
  SMALL_SEED,
  WHOLE_SCOPE,
} from './support/small-tenant.js';

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
    ['with a number smaller than the plan has', '--allow-delete-unknown=1'],
    ['with a number larger than the plan has', '--allow-delete-unknown=3'],
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
    expect(JSON.stringify(result.outcomes)).toContain('--allow-delete-unknown=2');
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
    expect(await run('apply --yes --allow-delete-unknown=2')).toMatchObject({ exitCode: 0 });
    expect(tenant.state().promoCodes.map(({ name }) => name)).not.toContain('OLD5');
    expect(tenant.state().journeys.map(({ name }) => name)).not.toContain('web-old');
    expect(await run('plan --detailed-exitcode')).toMatchObject({ exitCode: 0 });
  });

  test('consent to deletions that are not there changes nothing', async (context) => {
    const { run } = await openWorkspace(context, { seed: SMALL_SEED, files: ONE_CHANGE });
    expect(await run('apply --yes --allow-delete-unknown=4')).toMatchObject({ exitCode: 0 });
  });
});

const DEVICE_JOURNEY = `kind: journey
name: web-device
starting_point: /phone/
fallback_tag: /shop/
domains: [shop.example.com]
journeys:
  - conditions: [{ type: device, values: [mobile] }]
    actions: [{ type: destination, destination: /us/, split: 100 }]
`;

/** One update of an offer, and a journey that no consent lets through. */
const UNCONFIRMED = { ...ONE_CHANGE, 'journeys/device.yaml': DEVICE_JOURNEY };

/** Two deletions and a code that gives more than before: each needs a consent of its own. */
const BROADER = {
  ...CHANGED_FILES,
  'catalog/codes.yaml': `${promoCodeFile('WELCOME10', 15)}---\n${promoCodeFile('SPRING25', 25)}`,
};

describe.concurrent('a change set is carried out whole or not at all, unless asked', () => {
  test('what a guard withholds stops apply before the first write; one command names every consent', async (context) => {
    const { run, root, writes } = await openWorkspace(context, {
      seed: SMALL_SEED,
      files: BROADER,
      environment: OWNED,
    });
    const stopped = await run('apply --yes');
    expect(stopped.exitCode).toBe(4);
    const command = 'apply --env test --yes --allow-delete-unknown=2 --allow-broader-promo=1';
    expect(stopped.stderr).toMatch(/^error PARTIAL: .*PROMO_BROADER/);
    expect(stopped.stderr).toContain(`limio-sync ${command}\n`);
    expect(stopped.stderr).toContain('--allow-partial');
    expect(writes()).toEqual([]);
    expect(existsSync(join(root, '.limio/runs')) ? readdirSync(join(root, '.limio/runs')) : []).toEqual([]);
    expect(await run('runs')).toMatchObject({ exitCode: 0, stdout: expect.not.stringContaining('apply') });

    expect(await run(command)).toMatchObject({ exitCode: 0 });
    expect(await run('plan --detailed-exitcode')).toMatchObject({ exitCode: 0 });
  });

  test('as JSON, the error holds everything that is withheld and every consent', async (context) => {
    const { run, writes } = await openWorkspace(context, { seed: SMALL_SEED, files: BROADER, environment: OWNED });
    const stopped = await run('apply --yes --allow-delete-unknown=2 --format json');
    expect(stopped.exitCode).toBe(4);
    expect(parseDocument(stopped)).toMatchObject({
      kind: 'limio-sync/error',
      error: {
        code: 'PARTIAL',
        hint: expect.stringContaining(
          'apply --env test --yes --allow-delete-unknown=2 --allow-broader-promo=1',
        ) as string,
        details: {
          withheld: [{ address: 'promo_code:WELCOME10', action: 'update', reason: 'PROMO_BROADER' }],
          guards: [{ code: 'PROMO_BROADER', consent: { flag: '--allow-broader-promo', value: '1' } }],
          consents: ['--allow-delete-unknown=2', '--allow-broader-promo=1'],
        },
      },
    });
    expect(writes()).toEqual([]);
  });

  test('a promo code does not go live while the offer that it is for has to be created by hand', async (context) => {
    const files = {
      'catalog/a.yaml': `${offerFile('/offers2/Half Price', 'Half price')}---\n${promoCodeFile('HALF50', 50)}`,
    };
    const { run, tenant, writes } = await openWorkspace(context, { seed: SMALL_SEED, files });
    const stopped = await run('apply --yes');
    expect(stopped).toMatchObject({ exitCode: 4, stderr: expect.stringMatching(/error PARTIAL: .*CREATE_BY_HAND/) });
    expect(writes()).toEqual([]);

    const partial = await run('apply --yes --allow-partial --format json');
    expect(partial.exitCode).toBe(4);
    expect(statusesOf(parseDocument(partial) as ApplyResult)).toEqual({
      'offer:/offers2/Half Price': 'withheld',
      'promo_code:HALF50': 'done',
    });
    expect(tenant.state().promoCodes.map(({ name }) => name)).toContain('HALF50');
  });

  test('nobody is asked for a yes, or for the name of a protected environment, to a plan that cannot run', async (context) => {
    const { run } = await openWorkspace(context, {
      seed: SMALL_SEED,
      files: UNCONFIRMED,
      environment: { protected: true },
    });
    const stopped = await run('apply');
    expect(stopped.exitCode).toBe(4);
    expect(stopped.stderr).toMatch(/^error PARTIAL: .*CODEC_UNCONFIRMED/);
    expect(stopped.stderr).toContain('limio-sync apply --env test --allow-protected=test --allow-partial\n');
  });

  test('with --allow-partial a condition whose form this tenant never showed is withheld, and the rest runs', async (context) => {
    const { run, tenant } = await openWorkspace(context, { seed: SMALL_SEED, files: UNCONFIRMED });
    const applied = await run('apply --yes --allow-partial --format json');
    expect(applied.exitCode).toBe(4);
    const result = parseDocument(applied) as ApplyResult;
    expect(statusesOf(result)).toEqual({ 'journey:web-device': 'withheld', 'offer:/offers2/Monthly': 'done' });
    expect(result.outcomes[0]?.error?.code).toBe('CODEC_UNCONFIRMED');
    expect(tenant.state().journeys.map(({ name }) => name)).not.toContain('web-device');
  });

  test('policies.partial "allow" runs the rest without the option, and plan announces no stop', async (context) => {
    const { run } = await openWorkspace(context, {
      seed: SMALL_SEED,
      files: UNCONFIRMED,
      environment: { policies: { partial: 'allow' } },
    });
    expect((await run('plan')).stdout).not.toContain('will stop');
    const applied = await run('apply --yes --format json');
    expect(applied.exitCode).toBe(4);
    expect(statusesOf(parseDocument(applied) as ApplyResult)).toEqual({
      'journey:web-device': 'withheld',
      'offer:/offers2/Monthly': 'done',
    });
  });

  test('a saved plan obeys the policy of today, not that of the day when it was saved', async (context) => {
    const { run, root, write, writes } = await openWorkspace(context, {
      seed: SMALL_SEED,
      files: UNCONFIRMED,
      environment: { policies: { partial: 'allow' } },
    });
    expect(await run('plan --out plan.json')).toMatchObject({ exitCode: 0 });
    const config = readFileSync(join(root, 'limio.config.json'), 'utf8');
    write('limio.config.json', config.replace('"allow"', '"stop"'));
    const stopped = await run('apply plan.json --yes');
    expect(stopped).toMatchObject({ exitCode: 4, stderr: expect.stringContaining('error PARTIAL: ') });
    expect(stopped.stderr).toContain('limio-sync apply plan.json --yes --allow-partial\n');
    expect(writes()).toEqual([]);
    write('limio.config.json', config);
    const applied = await run('apply plan.json --yes');
    expect(applied).toMatchObject({ exitCode: 4, stdout: expect.stringContaining('1 done, 1 withheld') });
  });

  test('plan, show and the reports say that apply will stop, and what lets it run', async (context) => {
    const { run, root } = await openWorkspace(context, { seed: SMALL_SEED, files: BROADER, environment: OWNED });
    const planned = await run('plan --out plan.json --report r.md r.html');
    expect(planned.exitCode).toBe(0);
    const command = 'limio-sync apply plan.json --allow-delete-unknown=2 --allow-broader-promo=1';
    for (const { stdout } of [planned, await run('show plan.json')]) {
      expect(stdout).toContain('apply will stop before the first write');
      expect(stdout).toContain(command);
      expect(stdout).toContain('--allow-partial');
    }
    for (const file of ['r.md', 'r.html']) {
      const report = readFileSync(join(root, file), 'utf8');
      expect(report).toContain('will stop before the first write');
      expect(report).toContain('--allow-broader-promo=1');
    }
  });
});
