import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test, type TestContext } from 'vitest';
import type { EmulatorOptions } from '../../src/emulator/options.js';
import { HTTP_LOGIN, startHttpStateServer } from '../store/support/http-state-server.js';
import { BUCKET, S3_KEYS, startS3Server } from '../store/support/s3-server.js';
import { createHold } from './support/create-hold.js';
import { findLeaks } from '../support/find-leaks.js';
import { CREDENTIALS, type Folder, openFolder, openTenant, QUICK_PUBLISH } from './support/in-process.js';
import { offerFile, ONE_CHANGE, SMALL_SEED } from './support/small-tenant.js';
import { type GateHooks, startGate } from './support/start-gate.js';

/** Stores over the network, each with the server, its settings and its credentials. */
const STORES = {
  s3: async ({ onTestFinished }: TestContext) => {
    const server = await startS3Server({ now: Date.now });
    onTestFinished(() => server.close());
    return {
      state: { backend: 's3', bucket: BUCKET, region: 'eu-west-1', endpoint: server.origin },
      env: { AWS_ACCESS_KEY_ID: S3_KEYS.id, AWS_SECRET_ACCESS_KEY: S3_KEYS.secret },
      secret: S3_KEYS.secret,
      holdsRecords: () => [...server.objects].some(([name, { text }]) => name.includes('/runs/') && text !== ''),
      ignoreConditions: () => void (server.ignoresConditions = true),
    };
  },
  http: async ({ onTestFinished }: TestContext) => {
    const server = await startHttpStateServer('gitlab');
    onTestFinished(() => server.close());
    return {
      state: { backend: 'http', address: server.address },
      env: { TF_HTTP_USERNAME: HTTP_LOGIN.username, TF_HTTP_PASSWORD: HTTP_LOGIN.password },
      secret: HTTP_LOGIN.password,
      holdsRecords: () => [...server.states.values()].some(({ versions }) => versions.length > 0),
      ignoreConditions: () => void (server.ignoresLocks = true),
    };
  },
};

/** Clones of one repository that share a store. Each `clone` is a new machine with an empty `.limio`. */
interface TeamOptions extends EmulatorOptions {
  hooks?: GateHooks;
  files?: Readonly<Record<string, string>>;
  environment?: Readonly<Record<string, unknown>>;
  /** Default: a folder. */
  state?: Readonly<Record<string, unknown>>;
}

async function openTeam(context: TestContext, options: TeamOptions = {}) {
  const { hooks, files = ONE_CHANGE, environment, state, ...emulator } = options;
  const tenant = await openTenant(context, { seed: SMALL_SEED, ...emulator });
  const gate = hooks && (await startGate(tenant.url, hooks));
  if (gate) context.onTestFinished(() => gate.close());
  const store = mkdtempSync(join(tmpdir(), 'limio-team-'));
  context.onTestFinished(() => rmSync(store, { recursive: true, force: true }));
  const environments = { test: { url: gate?.url ?? tenant.url, dialect: QUICK_PUBLISH, ...environment } };
  const config = JSON.stringify({ state: state ?? { backend: 'folder', path: store }, environments });
  const clone = (): Folder => openFolder(context, { ...files, 'limio.config.json': config });
  return { tenant, store, clone };
}

