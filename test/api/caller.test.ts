import { describe, expect, test } from 'vitest';
import { createLimioClient, type LimioClient } from '../../src/api/api.js';
import { LimioError } from '../../src/errors/errors.js';
import { createFakeTenant, type FakeTenant, networkError, SECRET, type Step } from './support/fake-tenant.js';

const JOURNEY = '/api/v2/journey/geo';
const JOURNEYS = '/api/v2/journey';
const record = { name: 'geo', data: { journeys: [] } };

const READ = { name: 'a read', method: 'GET', path: JOURNEY, send: (c: LimioClient) => c.readJourney('geo') };
const PUT = {
  name: 'a PUT',
  method: 'PUT',
  path: JOURNEY,
  send: (c: LimioClient) => c.putJourney('geo', { journeys: [] }),
};
const DELETE = { name: 'a DELETE', method: 'DELETE', path: JOURNEY, send: (c: LimioClient) => c.deleteJourney('geo') };
const CREATE = { name: 'a creation', method: 'POST', path: JOURNEYS, send: (c: LimioClient) => c.createJourney('geo') };
const BUILD = {
  name: 'a build',
  method: 'POST',
  path: '/api/shop/builds',
  send: (c: LimioClient) => c.startBuild(['/pages/x']),
};
const PUBLISH = {
  name: 'a publish',
  method: 'POST',
  path: '/api/publish',
  send: (c: LimioClient) => c.publish({ tags: ['/tags/x'], buildId: 'b', name: 'x' }),
};

type Call = typeof READ | typeof PUT | typeof DELETE | typeof CREATE | typeof BUILD | typeof PUBLISH;

const GOOD: Step = { json: { ...record, id: 'build-1', success: true } };

async function fail(work: Promise<unknown>): Promise<LimioError> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof LimioError)) throw new Error(`expected a LimioError, got ${String(error)}`);
  return error;
}

function send(call: Call, ...steps: Step[]): { tenant: FakeTenant; result: Promise<unknown> } {
  const tenant = createFakeTenant();
  tenant.on(call.method, call.path, ...steps);
  return { tenant, result: call.send(createLimioClient(tenant.options)) };
}

