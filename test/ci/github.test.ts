import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type CiGithubOptions, runCiGithub } from '../../src/cli/ci/github.js';
import { runCli } from '../../src/cli/cli.js';
import { startEmulator } from '../../src/emulator/emulator.js';
import type { Plan } from '../../src/model/plan.js';
import { parsePlan } from '../../src/plan/plan-file.js';
import { offerFile, SMALL_SEED } from '../end-to-end/support/small-tenant.js';
import { type CiBench, makeCiPlan, makeEmptyPlan, openCiBench } from '../support/ci-bench.js';
import { BOT, type FakeGithub, REPOSITORY, startFakeGithub, TOKEN } from '../support/fake-github.js';

const MARKER = '<!-- limio-sync:plan:production:.:acme.prod.limio.example -->';
const ISSUE = '<!-- limio-sync:issue:production:.:acme.prod.limio.example -->';
const ANN = { login: 'ann', type: 'User' } as const;

interface EventFacts {
  head?: string | null;
  env?: Record<string, string>;
}

function pullRequestEnv(
  bench: CiBench,
  github: FakeGithub,
  { head = REPOSITORY, env = {} }: EventFacts = {},
): Record<string, string> {
  const event = {
    action: 'synchronize',
    number: 7,
    pull_request: {
      number: 7,
      head: { repo: head === null ? null : { full_name: head } },
      base: { repo: { full_name: REPOSITORY } },
    },
  };
  return { ...pushEnv(bench, github), GITHUB_EVENT_PATH: bench.write('event.json', JSON.stringify(event)), ...env };
}

function pushEnv(bench: CiBench, github: FakeGithub): Record<string, string> {
  return {
    GITHUB_REPOSITORY: REPOSITORY,
    GITHUB_API_URL: github.url,
    GITHUB_SERVER_URL: 'https://github.example',
    GITHUB_RUN_ID: '42',
    GITHUB_EVENT_PATH: bench.write('push.json', JSON.stringify({ ref: 'refs/heads/main' })),
    GITHUB_TOKEN: TOKEN,
    GITHUB_STEP_SUMMARY: bench.write('summary.md', ''),
    GITHUB_OUTPUT: bench.write('output', ''),
  };
}

function run(bench: CiBench, env: Record<string, string>, options: Partial<CiGithubOptions>): Promise<number | string> {
  return bench.run(
    (io, tools) => runCiGithub(io, { format: 'text', color: false, comment: true, ...options }, tools),
    env,
  );
}

function comment(bench: CiBench, env: Record<string, string>, ...plans: Plan[]): Promise<number | string> {
  return run(bench, env, { plan: plans.map((plan) => bench.save(plan)) });
}

/** With a saved plan, as the nightly check would with one made now. */
function check(bench: CiBench, github: FakeGithub, plan: Plan): Promise<number | string> {
  return run(bench, pushEnv(bench, github), { plan: [bench.save(plan)], issue: true });
}

const isPost = ({ method, path }: { method: string; path: string }): boolean =>
  method === 'POST' && path !== '/graphql';
const isGet = ({ method }: { method: string }): boolean => method === 'GET';

function parseOutputs(text: string): Record<string, string> {
  return Object.fromEntries(
    [...text.matchAll(/^([\w-]+)<<(limio-sync-\S+)\n([^]*?)\n\2$/gm)].map(([, name, , value]) => [name, value]),
  );
}

