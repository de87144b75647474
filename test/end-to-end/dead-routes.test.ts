import { describe, expect, test } from 'vitest';
import type { ApplyResult } from '../../src/model/outcome.js';
import { parseDocument } from '../support/run-program.js';
import { openWorkspace } from './support/in-process.js';
import { journeyFile, offerFile, SMALL_SEED } from './support/small-tenant.js';

const moved = (name: string, start: string, fallback: string): string =>
  journeyFile(name, 'US').replace('/landing/', start).replace('/shop/', fallback);

const outcomesOf = (result: ApplyResult): Record<string, string> =>
  Object.fromEntries(result.outcomes.map(({ address, status }) => [address, status]));

describe.concurrent('traffic never moves to a page that is not there', () => {
  test('a journey waits for the page that failed, also after a run that was killed; other journeys go on', async (context) => {
    let publish: 'kill' | 'refuse' | 'take' = 'kill';
    const { run, start, tenant } = await openWorkspace(context, {
      seed: SMALL_SEED,
      files: {
        'catalog/offers.yaml': offerFile('/offers2/Monthly', 'Monthly, renamed'),
        'journeys/web.yaml': `${moved('web-geo', '/landing/', '/shop/').replace('[US]', '[US, GB]')}---\n${moved('web-old', '/old/', '/us/')}`,
      },
      environment: { dialect: { publish: { attempts: 100, intervalMs: 20 }, journeyCodec: 'assumed' } },
      hooks: () => ({
        before: ({ method, path }) => {
          if (method !== 'POST' || path !== '/api/publish' || publish === 'take') return undefined;
          if (publish === 'kill') killed.signal('SIGKILL');
          return { status: 403, body: '{"message":"Only managers publish"}' };
        },
      }),
    });
    const fallbackOf = (name: string): unknown =>
      tenant.state().journeys.find((journey) => journey.name === name)?.data['fallback_tag'];
    const killed = start('apply --yes');
    await killed.ended;
    expect([fallbackOf('web-old')]).toEqual(['/shop/']);

    publish = 'refuse';
    const refused = await run('apply --yes --format json');
    expect(refused.exitCode).toBe(6);
    const result = parseDocument(refused) as ApplyResult;
    expect(outcomesOf(result)).toMatchObject({ 'journey:web-geo': 'blocked', 'journey:web-old': 'done' });
    expect(result.outcomes.find(({ address }) => address === 'journey:web-geo')?.error).toMatchObject({
      code: 'BLOCKED',
      message: expect.stringMatching(
        /^journey:web-geo needs a page at \/shop\/, but this run did not make \/pages\/shop live there: .*Only managers publish/,
      ) as string,
    });
    expect(fallbackOf('web-old')).toBe('/us/');

    publish = 'take';
    const done = await run('apply --yes --format json');
    expect(done.exitCode).toBe(0);
    expect(outcomesOf(parseDocument(done) as ApplyResult)).toEqual({ 'journey:web-geo': 'done' });
    expect((await run('plan --detailed-exitcode')).exitCode).toBe(0);
  });

  test('a journey to a route without a page waits for its consent or for the page', async (context) => {
    const files = {
      'journeys/web.yaml': `${moved('web-new', '/neu/', '/gone/')}---\n${moved('web-old', '/old/', '/us/')}`,
    };
    const { run, tenant } = await openWorkspace(context, {
      seed: SMALL_SEED,
      files,
      environment: { dialect: { publish: { attempts: 100, intervalMs: 20 }, journeyCodec: 'assumed' } },
    });
    const names = (): string[] => tenant.state().journeys.map(({ name }) => name);
    const applied = await run('apply --yes --allow-dead-route=2 --allow-partial --format json');
    expect(applied.exitCode).toBe(4);
    const result = parseDocument(applied) as ApplyResult;
    expect(outcomesOf(result)).toEqual({ 'journey:web-new': 'withheld', 'journey:web-old': 'done' });
    expect(result.outcomes[0]?.error).toMatchObject({
      code: 'ROUTE_NOT_LIVE',
      message: '1 journey needs a page where none is published: /gone/ (no tag). Consent was given for 2.',
    });
    expect(names()).not.toContain('web-new');
    expect((await run('apply --yes --allow-dead-route=1')).exitCode).toBe(0);
    expect(names()).toContain('web-new');
    expect((await run('plan --detailed-exitcode')).exitCode).toBe(0);
  });
});
