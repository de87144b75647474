import { describe, expect, test } from 'vitest';
import { createLimioClient } from '../../src/api/api.js';
import { LimioError } from '../../src/errors/errors.js';
import { createFakeTenant, SECRET, type Step } from './support/fake-tenant.js';

const JOURNEY = '/api/v2/journey/geo';
const GOOD: Step = { json: { name: 'geo', data: {} } };

describe('the token', () => {
  test('is fetched once, when it is first needed, and shared by calls at the same time', async () => {
    const tenant = createFakeTenant();
    tenant.always(
      'GET',
      (path) => path === JOURNEY,
      () => ({ json: { name: 'geo', data: {} } }),
    );
    const client = createLimioClient(tenant.options);
    expect(tenant.sent).toEqual([]);
    await Promise.all([1, 2, 3, 4].map(() => client.readJourney('geo')));
    expect(tenant.sent.map((request) => request.path)).toEqual(['/oauth2/token', JOURNEY, JOURNEY, JOURNEY, JOURNEY]);
    expect(tenant.sent[0]).toMatchObject({
      method: 'POST',
      authorization: undefined,
      body: `grant_type=client_credentials&client_id=client&client_secret=${SECRET}`,
    });
    expect(tenant.sent[1]?.authorization).toBe('Bearer token-1');
  });

  test('that is refused in the middle of a run is asked for once more; a second refusal is final', async () => {
    const tenant = createFakeTenant({ tokens: false });
    const token = { json: { access_token: 'good', expires_in: 3600 } };
    const no: Step = { status: 401, json: { message: 'no' } };
    tenant.on('POST', '/oauth2/token', token, no, token, no, no);
    tenant.on('GET', JOURNEY, GOOD, GOOD);
    const client = createLimioClient(tenant.options);
    await client.readJourney('geo');
    tenant.clock.advance(3_600_000);
    await client.readJourney('geo');
    tenant.clock.advance(3_600_000);
    await expect(client.readJourney('geo')).rejects.toMatchObject({ code: 'AUTH_REFUSED' });
    await expect(client.readJourney('geo')).rejects.toMatchObject({ code: 'AUTH_REFUSED' });
    expect(tenant.sent.filter(({ path }) => path === '/oauth2/token')).toHaveLength(5);
  });

  test('is renewed 60 seconds before its end', async () => {
    const tenant = createFakeTenant();
    tenant.on('GET', JOURNEY, GOOD, GOOD, GOOD);
    const client = createLimioClient(tenant.options);
    await client.readJourney('geo');
    tenant.clock.advance(3_539_000);
    await client.readJourney('geo');
    tenant.clock.advance(1000);
    await client.readJourney('geo');
    expect(tenant.sent.map((request) => request.authorization)).toEqual([
      undefined,
      'Bearer token-1',
      'Bearer token-1',
      undefined,
      'Bearer token-2',
    ]);
  });

  test('is renewed once on a 401, which costs no attempt and no wait', async () => {
    const tenant = createFakeTenant({ maxAttempts: 1 });
    tenant.on('POST', '/api/v2/journey', { status: 401, json: { message: 'expired' } }, { json: {} });
    await createLimioClient(tenant.options).createJourney('geo');
    expect(tenant.sent.map((request) => request.authorization)).toEqual([
      undefined,
      'Bearer token-1',
      undefined,
      'Bearer token-2',
    ]);
    expect(tenant.clock.waits).toEqual([]);
  });

  test('is renewed once for calls that fail with it together', async () => {
    const tenant = createFakeTenant();
    tenant.on('GET', JOURNEY, { status: 401 }, { status: 401 }, { status: 401 }, GOOD, GOOD, GOOD);
    const client = createLimioClient(tenant.options);
    await Promise.all([1, 2, 3].map(() => client.readJourney('geo')));
    expect(tenant.sent.filter((request) => request.path === '/oauth2/token')).toHaveLength(2);
  });

  test('that is refused when new ends the call', async () => {
    const tenant = createFakeTenant();
    tenant.on('GET', JOURNEY, { status: 401 }, { status: 401 });
    await expect(createLimioClient(tenant.options).readJourney('geo')).rejects.toMatchObject({
      code: 'AUTH_REFUSED',
      hint: expect.stringMatching(/own pair of credentials.*limio-sync doctor$/),
    });
  });
});

describe('credentials', () => {
  test.each([400, 401, 403])(
    'refused with %i are asked about once, and nothing of the answer is shown',
    async (status) => {
      const tenant = createFakeTenant({ tokens: false });
      tenant.on('POST', '/oauth2/token', { status, json: { message: `bad ${SECRET}`, access_token: 'leak' } });
      const client = createLimioClient(tenant.options);
      const errors = await Promise.all([1, 2].map(() => client.readJourney('geo').catch((error: unknown) => error)));
      errors.push(await client.listPromoCodes().catch((error: unknown) => error));
      for (const error of errors) {
        expect(error).toBeInstanceOf(LimioError);
        expect(error).toMatchObject({
          code: 'AUTH_REFUSED',
          hint: expect.stringMatching(/own pair of credentials.*limio-sync doctor$/),
        });
        expect(JSON.stringify([String(error), (error as LimioError).details])).not.toMatch(/leak|very-secret/);
      }
      expect(tenant.sent).toHaveLength(1);
    },
  );

  test('are asked about again after trouble on the way', async () => {
    const tenant = createFakeTenant({ tokens: false });
    tenant.on(
      'POST',
      '/oauth2/token',
      { status: 502 },
      { text: '<html>' },
      { json: { access_token: 'late', expires_in: '3600' } },
    );
    tenant.on('GET', JOURNEY, GOOD);
    await createLimioClient(tenant.options).readJourney('geo');
    expect(tenant.sent.at(-1)?.authorization).toBe('Bearer late');
  });

  test.each<[string, Step]>([
    ['no token', { json: { token_type: 'Bearer' } }],
    ['a token that no header can hold', { json: { access_token: 'a\r\nx-evil: 1' } }],
  ])('answered with %s are an error that does not show the answer', async (_, step) => {
    const tenant = createFakeTenant({ tokens: false });
    tenant.on('POST', '/oauth2/token', step);
    const error: unknown = await createLimioClient(tenant.options)
      .readJourney('geo')
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      code: 'HTTP_BAD_BODY',
      message: 'POST /oauth2/token returned no usable access_token.',
    });
  });
});
