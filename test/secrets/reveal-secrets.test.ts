import { describe, expect, test } from 'vitest';
import type { LimioError } from '../../src/errors/errors.js';
import { hideSecrets, revealSecrets } from '../../src/kinds/secrets/secrets.js';
import { createFakeLiveApi, makeFailure } from '../support/fake-live-api.js';

const KEY = 'value-of-the-"key"';
const SECRETS = new Map([['KEY', KEY]]);

describe('a client of an environment with secrets', () => {
  test('reads references and sends values, in every body and nowhere else', async () => {
    const fake = createFakeLiveApi({
      items: { '/offers2/A': { token: KEY, kept: '${secret:KEY}' } },
      promoCodes: { X: { description: KEY } },
      journeys: { j: { t: [KEY] } },
    });
    const api = revealSecrets(fake, SECRETS);
    expect((await api.readItem('/offers2/A'))?.attributes).toEqual({ token: '${secret:KEY}', kept: '${secret:}KEY}' });
    expect((await api.readItem('/offers2/A'))?.data).toEqual({
      attributes: { token: '${secret:KEY}', kept: '${secret:}KEY}' },
    });
    expect((await api.readPromoCode('promo_code_v2-X'))?.data).toEqual({ description: '${secret:KEY}' });
    expect((await api.readJourney('j'))?.data).toEqual({ t: ['${secret:KEY}'] });
    await api.updateItems([
      {
        path: '/offers2/A',
        before: { token: '${secret:KEY}' },
        after: { token: 'x ${secret:KEY}', kept: '${secret:}KEY}' },
      },
    ]);
    await api.putJourney('j', { t: ['${secret:KEY}', '${secret:}'] });
    await api.createPromoCode({ name: '${secret:KEY}', id: 'i', data: { description: '${secret:KEY}' } });
    await api.updatePromoCode({ name: 'n', id: 'i', data: { description: 'y ${secret:KEY}' } });
    expect(fake.calls.slice(4).map(({ args }) => args[1])).toEqual([
      [{ path: '/offers2/A', before: { token: KEY }, after: { token: `x ${KEY}`, kept: '${secret:KEY}' } }],
      { t: [KEY, '${secret:'] },
      { name: '${secret:KEY}', id: 'i', data: { description: KEY } },
      { name: 'n', id: 'i', data: { description: `y ${KEY}` } },
    ]);
  });

  test('redacts a secret that the tenant repeats in an error, a refusal or an omitted page', async () => {
    const fake = createFakeLiveApi({
      items: { '/offers2/A': { token: 'old' } },
      hooks: {
        before: ({ method }) => {
          if (method === 'putJourney')
            throw makeFailure(502, { ambiguous: true, message: `bad body ${JSON.stringify({ t: KEY })}` });
          if (method === 'readJourney') throw new TypeError(`cannot read ${KEY}`);
        },
        takeEdit: () => ({ refuse: { path: '/offers2/A', value: [KEY] } }),
        answerPublish: () => ({
          published: [],
          omitted: [{ route: '/a/', message: `cannot build ${KEY}`, neverPublished: false }],
          answer: {},
        }),
      },
    });
    const api = revealSecrets(fake, SECRETS);
    const error = (await api.putJourney('j', { t: '${secret:KEY}' }).catch((thrown: unknown) => thrown)) as LimioError;
    expect(error).toMatchObject({
      code: 'HTTP_STATUS',
      message: 'bad body {"t":"[redacted]"}',
      details: { status: 502, ambiguous: true },
    });
    await expect(api.readJourney('j')).rejects.toThrow('cannot read [redacted]');
    expect(await api.updateItems([{ path: '/offers2/A', before: {}, after: { token: '${secret:KEY}' } }])).toEqual({
      failed: [{ path: '/offers2/A', value: ['[redacted]'] }],
    });
    await api.startBuild(['/pages/a']);
    expect((await api.publish({ tags: ['/tags/a'], buildId: 'build-1', name: 'a' })).omitted).toEqual([
      { route: '/a/', message: 'cannot build [redacted]', neverPublished: false },
    ]);
  });

  test('throws errors without secrets unchanged', async () => {
    const failure = makeFailure(500);
    const api = revealSecrets(
      createFakeLiveApi({
        hooks: {
          before: () => {
            throw failure;
          },
        },
      }),
      SECRETS,
    );
    await expect(api.readItem('/offers2/A')).rejects.toBe(failure);
  });

  test('is the client itself without secrets', () => {
    const fake = createFakeLiveApi();
    expect(revealSecrets(fake, new Map())).toBe(fake);
    expect(hideSecrets(fake, undefined)).toBe(fake);
  });
});