describe('what is repeated', () => {
  const transient: [string, Step][] = [
    ...[500, 502, 503, 504, 429].map((status): [string, Step] => [String(status), { status, text: '<html>oops' }]),
    ...['ECONNRESET', 'ECONNREFUSED', 'UND_ERR_SOCKET', 'EAI_AGAIN'].map((code): [string, Step] => [
      code,
      networkError(code),
    ]),
  ];
  for (const call of [READ, PUT, DELETE]) {
    test.each(transient)(`${call.name} after %s`, async (_, step) => {
      const { tenant, result } = send(call, step, step, GOOD);
      await result;
      tenant.assertAllUsed();
      expect(tenant.clock.waits).toContain(250);
      expect(tenant.retries.map((event) => event.attempt)).toEqual([1, 2]);
    });
  }
  for (const call of [CREATE, BUILD, PUBLISH]) {
    test.each(transient.filter(([name]) => ['429', 'ECONNREFUSED', 'EAI_AGAIN'].includes(name)))(
      `${call.name} after %s, since nothing was done`,
      async (_, step) => {
        const { tenant, result } = send(call, step, GOOD);
        await result;
        tenant.assertAllUsed();
      },
    );
    test.each(transient.filter(([name]) => !['429', 'ECONNREFUSED', 'EAI_AGAIN'].includes(name)))(
      `${call.name} is not repeated after %s, and says that the outcome is unknown`,
      async (_, step) => {
        const { tenant, result } = send(call, step);
        const error = await fail(result);
        expect(error.details).toMatchObject({ ambiguous: true, attempts: 1 });
        expect(error.hint).toContain('read the object before repeating');
        expect(tenant.retries).toEqual([]);
      },
    );
  }
  test.each([400, 404, 409, 413, 422, 501])('nothing after %i', async (status) => {
    const { tenant, result } = send(PUT, { status, json: { message: 'no' } });
    const error = await fail(result);
    expect(error.details).toMatchObject({ status, attempts: 1 });
    expect(tenant.retries).toEqual([]);
  });
  test('a read whose body is HTML, empty or cut off', async () => {
    const { tenant, result } = send(READ, { text: '<html>' }, { text: '' }, { text: '{"name":"geo","da' }, GOOD);
    expect(await result).toMatchObject({ name: 'geo' });
    expect(tenant.retries.map((event) => event.reason)).toEqual([
      'the body is html',
      'the body is empty',
      'the body is not JSON',
    ]);
  });
  test('not a write whose answer is HTML: it may have succeeded', async () => {
    const { result } = send(PUT, { text: '<html>' });
    expect(await fail(result)).toMatchObject({ code: 'HTTP_BAD_BODY', details: { ambiguous: true } });
  });
  test.each<[string, number]>([
    ['a whole number beyond 2^53', 2 ** 53],
    ['what JSON can only say as null', Infinity],
  ])('nothing is sent that would change a number of the tenant: %s', async (_, number) => {
    const tenant = createFakeTenant();
    const error = await fail(
      createLimioClient(tenant.options).putJourney('geo', {
        'own/key': [{ id: number }],
        most: Number.MAX_SAFE_INTEGER,
      }),
    );
    expect(error).toMatchObject({
      code: 'NUMBER_INEXACT',
      details: { pointer: '/data/own~1key/0/id', ambiguous: false },
    });
  });
  test('a secret of the configuration is taken out before a message is cut, so no half of it is left', async () => {
    const tenant = createFakeTenant({ secrets: ['<partner-key-of-many-characters>'] });
    tenant.on('PUT', JOURNEY, { status: 400, json: { message: `${'x'.repeat(290)}<partner-key-of-many-characters>` } });
    tenant.on('PUT', '/api/v2/journey/page', {
      status: 400,
      text: '<html><title>key: partner<partner-key-of-many-characters></title>',
    });
    const client = createLimioClient(tenant.options);
    expect((await fail(client.putJourney('geo', { a: 1 }))).message).not.toContain('part');
    expect((await fail(client.putJourney('page', { a: 1 }))).message).toContain('key: partner[redacted]');
  });
  test('not a host that does not exist: most often a typing error', async () => {
    const { tenant, result } = send(READ, networkError('ENOTFOUND'));
    expect(await fail(result)).toMatchObject({ code: 'NETWORK', hint: expect.stringContaining('tenant and region') });
    expect(tenant.retries).toEqual([]);
  });
});

describe('when it ends', () => {
  test('after the attempts, with the last answer and the number of attempts', async () => {
    const { tenant, result } = send(
      PUT,
      ...Array.from({ length: 5 }, (): Step => ({ status: 503, json: { message: 'busy' } })),
    );
    const error = await fail(result);
    expect(error.message).toBe('PUT /api/v2/journey/geo returned 503: busy (tried 5 times).');
    expect(error).toMatchObject({
      code: 'HTTP_STATUS',
      details: { status: 503, attempts: 5, ambiguous: true, serverMessage: 'busy' },
    });
    expect(tenant.clock.waits).toEqual([250, 500, 1000, 2000]);
  });
  test('when the budget is used up, however long the server asks to wait', async () => {
    const tenant = createFakeTenant({ budgetMs: 10_000 });
    tenant.on('GET', JOURNEY, { status: 503, headers: { 'retry-after': '86400' } }, { status: 503 });
    await fail(createLimioClient(tenant.options).readJourney('geo'));
    expect(tenant.clock.waits).toEqual([10_000]);
    tenant.assertAllUsed();
  });
  test('with HTTP_RATE_LIMITED when it was 429 to the end', async () => {
    const { result } = send(CREATE, ...Array.from({ length: 5 }, (): Step => ({ status: 429 })));
    expect(await fail(result)).toMatchObject({ code: 'HTTP_RATE_LIMITED', details: { attempts: 5, ambiguous: false } });
  });
  test('and quotes the Retry-After of the tenant, however absurd', async () => {
    const { result } = send(
      READ,
      ...Array.from({ length: 2 }, (): Step => ({ status: 429, headers: { 'retry-after': '315360000' } })),
    );
    expect((await fail(result)).message).toBe(
      'GET /api/v2/journey/geo returned 429 (Retry-After 315360000) (tried 2 times).',
    );
  });
  test('with a hint at the payload for a write that was 502 to the end', async () => {
    const { result } = send(PUT, ...Array.from({ length: 5 }, (): Step => ({ status: 502 })));
    expect((await fail(result)).hint).toContain('probably an invalid payload, or a gateway error');
  });
});

