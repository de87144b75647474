import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type Emulator, startEmulator } from '../../src/emulator/emulator.js';
import type { Seed } from '../../src/emulator/seed-format.js';
import { objectAt } from '../../src/model/json.js';
import { journeyFile, promoCodeFile, SMALL_SEED } from '../end-to-end/support/small-tenant.js';
import { runInProcess } from './support/run-in-process.js';

interface Checkout {
  tenant: Emulator;
  run: (args: string) => ReturnType<typeof runInProcess>;
}

async function openCheckout({
  seed = SMALL_SEED,
  files,
  scope = {},
}: {
  seed?: Seed;
  files: Record<string, string>;
  scope?: object;
}): Promise<Checkout> {
  const root = mkdtempSync(join(tmpdir(), 'limio-rollback-'));
  const tenant = await startEmulator({ port: 0, buildMs: 0, seed });
  onTestFinished(async () => {
    await tenant.close();
    rmSync(root, { recursive: true, force: true });
  });
  const dialect = { publish: { attempts: 3, intervalMs: 1 }, journeyCodec: 'assumed' };
  const config = { environments: { test: { url: tenant.url, scope, dialect } } };
  for (const [path, text] of Object.entries({ ...files, 'limio.config.json': JSON.stringify(config) })) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  const env = { LIMIO_CLIENT_ID: 'emulator', LIMIO_CLIENT_SECRET: 'emulator-secret' };
  return { tenant, run: (args) => runInProcess(args, { cwd: root, env }) };
}

/** The small tenant with another fallback of the journey web-geo. */
const withFallback = (route: string): Seed => ({
  ...SMALL_SEED,
  journeys: (SMALL_SEED.journeys ?? []).map((journey) =>
    journey.name === 'web-geo' ? { ...journey, data: { ...objectAt(journey, 'data'), fallback_tag: route } } : journey,
  ),
});

const fallbackOf = (tenant: Emulator, name: string): unknown =>
  tenant.state().journeys.find((journey) => journey.name === name)?.data['fallback_tag'];

describe('a rollback never moves traffic to a page that is not there', () => {
  test('that leads a journey back to a route without a page waits for its consent, which its hint names', async () => {
    const { run, tenant } = await openCheckout({
      seed: withFallback('/gone/'),
      files: { 'journeys/web.yaml': journeyFile('web-geo', 'US') },
    });
    expect(await run('apply --yes')).toMatchObject({ exitCode: 0 });
    const refused = await run('rollback last --yes');
    expect(refused.exitCode).toBe(4);
    expect(refused.stdout).toContain('ROUTE_NOT_LIVE');
    expect(fallbackOf(tenant, 'web-geo')).toBe('/shop/');
    const [, named = ''] = /limio-sync (rollback \S+ --env test .*)$/m.exec(refused.stderr) ?? [];
    expect(named).toMatch(/^rollback \S+ --env test --yes --allow-dead-route=1$/);
    expect(await run(named)).toMatchObject({ exitCode: 0 });
    expect(fallbackOf(tenant, 'web-geo')).toBe('/gone/');
  });

  test('that deletes a journey at whose start another journey ends waits as well', async () => {
    const { run, tenant } = await openCheckout({
      files: { 'journeys/web.yaml': journeyFile('web-new', 'US').replace('/landing/', '/new/') },
    });
    expect(await run('apply --yes --allow-dead-route=1')).toMatchObject({ exitCode: 0 });
    const data = tenant.state().journeys.find(({ name }) => name === 'web-old')?.data ?? {};
    tenant.edit.journey('web-old', { ...data, fallback_tag: '/new/' });
    const refused = await run('rollback last --yes --allow-delete=1');
    expect(refused).toMatchObject({ exitCode: 4 });
    expect(refused.stdout).toContain('Without journey:web-new there is nothing at /new/, where journey:web-old leads.');
    expect(fallbackOf(tenant, 'web-new')).toBe('/shop/');
  });

  test('reads no journeys where it changes none', async () => {
    const { run, tenant } = await openCheckout({
      files: { 'catalog/offer.yaml': 'kind: offer\npath: /offers2/Annual\nattributes: { display_name__limio: New }\n' },
    });
    expect(await run('apply --yes')).toMatchObject({ exitCode: 0 });
    tenant.edit.clearLog();
    expect(await run('rollback last --yes')).toMatchObject({ exitCode: 0 });
    expect(tenant.log().filter(({ path }) => /journey/.test(path))).toEqual([]);
  });
});

const RENAMES = {
  'journeys/web.yaml': `${journeyFile('web-renamed', 'US, GB')}moved_from: web-geo\n`,
  'catalog/codes.yaml': `${promoCodeFile('WELCOME12', 10)}moved_from: WELCOME10\n`,
};

const contentOf = (tenant: Emulator): unknown => {
  const { journeys, promoCodes } = tenant.state();
  const all = [
    ...journeys.map(({ name, data }) => ({ name, data })),
    ...promoCodes.map(({ name, data }) => ({ name, data })),
  ];
  return new Map(all.map(({ name, data }) => [name, data]));
};

describe('a rename is undone until all is as before', () => {
  const stops = ['apply', 'rollback'].flatMap((command) => [2, 3, 4].map((nth) => ({ command, nth })));
  test.each(stops)('where the $command was refused at write $nth', async ({ command, nth }) => {
    const { run, tenant } = await openCheckout({ files: RENAMES });
    const before = contentOf(tenant);
    const refuse = (): void => tenant.faults.replace([{ operation: 'write', nth, fault: 'status', status: 403 }]);
    if (command === 'apply') refuse();
    await run('apply --yes --allow-delete=2');
    expect(contentOf(tenant)).not.toEqual(before);
    tenant.faults.clear();
    const asked = await run('rollback last');
    const [, named = ''] = /limio-sync (rollback \S+ --env test.*?)(?: --yes)?$/m.exec(asked.stderr) ?? [];
    if (command === 'rollback') refuse();
    const first = await run(`${named} --yes`);
    tenant.faults.clear();
    if (command === 'rollback') {
      expect(first.exitCode).toBe(1);
      expect(first.stdout).toContain(`To continue it: limio-sync ${named}\n`);
    }
    expect(await run(`${named} --yes`)).toMatchObject({ exitCode: 0 });
    expect(contentOf(tenant)).toEqual(before);
    expect((await run('rollback last --yes')).stdout).toContain('Nothing to roll back');
  });
});
