import { expect, it } from 'vitest';
import { parseOrderPreview } from '../../src/api/orders.js';
import type { OrderPreview } from '../../src/model/doctor.js';
import type { Json } from '../../src/model/json.js';

it.each<[string, Json | undefined, OrderPreview]>([
  [
    'the documented form',
    {
      preview: { success: true, paidAmount: 12.99 },
      schedule: [{ date: '2027-01-31', amount: 12.99, currency: 'GBP' }],
    },
    { firstPayment: '12.99', currency: 'GBP', schedule: [{ date: '2027-01-31', amount: '12.99' }] },
  ],
  [
    'invoices where there is no schedule',
    {
      preview: {
        currencyCode: 'EUR',
        previewResult: { invoices: [{ targetDate: '2027-01-31T00:00:00Z', amount: '5.00' }] },
      },
    },
    { currency: 'EUR', schedule: [{ date: '2027-01-31', amount: '5.00' }] },
  ],
  [
    'an answer without its envelope',
    { paidAmount: '7', invoices: [{ invoiceDate: '2027-01-31', invoiceAmount: 7 }] },
    { firstPayment: '7', schedule: [{ date: '2027-01-31', amount: '7' }] },
  ],
  [
    'a schedule of which one element cannot be read',
    {
      preview: { paidAmount: 1 },
      schedule: [
        { date: '2027-01-31', amount: 1 },
        { date: 'soon', amount: 1 },
      ],
    },
    { firstPayment: '1' },
  ],
  [
    'a preview that did not succeed',
    { preview: { success: false, paidAmount: 1 } },
    { refused: 'The tenant answers that the preview did not succeed (success: false).' },
  ],
  ['nothing that is known', { preview: { total: 12 } }, {}],
  ['no object', [1, 2], {}],
  ['keys of a prototype', JSON.parse('{"preview":{"__proto__":{"paidAmount":1}}}') as Json, {}],
])('%s is read as far as it can be', (_, answer, preview) => {
  expect(parseOrderPreview(answer)).toEqual(preview);
});
