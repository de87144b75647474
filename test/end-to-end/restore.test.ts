import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test, type TestContext } from 'vitest';
import { getAt } from '../../src/model/json.js';
import { parseDocument } from '../support/run-program.js';
import { openFolder, openTenant, openWorkspace, QUICK_PUBLISH } from './support/in-process.js';
import { offerFile, promoCodeFile, SMALL_SEED } from './support/small-tenant.js';

const AUTHOR = ['-c', 'user.name=a', '-c', 'user.email=a@acme.example', '-c', 'commit.gpgsign=false'];

interface Listed {
  runs: { run: string; command: string }[];
}

/** Three applies, each of its own commit: the second creates a promo code too. */
async function openHistory(context: TestContext) {
  const workspace = await openWorkspace(context, {
    seed: SMALL_SEED,
    files: { '.gitignore': '.limio/\n' },
    environment: { dialect: QUICK_PUBLISH },
  });
  const { root, run, write, tenant } = workspace;
  const git = (...words: string[]): string =>
    execFileSync('git', [...AUTHOR, ...words], { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  git('init', '-q');
  const apply = async (annual: string, monthly: string): Promise<string> => {
    write(
      'catalog/offers.yaml',
      `${offerFile('/offers2/Annual', annual)}---\n${offerFile('/offers2/Monthly', monthly)}`,
    );
    git('add', '-A');
    git('commit', '-qm', annual);
    expect(await run('apply --yes')).toMatchObject({ exitCode: 0 });
    return git('rev-parse', 'HEAD').trim();
  };
  const commits = [await apply('Annual 1', 'Monthly 1')];
  write('catalog/codes.yaml', promoCodeFile('SPRING25', 25));
  commits.push(await apply('Annual 2', 'Monthly 1'), await apply('Annual 3', 'Monthly 3'));
  const look = (): unknown[] => {
    const { items, promoCodes } = tenant.state();
    const nameOf = (path: string): unknown =>
      getAt(items.find((item) => item.path === path)?.data ?? {}, ['attributes', 'display_name__limio']);
    const hasCode = JSON.stringify(promoCodes).includes('SPRING25');
    return [nameOf('/offers2/Annual'), nameOf('/offers2/Monthly'), hasCode];
  };
  const { runs } = parseDocument(await run('runs --format json')) as Listed;
  return { ...workspace, commits, runs: runs.map((one) => one.run), look };
}

describe.concurrent('restore', { timeout: 120_000 }, () => {
  test('brings all that runs changed back to how a run left it, behind the usual guards, and is a run itself', async (context) => {
    const { run, runs, look } = await openHistory(context);
    const [first = '', , third = ''] = runs;
    expect(look()).toEqual(['Annual 3', 'Monthly 3', true]);
    // Like every plan, it leaves out deletions without their consent.
    const partly = await run(`restore --at ${first} --yes`);
    expect(partly).toMatchObject({ exitCode: 4, stdout: expect.stringContaining('withheld DELETE_CONSENT') });
    expect(partly.stdout).toContain(`limio-sync restore --at ${first} --env test --allow-delete=1`);
    expect(look()).toEqual(['Annual 1', 'Monthly 1', true]);
    expect(await run(`restore --at ${first} --yes --allow-delete=1`)).toMatchObject({ exitCode: 0 });
    expect(look()).toEqual(['Annual 1', 'Monthly 1', false]);
    // Repeated, there is nothing left to do; and there is a way forward again.
    expect(await run(`restore --at ${first} --yes`)).toMatchObject({ exitCode: 0 });
    expect(await run(`restore --at ${third} --yes`)).toMatchObject({ exitCode: 0 });
    expect(look()).toEqual(['Annual 3', 'Monthly 3', true]);
    const listed = parseDocument(await run('runs --format json')) as Listed;
    expect(listed.runs.map(({ command }) => command)).toContain('restore');
    expect(await run('plan --detailed-exitcode')).toMatchObject({ exitCode: 0 });
  });

  test('takes a commit, a time, and addresses', async (context) => {
    const { run, commits, look } = await openHistory(context);
    const second = commits[1]?.slice(0, 10) ?? '';
    expect(await run(['restore', '--at', second, '--yes', 'offer:/offers2/Annual'])).toMatchObject({ exitCode: 0 });
    expect(look()).toEqual(['Annual 2', 'Monthly 3', true]);
    const now = new Date(Date.now() + 1000).toISOString();
    expect(await run(`restore --at ${now} --yes`)).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('test needs no restore to'),
    });
    expect(await run(['restore', '--at', second, '--yes', 'offer:/offers2/Other'])).toMatchObject({ exitCode: 3 });
  });

  test('says so where the kept runs do not reach back that far', async (context) => {
    const { run, runs, look } = await openHistory(context);
    for (const at of ['2020-01-31', '0123456789', '20200101T000000000Z-test-abcdef']) {
      const refused = await run(`restore --at ${at} --yes`);
      expect(refused).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('error RUN_NOT_FOUND') });
      expect(refused.stderr).toContain(`the oldest is ${runs[0]}`);
    }
    for (const at of ['2026-02-31T', '2026-11-22T10:00'])
      expect(await run(`restore --at ${at} --yes`)).toMatchObject({
        exitCode: 3,
        stderr: expect.stringMatching(/USAGE/),
      });
    expect(look()).toEqual(['Annual 3', 'Monthly 3', true]);
  });

  test('writes nothing where somebody edited a field since, unless other objects are named', async (context) => {
    const { run, runs, look, tenant } = await openHistory(context);
    tenant.edit.item('/offers2/Annual', { display_name__limio: 'Hot fix' });
    const refused = await run(`restore --at ${runs[1]} --yes`);
    expect(refused).toMatchObject({ exitCode: 5, stderr: expect.stringContaining('error STALE') });
    expect(look()).toEqual(['Hot fix', 'Monthly 3', true]);
    const other = ['restore', '--at', runs[1] ?? '', '--yes', '--allow-also-publish=1', 'offer:/offers2/Monthly'];
    expect(await run(other)).toMatchObject({ exitCode: 0 });
    expect(look()).toEqual(['Hot fix', 'Monthly 1', true]);
  });

  test('knows the runs of all machines that share a store', async (context) => {
    const tenant = await openTenant(context, { seed: SMALL_SEED });
    const store = mkdtempSync(join(tmpdir(), 'limio-restore-'));
    context.onTestFinished(() => rmSync(store, { recursive: true, force: true }));
    const config = JSON.stringify({
      state: { backend: 'folder', path: store },
      environments: { test: { url: tenant.url, dialect: QUICK_PUBLISH } },
    });
    const clone = (name: string) =>
      openFolder(context, { 'catalog/a.yaml': offerFile('/offers2/Annual', name), 'limio.config.json': config });
    for (const name of ['One', 'Two', 'Three'])
      expect(await clone(name).run('apply --yes')).toMatchObject({ exitCode: 0 });
    const fourth = clone('Three');
    const { runs } = parseDocument(await fourth.run('runs --format json')) as Listed;
    expect(await clone('Three').run(`restore --at ${runs[0]?.run} --yes`)).toMatchObject({ exitCode: 0 });
    expect(JSON.stringify(tenant.state().items)).toContain('"One"');
    const after = parseDocument(await fourth.run('runs --format json')) as Listed;
    expect(after.runs.at(-1)?.command).toBe('restore');
  });
});
