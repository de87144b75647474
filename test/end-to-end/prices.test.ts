import { describe, expect, test } from 'vitest';
import { loadSeed } from '../../src/emulator/seed.js';
import { parseDocument } from '../support/run-program.js';
import { type Cleanup, copyExample, openFolder, openTenant, REPOSITORY } from './support/in-process.js';

const CASE = `kind: price_test
cases:
  - offer: /offers2/Digital Monthly
    date: 2027-01-31
    expect: { first_payment: "12.99", currency: GBP }
`;

async function openExample(cleanup: Cleanup) {
  const tenant = await openTenant(cleanup, { seed: await loadSeed(`${REPOSITORY}/seed/acme-press`) });
  const folder = openFolder(cleanup);
  copyExample(folder.root, tenant.url);
  const listWrites = (): string[] =>
    tenant
      .log()
      .filter(({ method, path }) => method !== 'GET' && path !== '/oauth2/token')
      .map(({ path }) => path);
  return { tenant, listWrites, write: folder.write, run: folder.run };
}

interface Tests {
  passed: boolean;
  suites: {
    cases: {
      name: string;
      passed: boolean;
      differences?: { source: string; against: string; what: string; difference?: string }[];
    }[];
  }[];
}

describe.concurrent('prices of a tenant', () => {
  test('differ before an apply by what it will change, through both previews, and agree after it', async (context) => {
    const { run, listWrites, tenant } = await openExample(context);
    const before = tenant.state();
    const first = await run('test prices --live --env demo --format json');
    expect(first.exitCode).toBe(1);
    const { suites } = parseDocument(first) as Tests;
    const failed = suites[0]?.cases.filter(({ passed }) => !passed) ?? [];
    expect(failed.map(({ name }) => name)).toEqual([
      'Digital Monthly, the new price: each month, on the last day where a month is too short',
      'Promo codes: SPRING25 in spring',
      'Promo codes: SPRING25 too early',
    ]);
    expect(failed[0]?.differences).toContainEqual({
      source: 'partner',
      against: 'expected',
      what: 'first_payment',
      expected: '12.99',
      actual: '11.99',
      difference: '-1.00',
    });
    // Nothing but prices was asked for, and nothing came of it.
    expect(new Set(listWrites())).toEqual(new Set(['/api/order/preview', '/api/partner/order/preview']));
    expect(tenant.state()).toEqual(before);

    const applied = await run('apply --env demo --yes --allow-delete-unknown=2 --verify-prices');
    expect(applied).toMatchObject({ exitCode: 0 });
    expect(applied.stdout.split('\n').slice(-3)).toEqual(['', '10 price cases pass in demo.', '']);
    expect(await run('test prices --live --env demo --no-partner')).toMatchObject({
      exitCode: 0,
      stdout: '10 price cases pass in demo.\n',
    });
    expect(listWrites().at(-1)).toBe('/api/order/preview');
  });

  test('that are not as expected after an apply end it with 6, and the result is told first', async (context) => {
    const { run, write } = await openExample(context);
    write('prices/digital.test.yaml', CASE.replace('12.99', '13.99'));
    write('prices/promo-codes.test.yaml', '');
    const { exitCode, stdout } = await run('apply --env demo --yes --allow-delete-unknown=2 --verify-prices');
    expect(exitCode).toBe(6);
    expect(stdout.slice(stdout.indexOf('prices/digital')))
      .toBe(`prices/digital.test.yaml:3:5 TEST_FAILED offer /offers2/Digital Monthly, date
    2027-01-31
  expected first payment 13.99, GBP
  actual   offline and live and partner: first payment 12.99, GBP
                   expected  offline        live           partner
    first_payment  13.99     12.99 (-1.00)  12.99 (-1.00)  12.99 (-1.00)

1 of 1 price case fails in demo.
error PRICES_DIFFER: Everything was applied, but 1 of 1 price tests fails in the tenant.
To test them: limio-sync test prices --live --env demo. To undo the run: limio-sync rollback last --env demo
`);
    const again = await run('apply --env demo --yes --verify-prices --format json');
    expect(again.exitCode).toBe(6);
    expect(parseDocument(again)).toMatchObject({
      kind: 'limio-sync/result',
      prices: { passed: false, error: { code: 'PRICES_DIFFER' } },
    });
  });

  test('are not tested by wrong tests or none: apply --verify-prices writes nothing then', async (context) => {
    const { run, write, listWrites } = await openExample(context);
    write('prices/digital.test.yaml', CASE.replace('Monthly', 'Montly'));
    const wrong = await run('apply --env demo --yes --allow-delete-unknown=2 --verify-prices');
    expect(wrong).toMatchObject({ exitCode: 3 });
    expect(wrong.stderr).toContain('prices/digital.test.yaml:3:12 error REFERENCE_MISSPELT');
    write('prices/digital.test.yaml', '');
    write('prices/promo-codes.test.yaml', '');
    expect(await run('apply --env demo --yes --allow-delete-unknown=2 --verify-prices')).toMatchObject({ exitCode: 3 });
    expect(await run('test prices --live --env demo')).toMatchObject({ exitCode: 3 });
    expect(listWrites()).toEqual([]);
  });

  test('come with the tax of the billing address, which the tenant knows and the files do not', async (context) => {
    const { run, write, tenant } = await openExample(context);
    write(
      'prices/digital.test.yaml',
      `kind: price_test
cases:
  - offer: /offers2/Digital Annual
    date: 2027-01-31
    billing: { country: DE }
    expect: { first_payment: "129.00", tax: "20.60" }
`,
    );
    write('prices/promo-codes.test.yaml', '');
    expect(await run('test prices --live --env demo')).toMatchObject({
      exitCode: 0,
      stdout: '1 price case passes in demo.\n',
    });
    const preview = tenant.log().find(({ path }) => path === '/api/order/preview');
    expect(preview?.body).toMatchObject({ billingDetails: { country: 'DE' }, orderDate: '2027-01-31T12:00:00Z' });
  });

  test('that the tenant refuses to tell are never passed', async (context) => {
    const { run, tenant, write } = await openExample(context);
    write('prices/digital.test.yaml', CASE.replace('Digital Monthly', 'Never Published').replaceAll('12.99', '1'));
    write('prices/promo-codes.test.yaml', '');
    const { exitCode, stdout, stderr } = await run('test prices --live --env demo');
    expect(exitCode).toBe(1);
    expect(stdout).toContain('live and partner: no price\n      (/offers2/Never Published is not published)');
    expect(stderr).toContain('Not compared with the files: offer /offers2/Never Published');
    expect(tenant.log().some(({ path }) => path.includes('preview'))).toBe(false);
  });
});
