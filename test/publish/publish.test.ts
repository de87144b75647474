import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { LimioError } from '../../src/errors/errors.js';
import type { Clock } from '../../src/model/async.js';
import type { PublishAnswer } from '../../src/model/live-api.js';
import type { RunEvent } from '../../src/model/outcome.js';
import type { PublishPage } from '../../src/model/plan.js';
import { publishPages } from '../../src/publish/publish.js';
import type { PublishContext } from '../../src/publish/publish-page.js';
import { makeClock, makePage } from '../support/apply-fixtures.js';
import { createFakeLiveApi, type FakeHooks, makeFailure } from '../support/fake-live-api.js';

type Said = 'live' | 'trap' | 'silent' | 'both' | `says ${string}`;

/** An answer about one route in one of the ways that tenants have. */
function answer(route: string, said: Said): PublishAnswer {
  const published = said === 'live' || said === 'both' ? [route] : [];
  if (said === 'live' || said === 'silent') return { published, omitted: [], answer: {} };
  const message = said.startsWith('says ') ? { message: said.slice(5) } : {};
  return { published, omitted: [{ route, ...message, neverPublished: said === 'trap' }], answer: {} };
}

async function publish(
  pages: PublishPage[],
  hooks: FakeHooks,
  rest: {
    attempts?: number;
    concurrency?: number;
    signal?: AbortSignal;
    clock?: Clock;
    checkPage?: PublishContext['checkPage'];
  } = {},
) {
  const api = createFakeLiveApi({ hooks });
  const clock = makeClock();
  const events: RunEvent[] = [];
  const outcomes = await publishPages(pages, {
    api,
    clock: rest.clock ?? clock,
    emit: (event) => events.push(event),
    environment: 'sandbox',
    resumeCommand: 'limio-sync apply --env sandbox',
    dialect: { publish: { attempts: rest.attempts ?? 4, intervalMs: 20_000 } },
    ...(rest.concurrency === undefined ? {} : { concurrency: rest.concurrency }),
    ...(rest.signal === undefined ? {} : { signal: rest.signal }),
    ...(rest.checkPage === undefined ? {} : { checkPage: rest.checkPage }),
  });
  return { api, clock, events, outcomes };
}

describe('a page', () => {
  const HOME = makePage('home');
  test.each<[string, Said[], number, object]>([
    ['is live when its route is published', ['live'], 1, { status: 'live', build: 'finished' }],
    [
      'is published again until its build is finished',
      ['silent', 'says not built', 'live'],
      3,
      { status: 'live', build: 'finished' },
    ],
    ['that is published and left out at once is not live', ['both', 'live'], 2, { status: 'live', build: 'finished' }],
    [
      'may look like the new-route trap while it is built',
      ['trap', 'trap', 'trap', 'live'],
      4,
      { status: 'live', build: 'finished' },
    ],
    [
      'that stays in the new-route trap needs a person once',
      ['trap'],
      4,
      {
        status: 'omitted',
        build: 'accepted',
        code: 'PUBLISH_NEW_ROUTE',
        reason: '/home/ was never published before, and the API cannot register a new route',
        hint: 'Bulk-publish /home/ once in the Page Builder, then check it: limio-sync publish --env sandbox --pages /pages/home',
      },
    ],
    [
      'that is left out with a reason failed for it',
      ['trap', 'says label "spring" matches no offer'],
      4,
      {
        status: 'failed',
        build: 'accepted',
        code: 'PUBLISH_OMITTED',
        reason: 'The tenant omitted /home/ after 4 attempts: label "spring" matches no offer',
        hint: 'Fix the page, then run: limio-sync apply --env sandbox',
      },
    ],
    [
      'that is never spoken of is not claimed to be live',
      ['silent'],
      4,
      {
        status: 'omitted',
        build: 'accepted',
        code: 'PUBLISH_OMITTED',
        reason: '/home/ was not reported live after 4 attempts; its build may still be running',
        hint: 'Run: limio-sync apply --env sandbox; for slow builds raise dialect.publish.attempts in limio.config.ts',
      },
    ],
  ])('%s: %j', async (_name, said, calls, outcome) => {
    const { api, clock, outcomes } = await publish([HOME], {
      answerPublish: (_request, nth) => answer('/home/', said[Math.min(nth, said.length - 1)] ?? 'live'),
    });
    expect(outcomes).toEqual([{ path: '/pages/home', route: '/home/', ...outcome }]);
    expect(api.writes()).toEqual(['startBuild /pages/home', ...Array.from({ length: calls }, () => 'publish home')]);
    expect(clock.slept).toEqual(Array.from({ length: calls - 1 }, () => 20_000));
  });

  test('is built with its campaigns and published under its name, its tags and the build it was given', async () => {
    const page = makePage('home', [], {
      buildItems: ['/pages/home', '/offers/Spring'],
      tags: ['/tags/a', '/tags/b'],
      routes: ['/a/', '/b/'],
    });
    const { api, events, outcomes } = await publish([page], {});
    expect(api.calls.map(({ method, args }) => [method, args.at(-1)])).toEqual([
      ['startBuild', '/pages/home,/offers/Spring'],
      ['publish', { tags: ['/tags/a', '/tags/b'], buildId: 'build-1', name: 'home' }],
    ]);
    expect(outcomes).toEqual([
      { path: '/pages/home', route: '/a/', status: 'live', build: 'finished' },
      { path: '/pages/home', route: '/b/', status: 'live', build: 'finished' },
    ]);
    expect(events).toEqual([
      { type: 'build-start', page: '/pages/home', items: ['/pages/home', '/offers/Spring'] },
      { type: 'publish-attempt', page: '/pages/home', attempt: 1, attempts: 4, waitingFor: ['/a/', '/b/'] },
      { type: 'page-end', outcome: outcomes[0] },
      { type: 'page-end', outcome: outcomes[1] },
    ]);
  });

  test('of two routes gives one line each, and waits only for the one that is missing', async () => {
    const page = makePage('home', [], { tags: ['/tags/a', '/tags/b'], routes: ['/a/', '/b/'] });
    const { events, outcomes } = await publish([page], {
      answerPublish: (_request, nth) => ({
        published: nth === 0 ? ['/a/'] : [],
        omitted: [{ route: '/b/', neverPublished: true }],
        answer: {},
      }),
    });
    expect(outcomes.map(({ route, status }) => [route, status])).toEqual([
      ['/a/', 'live'],
      ['/b/', 'omitted'],
    ]);
    expect(events.flatMap((event) => (event.type === 'publish-attempt' ? [event.waitingFor] : []))).toEqual([
      ['/a/', '/b/'],
      ['/b/'],
      ['/b/'],
      ['/b/'],
    ]);
  });

  test('without a tag is skipped, with what to do', async () => {
    const { api, outcomes } = await publish([makePage('draft', [], { tags: [], routes: [] })], {});
    expect(outcomes).toEqual([
      {
        path: '/pages/draft',
        status: 'skipped',
        build: 'none',
        code: 'PAGE_UNTAGGED',
        reason: 'The page has no tag, so it has no URL and cannot be published',
        hint: 'Give the page a tag in the Page Builder, then run: limio-sync apply --env sandbox',
      },
    ]);
    expect(api.calls).toEqual([]);
  });
});

