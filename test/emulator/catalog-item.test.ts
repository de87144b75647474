import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { ACME, MONTHLY } from './acme-seed.js';
import { connect } from './connect.js';

const NOT_FOUND = { error: { message: 'Not found', code: 'NOTFOUND' } };

describe('one item at head', () => {
  it.each(['/limio/catalogs/1/items/offers2/Digital%20Monthly', '/limio/catalogs/1/items/offers2%2FDigital%20Monthly'])(
    'is read at %s',
    async (url) => {
      const { call } = await connect({ seed: ACME });
      const { status, json } = await call('GET', url);
      expect(status).toBe(200);
      expect(json).toMatchObject({
        header: { commitId: expect.stringMatching(/^[0-9a-f]{40}$/) },
        item: {
          path: MONTHLY,
          name: 'Digital Monthly',
          parent_path: '/offers2',
          type: 'item',
          tree: [],
          id: createHash('sha1').update(`"${MONTHLY}"`).digest('hex'),
          version: expect.stringMatching(/^[0-9a-f]{40}$/),
          data: { record_type: 'offer', products: ['/products/Digital'] },
        },
      });
    },
  );

  it("is found under names with slashes' neighbours, percent signs and other letters", async () => {
    const path = '/offers2/50% Off + Café #1?';
    const { call } = await connect({ seed: { items: [{ path, data: {} }] } });
    const reply = await call('GET', `/limio/catalogs/1/items/offers2/${encodeURIComponent('50% Off + Café #1?')}`);
    expect(reply.json).toMatchObject({ item: { path } });
  });

  it('is not found when missing, or when the leading slash was left on', async () => {
    const { call } = await connect({ seed: ACME });
    for (const path of ['offers2/None', '%2Foffers2%2FDigital%20Monthly', '/offers2/Digital%20Monthly']) {
      const reply = await call('GET', `/limio/catalogs/1/items/${path}`);
      expect([reply.status, reply.json]).toEqual([404, NOT_FOUND]);
    }
    expect((await call('GET', '/limio/catalogs/1/items/offers2/100%')).status).toBe(400);
  });

  it('is deleted once, and its published copy stays', async () => {
    const { call, emulator } = await connect({ seed: ACME });
    expect((await call('DELETE', '/limio/catalogs/1/items/offers2/Digital%20Monthly')).status).toBe(200);
    const again = await call('DELETE', '/limio/catalogs/1/items/offers2/Digital%20Monthly');
    expect([again.status, again.json]).toEqual([404, NOT_FOUND]);
    expect(emulator.state().items.map(({ path }) => path)).not.toContain(MONTHLY);
    expect(emulator.state().published.map(({ path }) => path)).toContain(MONTHLY);
  });
});
