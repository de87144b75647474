import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test, type TestContext } from 'vitest';
import type { StateChange } from '../../src/model/state-report.js';
import { createFolderStore } from '../../src/store/folder-store.js';
import type { StateStore } from '../../src/store/store.js';
import { openWorkspace, QUICK_PUBLISH } from './support/in-process.js';
import { offerFile, ONE_CHANGE, SMALL_SEED } from './support/small-tenant.js';
import { openTeam, type Team } from '../cli/support/open-team.js';

const PRUNE = 'limio-sync state prune --damaged --env test';
const DAMAGED = '<<<<<<<';

const git = (folder: string, ...args: string[]): string => execFileSync('git', args, { cwd: folder, encoding: 'utf8' });

const storeOf = ({ tenants, store }: Team<'test'>): StateStore =>
  createFolderStore(store, { tenant: new URL(tenants.test.url).host, environment: 'test' });

/** An environment to which its files were applied; the offer was edited in the app since. */
async function openEdited(context: TestContext, environment: Record<string, unknown>) {
  const workspace = await openWorkspace(context, {
    seed: SMALL_SEED,
    files: { 'catalog/annual.yaml': offerFile('/offers2/Annual', 'Annual') },
    environment: { dialect: QUICK_PUBLISH, ...environment },
  });
  const { run, root, tenant } = workspace;
  expect(await run('apply --yes --allow-protected=test')).toMatchObject({ exitCode: 0 });
  tenant.edit.item('/offers2/Annual', { display_name__limio: 'Hot fix' });
  return { ...workspace, file: join(root, '.limio/state/test.json') };
}

describe('a damaged snapshot in a protected environment', () => {
  test('is a warning of the plan, and stops apply before anything is written', async (context) => {
    const { run, file, writes } = await openEdited(context, { protected: true });
    await run('plan --out plan.json');
    writeFileSync(file, DAMAGED);
    const planned = await run('plan');
    expect(planned).toMatchObject({ exitCode: 0 });
    expect(planned.stdout).toContain('warning SNAPSHOT_UNREADABLE: .limio/state/test.json cannot be used: ');
    expect(planned.stdout).toContain(PRUNE);
    const before = writes().length;
    for (const what of ['', ' plan.json']) {
      const refused = await run(`apply${what} --yes --allow-protected=test`);
      expect(refused).toMatchObject({ exitCode: 3, stdout: '' });
      expect(refused.stderr).toContain('error STATE_INVALID: .limio/state/test.json cannot be used: it is not JSON.');
      expect(refused.stderr).toContain(PRUNE);
    }
    expect(writes()).toHaveLength(before);
    expect(readFileSync(file, 'utf8')).toBe(DAMAGED);
  });

  test('stops it no more once it is removed by the command that the error names', async (context) => {
    const { run, file } = await openEdited(context, { protected: true });
    writeFileSync(file, DAMAGED);
    const pruned = await run('state prune --damaged --env test');
    expect(pruned).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('0 runs and the snapshot removed') });
    expect(existsSync(file)).toBe(false);
    expect(await run('apply --yes --allow-protected=test')).toMatchObject({ exitCode: 0 });
    expect((await run('plan')).stdout).not.toContain('SNAPSHOT_UNREADABLE');
  });

  test('of another format version stops it, too, and is never removed', async (context) => {
    const { run, file } = await openEdited(context, { protected: true });
    const newer = readFileSync(file, 'utf8').replace('"formatVersion": 1', '"formatVersion": 2');
    writeFileSync(file, newer);
    expect((await run('plan')).stdout).toContain('warning SNAPSHOT_UNREADABLE: .limio/state/test.json has format');
    expect(await run('apply --yes --allow-protected=test')).toMatchObject({
      exitCode: 3,
      stderr: expect.stringContaining('error STATE_VERSION: '),
    });
    const pruned = await run('state prune --damaged --env test --format json');
    expect(pruned).toMatchObject({ exitCode: 4 });
    expect(JSON.parse(pruned.stdout)).toMatchObject({ environments: [{ done: [], refused: ['snapshot'] }] });
    expect(readFileSync(file, 'utf8')).toBe(newer);
  });
});

