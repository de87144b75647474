import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startEmulator } from '../../src/emulator/emulator.js';
import type { Seed } from '../../src/emulator/seed-format.js';
import type { JsonObject } from '../../src/model/json.js';
import type { Plan } from '../../src/model/plan.js';
import { makeFingerprint } from '../../src/plan/fingerprint.js';
import { promoCodeFile, SMALL_SEED } from '../end-to-end/support/small-tenant.js';
import { charge } from '../plan/support/tenant-reader.js';
import { runInProcess } from './support/run-in-process.js';

const price = (value: string): JsonObject[] => [charge(value)];

const SEED: Seed = {
  ...SMALL_SEED,
  items: [
    ...(SMALL_SEED.items ?? []).filter(({ path }) => path !== '/offers2/Monthly' && path !== '/offers2/Annual'),
    ...['/offers2/Monthly', '/offers2/Annual'].map((path) => ({
      path,
      data: {
        record_type: 'offer',
        products: [],
        attributes: { display_name__limio: 'Plan', price__limio: price('10') },
      },
    })),
  ],
};

const offer = (name: string, displayName: string, value: string): string =>
  JSON.stringify({
    kind: 'offer',
    path: `/offers2/${name}`,
    attributes: { display_name__limio: displayName, price__limio: price(value) },
  });

const FILES = {
  'catalog/monthly.yaml': offer('Monthly', 'Monthly', '11'),
  'catalog/annual.yaml': offer('Annual', 'Plan', '10'),
  'catalog/codes.yaml': promoCodeFile('WELCOME10', 10),
};

/** Whoever made the plan could create items and delete promo codes. */
const THEN = { scope: { promo_codes: ['OLD*'] }, catalog: { create: true } };

const ADDRESS = 'offer:/offers2/Monthly';

const CREDENTIALS = { LIMIO_CLIENT_ID: 'emulator', LIMIO_CLIENT_SECRET: 'emulator-secret' };
const QUICK = { publish: { attempts: 100, intervalMs: 20 } };

/** A saved plan that re-prices and renames one offer and deletes a promo code, and a configuration to change. */
async function openSaved({
  files = FILES,
  environment = THEN,
}: { files?: Record<string, string>; environment?: object } = {}) {
  const tenant = await startEmulator({ port: 0, buildMs: 10, seed: SEED });
  const root = mkdtempSync(join(tmpdir(), 'limio-saved-'));
  onTestFinished(async () => {
    rmSync(root, { recursive: true, force: true });
    await tenant.close();
  });
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  const configure = (now: object, more: object = {}, url = tenant.url): void =>
    write('limio.config.json', JSON.stringify({ ...more, environments: { test: { url, dialect: QUICK, ...now } } }));
  const run = (args: string) => runInProcess(args, { cwd: root, env: CREDENTIALS });
  const readPlan = (file = 'plan.json') => JSON.parse(readFileSync(join(root, file), 'utf8')) as Plan;
  /** Every write that the tenant got. */
  const writes = () => tenant.log().filter(({ method, path }) => method !== 'GET' && path !== '/oauth2/token');
  for (const [path, text] of Object.entries(files)) write(path, text);
  configure(environment);
  const planned = await run('plan --out plan.json');
  if (planned.exitCode !== 0) throw new Error(planned.stderr);
  return { tenant, root, write, configure, run, readPlan, writes };
}

/** Applied, and then a colleague edits another offer of the page that the rollback publishes. */
async function openUndo() {
  const bench = await openSaved({
    files: { 'catalog/monthly.yaml': offer('Monthly', 'Monthly', '10') },
    environment: {},
  });
  expect(await bench.run('apply plan.json --yes')).toMatchObject({ exitCode: 0 });
  bench.tenant.edit.item('/offers2/Annual', { display_name__limio: 'Not ready yet' });
  bench.tenant.edit.clearLog();
  const [id = ''] = readdirSync(join(bench.root, '.limio/runs'));
  return { ...bench, file: `.limio/runs/${id}/rollback.json` };
}