describe('Retry-After', () => {
  test.each([
    ['in seconds', '7', 7000],
    ['as a date', new Date(1_700_000_009_000).toUTCString(), 9000],
  ])('%s is obeyed', async (_, header, waited) => {
    const { tenant, result } = send(READ, { status: 429, headers: { 'retry-after': header } }, GOOD);
    await result;
    expect(tenant.clock.waits[0]).toBe(waited);
  });
  test('of a 429 pauses the other calls too, without holding their slots', async () => {
    const tenant = createFakeTenant({ concurrency: 1 });
    tenant.on('GET', JOURNEY, { status: 429, headers: { 'retry-after': '30' } }, GOOD);
    tenant.on('GET', '/api/v2/journey/other', GOOD);
    const client = createLimioClient(tenant.options);
    const start = tenant.clock.now();
    await Promise.all([client.readJourney('geo'), client.readJourney('other')]);
    expect(tenant.paths()).toHaveLength(3);
    expect(tenant.clock.now() - start).toBeGreaterThanOrEqual(30_000);
  });
});

describe('a deletion', () => {
  test.each<[string, Step[], boolean]>([
    ['is true when the tenant says so', [{ json: { message: 'Journey deleted successfully' } }], true],
    ['is true with an empty answer', [{ status: 204 }], true],
    ['is false when there was none', [{ status: 404, json: { message: 'Journey not found' } }], false],
    [
      'is false when there was none after a 429',
      [{ status: 429 }, { status: 404, json: { message: 'Journey not found' } }],
      false,
    ],
    [
      'is true when a lost first attempt did it',
      [networkError('ECONNRESET'), { status: 404, json: { message: 'Journey not found' } }],
      true,
    ],
    [
      'is true when a 502 hid that it was done',
      [{ status: 502 }, { status: 404, json: { message: 'Journey not found' } }],
      true,
    ],
  ])('%s', async (_, steps, expected) => {
    expect(await send(DELETE, ...steps).result).toBe(expected);
  });
  test('is an error when a gateway answers 404', async () => {
    expect(await fail(send(DELETE, { status: 404, text: '<html><title>Not here</title>' }).result)).toMatchObject({
      code: 'HTTP_BAD_BODY',
    });
  });
});

describe('a creation that exists already', () => {
  test('is a CONFLICT that it did not cause itself', async () => {
    const { result } = send(CREATE, { status: 409, json: { message: 'Journey already exists' } });
    expect(await fail(result)).toMatchObject({ code: 'CONFLICT', details: { ambiguous: false, attempts: 1 } });
  });
});

describe('the message of the server in an error', () => {
  test.each<[string, Step, string]>([
    ['the Commerce shape', { status: 400, json: { message: 'bad split' } }, 'bad split'],
    ['the admin shape', { status: 400, json: { error: { message: 'bad diff', code: 'INVALID' } } }, 'bad diff'],
    [
      'the title of a page',
      { status: 400, text: '<html><head><title>Request blocked</title>' },
      'an HTML page, "Request blocked"',
    ],
    ['text', { status: 400, text: 'plain words' }, 'plain words'],
    ['JSON without a message', { status: 400, json: { oops: 1 } }, '{"oops":1}'],
    ['control characters taken out', { status: 400, json: { message: 'a\u001b[31mb\u202ec\nd\u0000' } }, 'a [31mb c d'],
    ['no more than 300 characters', { status: 400, json: { message: 'x'.repeat(5000) } }, 'x'.repeat(300)],
  ])('is %s', async (_, step, said) => {
    const error = await fail(send(PUT, step).result);
    expect(error.message).toBe(`PUT /api/v2/journey/geo returned 400: ${said}.`);
  });
  test('is nothing for an empty body', async () => {
    expect((await fail(send(PUT, { status: 400 }).result)).message).toBe('PUT /api/v2/journey/geo returned 400.');
  });
  test.each<[string, Step]>([
    ['a server that echoes them', { status: 400, json: { message: `Bearer token-1 and ${SECRET} are wrong` } }],
    ['an error of the network that holds them', networkError('EPROTO')],
  ])('never contains secrets, even of %s', async (_, step) => {
    const error = await fail(send(PUT, step).result);
    const all = JSON.stringify([error.message, error.hint, error.details, String(error.cause), error.stack]);
    expect(all).not.toContain('token-1');
    expect(all).not.toContain(SECRET);
  });
  test('names the missing permission on a 403', async () => {
    const error = await fail(send(PUBLISH, { status: 403, json: { message: 'Forbidden' } }).result);
    expect(error).toMatchObject({ code: 'AUTH_REFUSED' });
    expect(error.hint).toContain('lack the permission to build and publish');
    expect(error.hint).toContain('Editors cannot');
  });
});

