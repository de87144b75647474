import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test, type TestContext } from 'vitest';
import type { StateChange, StateReport } from '../../src/model/state-report.js';
import { createFolderStore } from '../../src/store/folder-store.js';
import { LOCK_KEY } from '../../src/store/lease.js';
import type { StateStore } from '../../src/store/store.js';
import { offerFile, ONE_CHANGE, SMALL_SEED } from '../end-to-end/support/small-tenant.js';
import { openTeam, type Team } from './support/open-team.js';

const hostOf = ({ tenants }: Team<'test'>): string => new URL(tenants.test.url).host;
const storeOf = (team: Team<'test'>, folder = team.store): StateStore =>
  createFolderStore(folder, { tenant: hostOf(team), environment: 'test' });
const keysOf = async (store: StateStore): Promise<string[]> => (await store.list()).map(({ key }) => key);

const LOCK = {
  command: 'apply',
  environment: 'test',
  pid: 1,
  host: 'build-7',
  since: '2026-11-22T10:00:00.000Z',
  user: 'kim\u001b[31m',
  link: 'https://github.com/acme/shop/actions/runs/17',
  nonce: '0123456789abcdef',
  expiresAt: '2099-01-01T00:00:00.000Z',
};

async function holdLock(team: Team<'test'>): Promise<StateStore> {
  const store = createFolderStore(team.store, { tenant: hostOf(team) });
  await store.write(LOCK_KEY, JSON.stringify(LOCK), undefined);
  return store;
}

