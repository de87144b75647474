import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Seed } from '../../src/emulator/seed-format.js';
import type { Plan } from '../../src/model/plan.js';
import { parseDocument } from '../support/run-program.js';
import { openFolder, openTenant } from './support/in-process.js';

const PLANS = [
  ['Monthly', 'month', 'months', 9],
  ['Annual', 'year', 'years', 99],
] as const;

const MARKETS = [
  ['GB', 'GBP', '£'],
  ['IE', 'EUR', '€'],
  ['DE', 'EUR', '€'],
  ['US', 'USD', '$'],
  ['SE', 'SEK', 'kr '],
  ['ZA', 'ZAR', 'R'],
] as const;

const SEED: Seed = {
  items: PLANS.flatMap(([plan, period, type, base]) =>
    MARKETS.map(([country, currency, symbol], i) => ({
      path: `/offers2/Digital ${plan} ${country}`,
      data: {
        record_type: 'offer',
        products: [],
        attributes: {
          display_name__limio: `Digital ${plan}`,
          display_price__limio: `<p>${symbol}${base + i}.99 per ${period}</p>`,
          allowed_countries__limio: [country],
          price__limio: [
            {
              name: 'charge_1',
              label: `Digital ${plan}`,
              value: `${base + i}.99`,
              currencyCode: currency,
              type: 'recurring',
              trigger: 'order_date',
              repeat_interval: 1,
              repeat_interval_type: type,
            },
          ],
        },
      },
    })),
  ),
};

test('adopted offers become a template and a table, the plan stays empty, and a changed cell is one change', async (context) => {
  const tenant = await openTenant(context, { seed: SEED });
  const { run, write, root } = openFolder(context, {
    'limio.config.json': JSON.stringify({ environments: { sandbox: { url: tenant.url } } }),
  });
  const plan = async (): Promise<Plan> => parseDocument(await run('plan --format json')) as Plan;
  await run(['pull', '--adopt', 'offer:*']);
  expect(readdirSync(join(root, 'catalog/offers'))).toHaveLength(12);
  const selected = ['offer:/offers2/Digital*', '--into', 'catalog/digital.yaml', '--table', 'catalog/prices.csv'];
  const { stdout, stderr, exitCode } = await run(['factor', ...selected]);
  expect(stderr).toBe('');
  expect(stdout).toContain('Factored 12 resources: 12 files');
  expect(exitCode).toBe(0);
  expect(existsSync(join(root, 'catalog/offers/digital-annual-gb.yaml'))).toBe(false);
  const [template, table] = ['catalog/digital.yaml', 'catalog/prices.csv'].map((path) =>
    readFileSync(join(root, path), 'utf8'),
  );
  expect(template).toContain('<p>${each.symbol}${each.price} per ${each.period}</p>');
  expect(table?.split('\n')).toHaveLength(14);
  expect((await plan()).changes).toEqual([]);

  write('catalog/prices.csv', (table ?? '').replace('Annual,GB,99.99', 'Annual,GB,109.99'));
  const { changes } = await plan();
  expect(changes.map(({ address }) => address)).toEqual(['offer:/offers2/Digital Annual GB']);
  expect(changes[0]?.fields.map(({ path, after }) => [path, after])).toEqual([
    ['/attributes/price__limio/charge_1/value', '109.99'],
    ['/attributes/display_price__limio', '<p>£109.99 per year</p>'],
  ]);
});