test('a redirect is an error that names the host only, and is not followed', async () => {
  const { tenant, result } = send(READ, { status: 302, headers: { location: 'https://evil.example/login?token=abc' } });
  const error = await fail(result);
  expect(error.message).toBe(
    'GET /api/v2/journey/geo returned 302, a redirect to evil.example, which is not followed with credentials.',
  );
  expect(tenant.paths()).toEqual([JOURNEY]);
});

describe('a token that cannot be renewed', () => {
  test.each<[string, number, object]>([
    [
      'that may have succeeded, that write is reported',
      502,
      { code: 'HTTP_STATUS', details: { ambiguous: true, status: 502 } },
    ],
    ['that was not carried out, the token is reported', 429, { code: 'AUTH_REFUSED' }],
  ])('after a write %s', async (_, status, error) => {
    const tenant = createFakeTenant({ tokens: false });
    const refused: Step = { status: 401, json: { message: 'no such client' } };
    tenant.on('POST', '/oauth2/token', { json: { access_token: 'one', expires_in: 3600 } }, refused, refused);
    tenant.on('PUT', JOURNEY, { status }, { status: 401 });
    expect(await fail(createLimioClient(tenant.options).putJourney('geo', {}))).toMatchObject(error);
    expect(tenant.paths()).toEqual([JOURNEY, JOURNEY]);
  });
});

describe('a body that is made anew', () => {
  test('is asked for before every attempt, and the last one is sent', async () => {
    const tenant = createFakeTenant();
    tenant.on('PUT', JOURNEY, { status: 429 }, { status: 503 }, GOOD);
    let made = 0;
    await createLimioClient(tenant.options).putJourney('geo', { made: 0 }, async () => ({ made: (made += 1) }));
    expect(made).toBe(3);
    expect(tenant.sent.filter(({ method }) => method === 'PUT').map(({ body }) => JSON.parse(body) as unknown)).toEqual(
      [1, 2, 3].map((number) => ({ name: 'geo', data: { made: number } })),
    );
  });

  test('takes its turn first, so that nothing delays the write after the read it is made from', async () => {
    // One call a second and no slot to spare: the token, the readings and the writes all have to wait.
    const tenant = createFakeTenant({ ratePerSecond: 1 / 3, concurrency: 1 });
    tenant.on('PUT', JOURNEY, { status: 429, headers: { 'retry-after': '30' } }, GOOD);
    tenant.on('GET', JOURNEY, GOOD, GOOD);
    const client = createLimioClient(tenant.options);
    const waitsAfterReading: number[] = [];
    await client.putJourney('geo', {}, async () => {
      await client.readJourney('geo');
      waitsAfterReading.push(tenant.clock.waits.length);
      return {};
    });
    expect(tenant.sent.map(({ method }) => method)).toEqual(['POST', 'GET', 'PUT', 'GET', 'PUT']);
    // Those of the first repetition, then none.
    expect(tenant.clock.waits.slice(waitsAfterReading[0])[0]).toBe(30_000);
    expect(tenant.clock.waits.length).toBe(waitsAfterReading[1]);
  });

  test.each<[string, Step[], number, object]>([
    ['before the first attempt, nothing is sent', [], 0, { code: 'STALE' }],
    ['after a refusal, nothing more is sent', [{ status: 429 }], 1, { code: 'STALE' }],
    [
      'after an attempt that may have succeeded, that one is reported',
      [{ status: 502 }],
      1,
      { code: 'HTTP_STATUS', details: { ambiguous: true, status: 502 } },
    ],
  ])('that cannot be made ends the call: %s', async (_, steps, sent, error) => {
    const tenant = createFakeTenant();
    if (steps.length > 0) tenant.on('PUT', JOURNEY, ...steps);
    let made = 0;
    const renew = async () => {
      if (made === sent) throw new LimioError({ code: 'STALE', message: 'It moved.' });
      made += 1;
      return {};
    };
    expect(await fail(createLimioClient(tenant.options).putJourney('geo', {}, renew))).toMatchObject(error);
    expect(tenant.paths()).toEqual(Array.from({ length: sent }, () => JOURNEY));
  });
});