describe('a saved plan obeys the configuration of today', () => {
  test.each<[string, object, string, string]>([
    ['an object protected since', { ...THEN, protect: ['offer:/offers2/M*'] }, 'PROTECTED_ADDRESS', ADDRESS],
    ['a tighter price policy', { ...THEN, policies: { price: { maxIncrease: 5 } } }, 'PRICE_CHANGE', ADDRESS],
    [
      'a tighter limit of mass changes',
      { ...THEN, policies: { massChange: { percent: 40, atLeast: 1 } } },
      'MASS_CHANGE',
      ADDRESS,
    ],
    [
      'a freeze',
      {
        ...THEN,
        freeze: [{ from: '2020-01-01T00:00Z', to: '2120-01-01T00:00Z', reason: 'Sale' }],
      },
      'FREEZE',
      ADDRESS,
    ],
    ['creations that are no longer allowed', { ...THEN, catalog: {} }, 'CREATE_BY_HAND', 'offer:/offers2/New'],
  ])('%s withholds the change', async (_name, now, code, address) => {
    const files = { ...FILES, 'catalog/new.yaml': offer('New', 'New', '10') };
    const { configure, run, writes } = await openSaved({ files });
    configure(now);
    const applied = await run('apply plan.json --yes --allow-delete-unknown=1 --format json');
    expect(applied.exitCode).toBe(4);
    expect(applied.stdout).toContain(code);
    expect(JSON.stringify(writes())).not.toContain(address.slice('offer:'.length));
  });

  test('an environment that is protected since needs its consent', async () => {
    const { configure, run, writes } = await openSaved();
    configure({ ...THEN, protected: true });
    expect(await run('apply plan.json --yes --allow-delete-unknown=1')).toMatchObject({
      exitCode: 4,
      stderr: expect.stringContaining('error PROTECTED:'),
    });
    expect(writes()).toEqual([]);
  });

  test('a policy that allows more lifts its guard', async () => {
    const { configure, run } = await openSaved({ environment: { ...THEN, policies: { price: { maxIncrease: 5 } } } });
    configure(THEN);
    expect(await run('apply plan.json --yes --allow-delete-unknown=1')).toMatchObject({ exitCode: 0 });
  });

  test('what a saved plan withheld for protection stays withheld: its pages were not planned', async () => {
    const { configure, run, writes } = await openSaved({ environment: { ...THEN, protect: [ADDRESS] } });
    configure(THEN);
    expect(await run('apply plan.json --yes --allow-delete-unknown=1')).toMatchObject({ exitCode: 4 });
    expect(JSON.stringify(writes())).not.toContain('/offers2/Monthly');
  });

  test.each<[string, object, object, string]>([
    [
      'a field that the app owns now',
      { ...THEN, ownership: { app: ['offer:*#/attributes/price__limio/charge_1/value'] } },
      {},
      'offer:/offers2/Monthly: /attributes/price__limio/charge_1/value is ignored or owned elsewhere.',
    ],
    [
      'a field that the app owns now by the whole file',
      THEN,
      { ownership: { app: ['offer:*#/attributes/display_name__limio'] } },
      'offer:/offers2/Monthly: /attributes/display_name__limio is ignored or owned elsewhere.',
    ],
    [
      'an object that is ignored now',
      { ...THEN, ignore: ['offer:/offers2/Month*'] },
      {},
      'offer:/offers2/Monthly: /attributes/display_name__limio, /attributes/price__limio/charge_1/value is ignored',
    ],
    [
      'a deletion out of scope now',
      { ...THEN, scope: {} },
      {},
      'promo_code:OLD5 would be deleted, but is ignored or out of scope.',
    ],
  ])('%s is refused as a whole', async (_name, now, file, line) => {
    const { configure, run, writes } = await openSaved();
    configure(now, file);
    const refused = await run('apply plan.json --yes --allow-delete-unknown=1');
    expect(refused.exitCode).toBe(5);
    expect(refused.stderr).toContain('error PLAN_UNMANAGED: limio.config no longer manages what plan.json changes');
    expect(refused.stderr).toContain(line);
    expect(refused.stderr).toContain('To make a new plan: limio-sync plan --env test --out plan.json');
    expect(writes()).toEqual([]);
  });

  test('rules that do not concern its changes refuse nothing', async () => {
    const { configure, run } = await openSaved();
    configure({
      ...THEN,
      ignore: ['offer:*#/attributes/badge_text__limio', 'offer:/offers2/Other'],
      ownership: { app: ['offer:/offers2/*'], git: ['offer:/offers2/Monthly'] },
    });
    expect(await run('apply plan.json --yes --allow-delete-unknown=1')).toMatchObject({ exitCode: 0 });
  });

  test.each<[string, object]>([
    ['protected', { protect: ['offer:/offers2/Annual'] }],
    ['ignored', { ignore: ['offer:/offers2/Annual'] }],
  ])('a page that would be published only for an item that is %s now is refused', async (_name, now) => {
    const files = { 'catalog/annual.yaml': offer('Annual', 'Edited in the app', '10') };
    const { configure, run, writes, readPlan, tenant } = await openSaved({ files });
    tenant.edit.item('/offers2/Annual', { display_name__limio: 'Edited in the app' });
    await run('plan --out plan.json');
    expect(readPlan().publish.pages).toMatchObject([{ reason: 'not-live', items: ['offer:/offers2/Annual'] }]);
    configure({ ...THEN, ...now });
    expect(await run('apply plan.json --yes --allow-delete-unknown=1')).toMatchObject({
      exitCode: 5,
      stderr: expect.stringContaining(
        '/pages/shop would be published for offer:/offers2/Annual, which is protected or ignored.',
      ),
    });
    expect(writes()).toEqual([]);
  });
});

