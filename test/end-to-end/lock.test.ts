import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createHold } from './support/create-hold.js';
import { openWorkspace } from './support/open-workspace.js';
import { ONE_CHANGE, SMALL_SEED } from './support/small-tenant.js';

/** Named after the host of the tenant, which has the port of the emulator. */
function lockFile(root: string): string {
  const { environments } = JSON.parse(readFileSync(join(root, 'limio.config.json'), 'utf8')) as {
    environments: { test: { url: string } };
  };
  return join(root, `.limio/lock-${new URL(environments.test.url).host.replaceAll(/[.:]/g, '_')}.json`);
}

function holdLock(root: string, owner: Record<string, unknown>): void {
  mkdirSync(join(root, '.limio'), { recursive: true });
  writeFileSync(
    lockFile(root),
    JSON.stringify({ command: 'apply', environment: 'test', since: '2026-11-22T10:00:00.000Z', nonce: 'x', ...owner }),
  );
}

describe.concurrent('two runs of one environment from one checkout', () => {
  test.for(['apply --yes', 'rollback last --yes', 'publish --yes'])(
    '%s is refused while an apply runs, and names it',
    async (command, context) => {
      const hold = createHold();
      const { start, run, root, writes, write } = await openWorkspace(context, {
        seed: SMALL_SEED,
        files: ONE_CHANGE,
        hooks: () => ({
          before: async ({ method, path }) =>
            method === 'PUT' && path.endsWith('/bulk-update') ? (await hold.stand(), undefined) : undefined,
        }),
      });
      const first = start('apply --yes');
      await hold.reached;
      const sent = writes().length;
      const second = await run(command);
      expect(second.exitCode).toBe(4);
      expect(second.stderr).toMatch(
        new RegExp(
          `^error LOCKED: Another apply of test has been running since \\S+: process ${first.process.pid}\\b[^]*kill ${first.process.pid}`,
        ),
      );
      expect(writes()).toHaveLength(sent);
      expect(existsSync(lockFile(root))).toBe(true);
      // The same tenant under another name is not free.
      const { environments } = JSON.parse(readFileSync(join(root, 'limio.config.json'), 'utf8')) as {
        environments: Record<string, unknown>;
      };
      write('limio.config.json', JSON.stringify({ environments: { ...environments, other: environments['test'] } }));
      const other = await run('publish --env other --yes');
      expect(other).toMatchObject({ exitCode: 4 });
      expect(other.stderr).toContain('error LOCKED: Another apply of test has been running');
      hold.release();
      expect(await first.ended).toMatchObject({ exitCode: 0 });
      expect(existsSync(lockFile(root))).toBe(false);
    },
  );

  test('a killed run does not keep the environment', async (context) => {
    const hold = createHold();
    const { start, run, root } = await openWorkspace(context, {
      seed: SMALL_SEED,
      files: ONE_CHANGE,
      hooks: () => ({
        before: async ({ method, path }) =>
          method === 'PUT' && path.endsWith('/bulk-update') ? (await hold.stand(), undefined) : undefined,
      }),
    });
    const first = start('apply --yes');
    await hold.reached;
    first.signal('SIGKILL');
    await first.ended;
    hold.release();
    expect(existsSync(lockFile(root))).toBe(true);
    expect(await run('apply --yes')).toMatchObject({ exitCode: 0 });
    expect(existsSync(lockFile(root))).toBe(false);
  });

  test.skipIf(process.platform !== 'linux')(
    'a process that only has the number of a dead one does not keep it either',
    async (context) => {
      const { run, root } = await openWorkspace(context, { seed: SMALL_SEED, files: ONE_CHANGE });
      holdLock(root, { pid: process.pid, host: hostname(), start: 'an earlier boot/1' });
      expect(await run('apply --yes')).toMatchObject({ exitCode: 0 });
    },
  );

  test('a lock of another machine is respected, with the way to remove it', async (context) => {
    const { run, root, writes } = await openWorkspace(context, { seed: SMALL_SEED, files: ONE_CHANGE });
    holdLock(root, { pid: 1, host: 'another-machine', user: 'kim' });
    const refused = await run('apply --yes');
    expect(refused.exitCode).toBe(4);
    expect(refused.stderr).toContain('process 1 of kim on another-machine');
    expect(refused.stderr).toContain(`remove ${lockFile(root)}`);
    expect(writes()).toEqual([]);
    expect(existsSync(lockFile(root))).toBe(true);
  });

  test('plan does not ask for the lock', async (context) => {
    const { run, root } = await openWorkspace(context, { seed: SMALL_SEED, files: ONE_CHANGE });
    holdLock(root, { pid: 1, host: 'another-machine' });
    expect(await run('plan')).toMatchObject({ exitCode: 0 });
  });

  test('what was refused for want of consent leaves no lock', async (context) => {
    const { run, root } = await openWorkspace(context, { seed: SMALL_SEED, files: ONE_CHANGE });
    expect(await run('apply')).toMatchObject({ exitCode: 4 });
    expect(existsSync(lockFile(root))).toBe(false);
  });
});
