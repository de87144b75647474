import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { offerFile } from '../end-to-end/support/small-tenant.js';
import { openTeam } from './support/open-team.js';

const JOB = 'https://github.com/acme/shop/actions/runs/17';
const CI = {
  USER: 'runner',
  GITHUB_TRIGGERING_ACTOR: 'grace',
  GITHUB_SERVER_URL: 'https://github.com',
  GITHUB_REPOSITORY: 'acme/shop',
  GITHUB_RUN_ID: '17',
  GITHUB_REF: 'refs/pull/42/merge',
};
const FILE = 'catalog/offer.yaml';

describe('the runs of all machines', () => {
  test('are listed with person, pull request, commit and result, shown with the job, and exported for auditors', async (context) => {
    const { clone } = await openTeam(context, { files: { [FILE]: offerFile('/offers2/Monthly', 'One') } });
    const first = clone();
    const git = (...args: string[]): string =>
      execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b.c', ...args], {
        cwd: first.root,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      }).trim();
    git('init', '-q');
    git('add', FILE);
    git('commit', '-qm', 'files');
    const commit = git('rev-parse', 'HEAD');
    expect(await first.run('apply --yes', CI)).toMatchObject({ exitCode: 0 });
    expect(await clone({ [FILE]: offerFile('/offers2/Monthly', 'Two') }).run('apply --yes')).toMatchObject({
      exitCode: 0,
    });

    const { run } = clone();
    const [one, two] = (await run('runs')).stdout.trimEnd().split('\n');
    const result = '1 done; 1 page built, 1 route live';
    expect(one).toMatch(/^\S+-test-\w{6} {2}apply {5}complete {5}/);
    expect(one?.slice(one.indexOf('grace'))).toBe(`grace  #42  ${commit.slice(0, 7)}  ${result}`);
    expect(two?.slice(two.indexOf('ada'))).toBe(`ada    -    -        ${result}`);

    const id = one?.split(' ')[0] ?? '';
    const shown = (await run(`runs show ${id}`)).stdout;
    expect(shown).toMatch(/\nstarted \S+ by grace, process \d+ on \S+\n/);
    expect(shown).toContain(`\npull request 42\njob ${JOB}\ncommit ${commit}\n`);

    const lines = (await run('runs export --format jsonl')).stdout.trimEnd().split('\n');
    expect(lines).toHaveLength(2);
    expect(JSON.parse(lines[0] ?? '')).toEqual({
      id,
      command: 'apply',
      of: null,
      environment: 'test',
      host: expect.stringContaining('127.0.0.1') as string,
      startedAt: expect.stringMatching(/Z$/) as string,
      endedAt: expect.stringMatching(/Z$/) as string,
      user: 'grace',
      job: JOB,
      pullRequest: '42',
      commit,
      toolVersion: expect.any(String) as string,
      fingerprint: expect.any(String) as string,
      state: 'complete',
      done: 1,
      failed: 0,
      unverified: 0,
      blocked: 0,
      withheld: 0,
      pagesBuilt: 1,
      routesLive: 1,
      routesNotLive: 0,
    });
    const csv = (await run('runs export --format csv --env test')).stdout.split('\r\n');
    expect(csv[0]).toMatch(/^id,command,of,environment,host,startedAt,endedAt,user,job,pullRequest,commit,/);
    expect(csv[1]).toContain(`,grace,${JOB},42,${commit},`);
    expect(csv).toHaveLength(4);
    expect((await run('runs export --format csv --env test')).stdout.endsWith('\r\n')).toBe(true);
  });

  test('a run that nobody has is answered with where runs come from', async (context) => {
    const { clone } = await openTeam(context, { files: {} });
    const { run } = clone();
    expect(await run('runs')).toMatchObject({ exitCode: 0, stdout: 'No runs yet.\n' });
    const { exitCode, stderr } = await run('runs show last');
    expect(exitCode).toBe(3);
    expect(stderr).toBe(
      'error RUN_NOT_FOUND: There is no run yet.\n' +
        'To list the runs: limio-sync runs. Runs of other machines are known only with a shared store (docs/state.md).\n',
    );
    expect((await run('runs export')).stdout).toBe('');
    expect((await run('runs export --format csv')).stdout).toMatch(/^id,.*\r\n$/);
  });
});