describe.concurrent('clones that share a store', () => {
  test('a run of one is listed, shown and rolled back by another', async (context) => {
    const { tenant, clone } = await openTeam(context);
    const namesOf = () => tenant.state().items.map((item) => item.data['attributes']);
    const before = namesOf();
    const first = clone();
    expect(await first.run('apply --yes')).toMatchObject({ exitCode: 0 });
    const second = clone();
    const listed = await second.run('runs --format json');
    expect(JSON.parse(listed.stdout)).toMatchObject({ runs: [{ command: 'apply', state: 'complete' }] });
    expect((await second.run('runs show last')).stdout).toContain('apply');
    const plan = await second.run('plan --detailed-exitcode');
    expect(plan).toMatchObject({ exitCode: 0 });
    const undone = await clone().run('rollback last --yes');
    expect(undone).toMatchObject({ exitCode: 0 });
    expect(namesOf()).toEqual(before);
    expect(JSON.parse((await second.run('runs --format json')).stdout)).toMatchObject({
      runs: [{ command: 'apply' }, { command: 'rollback' }],
    });
  });

  test('the snapshot of one tells another who changed what', async (context) => {
    const { tenant, clone } = await openTeam(context);
    expect(await clone().run('apply --yes')).toMatchObject({ exitCode: 0 });
    tenant.edit.item('/offers2/Monthly', { display_name__limio: 'Edited in the app' });
    const drift = await clone().run('drift');
    expect(drift).toMatchObject({ exitCode: 2 });
    expect(drift.stdout).toContain('app');
    expect(drift.stdout).not.toContain('no snapshot');
  });

  test('one runs and the other is told who holds the lock', async (context) => {
    const hold = createHold();
    const { clone } = await openTeam(context, {
      hooks: {
        before: async ({ method, path }) =>
          method === 'PUT' && path.endsWith('/bulk-update') ? (await hold.stand(), undefined) : undefined,
      },
    });
    const first = clone().start('apply --yes');
    await hold.reached;
    const second = clone();
    const refused = await second.run('apply --yes');
    expect(refused).toMatchObject({ exitCode: 4 });
    expect(refused.stderr).toMatch(/^error LOCKED: Another apply of test has been running since \S+: /);
    expect(refused.stderr).toMatch(/limio-sync state unlock [0-9a-f]{16} --env test/);
    // A plan needs no lock.
    expect(await second.run('plan')).toMatchObject({ exitCode: 0 });
    hold.release();
    expect(await first.ended).toMatchObject({ exitCode: 0 });
    expect(await second.run('apply --yes')).toMatchObject({ exitCode: 0 });
  });

  test('a run whose machine died is finished by the next one, which says what took effect', async (context) => {
    const hold = createHold();
    const { tenant, clone, store } = await openTeam(context, {
      hooks: {
        after: async ({ method, path }) =>
          method === 'PUT' && path.endsWith('/bulk-update') ? (await hold.stand(), undefined) : undefined,
      },
    });
    const dead = clone();
    const first = dead.start('apply --yes');
    await hold.reached;
    first.signal('SIGKILL');
    await first.ended;
    hold.release();
    // The machine is gone with everything on it.
    rmSync(join(dead.root, '.limio'), { recursive: true });
    expect(readdirSync(store)).not.toEqual([]);
    const next = clone();
    const planned = await next.run('plan');
    expect(planned.stdout).toContain('shop');
    const resumed = await next.run('apply --yes');
    expect(resumed.stderr).toContain('Took over the lock');
    expect(resumed.stderr).toMatch(/took effect/);
    // No build had begun.
    expect(resumed.stderr).not.toContain('being built');
    expect(resumed).toMatchObject({ exitCode: 0 });
    expect(tenant.state().published?.length).toBeGreaterThan(0);
    const last = clone();
    expect(await last.run('plan --detailed-exitcode')).toMatchObject({ exitCode: 0 });
    expect(JSON.parse((await last.run('runs --format json')).stdout)).toMatchObject({
      runs: [{ state: 'crashed' }, { state: 'complete' }],
    });
  });

  test.for(['s3', 'http'] as const)(
    'over %s: a run of one is listed and rolled back by another',
    async (name, context) => {
      const store = await STORES[name](context);
      const { tenant, clone } = await openTeam(context, { state: store.state });
      const namesOf = () => tenant.state().items.map((item) => item.data['attributes']);
      const before = namesOf();
      const env = { ...CREDENTIALS, ...store.env };
      const applied = await clone().run('apply --yes --debug', { env });
      expect(applied).toMatchObject({ exitCode: 0 });
      expect(store.holdsRecords()).toBe(true);
      const second = clone();
      expect(await second.run('plan --detailed-exitcode', { env })).toMatchObject({ exitCode: 0 });
      const shown = await second.run('state show', { env });
      expect(shown).toMatchObject({ exitCode: 0 });
      expect(shown.stdout).toMatch(/free/);
      const undone = await clone().run('rollback last --yes', { env });
      expect(undone).toMatchObject({ exitCode: 0 });
      expect(namesOf()).toEqual(before);
      expect(JSON.parse((await second.run('runs --format json', { env })).stdout)).toMatchObject({
        runs: [{ command: 'apply', state: 'complete' }, { command: 'rollback' }],
      });
      for (const { stdout, stderr } of [applied, shown, undone]) expect(stdout + stderr).not.toContain(store.secret);
    },
  );

  test.for(['s3', 'http'] as const)(
    'over %s: a server that lets two win is refused before anything is written',
    async (name, context) => {
      const store = await STORES[name](context);
      store.ignoreConditions();
      const { tenant, clone } = await openTeam(context, { state: store.state });
      const before = tenant.state();
      const refused = await clone().run('apply --yes', { env: { ...CREDENTIALS, ...store.env } });
      expect(refused).toMatchObject({ exitCode: 3 });
      expect(refused.stderr).toMatch(/^error STORE_UNSAFE: /);
      expect(tenant.state().items).toEqual(before.items);
    },
  );

  test('holds prices and texts, and never a credential or a secret value', async (context) => {
    const secret = 'affiliate-key-41f7';
    const { clone, store } = await openTeam(context, {
      files: { 'catalog/monthly.yaml': offerFile('/offers2/Monthly', '${vars.partnerKey}') },
      environment: { vars: { partnerKey: { secret: 'ACME_PARTNER_KEY' } } },
    });
    const env = { ...CREDENTIALS, ACME_PARTNER_KEY: secret };
    expect(await clone().run('apply --yes', { env })).toMatchObject({ exitCode: 0 });
    expect(await clone().run('rollback last --yes', { env })).toMatchObject({ exitCode: 0 });
    const stored = readdirSync(store, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'));
    expect(stored.length).toBeGreaterThan(2);
    expect(stored.join('\n')).toContain('/offers2/Monthly');
    for (const text of stored) {
      expect(text).not.toContain(secret);
      expect(findLeaks(text, env)).toEqual([]);
    }
  });
});
