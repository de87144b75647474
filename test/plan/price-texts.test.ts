import { expect, test } from 'vitest';
import { planTenant } from './support/tenant-reader.js';

const priced = (value: string) => ({
  price__limio: [{ name: 'charge_1', value, currencyCode: 'EUR', type: 'recurring' }],
});

test.each([
  ['12,99', '12.99', []],
  ['12.9', '12.90', []],
  ['12.99', '12,99', ['PRICE_CHANGE']],
])(
  '%s in the tenant and %s in the file are two texts, so a change, which only a comma makes one of the price',
  async (live, file, codes) => {
    const { changes, guards } = await planTenant(
      { offers: { '/offers2/A': priced(live) } },
      { 'offer:/offers2/A': priced(file) },
    );
    expect(changes.flatMap(({ fields }) => fields)).toMatchObject([
      { path: '/attributes/price__limio/charge_1/value', before: live, after: file },
    ]);
    expect(guards.map(({ code }) => code)).toEqual(codes);
  },
);
