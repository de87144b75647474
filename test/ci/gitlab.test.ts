import { describe, expect, onTestFinished, test } from 'vitest';
import { disarmCommands } from '../../src/ci/gitlab.js';
import { runCiGitlab } from '../../src/cli/ci/gitlab.js';
import type { Plan } from '../../src/model/plan.js';
import { type CiBench, makeCiPlan, makeEmptyPlan, openCiBench } from '../support/ci-bench.js';
import { type FakeGitlab, GITLAB_TOKEN, ROBOT, startFakeGitlab } from '../support/fake-gitlab.js';

const MARKER = '<!-- limio-sync:plan:production:.:acme.prod.limio.example -->';

function mergeRequestEnv(gitlab: FakeGitlab): Record<string, string> {
  return {
    CI_API_V4_URL: gitlab.url,
    CI_PROJECT_ID: '5',
    CI_MERGE_REQUEST_PROJECT_ID: '5',
    CI_MERGE_REQUEST_SOURCE_PROJECT_ID: '5',
    CI_MERGE_REQUEST_IID: '3',
    GITLAB_TOKEN,
  };
}

/** In the fork's own pipeline, `CI_PROJECT_ID` is the fork. */
function forkEnv(gitlab: FakeGitlab): Record<string, string> {
  return { ...mergeRequestEnv(gitlab), CI_PROJECT_ID: '6', CI_MERGE_REQUEST_SOURCE_PROJECT_ID: '6' };
}

function note(bench: CiBench, env: Record<string, string>, ...plans: Plan[]): Promise<number | string> {
  const options = { format: 'text' as const, color: false, plan: plans.map((plan) => bench.save(plan)) };
  return bench.run((io, tools) => runCiGitlab(io, options, tools), env);
}

describe('the note on a merge request', () => {
  test('is written once, updated in place and left alone when it says the same', async (context) => {
    const [bench, gitlab] = [openCiBench(context), await startFakeGitlab(context)];
    const env = mergeRequestEnv(gitlab);
    expect(await note(bench, env, makeCiPlan('production'), makeCiPlan('sandbox'))).toBe(0);
    expect(
      await note(bench, env, makeCiPlan('production', { promotedFrom: 'moved.example' }), makeCiPlan('sandbox')),
    ).toBe(0);
    expect(bench.stdout).toContain(
      'production: 2 to create, 5 to update, 2 to delete, 4 refused; note updated\nsandbox:',
    );
    expect(gitlab.notes.map(({ body }) => [body.split('\n')[0], body.includes('moved.example')])).toEqual([
      [MARKER, true],
      ['<!-- limio-sync:plan:sandbox:.:acme.prod.limio.example -->', false],
    ]);
    expect(gitlab.writes().map((write) => write.split(' ')[0])).toEqual(['POST', 'POST', 'PUT']);
  });

  test('is left out while nothing changes, and says so where there was one', async (context) => {
    const [bench, gitlab] = [openCiBench(context), await startFakeGitlab(context)];
    await note(bench, mergeRequestEnv(gitlab), makeEmptyPlan('production'));
    expect(gitlab.notes).toEqual([]);
    await note(bench, mergeRequestEnv(gitlab), makeCiPlan('production'));
    await note(bench, mergeRequestEnv(gitlab), makeEmptyPlan('production'));
    expect(gitlab.notes.map(({ body }) => body)).toEqual([expect.stringContaining('nothing to change, 12 unchanged')]);
  });

  test('is found beyond the first page, and is never somebody else’s', async (context) => {
    const [bench, gitlab] = [openCiBench(context), await startFakeGitlab(context, { pageSize: 2 })];
    const ann = { id: 1, username: 'ann' };
    gitlab.notes.push(
      { id: 101, body: `${MARKER}\nmine`, author: ann },
      { id: 102, body: 'talk', author: ann },
      { id: 103, body: 'talk', author: ann },
      { id: 104, body: `${MARKER}\nours`, author: ROBOT },
    );
    await note(bench, mergeRequestEnv(gitlab), makeCiPlan('production'));
    expect(gitlab.writes()).toEqual(['PUT /projects/5/merge_requests/3/notes/104']);
    expect(gitlab.notes[0]?.body).toContain('mine');
  });

  test('waits as long as GitLab asks', async (context) => {
    const [bench, gitlab] = [openCiBench(context), await startFakeGitlab(context)];
    gitlab.fail({
      on: ({ method }) => method === 'POST',
      answer: {
        status: 429,
        headers: { 'retry-after': '60' },
        body: { message: { error: 'This endpoint has been requested too many times.' } },
      },
    });
    gitlab.fail({
      on: ({ method }) => method === 'POST',
      answer: {
        status: 429,
        headers: { 'ratelimit-remaining': '0', 'ratelimit-reset': String(1_700_000_000 + 90) },
        body: 'Retry later',
      },
    });
    expect(await note(bench, mergeRequestEnv(gitlab), makeCiPlan('production'))).toBe(0);
    expect(bench.clock.waits).toEqual([60_000, 31_000]);
    expect(gitlab.notes).toHaveLength(1);
  });

  test('goes to the project that the request is for; without a right to it the pipeline of a fork goes on', async (context) => {
    const [bench, gitlab] = [openCiBench(context), await startFakeGitlab(context, { readOnly: true })];
    expect(await note(bench, forkEnv(gitlab), makeCiPlan('production'))).toBe(0);
    expect(bench.stdout).toContain('no note, because');
    expect(gitlab.writes()).toEqual(['POST /projects/5/merge_requests/3/notes']);
    expect(await note(bench, { ...forkEnv(gitlab), GITLAB_TOKEN: '' }, makeCiPlan('production'))).toBe(0);
    expect(await note(bench, mergeRequestEnv(gitlab), makeCiPlan('production'))).toBe('CI_DENIED');
    expect(bench.stderr).toContain('scope "api"');
  });

  test('a pipeline of a branch needs neither request nor token', async (context) => {
    const [bench, gitlab] = [openCiBench(context), await startFakeGitlab(context)];
    expect(await note(bench, { CI_API_V4_URL: gitlab.url, CI_PROJECT_ID: '5' }, makeCiPlan('production'))).toBe(0);
    expect(gitlab.requests).toEqual([]);
    expect(bench.stdout).toBe('production: 2 to create, 5 to update, 2 to delete, 4 refused\n');
  });

  test.each([
    ['outside of GitLab', {}],
    ['without a token', { CI_API_V4_URL: 'http://127.0.0.1:1/api/v4', CI_PROJECT_ID: '5', CI_MERGE_REQUEST_IID: '3' }],
  ])('%s it stops', async (_, env) => {
    const bench = openCiBench({ onTestFinished });
    expect(await note(bench, env, makeCiPlan('production'))).toBe('CI_CONTEXT');
  });

  test('no line of it is a command to GitLab', () => {
    expect(disarmCommands('a\n/close\n  /merge now\na /close\n')).toBe('a\n\\/close\n  \\/merge now\na /close\n');
  });
});
