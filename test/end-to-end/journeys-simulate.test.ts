import { expect, test } from 'vitest';
import { runProgram, parseDocument } from '../support/run-program.js';
import { REPOSITORY, openWorkspace } from './support/in-process.js';
import { SMALL_SEED, journeyFile } from './support/small-tenant.js';

const simulate = (...args: string[]) =>
  runProgram(['journeys', 'simulate', '--env', 'demo', ...args], { cwd: REPOSITORY });

test('one visitor of the example company, step by step', async () => {
  const { stdout, stderr, exitCode } = await simulate('--visit', '/trial/', '--country', 'GB');
  expect(stdout).toBe(
    [
      'Visit /trial/, country GB; unknown: region, city, billing country, subscription',
      '    status, device',
      '',
      'Journey web-trial-test, from /trial/',
      '  1. may match -> /trial/one-pound/',
      '     country GB: yes, the visitor has GB',
      '     device mobile: maybe, unknown for this visitor',
      '  2. matches -> /trial/one-pound/ 50 %, /trial/gift/ 50 %',
      '     country GB: yes, the visitor has GB',
      '  fallback /trial/one-pound/: not reached',
      '',
      'Result: uncertain, one of:',
      '  /trial/one-pound/ (journey web-trial-test, branch 1)',
      '  /trial/one-pound/ 50 %, /trial/gift/ 50 % (journey web-trial-test, branch 2)',
      '',
    ].join('\n'),
  );
  expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
});

test('a number decides between two destinations, in JSON too', async () => {
  const run = await simulate(
    '--journey',
    'web-trial-test',
    '--country',
    'GB',
    '--device',
    'desktop',
    '--split',
    '0.5',
    '--format',
    'json',
  );
  expect(parseDocument(run)).toMatchObject({
    kind: 'limio-sync/journey-simulation',
    formatVersion: 1,
    certain: true,
    landings: [{ branch: 1, shares: [{ tag: '/trial/gift/', percent: 100 }] }],
  });
});

test('everything wrong with the visitor is said at once, before anything is read', async () => {
  const { stdout, stderr, exitCode } = await simulate(
    '--visit',
    '/landing',
    '--country',
    'UK',
    '--cookie',
    'uid',
    '--split',
    '1',
  );
  expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 3 });
  expect(stderr).toBe(
    [
      'error USAGE: The visitor is invalid:',
      '  There is no country "UK" in ISO 3166-1. Did you mean GB?',
      '  Journeys cannot see the cookie "uid". They only see cookies whose names begin with lmo_ or limio-.',
      '  The number 1 is not in [0, 1). Write a number from 0 up to, but not including, 1.',
      'See limio-sync journeys simulate --help',
      '',
    ].join('\n'),
  );
});

test('with --live the journeys of the tenant decide, hostile names are escaped, and nothing is written', async (context) => {
  const name = 'web-\u001B[2J\u202Ename\nforged line';
  const seed = {
    ...SMALL_SEED,
    journeys: [
      ...(SMALL_SEED.journeys ?? []),
      {
        name,
        data: {
          starting_point: '/hostile/',
          domains: [],
          journeys: [
            {
              id: '3'.repeat(8),
              conditions: [{ type: 'country', operator: 'in', value: ['US'] }],
              actions: [{ type: 'destination', tag: `/\u202Eevil/`, split: 100 }],
            },
          ],
        },
      },
    ],
  };
  const { run, writes, tenant } = await openWorkspace(context, {
    seed,
    files: { 'journeys/web.yaml': journeyFile('web-geo', 'GB') },
    environment: { dialect: { journeyCodec: 'assumed' } },
  });
  // The files send visitors of GB to /us/, the tenant those of US.
  expect((await run('journeys simulate --visit /landing/ --country US')).stdout).toMatch(
    /\nResult: \/shop\/ \(journey web-geo, fallback\)\n$/,
  );
  const live = await run('journeys simulate --visit /landing/ --country US --live');
  expect(live).toMatchObject({
    exitCode: 0,
    stderr: '',
    stdout: [
      'Visit /landing/, country US; unknown: region, city, billing country,',
      '    subscription status, device',
      '',
      'Journey web-geo, from /landing/',
      '  1. matches -> /us/',
      '     country US: yes, the visitor has US',
      '  fallback /shop/: not reached',
      '',
      'Result: /us/ (journey web-geo, branch 1)',
      '',
    ].join('\n'),
  });
  const hostile = await run('journeys simulate --visit /hostile/ --country US --live');
  expect(hostile.stdout).toBe(
    [
      'Visit /hostile/, country US; unknown: region, city, billing country,',
      '    subscription status, device',
      '',
      'Journey web-\\u{1b}[2J\\u{202e}name\\u{a}forged line, from /hostile/',
      '  1. matches -> /\\u{202e}evil/',
      '     country US: yes, the visitor has US',
      '  fallback (none declared): not reached',
      '',
      'Result: /\\u{202e}evil/ (journey web-\\u{1b}[2J\\u{202e}name\\u{a}forged line,',
      '    branch 1)',
      '',
    ].join('\n'),
  );
  expect(writes()).toEqual([]);
  expect(
    tenant
      .log()
      .filter(({ path }) => path.includes('journey'))
      .map(({ method }) => method),
  ).toEqual(['GET', 'GET']);
});

test('the whole answer in JSON', async () => {
  const run = await simulate(
    '--visit',
    '/cancel-now/',
    '--status',
    'activeSub',
    '--billing-country',
    'US',
    '--format',
    'json',
  );
  expect(parseDocument(run)).toEqual({
    kind: 'limio-sync/journey-simulation',
    formatVersion: 1,
    visitor: {
      path: '/cancel-now/',
      query: [],
      billingCountry: 'US',
      subscriptionStatus: 'activeSub',
      cookies: [],
      segments: [],
      offerLabels: [],
    },
    certain: false,
    landings: [
      {
        via: 'branch',
        journey: 'web-cancel-save',
        branch: 1,
        shares: [{ tag: '/stay/', percent: 100 }],
        text: '/stay/ (journey web-cancel-save, branch 2)',
      },
      {
        via: 'fallback',
        journey: 'web-cancel-save',
        shares: [{ tag: '/cancel/', percent: 100 }],
        text: '/cancel/ (journey web-cancel-save, fallback)',
      },
    ],
    journeys: [
      {
        name: 'web-cancel-save',
        doubts: [],
        branches: [
          {
            index: 0,
            verdict: 'no',
            conditions: [
              { type: 'subscription_status', values: ['activeSub'], reason: 'meets', facts: ['activeSub'] },
              { type: 'billing_country', values: ['GB', 'IE'], reason: 'differs', facts: ['US'] },
            ],
            shares: [{ tag: '/stay/', percent: 100 }],
          },
          {
            index: 1,
            verdict: 'maybe',
            conditions: [
              {
                raw: { type: 'articles_read', operator: 'at_least', value: 20, period: { length: 30, unit: 'days' } },
                reason: 'raw',
              },
            ],
            shares: [{ tag: '/stay/', percent: 100 }],
          },
        ],
        fallback: 'maybe',
      },
    ],
  });
});

test('the built program runs the tests of the example company', async () => {
  expect(
    await runProgram(['test', 'journeys', '--coverage-threshold', '100'], { cwd: REPOSITORY, env: { NO_COLOR: '1' } }),
  ).toMatchObject({
    exitCode: 0,
    stderr: '',
    stdout:
      '25 journey cases pass in demo, sandbox, prod.\n\nCoverage 100 %: 40 of 40 branches, conditions and destinations.\n',
  });
});
