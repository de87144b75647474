import { rmSync, writeFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { LOCK_KEY } from '../../src/store/lease.js';
import { createFolderStore } from '../../src/store/folder-store.js';
import { offerFile, ONE_CHANGE } from '../end-to-end/support/small-tenant.js';
import { type Clone, openTeam, type Team } from './support/open-team.js';
import { runInProcess } from './support/run-in-process.js';

const OWNER = {
  command: 'apply',
  environment: 'test',
  pid: process.pid,
  host: 'build-7',
  since: '2026-11-22T10:00:00.000Z',
  user: 'kim',
  nonce: '0123456789abcdef',
};

const hostOf = (team: Team<'test'>): string => new URL(team.tenants.test.url).host;

/** As if another run of the same folder held the tenant. @returns how to end it. */
function holdFolder(team: Team<'test'>, { root }: Clone): () => void {
  const file = join(root, '.limio', `lock-${hostOf(team).replaceAll(/[.:]/g, '_')}.json`);
  mkdirSync(join(root, '.limio'), { recursive: true });
  writeFileSync(file, JSON.stringify(OWNER));
  return () => rmSync(file);
}

/** As if a run of another machine held the tenant. @returns how to end it. */
async function holdStore(team: Team<'test'>): Promise<() => Promise<unknown>> {
  const store = createFolderStore(team.store, { tenant: hostOf(team) });
  const expiresAt = new Date(Date.now() + 120_000).toISOString();
  const version = await store.write(LOCK_KEY, JSON.stringify({ ...OWNER, expiresAt }), undefined);
  return () => store.remove(LOCK_KEY, version ?? '');
}

describe('--lock-timeout', () => {
  test('waits for a run of another machine, and says for whom', async (context) => {
    const team = await openTeam(context, { files: ONE_CHANGE });
    const release = await holdStore(team);
    const { run } = team.clone();
    expect(await run('apply --yes')).toMatchObject({ exitCode: 4 });
    const running = run('apply --yes --lock-timeout 1m');
    setTimeout(() => void release(), 500);
    const applied = await running;
    expect(applied.stderr).toContain('Waiting for the apply of test since 2026-11-22T10:00:00.000Z (kim) to end.\n');
    expect(applied).toMatchObject({ exitCode: 0 });
  });

  test('waits for a run of the same folder, too', async (context) => {
    const team = await openTeam(context, { files: ONE_CHANGE, config: { state: {} } });
    const clone = team.clone();
    const release = holdFolder(team, clone);
    const refused = await clone.run('publish --yes');
    expect(refused).toMatchObject({ exitCode: 4 });
    const running = clone.run('apply --yes --lock-timeout 1m');
    setTimeout(release, 500);
    const applied = await running;
    expect(applied.stderr).toContain('Waiting for the apply of test since 2026-11-22T10:00:00.000Z (kim) to end.\n');
    expect(applied).toMatchObject({ exitCode: 0 });
  });

  test('ends with the holder when the time is over', async (context) => {
    const team = await openTeam(context, { files: ONE_CHANGE, config: { state: {} } });
    const clone = team.clone();
    holdFolder(team, clone);
    const startedAt = Date.now();
    const refused = await clone.run('publish --yes --lock-timeout 1s');
    expect(refused).toMatchObject({ exitCode: 4 });
    expect(refused.stderr).toContain('error LOCKED: Another apply of test has been running since');
    expect(Date.now() - startedAt).toBeGreaterThan(900);
  });

  test('rollback last is refused when another apply ended while it waited', async (context) => {
    const team = await openTeam(context, { files: {} });
    const first = team.clone();
    for (const name of ['One', 'Two']) {
      first.write('catalog/offer.yaml', offerFile('/offers2/Monthly', name));
      expect(await first.run('apply --yes')).toMatchObject({ exitCode: 0 });
    }
    const store = createFolderStore(team.store, { tenant: hostOf(team), environment: 'test' });
    const [earlier, later] = (await store.list()).filter(({ key }) => key.startsWith('runs/'));
    const text = (await later?.read()) ?? '';
    await store.remove(later?.key ?? '', later?.version ?? '');
    const release = await holdStore(team);
    const waiting = team.clone().run('rollback last --yes --lock-timeout 1m');
    // It has chosen the earlier run, and waits.
    setTimeout(() => void store.write(later?.key ?? '', text, undefined).then(release), 1500);
    const { exitCode, stderr } = await waiting;
    expect(exitCode).toBe(5);
    const [old, last] = [earlier, later].map((entry) => /([^/]+)\.json$/.exec(entry?.key ?? '')?.[1]);
    expect(stderr).toContain(
      `error STALE: "last" was the run ${old} and is now the run ${last}; nothing was written.\n` +
        `To undo the later one: limio-sync rollback ${last}; the earlier one: limio-sync rollback ${old}\n`,
    );
  });

  test.each(['10', '10 m', '-1s', '1d', '', '1.5m', '99999999999s'])('"%s" is no duration', async (text) => {
    const { exitCode, stderr } = await runInProcess(['apply', '--lock-timeout', text], { cwd: '/' });
    expect(exitCode).toBe(3);
    expect(stderr).toContain('Expected a duration such as 30s, 10m or 1h.');
  });

  test('without --learn, doctor takes no lock and says so', async () => {
    const { exitCode, stderr } = await runInProcess('doctor --lock-timeout 1s', { cwd: '/' });
    expect(exitCode).toBe(3);
    expect(stderr).toContain('--lock-timeout requires --learn.');
  });
});