describe('the comment on a pull request', () => {
  test('is created once and updated in place, by whichever push comes', async (context) => {
    const [bench, github] = [openCiBench(context), await startFakeGithub(context)];
    const env = pullRequestEnv(bench, github);

    expect(await comment(bench, env, makeCiPlan('production'))).toBe(0);
    expect(github.issue(7).comments).toHaveLength(1);
    expect(github.issue(7).comments[0]?.body).toMatch(
      /^<!-- limio-sync:plan:production:\.:acme\.prod\.limio\.example -->\n### Plan for `production`/,
    );
    expect(bench.stdout).toContain(
      'production: 2 to create, 5 to update, 2 to delete, 4 refused; comment created http',
    );

    const other = makeCiPlan('production', { promotedFrom: 'other.example' });
    expect(await comment(bench, env, other)).toBe(0);
    expect(github.issue(7).comments).toHaveLength(1);
    expect(github.issue(7).comments[0]?.body).toContain('other.example');
    expect(github.writes()).toEqual([
      `POST /repos/${REPOSITORY}/issues/7/comments`,
      `PATCH /repos/${REPOSITORY}/issues/comments/1000`,
    ]);
  });

  test('of an earlier version, whose marker names only the environment, is updated in place', async (context) => {
    const [bench, github] = [openCiBench(context), await startFakeGithub(context)];
    github.addComment(7, BOT, '<!-- limio-sync:plan:production -->\noutdated');
    await comment(bench, pullRequestEnv(bench, github), makeCiPlan('production'));
    expect(github.issue(7).comments).toHaveLength(1);
    expect(github.issue(7).comments[0]?.body.split('\n')[0]).toBe(MARKER);
  });

  test('of each tenant and of each folder with a configuration is its own, and the heading says which', async (context) => {
    const [bench, github] = [openCiBench(context), await startFakeGithub(context)];
    const env = pullRequestEnv(bench, github);
    mkdirSync(join(bench.root, '.git'));
    for (const brand of ['acme', 'globex']) {
      mkdirSync(join(bench.root, 'brands', brand), { recursive: true });
      const config = join('brands', brand, 'limio.config.json');
      bench.write(config, JSON.stringify({ environments: { production: { tenant: brand } } }));
      await run(bench, env, { config, plan: [bench.save(makeCiPlan('production', { host: `${brand}.example` }))] });
    }
    await comment(bench, env, makeCiPlan('production'));
    expect(github.issue(7).comments.map(({ body }) => body.split('\n').slice(0, 2))).toEqual([
      [
        '<!-- limio-sync:plan:production:brands%2Facme:acme.example -->',
        expect.stringMatching(/^### Plan for production of .*brands.acme/),
      ],
      [
        '<!-- limio-sync:plan:production:brands%2Fglobex:globex.example -->',
        expect.stringMatching(/^### Plan for production of .*brands.globex/),
      ],
      [MARKER, '### Plan for `production`'],
    ]);
  });

  test('is not written when it would say the same', async (context) => {
    const [bench, github] = [openCiBench(context), await startFakeGithub(context)];
    const env = pullRequestEnv(bench, github);
    await comment(bench, env, makeCiPlan('production'));
    await comment(bench, env, makeCiPlan('production'));
    expect(github.writes()).toHaveLength(1);
    expect(bench.stdout).toContain('comment unchanged');
  });

  test('is left out while nothing changes, and says so where there was one', async (context) => {
    const [bench, github] = [openCiBench(context), await startFakeGithub(context)];
    const env = pullRequestEnv(bench, github);
    expect(await comment(bench, env, makeEmptyPlan('production'))).toBe(0);
    expect(github.writes()).toEqual([]);
    expect(bench.stdout).toBe('production: nothing to change; no comment needed\n');

    await comment(bench, env, makeCiPlan('production'));
    await comment(bench, env, makeEmptyPlan('production'));
    expect(github.issue(7).comments).toHaveLength(1);
    expect(github.issue(7).comments[0]?.body).toContain('nothing to change, 12 unchanged');
  });

  test('each environment has its own', async (context) => {
    const [bench, github] = [openCiBench(context), await startFakeGithub(context)];
    const env = pullRequestEnv(bench, github);
    await comment(bench, env, makeCiPlan('production'), makeCiPlan('sandbox'), makeEmptyPlan('us'));
    await comment(bench, env, makeCiPlan('sandbox', { promotedFrom: 'moved.example' }));
    const bodies = github.issue(7).comments.map(({ body }) => body);
    expect(bodies.map((body) => body.split('\n')[0])).toEqual([
      MARKER,
      '<!-- limio-sync:plan:sandbox:.:acme.prod.limio.example -->',
    ]);
    expect(bodies.map((body) => body.includes('moved.example'))).toEqual([false, true]);
  });

  test('is found beyond the first page', async (context) => {
    const [bench, github] = [openCiBench(context), await startFakeGithub(context, { pageSize: 3 })];
    for (let i = 0; i < 7; i++) github.addComment(7, ANN, `talk ${i}`);
    github.addComment(7, BOT, `${MARKER}\noutdated`);
    await comment(bench, pullRequestEnv(bench, github), makeCiPlan('production'));
    expect(github.issue(7).comments.filter(({ body }) => body.startsWith(MARKER))).toHaveLength(1);
    expect(github.issue(7).comments.at(-1)?.body).not.toContain('outdated');
    expect(github.requests.filter(({ method }) => method === 'GET').map(({ query }) => query.get('page'))).toEqual([
      '1',
      '2',
      '3',
    ]);
  });

  test('is never somebody else’s: a person’s with the marker, another bot’s, a quotation', async (context) => {
    const [bench, github] = [openCiBench(context), await startFakeGithub(context)];
    const foreign = [
      github.addComment(7, ANN, `${MARKER}\nmine`),
      github.addComment(7, { login: 'other[bot]', type: 'Bot' }, `${MARKER}\nmine`),
      github.addComment(7, BOT, `> ${MARKER}\nquoted`),
      github.addComment(7, BOT, '<!-- limio-sync:plan:production-eu -->\nanother environment'),
    ].map(({ id, body }) => ({ id, body }));
    await comment(bench, pullRequestEnv(bench, github), makeCiPlan('production'));
    expect(
      github
        .issue(7)
        .comments.slice(0, 4)
        .map(({ id, body }) => ({ id, body })),
    ).toEqual(foreign);
    expect(github.issue(7).comments).toHaveLength(5);
  });

  test('where GitHub does not say whose token it is, only a bot’s comment is taken for our own', async (context) => {
    const [bench, github] = [openCiBench(context), await startFakeGithub(context, { viewer: null })];
    github.addComment(7, ANN, `${MARKER}\nmine`);
    github.addComment(7, BOT, `${MARKER}\nours`);
    await comment(bench, pullRequestEnv(bench, github), makeCiPlan('production'));
    expect(github.issue(7).comments.map(({ body }) => body.includes('### Plan'))).toEqual([false, true]);
  });

  test('works with a person’s token and on GitHub Enterprise Server', async (context) => {
    const [bench, github] = [
      openCiBench(context),
      await startFakeGithub(context, { viewer: 'release-robot', basePath: '/api/v3' }),
    ];
    const url = new URL(github.url).origin;
    // The server's GraphQL stands beside v3, outside of the base path of its REST API.
    const env = pullRequestEnv(bench, github, {
      env: { GITHUB_API_URL: github.url, GITHUB_GRAPHQL_URL: `${url}/api/v3/graphql` },
    });
    await comment(bench, env, makeCiPlan('production'));
    await comment(bench, env, makeCiPlan('production', { promotedFrom: 'b.example' }));
    expect(github.issue(7).comments.map(({ user }) => user.login)).toEqual(['release-robot']);
  });

  test('is shortened when GitHub accepts less than it documents', async (context) => {
    const [bench, github] = [openCiBench(context), await startFakeGithub(context, { longestBody: 3000 })];
    expect(await comment(bench, pullRequestEnv(bench, github), makeCiPlan('production'))).toBe(0);
    const body = github.issue(7).comments[0]?.body ?? '';
    expect(body.startsWith(MARKER)).toBe(true);
    expect(body.length).toBeLessThanOrEqual(3000);
    expect(body).toContain('2 to create, 5 to update, 2 to delete');
  });

  test('no longer shows the old plan when no new one could be made', async (context) => {
    const [bench, github] = [openCiBench(context), await startFakeGithub(context)];
    const env = pullRequestEnv(bench, github);
    bench.write(
      'limio.config.json',
      JSON.stringify({ environments: { production: { url: 'https://acme.prod.limio.example' } } }),
    );
    bench.write('catalog.yaml', '');
    await comment(bench, env, makeCiPlan('production'));
    expect(await run(bench, env, { env: ['production'] })).toBe('FILES_INVALID');
    expect(github.issue(7).comments.map(({ body }) => body)).toEqual([
      `${MARKER}\n### Plan for \`production\`\n\nThere is no plan for the latest commit: \`FILES_INVALID\`. [The log of the run](https://github.example/${REPOSITORY}/actions/runs/42) says why.\n`,
    ]);
  });

  test('a pull request that is only commented on is one, too', async (context) => {
    const [bench, github] = [openCiBench(context), await startFakeGithub(context)];
    const event = bench.write('event.json', JSON.stringify({ issue: { number: 7, pull_request: {} }, comment: {} }));
    await comment(bench, { ...pushEnv(bench, github), GITHUB_EVENT_PATH: event }, makeCiPlan('production'));
    expect(github.issue(7).comments).toHaveLength(1);
  });
});

describe('a token that may only read', () => {
  test.each([
    ['a fork', { head: 'mallory/shop-config' }],
    ['a fork that was deleted', { head: null }],
    ['Dependabot', { env: { GITHUB_ACTOR: 'dependabot[bot]' } }],
  ])('leaves the summary of the run of %s, and the run succeeds', async (_, facts) => {
    const context = { onTestFinished };
    const [bench, github] = [openCiBench(context), await startFakeGithub(context, { readOnly: true })];
    expect(await comment(bench, pullRequestEnv(bench, github, facts), makeCiPlan('production'))).toBe(0);
    expect(bench.stdout).toContain('no comment, because the token of this run is read-only');
    expect(bench.read('summary.md')).toContain('### Plan for `production`');
    expect(parseOutputs(bench.read('output'))).toMatchObject({ changes: 'true' });
  });

  test('is a failure that names the permission where the repository is our own', async (context) => {
    const [bench, github] = [openCiBench(context), await startFakeGithub(context, { readOnly: true })];
    expect(await comment(bench, pullRequestEnv(bench, github), makeCiPlan('production'))).toBe('CI_DENIED');
    expect(bench.stderr).toContain('Resource not accessible by integration');
    expect(bench.stderr).toContain('permissions: pull-requests: write');
    expect(bench.read('summary.md')).not.toBe('');
  });

  test('a wrong token is not mistaken for it, and is never printed', async (context) => {
    const [bench, github] = [openCiBench(context), await startFakeGithub(context)];
    const env = pullRequestEnv(bench, github, {
      head: 'mallory/shop-config',
      env: { GITHUB_TOKEN: 'ghp_wrong-token' },
    });
    expect(await comment(bench, env, makeCiPlan('production'))).toBe('CI_API');
    expect(bench.stdout + bench.stderr).not.toContain('ghp_wrong-token');
  });
});

describe('what a pipeline goes on with', () => {
  test('a push has a summary and outputs, and needs no token', async (context) => {
    const [bench, github] = [openCiBench(context), await startFakeGithub(context)];
    const { GITHUB_TOKEN: _, ...env } = pushEnv(bench, github);
    const plan = makeCiPlan('production');
    expect(await comment(bench, env, plan)).toBe(0);
    expect(github.requests).toEqual([]);
    const { plans, ...outputs } = parseOutputs(bench.read('output'));
    expect(outputs).toEqual({
      changes: 'true',
      create: '2',
      update: '5',
      delete: '2',
      refused: '4',
      fingerprint: plan.fingerprint,
    });
    expect(JSON.parse(plans ?? '')).toEqual([
      {
        environment: 'production',
        changes: true,
        create: 2,
        update: 5,
        delete: 2,
        refused: 4,
        fingerprint: plan.fingerprint,
      },
    ]);
    expect(bench.read('summary.md')).toContain('### Plan for `production`');
  });

  test('several environments have outputs of their own beside the sums', async (context) => {
    const [bench, github] = [openCiBench(context), await startFakeGithub(context)];
    await comment(bench, pushEnv(bench, github), makeCiPlan('prod-eu'), makeEmptyPlan('us'));
    const outputs = parseOutputs(bench.read('output'));
    expect(outputs).toMatchObject({
      changes: 'true',
      create: '2',
      'prod-eu_changes': 'true',
      'prod-eu_create': '2',
      us_changes: 'false',
      us_refused: '0',
    });
    expect(outputs['fingerprint']).toBeUndefined();
    expect(outputs['us_fingerprint']).toMatch(/^[0-9a-f]{64}$/);
  });

  test('what stood in the files stays', async (context) => {
    const [bench, github] = [openCiBench(context), await startFakeGithub(context)];
    const env = pushEnv(bench, github);
    bench.write('summary.md', 'before\n');
    bench.write('output', 'earlier=1\n');
    await comment(bench, env, makeCiPlan('production'));
    expect(bench.read('summary.md')).toMatch(/^before\n### Plan/);
    expect(bench.read('output')).toMatch(/^earlier=1\nchanges<</);
  });

  test('a plan that is made now can be saved, and has the fingerprint that was reported', async (context) => {
    const [bench, github] = [openCiBench(context), await startFakeGithub(context)];
    const tenant = await startEmulator({ port: 0, seed: SMALL_SEED });
    context.onTestFinished(() => tenant.close());
    mkdirSync(`${bench.root}/catalog`);
    bench.write('limio.config.json', JSON.stringify({ environments: { test: { url: tenant.url } } }));
    bench.write('catalog/offer.yaml', offerFile('/offers2/Monthly', 'Monthly, better'));
    const env = {
      ...pullRequestEnv(bench, github),
      LIMIO_CLIENT_ID: 'emulator',
      LIMIO_CLIENT_SECRET: 'emulator-secret',
    };

    const exitCode = await bench.run((io) => runCli(['ci', 'github', '--env', 'test', '--out', 'plan.json'], io), env);
    expect([exitCode, bench.stderr]).toEqual([0, '']);
    const plan = parsePlan(bench.read('plan.json'), 'plan.json');
    expect(parseOutputs(bench.read('output'))).toMatchObject({
      changes: 'true',
      update: '1',
      fingerprint: plan.fingerprint,
    });
    expect(github.issue(7).comments[0]?.body).toContain(plan.fingerprint);

    // The saved plan makes the same comment, and the command line knows --no-comment.
    expect(await bench.run((io) => runCli(['ci', 'github', '--plan', 'plan.json'], io), env)).toBe(0);
    expect(bench.stdout).toContain('comment unchanged');
    expect(await bench.run((io) => runCli(['ci', 'github', '--plan=plan.json', '--no-comment'], io), env)).toBe(0);
    expect(bench.stdout).toBe('test: 0 to create, 1 to update, 0 to delete, 0 refused\n');
  });

  test.each([
    ['saved plans and environments', { plan: ['a.json'], env: ['a'] }],
    ['several environments and one file to save to', { env: ['a', 'b'], out: 'plan.json' }],
  ])('%s do not go together', async (_, options) => {
    const context = { onTestFinished };
    const [bench, github] = [openCiBench(context), await startFakeGithub(context)];
    expect(await run(bench, pushEnv(bench, github), options)).toBe('USAGE');
  });

  test('one environment that cannot be planned does not hide the others', async (context) => {
    const [bench, github] = [openCiBench(context), await startFakeGithub(context)];
    const tenant = await startEmulator({ port: 0, seed: SMALL_SEED });
    context.onTestFinished(() => tenant.close());
    mkdirSync(`${bench.root}/catalog`);
    bench.write(
      'limio.config.json',
      JSON.stringify({ environments: { good: { url: tenant.url }, bad: { tenant: 'acme' } } }),
    );
    bench.write('catalog/offer.yaml', offerFile('/offers2/Monthly', 'Monthly, better'));
    const env = {
      ...pullRequestEnv(bench, github),
      LIMIO_GOOD_CLIENT_ID: 'emulator',
      LIMIO_GOOD_CLIENT_SECRET: 'emulator-secret',
    };
    expect(await run(bench, env, { env: ['bad', 'good'] })).toBe('AUTH_MISSING');
    expect(bench.read('summary.md')).toMatch(
      /^### Plan for `bad`\n\nThere is no plan[^]*`AUTH_MISSING`[^]*### Plan for `good`/,
    );
    expect(bench.stdout).toMatch(/^bad: no plan; no comment needed\ngood: 0 to create, 1 to update/);
    expect(github.issue(7).comments.map(({ body }) => body.split('\n')[0])).toEqual([
      expect.stringMatching(/^<!-- limio-sync:plan:good:\.:127\.0\.0\.1%3A\d+ -->$/),
    ]);
    expect(parseOutputs(bench.read('output'))).toMatchObject({ update: '1' });
  });

  test('JSON is one document that says what was posted', async (context) => {
    const [bench, github] = [openCiBench(context), await startFakeGithub(context)];
    await run(bench, pullRequestEnv(bench, github), { plan: [bench.save(makeCiPlan('production'))], format: 'json' });
    expect(JSON.parse(bench.stdout)).toMatchObject({
      kind: 'limio-sync/ci',
      environments: [
        {
          environment: 'production',
          changes: true,
          refused: 4,
          posted: { action: 'created', url: expect.stringContaining('/comments/1000') },
        },
      ],
    });
  });

  test('invalid files are annotated at their lines, from the root of the checkout', async (context) => {
    const [bench, github] = [openCiBench(context), await startFakeGithub(context)];
    mkdirSync(`${bench.root}/catalog`);
    bench.write(
      'limio.config.json',
      JSON.stringify({ environments: { a: { tenant: 'acme' }, b: { tenant: 'acme-b' } } }),
    );
    writeFileSync(
      `${bench.root}/catalog/offer.yaml`,
      offerFile('/offers2/Monthly', '"A"').replace('display_name', 'dispaly_name'),
    );
    const env = { ...pushEnv(bench, github), GITHUB_WORKSPACE: `${bench.root}/..` };
    expect(await run(bench, env, { env: ['a', 'b'] })).toBe('FILES_INVALID');
    const folder = bench.root.split('/').at(-1);
    const annotations = bench.stdout.split('\n').filter((line) => line.startsWith('::'));
    expect(annotations).toEqual([
      expect.stringMatching(
        new RegExp(
          `^::error file=${folder}/catalog/offer.yaml,line=4,col=3,endColumn=\\d+,title=ATTRIBUTE_MISSPELT::.*%0Ahint: `,
        ),
      ),
    ]);
  });

  test.each([
    ['outside of GitHub Actions', {}, {}],
    ['without a token on a pull request', { GITHUB_REPOSITORY: REPOSITORY, GITHUB_REF: 'refs/pull/7/merge' }, {}],
    ['without a token for an issue', { GITHUB_REPOSITORY: REPOSITORY }, { issue: true }],
  ])('%s it stops before anything is planned', async (_, env, options) => {
    const context = { onTestFinished };
    const bench = openCiBench(context);
    expect(await run(bench, env, { plan: ['none.json'], ...options })).toBe('CI_CONTEXT');
  });
});

describe('what GitHub’s limits and faults ask for', () => {
  test.each([
    [
      'a secondary limit with Retry-After',
      { status: 403, headers: { 'retry-after': '30' }, body: { message: 'You have exceeded a secondary rate limit.' } },
      30_000,
    ],
    ['the same with 429', { status: 429, headers: { 'retry-after': '7' }, body: {} }, 7000],
    [
      'a secondary limit that says nothing',
      { status: 403, body: { message: 'You have exceeded a secondary rate limit. Please wait.' } },
      60_000,
    ],
    [
      'the primary limit, until its reset',
      {
        status: 403,
        headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(1_700_000_000 + 120) },
        body: { message: 'API rate limit exceeded' },
      },
      121_000,
    ],
  ])('%s is waited for', async (_, answer, waitMs) => {
    const context = { onTestFinished };
    const [bench, github] = [openCiBench(context), await startFakeGithub(context)];
    github.fail({ on: isPost, answer });
    expect(await comment(bench, pullRequestEnv(bench, github), makeCiPlan('production'))).toBe(0);
    expect(bench.clock.waits).toEqual([waitMs]);
    expect(bench.stderr).toContain('GitHub: rate limit');
    expect(github.issue(7).comments).toHaveLength(1);
  });

  test('a primary limit that lasts an hour is not waited for; it says when to come back', async (context) => {
    const [bench, github] = [openCiBench(context), await startFakeGithub(context)];
    github.fail({
      on: isPost,
      answer: {
        status: 403,
        headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(1_700_000_000 + 3000) },
        body: {},
      },
    });
    expect(await comment(bench, pullRequestEnv(bench, github), makeCiPlan('production'))).toBe('CI_API');
    expect(bench.clock.waits).toEqual([]);
    expect(bench.stderr).toContain('Run the job again in 51 minutes.');
    expect(bench.read('summary.md')).not.toBe('');
  });

  test('secondary limits without end are waited for longer and longer, and then given up', async (context) => {
    const [bench, github] = [openCiBench(context), await startFakeGithub(context)];
    github.fail({ on: isPost, answer: { status: 429, body: {} }, times: 100 });
    expect(await comment(bench, pullRequestEnv(bench, github), makeCiPlan('production'))).toBe('CI_API');
    expect(bench.clock.waits).toEqual([60_000, 120_000, 240_000]);
  });

  test('reading is repeated after a server error', async (context) => {
    const [bench, github] = [openCiBench(context), await startFakeGithub(context)];
    github.fail({ on: isGet, answer: { status: 502, body: {} }, times: 2 });
    github.fail({ on: isGet, answer: 'cut' });
    expect(await comment(bench, pullRequestEnv(bench, github), makeCiPlan('production'))).toBe(0);
    expect(bench.clock.waits).toEqual([1000, 2000, 4000]);
  });

  test.each([
    ['502', { status: 502, body: {} }],
    ['a broken connection', 'cut'],
  ] as const)(
    'a comment whose creation was answered by %s is looked for, and never stands there twice',
    async (_, answer) => {
      for (const carriedOut of [true, false]) {
        const context = { onTestFinished };
        const [bench, github] = [openCiBench(context), await startFakeGithub(context)];
        github.fail({ on: isPost, answer, carriedOut });
        expect(await comment(bench, pullRequestEnv(bench, github), makeCiPlan('production'))).toBe(0);
        expect(github.issue(7).comments).toHaveLength(1);
        expect(github.writes()).toHaveLength(carriedOut ? 1 : 2);
      }
    },
  );

  test('a redirect of a renamed repository is followed, one to another host is not', async (context) => {
    const [bench, github] = [openCiBench(context), await startFakeGithub(context)];
    github.fail({
      on: isGet,
      answer: { status: 301, headers: { location: `${github.url}/repos/${REPOSITORY}/issues/7/comments` } },
    });
    expect(await comment(bench, pullRequestEnv(bench, github), makeCiPlan('production'))).toBe(0);
    github.fail({ on: isGet, answer: { status: 302, headers: { location: 'https://evil.example/' } }, times: 100 });
    expect(await comment(bench, pullRequestEnv(bench, github), makeCiPlan('production'))).toBe('CI_API');
    expect(bench.stderr).toContain('a redirect to another host, evil.example');
  });
});

describe('the issue of the nightly check', () => {
  test('is opened once, updated, closed when files and tenant agree, and then opened again', async (context) => {
    const [bench, github] = [openCiBench(context), await startFakeGithub(context)];
    const ours = () => github.issues.filter(({ body }) => body.startsWith(ISSUE));
    await check(bench, github, makeEmptyPlan('production'));
    expect(ours()).toEqual([]);

    await check(bench, github, makeCiPlan('production'));
    await check(bench, github, makeCiPlan('production'));
    await check(bench, github, makeCiPlan('production', { promotedFrom: 'moved.example' }));
    expect(ours()).toHaveLength(1);
    expect(ours()[0]).toMatchObject({
      state: 'open',
      title: 'limio-sync: production differs from its files',
      body: expect.stringContaining('moved.example'),
    });
    expect(github.writes()).toHaveLength(2);

    await check(bench, github, makeEmptyPlan('production'));
    expect(bench.stdout).toContain('production: nothing to change; issue closed');
    expect(ours()[0]?.state).toBe('closed');
    expect(ours()[0]?.comments.map(({ body }) => body)).toEqual([
      `Files and tenant of \`production\` agree again. See [the run](https://github.example/${REPOSITORY}/actions/runs/42).\n`,
    ]);

    await check(bench, github, makeCiPlan('production'));
    expect(ours().map(({ state }) => state)).toEqual(['closed', 'open']);
  });

  test('is never a pull request or somebody else’s issue', async (context) => {
    const [bench, github] = [openCiBench(context), await startFakeGithub(context)];
    github.issues.push(
      { number: 8, title: 'mine', body: ISSUE, state: 'open', user: { login: 'ann', type: 'User' }, comments: [] },
      {
        number: 9,
        title: 'a pull request of a bot',
        body: ISSUE,
        state: 'open',
        user: BOT,
        comments: [],
        pull_request: {},
      },
    );
    await check(bench, github, makeEmptyPlan('production'));
    expect(github.writes()).toEqual([]);
    await check(bench, github, makeCiPlan('production'));
    expect(github.writes()).toEqual([`POST /repos/${REPOSITORY}/issues`]);
  });
});
