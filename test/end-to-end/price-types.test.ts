import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { getOwn, isJsonObject, type Json } from '../../src/model/json.js';
import type { Plan } from '../../src/model/plan.js';
import { parseDocument } from '../support/run-program.js';
import { openWorkspace } from './support/in-process.js';

const tier = (starting_unit: number, price: number) => ({ starting_unit, price, price_format: 'FlatFee' });

test('numeric tier prices are adopted, planned and written as numbers (case numeric-tier-prices)', async (context) => {
  const { root, run, write, tenant } = await openWorkspace(context, {
    files: {},
    seed: {
      items: [
        { path: '/products/Core', record_type: 'product', attributes: {} },
        {
          path: '/offers2/Core',
          record_type: 'offer',
          data: {
            products: ['/products/Core'],
            attributes: {
              display_name__limio: 'Core',
              price__limio: [
                {
                  name: 'charge_1',
                  type: 'recurringVolume',
                  currencyCode: 'USD',
                  tiers: [{ ...tier(0, 299), ending_unit: 100 }, tier(101, 499)],
                },
              ],
            },
          },
        },
      ],
    },
  });
  const readPrice = (): Json | undefined => {
    const data = tenant.state().items.find(({ path }) => path === '/offers2/Core')?.data;
    const attributes = data && getOwn(data, 'attributes');
    return isJsonObject(attributes) ? getOwn(attributes, 'price__limio') : undefined;
  };
  const plan = async (): Promise<Plan> => parseDocument(await run('plan --env test --format json')) as Plan;

  expect(await run('pull --env test --adopt offer:*')).toMatchObject({ exitCode: 0 });
  const file = 'catalog/offers/core.yaml';
  const text = readFileSync(join(root, file), 'utf8');
  expect(text).toContain('price: 499\n');
  expect((await plan()).changes).toEqual([]);

  // Quoted, with another price for the first tier only.
  write(file, text.replace('price: 299', 'price: "319"').replace('price: 499', 'price: "499"'));
  expect((await plan()).changes[0]?.after).toMatchObject({
    attributes: { price__limio: [{ tiers: [{ price: 319 }, { price: 499 }] }] },
  });
  expect(await run('apply --env test --yes')).toMatchObject({ exitCode: 0 });
  expect(readPrice()).toMatchObject([{ tiers: [{ price: 319 }, { price: 499 }] }]);
  expect((await plan()).changes).toEqual([]);
});