describe('the saved plan of a rollback', () => {
  test('runs like any other, although the object that it deletes was never in scope', async () => {
    const { run, root, tenant } = await openSaved({
      files: { 'catalog/codes.yaml': promoCodeFile('NEW5', 5) },
      environment: {},
    });
    expect(await run('apply plan.json --yes')).toMatchObject({ exitCode: 0 });
    const [id] = readdirSync(join(root, '.limio/runs'));
    tenant.edit.clearLog();
    const undone = await run(`apply .limio/runs/${id}/rollback.json --yes --allow-delete=1`);
    expect(undone).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('promo_code:NEW5') });
    expect(tenant.log().filter(({ method }) => method === 'DELETE')).toHaveLength(1);
  });

  test('publishes no draft of a colleague unasked: what else would go live is read when it is applied', async () => {
    const { run, file, writes } = await openUndo();
    expect(await run(`apply ${file} --yes`)).toMatchObject({
      exitCode: 4,
      stdout: expect.stringContaining('also goes live: offer:/offers2/Annual'),
      stderr: expect.stringContaining(`limio-sync apply ${file} --yes --allow-also-publish=1`),
    });
    expect(writes()).toEqual([]);
    expect(await run(`apply ${file} --yes --allow-also-publish=1`)).toMatchObject({ exitCode: 0 });
  });

  test('is refused where it was copied to, if it publishes pages: nothing says what they would make live', async () => {
    const { run, file, root, writes } = await openUndo();
    copyFileSync(join(root, file), join(root, 'undo.json'));
    expect(await run('apply undo.json --yes')).toMatchObject({
      exitCode: 3,
      stderr: expect.stringContaining('limio-sync rollback <run>'),
    });
    expect(writes()).toEqual([]);
  });
});

test('show with an address prints the values of that change in full', async () => {
  const name = `${'A long name that goes on. '.repeat(40)}The end.`;
  const { run } = await openSaved({ files: { 'catalog/monthly.yaml': offer('Monthly', name, '10') } });
  expect((await run('show plan.json')).stdout).not.toContain(name);
  const { exitCode, stdout } = await run('show plan.json offer:/offers2/Monthly');
  expect(exitCode).toBe(0);
  expect(stdout).toContain(`    display_name__limio:\n      - Plan\n      + ${name}\n`);
  const json = await run('show plan.json offer:/offers2/Monthly --format json');
  expect(JSON.parse(json.stdout).after.attributes.display_name__limio).toBe(name);
});