function makeFolder({ onTestFinished }: Pick<TestContext, 'onTestFinished'>): string {
  const folder = mkdtempSync(join(tmpdir(), 'limio-state-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const git = (folder: string, ...args: string[]): string => execFileSync('git', args, { cwd: folder, encoding: 'utf8' });

const LOCAL = { config: { state: {} } };

describe('state show', () => {
  test('names the store, the snapshot, the runs, the owed pages and the holder of the lock', async (context) => {
    const team = await openTeam(context, { files: ONE_CHANGE });
    team.tenants.test.faults.replace([
      { operation: 'publish', fault: 'omitted-route', route: '/shop/', message: 'no' },
    ]);
    expect(await team.clone().run('apply --yes')).toMatchObject({ exitCode: 6 });
    await holdLock(team);
    const { run } = team.clone();
    const shown = await run('state show --format json');
    expect(shown.exitCode).toBe(0);
    expect(JSON.parse(shown.stdout) as StateReport).toMatchObject({
      kind: 'limio-sync/state-report',
      backend: 'folder',
      shared: true,
      environments: [
        {
          environment: 'test',
          place: expect.stringContaining(team.store) as string,
          snapshot: { command: 'apply', complete: true, verified: false },
          runs: 1,
          last: { command: 'apply', state: 'complete', user: 'ada' },
          pending: ['/pages/shop'],
          lock: { id: '0123456789abcdef', command: 'apply', environment: 'test' },
          problems: [],
        },
      ],
    });
    const { stdout } = await run('state');
    expect(stdout).toContain('State in a shared store: folder\n');
    expect(stdout).toContain('  waiting   1 page to be published: /pages/shop\n');
    expect(stdout).toContain('  lock      apply of test since 2026-11-22T10:00:00.000Z, kim\\u{1b}[31m, https://');
  });

  test('shows every problem at once, and ends with 1', async (context) => {
    const team = await openTeam(context, { files: ONE_CHANGE });
    expect(await team.clone().run('apply --yes')).toMatchObject({ exitCode: 0 });
    const store = storeOf(team);
    for (const { key, version } of await store.list()) await store.write(key, 'edited by hand', version);
    const shown = await team.clone().run('state show --format json');
    expect(shown.exitCode).toBe(1);
    const [one] = (JSON.parse(shown.stdout) as StateReport).environments;
    expect(one?.problems.map(({ code }) => code)).toEqual(['STATE_INVALID', 'RUN_UNREADABLE']);
    expect(one?.problems[1]?.hint).toContain('limio-sync state prune --damaged --env test');
  });

  test('without a store it shows .limio of this checkout', async (context) => {
    const team = await openTeam(context, { files: ONE_CHANGE, ...LOCAL });
    const { run } = team.clone();
    expect(await run('apply --yes')).toMatchObject({ exitCode: 0 });
    const { exitCode, stdout } = await run('state show');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('State in .limio of this checkout, not shared.');
    expect(stdout).toMatch(
      / {2}place {5}\.limio\n {2}snapshot {2}apply of \S+, complete, verified\n {2}runs {6}1, the last/,
    );
  });
});

describe('state push and pull', () => {
  test('a team starts with a store: push fills it, and pull and runs see it elsewhere', async (context) => {
    const team = await openTeam(context, { files: ONE_CHANGE });
    const first = team.clone();
    const config = JSON.parse(JSON.stringify({ environments: { test: { url: team.tenants.test.url } } })) as object;
    const shared = JSON.stringify({ ...config, state: { backend: 'folder', path: team.store } });
    first.write('limio.config.json', JSON.stringify(config));
    expect(await first.run('apply --yes')).toMatchObject({ exitCode: 0 });
    const refused = await first.run('state push');
    expect(refused).toMatchObject({ exitCode: 3 });
    expect(refused.stderr).toContain('error USAGE: The configuration names no store');

    first.write('limio.config.json', shared);
    const pushed = await first.run('state push --format json');
    expect(pushed.exitCode).toBe(0);
    const [sent] = (JSON.parse(pushed.stdout) as StateChange).environments;
    expect(sent?.done).toEqual([expect.stringMatching(/-test-/) as string, 'snapshot']);
    expect(await keysOf(storeOf(team))).toHaveLength(2);
    const again = JSON.parse((await first.run('state push --format json')).stdout) as StateChange;
    expect(again.environments).toMatchObject([{ done: [], refused: [] }]);

    const second = team.clone();
    const pulled = await second.run('state pull');
    expect(pulled).toMatchObject({ exitCode: 0 });
    expect(pulled.stdout).toContain('1 run copied to .limio\n');
    expect(readdirSync(join(second.root, '.limio/runs'))).toHaveLength(1);
  });

  test('push overwrites nothing, and names what the store has differently', async (context) => {
    const team = await openTeam(context, { files: ONE_CHANGE });
    const first = team.clone();
    expect(await first.run('apply --yes')).toMatchObject({ exitCode: 0 });
    const store = storeOf(team);
    const snapshot = await store.read('snapshot.json');
    await store.write('snapshot.json', `${snapshot?.text}\n`, snapshot?.version);
    const pushed = await first.run('state push --format json');
    expect(pushed.exitCode).toBe(4);
    expect(JSON.parse(pushed.stdout)).toMatchObject({ environments: [{ done: [], refused: ['snapshot'] }] });
    expect((await store.read('snapshot.json'))?.text).toBe(`${snapshot?.text}\n`);
  });

  test('push restores a store that was lost from a clone that has seen it', async (context) => {
    const team = await openTeam(context, { files: ONE_CHANGE });
    expect(await team.clone().run('apply --yes')).toMatchObject({ exitCode: 0 });
    const second = team.clone();
    expect(await second.run('runs')).toMatchObject({ exitCode: 0 });
    const before = await keysOf(storeOf(team));
    rmSync(team.store, { recursive: true });
    expect(await second.run('state push')).toMatchObject({ exitCode: 0 });
    expect(await keysOf(storeOf(team))).toEqual(before);
    expect((await team.clone().run('runs')).stdout).toContain('apply');
  });
});

describe('state unlock', () => {
  test('removes exactly the lock with this id, after a confirmation', async (context) => {
    const team = await openTeam(context, { files: ONE_CHANGE });
    const lock = await holdLock(team);
    const { run } = team.clone();
    const locked = await run('apply --yes');
    expect(locked.stderr).toContain('limio-sync state unlock 0123456789abcdef --env test');
    expect(await run('state unlock --env test')).toMatchObject({ exitCode: 3 });
    const other = await run('state unlock fedcba9876543210 --env test --yes');
    expect(other.stderr).toMatch(
      /^error LOCKED: The lock has another id than fedcba9876543210, so it was not removed: 0123/,
    );
    const unasked = await run('state unlock 0123456789abcdef --env test');
    expect(unasked.stderr).toContain('limio-sync state unlock 0123456789abcdef --env test --yes');
    expect(unasked).toMatchObject({ exitCode: 4 });
    expect(await lock.read(LOCK_KEY)).toBeDefined();
    const removed = await run('state unlock 0123456789abcdef --yes');
    expect(removed).toMatchObject({ exitCode: 0 });
    expect(removed.stdout).toContain('Removed the lock 0123456789abcdef of the apply of test since');
    expect(await run('apply --yes')).toMatchObject({ exitCode: 0 });
    expect(await run('state unlock 0123456789abcdef --yes')).toMatchObject({ exitCode: 3 });
  });
});

test('a lock that cannot be read is removed by its version, and not without asking either', async (context) => {
  const team = await openTeam(context, { files: ONE_CHANGE });
  const lock = createFolderStore(team.store, { tenant: hostOf(team) });
  const version = await lock.write(LOCK_KEY, 'cut', undefined);
  const { run } = team.clone();
  const locked = await run('apply --yes');
  expect(locked).toMatchObject({ exitCode: 4 });
  expect(locked.stderr).toContain(`limio-sync state unlock ${version} --env test`);
  const shown = await run('state show');
  expect(shown).toMatchObject({ exitCode: 1 });
  expect(shown.stdout).toMatch(/lock +unreadable/);
  expect(shown.stdout).toContain(`limio-sync state unlock ${version} --env test`);
  expect(await run(`state unlock ${version} --env test`)).toMatchObject({ exitCode: 4 });
  expect(await lock.read(LOCK_KEY)).toBeDefined();
  expect(await run(`state unlock ${version} --env test --yes`)).toMatchObject({ exitCode: 0 });
  expect(await run('apply --yes')).toMatchObject({ exitCode: 0 });
});

describe('state migrate', () => {
  test('copies all records to the new store, reads them back, and leaves the old store alone', async (context) => {
    const team = await openTeam(context, { files: ONE_CHANGE });
    const { run, root, write } = team.clone();
    expect(await run('apply --yes')).toMatchObject({ exitCode: 0 });
    const target = makeFolder(context);
    const url = team.tenants.test.url;
    writeFileSync(
      join(root, 'old.config.json'),
      JSON.stringify({ environments: { test: { url } }, state: { backend: 'folder', path: team.store } }),
    );
    write(
      'limio.config.json',
      JSON.stringify({ environments: { test: { url } }, state: { backend: 'folder', path: target } }),
    );
    const moved = await run('state migrate --from old.config.json');
    expect(moved).toMatchObject({ exitCode: 0 });
    expect(moved.stdout).toContain('2 records copied\n');
    const [from, to] = [storeOf(team), storeOf(team, target)];
    expect(await keysOf(to)).toEqual(await keysOf(from));
    for (const entry of await from.list()) expect((await to.read(entry.key))?.text).toBe(await entry.read());
    expect((await run('runs')).stdout).toContain('apply');

    // Again: nothing is left to copy.
    expect((await run('state migrate --from old.config.json')).stdout).toContain('0 records copied\n');
    const snapshot = await to.read('snapshot.json');
    await to.write('snapshot.json', `${snapshot?.text}\n`, snapshot?.version);
    const refused = await run('state migrate --from old.config.json');
    expect(refused.stderr).toContain('error STORE_MOVED: The configured store is not empty, and differs');
    expect(refused.stderr).toContain('snapshot.json\n');
    const merged = await run('state migrate --from old.config.json --merge --format json');
    expect(merged.exitCode).toBe(4);
    expect(JSON.parse(merged.stdout)).toMatchObject({ environments: [{ done: [], refused: ['snapshot.json'] }] });
  });

  test('is refused for the same store, and from a configuration without one', async (context) => {
    const team = await openTeam(context, { files: ONE_CHANGE });
    const { run, write } = team.clone({
      'local.config.json': JSON.stringify({ environments: { test: { tenant: 'a' } } }),
    });
    expect((await run('state migrate --from limio.config.json')).stderr).toContain('name the same store');
    expect((await run('state migrate --from local.config.json')).stderr).toContain('limio-sync state push');
    write('broken.config.json', '{}');
    expect((await run('state migrate --from broken.config.json')).stderr).toContain('error CONFIG_INVALID');
  });
});

test('a team moves from a folder to git, and prune leaves one commit of its history', async (context) => {
  const team = await openTeam(context, { files: ONE_CHANGE });
  const { run, root, write } = team.clone();
  expect(await run('apply --yes')).toMatchObject({ exitCode: 0 });
  const remote = makeFolder(context);
  git(remote, 'init', '-q', '--bare');
  git(root, 'init', '-q');
  git(root, 'remote', 'add', 'origin', remote);
  const environments = { test: { url: team.tenants.test.url } };
  write('old.config.json', JSON.stringify({ environments, state: { backend: 'folder', path: team.store } }));
  write('limio.config.json', JSON.stringify({ environments, state: { backend: 'git' } }));
  const env = { PATH: process.env['PATH'] ?? '' };
  const moved = await run('state migrate --from old.config.json', env);
  expect(moved).toMatchObject({ exitCode: 0 });
  expect(moved.stdout).toMatch(/: 2 records copied\n {2}from .*\n {2}to refs\/limio-sync\/\S+\/test at origin\n/);
  expect((await run('runs', env)).stdout).toContain('1 done');
  expect((await run('state show', env)).stdout).toContain('State in a shared store: git\n');
  const refs = git(remote, 'for-each-ref', '--format=%(refname)').split('\n');
  const countCommits = (): number =>
    Number(git(remote, 'rev-list', '--count', refs.find((name) => name.endsWith('/test')) ?? ''));
  expect(countCommits()).toBeGreaterThan(1);
  const pruned = await run('state prune --yes', env);
  expect(pruned.stdout).toContain('  the history of the store was removed\n');
  expect(countCommits()).toBe(1);
  expect((await run('runs', env)).stdout).toContain('1 done');
});

describe('state prune', () => {
  test('keeps the newest runs of each environment, and those with an owed page', async (context) => {
    const team = await openTeam(context, { files: {} });
    const { run, write } = team.clone();
    for (const name of ['One', 'Two', 'Three']) {
      write('catalog/offer.yaml', offerFile('/offers2/Monthly', name));
      expect(await run('apply --yes')).toMatchObject({ exitCode: 0 });
    }
    const unasked = await run('state prune --keep 1');
    expect(unasked).toMatchObject({ exitCode: 4 });
    expect(await keysOf(storeOf(team))).toHaveLength(4);
    const pruned = await run('state prune --keep 1 --yes --format json');
    expect(pruned.exitCode).toBe(0);
    const [one] = (JSON.parse(pruned.stdout) as StateChange).environments;
    expect([one?.done.length, one?.runs]).toEqual([2, 1]);
    expect(await keysOf(storeOf(team))).toHaveLength(2);
    expect((await team.clone().run('state prune --keep 1 --yes')).stdout).toContain('0 runs removed, 1 run left\n');
  });

  test('removes damaged runs only with --damaged, and never those of another version', async (context) => {
    const team = await openTeam(context, { files: ONE_CHANGE, seed: SMALL_SEED });
    expect(await team.clone().run('apply --yes')).toMatchObject({ exitCode: 0 });
    const store = storeOf(team);
    const id = '20200101T000000000Z-test-aaaaaa';
    const newer = '20200101T000000000Z-test-bbbbbb';
    await store.write(`runs/${id}.json`, 'cut', undefined);
    await store.write(
      `runs/${newer}.json`,
      JSON.stringify({ kind: 'limio-sync/run-record', formatVersion: 2, run: newer }),
      undefined,
    );
    const { run } = team.clone();
    const planned = await run('plan');
    expect(planned.exitCode).toBe(0);
    expect(planned.stderr).toContain(
      `The run ${id} is damaged in the shared store. Its pages may wait to be published. ` +
        'To remove its record: limio-sync state prune --damaged --env test\n',
    );
    expect(planned.stderr).toContain(
      `The run ${newer} is unreadable: journal.jsonl has format version 2; this limio-sync reads version 1. ` +
        'Its pages may wait to be published. Use a newer version of limio-sync.\n',
    );
    // Only their names say which environment they are of.
    const listed = JSON.parse((await run('runs --env test --format json')).stdout) as { runs: { run: string }[] };
    expect(listed.runs.map((one) => one.run)).toEqual(expect.arrayContaining([id, newer]));
    expect((await run('runs export --env test --format csv')).stdout).toContain(id);
    expect((await run('state prune --keep 1 --yes --format json')).stdout).toContain('"done": []');
    const pruned = await run('state prune --damaged --yes --format json');
    expect(JSON.parse(pruned.stdout)).toMatchObject({ environments: [{ done: [id], refused: [newer] }] });
    expect(await keysOf(store)).not.toContain(`runs/${id}.json`);
    expect(await keysOf(store)).toContain(`runs/${newer}.json`);
  });
});