describe('a damaged snapshot elsewhere', () => {
  test('is a warning, and a successful apply replaces it', async (context) => {
    const { run, file } = await openEdited(context, {});
    writeFileSync(file, DAMAGED);
    const applied = await run('apply --yes');
    expect(applied).toMatchObject({ exitCode: 0 });
    expect(applied.stdout).toContain('warning SNAPSHOT_UNREADABLE: ');
    expect(applied.stderr).toContain('.limio/state/test.json cannot be used: it is not JSON. A new one replaces it.\n');
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ last: { command: 'apply' } });
    expect((await run('plan')).stdout).not.toContain('SNAPSHOT_UNREADABLE');
  });

  test('is named on stderr where a saved plan without that warning is applied', async (context) => {
    const { run, file } = await openEdited(context, {});
    await run('plan --out plan.json');
    writeFileSync(file, DAMAGED);
    const applied = await run('apply plan.json --yes');
    expect(applied).toMatchObject({ exitCode: 0 });
    expect(applied.stderr).toContain('warning SNAPSHOT_UNREADABLE: ');
  });

  test('does not change the fingerprint of the plan', async (context) => {
    const { run, file, tenant } = await openEdited(context, {});
    const text = readFileSync(file, 'utf8');
    tenant.edit.item('/offers2/Monthly', { display_name__limio: 'Other' });
    const printed = async (): Promise<unknown> =>
      (JSON.parse((await run('plan --format json')).stdout) as { fingerprint: unknown }).fingerprint;
    const before = await printed();
    writeFileSync(file, DAMAGED);
    expect(await printed()).toBe(before);
    writeFileSync(file, text);
  });

  test('is replaced by drift --baseline', async (context) => {
    const { run, file } = await openEdited(context, { protected: true });
    writeFileSync(file, DAMAGED);
    const recorded = await run('drift --baseline');
    expect(recorded).toMatchObject({ exitCode: 2 });
    expect(recorded.stderr).toContain('A new one replaces it.\n');
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ last: { command: 'baseline' } });
  });
});

/** A team whose store has a snapshot that was cut. */
async function openDamaged(context: TestContext) {
  const team = await openTeam(context, { files: ONE_CHANGE });
  const first = team.clone();
  expect(await first.run('apply --yes')).toMatchObject({ exitCode: 0 });
  const store = storeOf(team);
  const sound = await store.read('snapshot.json');
  await store.write('snapshot.json', sound?.text.slice(0, 100) ?? '', sound?.version);
  const readStored = async (): Promise<string | undefined> => (await store.read('snapshot.json'))?.text;
  return {
    team,
    first,
    store,
    sound: sound?.text ?? '',
    readStored,
    file: join(first.root, '.limio/state/test.json'),
  };
}

describe('a damaged snapshot of a shared store', () => {
  test('is removed from the store and from each checkout by state prune --damaged', async (context) => {
    const { first, team, file, readStored } = await openDamaged(context);
    const second = team.clone();
    expect((await second.run('plan')).stdout).toContain('warning SNAPSHOT_UNREADABLE: ');
    const pruned = await second.run('state prune --damaged --format json');
    expect(JSON.parse(pruned.stdout) as StateChange).toMatchObject({
      environments: [{ done: ['snapshot'], refused: [] }],
    });
    expect(await readStored()).toBeUndefined();
    expect((await first.run('plan')).stdout).not.toContain('SNAPSHOT_UNREADABLE');
    expect(existsSync(file)).toBe(false);
  });

  test('is replaced in the store by apply and by drift --baseline', async (context) => {
    for (const command of ['apply --yes', 'drift --baseline']) {
      const { team, readStored } = await openDamaged(context);
      const ran = await team.clone().run(command);
      expect(ran).toMatchObject({ exitCode: 0 });
      expect(ran.stderr).not.toContain('STORE_MOVED');
      expect(JSON.parse((await readStored()) ?? '')).toMatchObject({ kind: 'limio-sync/state' });
    }
  });

  test('is not sent by state push, which says so', async (context) => {
    const { first, store, file, readStored } = await openDamaged(context);
    await first.run('plan');
    for (const { key, version } of await store.list()) await store.remove(key, version);
    writeFileSync(file, DAMAGED);
    const sent = await first.run('state push');
    expect(sent.stderr).toContain('The snapshot of test was not sent: ');
    expect(await readStored()).toBeUndefined();
  });

  test('is taken from the store again where only the copy of this checkout is damaged', async (context) => {
    const { first, store, sound, file, readStored } = await openDamaged(context);
    const stored = await store.read('snapshot.json');
    await store.write('snapshot.json', sound, stored?.version);
    await first.run('plan');
    writeFileSync(file, DAMAGED);
    const pruned = await first.run('state prune --damaged');
    expect(pruned).toMatchObject({ exitCode: 0 });
    expect(readFileSync(file, 'utf8')).toBe(sound);
    expect(await readStored()).toBe(sound);
  });
});

test('state prune --damaged leaves the history of a git store alone where nothing is damaged', async (context) => {
  const team = await openTeam(context, { files: ONE_CHANGE, config: { state: { backend: 'git' } } });
  const { run, root } = team.clone();
  const remote = mkdtempSync(join(tmpdir(), 'limio-remote-'));
  context.onTestFinished(() => rmSync(remote, { recursive: true, force: true }));
  git(remote, 'init', '-q', '--bare');
  git(root, 'init', '-q');
  git(root, 'remote', 'add', 'origin', remote);
  const env = { PATH: process.env['PATH'] ?? '' };
  expect(await run('apply --yes', env)).toMatchObject({ exitCode: 0 });
  const listRefs = (): string => git(remote, 'for-each-ref', '--format=%(refname) %(objectname)', '**/test');
  const before = listRefs();
  const pruned = await run('state prune --damaged', env);
  expect(pruned).toMatchObject({ exitCode: 0 });
  expect(pruned.stdout).not.toContain('forgotten');
  expect(listRefs()).toBe(before);
});