test('show with an address prints the impact, guards and stop of that object only', async () => {
  const { run } = await openSaved({ files: { ...FILES, 'catalog/annual.yaml': offer('Annual', 'Plan', '90') } });
  const monthly = await run('show plan.json offer:/offers2/Monthly');
  expect(monthly.stdout).toMatch(/Impact\n +monthly GBP 10\.00 -> 11\.00 [^\n]+\n\n/);
  expect(monthly.stdout).not.toMatch(/withheld [A-Z]|apply will stop|To a/);
  expect(monthly.stdout).toContain('The whole plan: limio-sync show plan.json\n');
  const annual = await run('show plan.json offer:/offers2/Annual');
  expect(annual.stdout).toMatch(/withheld PRICE_CHANGE: [^]*apply will stop before the first write: PRICE_CHANGE/);
  expect(annual.stdout).toMatch(/Impact\n +monthly GBP 10\.00 -> 90\.00 [^\n]+\n\n/);
});

describe('the place of a saved plan', () => {
  test('another host under the same name of an environment is refused', async () => {
    const { configure, run, tenant, writes } = await openSaved();
    const other = await startEmulator({ port: 0, seed: SEED });
    onTestFinished(() => other.close());
    configure(THEN, {}, other.url);
    const [was, is] = [tenant, other].map(({ url }) => new URL(url).host);
    expect(await run('apply plan.json --yes --allow-delete-unknown=1')).toMatchObject({
      exitCode: 3,
      stderr: expect.stringContaining(
        `error PLAN_ELSEWHERE: plan.json is a plan for test (${was}), not for test (${is})`,
      ),
    });
    expect(writes()).toEqual([]);
    expect(other.log()).toEqual([]);
  });
});

describe('the fingerprint of a plan', () => {
  test('covers the files: what else they declare, even what needs no change', async () => {
    const { write, run, readPlan } = await openSaved();
    await run('plan --out same.json');
    expect(readPlan('same.json').fingerprint).toBe(readPlan().fingerprint);
    write('catalog/annual.yaml', JSON.stringify({ kind: 'offer', path: '/offers2/Annual', attributes: {} }));
    await run('plan --out other.json');
    expect(readPlan('other.json').changes).toEqual(readPlan().changes);
    expect(readPlan('other.json').fingerprint).not.toBe(readPlan().fingerprint);
  });

  test('an edited filesHash is refused', async () => {
    const { write, run, readPlan } = await openSaved();
    const plan = readPlan();
    write('plan.json', JSON.stringify({ ...plan, filesHash: '0'.repeat(64) }));
    expect(await run('apply plan.json --yes --check-files')).toMatchObject({
      exitCode: 3,
      stderr: expect.stringContaining('PLAN_EDITED'),
    });
    expect(makeFingerprint({ ...plan, filesHash: '0' })).not.toBe(plan.fingerprint);
  });
});

describe('--check-files', () => {
  test('runs a plan that a new one equals', async () => {
    const { run } = await openSaved();
    expect(await run('apply plan.json --yes --allow-delete-unknown=1 --check-files')).toMatchObject({ exitCode: 0 });
  });

  test.each<[string, (bench: Awaited<ReturnType<typeof openSaved>>) => void]>([
    ['the configuration changed', ({ configure }) => configure({ ...THEN, policies: { price: { maxIncrease: 5 } } })],
    [
      'the tenant changed beside the objects of the plan',
      ({ tenant }) => tenant.edit.item('/offers2/Annual', { display_name__limio: 'Edited in the app' }),
    ],
  ])('refuses the plan when a new one differs, although its objects did not move: %s', async (_name, change) => {
    const bench = await openSaved();
    change(bench);
    const refused = await bench.run('apply plan.json --yes --allow-delete-unknown=1 --check-files');
    expect(refused).toMatchObject({ exitCode: 5, stderr: expect.stringContaining('error PLAN_FINGERPRINT:') });
    expect(refused.stderr).toContain('To make a new plan: limio-sync plan --env test --out plan.json');
    expect(bench.writes()).toEqual([]);
  });
});
