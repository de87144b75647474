import { describe, expect, test } from 'vitest';
import type { OrderPreview, OrderPreviewRequest } from '../../src/model/doctor.js';
import type { CatalogItem, Listing } from '../../src/model/live-api.js';
import type { PriceCase } from '../../src/prices/order.js';
import { askTenant } from '../../src/prices/readings.js';

function publish(path: string): Listing<CatalogItem> {
  return { complete: true, items: [{ path, id: `id of ${path}`, version: 'v', attributes: {} } as CatalogItem] };
}

const ORDER: PriceCase = { offers: [{ path: '/offers2/A', quantity: 1 }], date: '2027-01-31', expected: {} };

async function ask(one: Partial<PriceCase>, answer: OrderPreview) {
  const asked: OrderPreviewRequest[] = [];
  const tenant = {
    listPublished: () => Promise.reject(new Error('read before')),
    findPromoCode: () => Promise.resolve(undefined),
    previewOrder: (request: OrderPreviewRequest) => {
      asked.push(request);
      return Promise.resolve(answer);
    },
  };
  const published = { offers: publish('/offers2/A'), addOns: publish('/add_ons/B') };
  const [reading] = await askTenant(tenant, published, { ...ORDER, ...one }, ['live']);
  return { asked: asked[0], reading: reading?.reading };
}

describe('the question to a tenant', () => {
  test('has the addresses and the add-ons of the case', async () => {
    const one = {
      addOns: [{ path: '/add_ons/B', quantity: 2 }],
      billing: { country: 'US', state: 'NY' },
      delivery: { country: 'DE' },
    };
    expect((await ask(one, { firstPayment: '1' })).asked).toEqual({
      offers: [{ id: 'id of /offers2/A', version: 'v', quantity: 1 }],
      addOns: [{ id: 'id of /add_ons/B', version: 'v', quantity: 2 }],
      date: '2027-01-31',
      billing: one.billing,
      delivery: one.delivery,
    });
  });

  test('is not sent for an add-on that is not published', async () => {
    const { asked, reading } = await ask({ addOns: [{ path: '/add_ons/C', quantity: 1 }] }, {});
    expect(asked).toBeUndefined();
    expect(reading).toEqual({ outcome: 'unknown', reason: '/add_ons/C is not published.' });
  });
});

describe('the answer of a tenant', () => {
  const taxed: OrderPreview = {
    currency: 'USD',
    firstPayment: '108.88',
    taxes: [
      { date: '2027-01-31', amount: '8.00' },
      { date: '2027-01-31', amount: '0.88' },
      { date: '2027-02-28', amount: '8.88' },
    ],
  };

  test('gives the tax that is due on the order date, and the first payment with it', async () => {
    expect((await ask({}, taxed)).reading).toMatchObject({ firstPayment: '108.88', tax: '8.88' });
  });

  test('gives the first payment without the tax where the case says that taxes are added', async () => {
    expect((await ask({ taxes: 'added' }, taxed)).reading).toMatchObject({ firstPayment: '100.00', tax: '8.88' });
  });

  test('without taxes is read as it is', async () => {
    expect((await ask({ taxes: 'added' }, { firstPayment: '5' })).reading).toEqual({
      outcome: 'priced',
      firstPayment: '5.00',
    });
  });
});