test('JSON under a wrong content type is accepted, and a key called __proto__ is only a key', async () => {
  const text = '\uFEFF{"name":"geo","data":{"journeys":[],"__proto__":{"polluted":true}}}';
  const journey = await send(READ, { text, headers: { 'content-type': 'text/html' } }).result;
  expect(Object.keys((journey as { data: object }).data)).toEqual(['journeys', '__proto__']);
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
});

/** Interrupted as soon as something is to be repeated. */
function openHurried() {
  const hurry = new AbortController();
  return createFakeTenant({ hurry: hurry.signal, onRetry: () => hurry.abort() });
}

describe('an interruption', () => {
  test('ends waits and calls to come with INTERRUPTED', async () => {
    const abort = new AbortController();
    const tenant = createFakeTenant({ signal: abort.signal, onRetry: () => abort.abort() });
    tenant.on('GET', JOURNEY, { status: 503 });
    const client = createLimioClient(tenant.options);
    expect(await fail(client.readJourney('geo'))).toMatchObject({ code: 'INTERRUPTED' });
    expect(await fail(client.readJourney('geo'))).toMatchObject({ code: 'INTERRUPTED' });
    expect(tenant.paths()).toEqual([JOURNEY]);
  });
  describe('that lets reads go on', () => {
    test.each<[string, number, object]>([
      ['that was refused', 429, { code: 'INTERRUPTED', details: { ambiguous: false, attempts: 1 } }],
      [
        'that may have succeeded, which is reported',
        502,
        { code: 'HTTP_STATUS', details: { ambiguous: true, attempts: 1 } },
      ],
    ])('ends the pause and repeats no write %s', async (_, status, error) => {
      const tenant = openHurried();
      tenant.on('PUT', JOURNEY, { status, headers: { 'retry-after': '90' } });
      tenant.on('GET', JOURNEY, GOOD);
      const client = createLimioClient(tenant.options);
      expect(await fail(client.putJourney('geo', {}))).toMatchObject(error);
      await client.readJourney('geo');
      expect(tenant.clock.waits.filter((ms) => ms > 500)).toEqual([]);
    });
    test('repeats a read', async () => {
      const tenant = openHurried();
      tenant.on('GET', JOURNEY, { status: 503 }, { status: 503 }, GOOD);
      await createLimioClient(tenant.options).readJourney('geo');
      tenant.assertAllUsed();
    });
  });
  test('says of a write whose outcome is unknown that it is', async () => {
    const abort = new AbortController();
    const tenant = createFakeTenant({ signal: abort.signal, onRetry: () => abort.abort() });
    tenant.on('PUT', JOURNEY, { status: 504 });
    const error = await fail(createLimioClient(tenant.options).putJourney('geo', {}));
    expect(error).toMatchObject({ code: 'INTERRUPTED', details: { ambiguous: true } });
  });
});

test('requests and retries are counted', async () => {
  const tenant = createFakeTenant();
  tenant.on('GET', JOURNEY, { status: 500 }, GOOD);
  const client = createLimioClient(tenant.options);
  await client.readJourney('geo');
  expect(client.stats()).toEqual({ requests: 3, retries: 1 });
});
