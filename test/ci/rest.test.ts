import { MockAgent } from 'undici';
import { describe, expect, test } from 'vitest';
import { createRestClient, type RestRequest } from '../../src/ci/rest.js';
import { createFakeClock } from '../api/support/fake-clock.js';
import { networkError } from '../api/support/fake-tenant.js';

const PATH = '/repos/acme/shop/issues';

/** Fails once with a code of the network, then answers. */
function callAfter(code: string, method: RestRequest['method']): { sent: () => number; result: Promise<unknown> } {
  const agent = new MockAgent();
  agent.disableNetConnect();
  const pool = agent.get('https://api.github.com');
  pool.intercept({ method, path: PATH }).replyWithError(networkError(code));
  pool.intercept({ method, path: PATH }).reply(200, '{"id":1}');
  const call = createRestClient({
    name: 'GitHub',
    baseUrl: 'https://api.github.com',
    headers: {},
    clock: createFakeClock(),
    random: () => 0,
    dispatcher: agent,
  });
  return { sent: () => 2 - agent.pendingInterceptors().length, result: call({ method, path: PATH }) };
}

describe('a call of a code host that fails on the way', () => {
  test.each(['ECONNREFUSED', 'ENOTFOUND', 'UND_ERR_CONNECT_TIMEOUT'])(
    'is repeated after %s, even a creation: nothing was sent',
    async (code) => {
      const { sent, result } = callAfter(code, 'POST');
      expect(await result).toMatchObject({ status: 200, body: { id: 1 } });
      expect(sent()).toBe(2);
    },
  );
  test.each(['ECONNRESET', 'EPROTO', 'CERT_HAS_EXPIRED'])(
    'is not repeated after %s when it creates something, and is reported as ambiguous',
    async (code) => {
      const { sent, result } = callAfter(code, 'POST');
      await expect(result).rejects.toMatchObject({
        code: 'CI_API',
        message: `POST ${PATH} failed at GitHub: ${code}.`,
        details: { ambiguous: true },
      });
      expect(sent()).toBe(1);
    },
  );
  test.each(['ECONNRESET', 'EPROTO'])('is repeated after %s when repeating does no harm', async (code) => {
    const { sent, result } = callAfter(code, 'PATCH');
    expect(await result).toMatchObject({ status: 200 });
    expect(sent()).toBe(2);
  });
});