describe('calls that fail', () => {
  const PAGES = [makePage('bad'), makePage('good')];

  test.each<[string, 'startBuild' | 'publish', LimioError, number, string, RegExp]>([
    ['a refused build', 'startBuild', makeFailure(400, { message: 'no such page' }), 1, 'failed', /^no such page$/],
    [
      'a build without the right to it',
      'startBuild',
      makeFailure(403),
      1,
      'failed',
      /Editors cannot publish, Managers can/,
    ],
    [
      'a build whose answers are lost, repeated once',
      'startBuild',
      makeFailure(502, { ambiguous: true }),
      2,
      'failed',
      /502/,
    ],
    [
      'a publish without the right to it',
      'publish',
      makeFailure(403),
      1,
      'failed',
      /Editors cannot publish, Managers can/,
    ],
    ['a refused publish', 'publish', makeFailure(404, { message: 'no such build' }), 1, 'failed', /^no such build$/],
    ['a publish that breaks each time', 'publish', makeFailure(502), 4, 'failed', /502/],
    [
      'a publish that finds no way',
      'publish',
      new LimioError({ code: 'NETWORK', message: 'reset' }),
      4,
      'failed',
      /^reset$/,
    ],
  ])('%s costs its own page only', async (_name, method, error, times, status, reason) => {
    const { api, outcomes } = await publish(PAGES, {
      before: (call) => {
        if (call.method === method && String(call.args[0]).endsWith('bad')) throw error;
      },
    });
    expect(outcomes[0]).toMatchObject({
      path: '/pages/bad',
      route: '/bad/',
      status,
      reason: expect.stringMatching(reason),
    });
    expect(outcomes[0]?.hint).toBeTruthy();
    expect(outcomes[1]).toEqual({ path: '/pages/good', route: '/good/', status: 'live', build: 'finished' });
    expect(api.writes().filter((write) => write.startsWith(method) && write.endsWith('bad'))).toHaveLength(times);
  });

  test('a build whose answer was lost once goes on with the second build', async () => {
    const { api, outcomes } = await publish([makePage('home')], {
      after: ({ method, nth }) => {
        if (method === 'startBuild' && nth === 0) throw makeFailure(502, { ambiguous: true });
      },
    });
    expect(outcomes).toEqual([{ path: '/pages/home', route: '/home/', status: 'live', build: 'finished' }]);
    expect(api.calls.at(-1)?.args[1]).toMatchObject({ buildId: 'build-2' });
  });

  test('a publish that breaks once is only an attempt lost', async () => {
    const { outcomes } = await publish([makePage('home')], {
      before: ({ method, nth }) => {
        if (method === 'publish' && nth === 0) throw makeFailure(502);
      },
    });
    expect(outcomes[0]?.status).toBe('live');
  });
});

