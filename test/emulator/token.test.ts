import { describe, expect, it } from 'vitest';
import { connect, tokenForm } from './connect.js';

const FORM = 'application/x-www-form-urlencoded';

describe('the token call', () => {
  it('answers a bearer token for the right pair, form-encoded', async () => {
    const { send } = await connect({ tokenLifetimeS: 90 });
    const reply = await send('POST', '/oauth2/token', { headers: { 'content-type': FORM }, body: tokenForm() });
    expect(reply.status).toBe(200);
    expect(reply.json).toEqual({ access_token: expect.any(String), token_type: 'Bearer', expires_in: 90 });
  });

  it('refuses another content type, another grant and a wrong pair', async () => {
    const { send } = await connect();
    const json = await send('POST', '/oauth2/token', {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        grant_type: 'client_credentials',
        client_id: 'emulator',
        client_secret: 'emulator-secret',
      }),
    });
    const grant = await send('POST', '/oauth2/token', {
      headers: { 'content-type': FORM },
      body: 'grant_type=password',
    });
    const pair = await send('POST', '/oauth2/token', { headers: { 'content-type': FORM }, body: tokenForm('wrong') });
    expect([json.status, grant.status, pair.status]).toEqual([400, 400, 401]);
  });

  it('stands at the root only', async () => {
    const { send } = await connect();
    const reply = await send('POST', '/api/oauth2/token', { headers: { 'content-type': FORM }, body: tokenForm() });
    expect([reply.status, reply.type]).toEqual([404, 'text/html']);
  });
});

describe('every other call', () => {
  it('needs the token, and says so in the shape of its API', async () => {
    const { send } = await connect();
    const commerce = await send('GET', '/api/v2/journey');
    const legacy = await send('GET', '/api/offers/v2', { headers: { authorization: 'some-legacy-key' } });
    const admin = await send('GET', '/limio/catalogs/1/items/offers2/X');
    expect([commerce.status, commerce.json]).toEqual([401, { message: 'Unauthorized' }]);
    expect(legacy.status).toBe(401);
    expect([admin.status, admin.json]).toEqual([401, { error: { message: 'Unauthorized', code: 'UNAUTHORIZED' } }]);
  });

  it('is refused once the token has expired, until a new one is taken', async () => {
    const { call, advance, renewToken } = await connect({ tokenLifetimeS: 10 });
    advance(9_999);
    expect((await call('GET', '/api/v2/journey')).status).toBe(200);
    advance(1);
    const late = await call('GET', '/api/v2/journey');
    expect([late.status, late.json]).toEqual([401, { message: 'The incoming token has expired' }]);
    await renewToken();
    expect((await call('GET', '/api/v2/journey')).status).toBe(200);
  });

  it.each(['/v2/journey', '/offers/v2', '/api/limio/jobs/1', '/api/limio/catalogs/1/items/x', '/api/nothing', '/'])(
    'is an HTML 404 of the gateway at the wrong address %s',
    async (path) => {
      const { call } = await connect();
      const reply = await call('GET', path);
      expect([reply.status, reply.type]).toEqual([404, 'text/html']);
      expect(reply.text).toContain('404 Not Found');
    },
  );
});