describe('several pages', () => {
  test('are in flight together, four at a time, and answer in the order of the plan', async () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f'];
    const seen: string[] = [];
    let open = 0;
    let most = 0;
    const { outcomes } = await publish(
      names.map((name) => makePage(name)),
      {
        before: ({ method }) => {
          if (method === 'startBuild') most = Math.max(most, (open += 1));
        },
        answerPublish: ({ name }, nth) => {
          const said = nth < (name === 'a' ? 20 : 3) ? 'silent' : 'live';
          if (said === 'live') seen.push(name);
          if (said === 'live') open -= 1;
          return answer(`/${name}/`, said);
        },
      },
      { attempts: 30 },
    );
    expect(most).toBe(4);
    expect(seen.at(-1)).toBe('a');
    expect(outcomes.map(({ route }) => route)).toEqual(names.map((name) => `/${name}/`));
    expect(outcomes.every(({ status }) => status === 'live')).toBe(true);
  });

  test('are each built right after their own check: nothing of another page is checked in between', async () => {
    const steps: string[] = [];
    await publish(
      ['a', 'b', 'c'].map((name) => makePage(name)),
      {
        before: ({ method, args }) => {
          if (method === 'startBuild') steps.push(`build ${String(args[0])}`);
        },
        answerPublish: ({ name }) => answer(`/${name}/`, 'live'),
      },
      {
        checkPage: async ({ path }) => {
          steps.push(`check ${path}`);
          await setImmediate();
          steps.push(`checked ${path}`);
          return undefined;
        },
      },
    );
    expect(steps).toEqual(
      ['/pages/a', '/pages/b', '/pages/c'].flatMap((path) => [`check ${path}`, `checked ${path}`, `build ${path}`]),
    );
  });

  test('that went live settle a new route after five more identical answers', async () => {
    const { api, outcomes } = await publish(
      [makePage('other'), makePage('fresh')],
      {
        answerPublish: ({ name }, nth) =>
          answer(`/${name}/`, name === 'other' ? (nth < 2 ? 'silent' : 'live') : 'trap'),
      },
      { attempts: 30 },
    );
    expect(outcomes.map(({ route, status }) => [route, status])).toEqual([
      ['/other/', 'live'],
      ['/fresh/', 'omitted'],
    ]);
    const tries = api.writes().filter((write) => write === 'publish fresh').length;
    expect(tries).toBeGreaterThanOrEqual(6);
    expect(tries).toBeLessThan(10);
  });

  test('that are not live settle nothing: a new route alone uses up its attempts', async () => {
    const { api } = await publish(
      [makePage('fresh')],
      { answerPublish: () => answer('/fresh/', 'trap') },
      { attempts: 30 },
    );
    expect(api.writes().filter((write) => write === 'publish fresh')).toHaveLength(30);
  });

  test('a slow route that looks new is not given up while its answers change', async () => {
    const { outcomes } = await publish(
      [makePage('other'), makePage('slow')],
      {
        answerPublish: ({ name }, nth) =>
          answer(`/${name}/`, name === 'other' ? 'live' : nth === 12 ? 'live' : nth % 4 === 3 ? 'silent' : 'trap'),
      },
      { attempts: 30 },
    );
    expect(outcomes.map(({ status }) => status)).toEqual(['live', 'live']);
  });
});

describe('an interrupt', () => {
  test('ends the waiting, keeps what is live, and starts no build', async () => {
    const stop = new AbortController();
    const { api, outcomes } = await publish(
      [makePage('live'), makePage('waiting'), makePage('next')],
      {
        answerPublish: ({ name }, nth) => {
          if (name === 'waiting' && nth === 1) stop.abort(new Error('SIGINT'));
          return answer(`/${name}/`, name === 'live' ? 'live' : 'silent');
        },
      },
      { concurrency: 1, signal: stop.signal },
    );
    expect(outcomes).toEqual([
      { path: '/pages/live', route: '/live/', status: 'live', build: 'finished' },
      {
        path: '/pages/waiting',
        route: '/waiting/',
        status: 'omitted',
        build: 'accepted',
        code: 'INTERRUPTED',
        reason: 'The run was interrupted before the page was live',
        hint: 'To resume, run: limio-sync apply --env sandbox',
      },
      {
        path: '/pages/next',
        route: '/next/',
        status: 'skipped',
        build: 'none',
        code: 'INTERRUPTED',
        reason: 'The run was interrupted before the page was live',
        hint: 'To resume, run: limio-sync apply --env sandbox',
      },
    ]);
    expect(api.writes()).toEqual([
      'startBuild /pages/live',
      'publish live',
      'startBuild /pages/waiting',
      'publish waiting',
      'publish waiting',
    ]);
  });
});
