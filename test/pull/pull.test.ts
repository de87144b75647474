import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/model/json.js';
import type { TenantContent } from '../plan/support/tenant-reader.js';
import { createTenantReader } from '../plan/support/tenant-reader.js';
import { type PullBenchOptions, planFiles, pullFiles } from './support/pull-bench.js';

const FILE = 'catalog/offers.yaml';

async function pullText(text: string, tenant: TenantContent, options: PullBenchOptions = {}) {
  const reader = createTenantReader(tenant);
  const { pull, sources } = await pullFiles(reader, [{ path: FILE, text }], options);
  const again = await pullFiles(reader, sources, options);
  expect(again.pull.files).toEqual([]);
  return {
    pull,
    text: sources.find(({ path }) => path === FILE)?.text ?? '',
    plan: () => planFiles(reader, sources, options),
  };
}

const offer = (attributes: string): string =>
  `# The offer.\nkind: offer\npath: /offers2/Monthly\nattributes:\n${attributes}`;

const wire = (tag: string, countries: string[], id: string) => ({
  id,
  conditions: [{ type: 'country', operator: 'in', value: countries }],
  actions: [{ type: 'destination', tag, split: 100 }],
});

describe('pulling declared objects', () => {
  test('only what the tenant has otherwise changes, and the plan is empty', async () => {
    const tenant: TenantContent = {
      offers: {
        '/offers2/Monthly': {
          display_name__limio: 'Monthly, new',
          badge_text__limio: 'not declared',
          label__limio: ['b', 'a', 'c'],
          price__limio: [
            { name: 'x', value: '2.00', label: 'X' },
            { name: 'y', value: '3.00', trigger: 'order_date', delay_interval: null },
          ],
        },
      },
    };
    const { text, plan, pull } = await pullText(
      offer(
        '  display_name__limio: Monthly # shown\n  cta_text__limio: Buy\n  # labels\n  label__limio: [a, b]\n  price__limio:\n    - name: x # first\n      value: "1.00"\n  "Device Access": "1"\n',
      ),
      tenant,
    );
    expect(text).toBe(
      offer(
        '  display_name__limio: Monthly, new # shown\n  cta_text__limio: null\n  # labels\n  label__limio: [a, b, c]\n  price__limio:\n    - name: x # first\n      value: "2.00"\n    - name: "y"\n      value: "3.00"\n      trigger: order_date\n  "Device Access": null\n',
      ),
    );
    expect(pull.files[0]?.changes.map(({ address, fields }) => [address, fields.toSorted()])).toEqual([
      [
        'offer:/offers2/Monthly',
        [
          '/attributes/Device Access',
          '/attributes/cta_text__limio',
          '/attributes/display_name__limio',
          '/attributes/label__limio',
          '/attributes/price__limio/x/value',
          '/attributes/price__limio/y',
        ],
      ],
    ]);
    expect((await plan()).changes).toEqual([]);
  });

  test('what the planner calls equal is not touched, however it is written', async () => {
    const text = offer(
      '  label__limio: [b, a]\n  allowed_countries__limio: [GB, US]\n  term__limio: { length: 1.0 }\n  cta_text__limio: null\n',
    );
    const result = await pullText(text, {
      offers: {
        '/offers2/Monthly': {
          label__limio: ['a', 'b'],
          allowed_countries__limio: ['US', 'GB'],
          term__limio: { length: 1, type: 'months' },
        },
      },
    });
    expect(result.text).toBe(text);
    expect(result.pull).toMatchObject({ files: [], unchanged: 1, conflicts: [] });
  });

  test('a template with the live value stays, one with another is a conflict, and the rest is pulled', async () => {
    const { text, pull, plan } = await pullText(
      offer(
        '  display_name__limio: ${vars.name}\n  cta_text__limio: "Now ${vars.name}!"\n  badge_text__limio: x\n  label__limio: ["${vars.label}", old]\n',
      ),
      {
        offers: {
          '/offers2/Monthly': {
            display_name__limio: 'Monthly',
            cta_text__limio: 'Later',
            badge_text__limio: 'costs ${vars.name} or $${',
            label__limio: ['new'],
          },
        },
      },
      { vars: { name: 'Monthly', label: 'mine' } },
    );
    expect(text).toBe(
      offer(
        '  display_name__limio: ${vars.name}\n  cta_text__limio: "Now ${vars.name}!"\n  badge_text__limio: costs $${vars.name} or $$${\n  label__limio: ["${vars.label}", new]\n',
      ),
    );
    expect(pull.conflicts).toEqual([
      {
        code: 'PULL_TEMPLATE',
        address: 'offer:/offers2/Monthly',
        pointer: '/attributes/cta_text__limio',
        source: { file: FILE, line: 6, col: 20 },
        template: 'Now ${vars.name}!',
        declared: 'Now Monthly!',
        live: 'Later',
      },
      {
        code: 'PULL_TEMPLATE',
        address: 'offer:/offers2/Monthly',
        pointer: '/attributes/label__limio/0',
        source: { file: FILE, line: 8, col: 18 },
        template: '${vars.label}',
        declared: 'mine',
      },
    ]);
    expect((await plan()).changes.flatMap(({ fields }) => fields.map(({ path }) => path))).toEqual([
      '/attributes/cta_text__limio',
      '/attributes/label__limio',
    ]);
  });

  test('a value with a secret in it is never written, and never shown', async () => {
    const { text, pull } = await pullText(
      offer('  display_name__limio: x\n  cta_text__limio: y\n'),
      { offers: { '/offers2/Monthly': { display_name__limio: 'key hunter2hunter2', cta_text__limio: 'z' } } },
      { context: { secrets: new Map([['API_KEY', 'hunter2hunter2']]) }, vars: { key: '${secret:API_KEY}' } },
    );
    expect(text).toBe(offer('  display_name__limio: x\n  cta_text__limio: z\n'));
    expect(pull.conflicts).toMatchObject([
      { code: 'PULL_SECRET', pointer: '/attributes/display_name__limio', declared: 'x' },
    ]);
    expect(JSON.stringify(pull)).not.toContain('hunter2');
  });

  test('what validate would refuse is not written', async () => {
    const text = offer('  price__limio:\n    - { name: a, value: "1.00" }\n');
    const { pull } = await pullText(text, {
      offers: { '/offers2/Monthly': { price__limio: [{ name: 'a', value: 'ten pounds' }] } },
    });
    expect(pull.files).toEqual([]);
    expect(pull.conflicts).toMatchObject([
      {
        code: 'PULL_UNWRITABLE',
        address: 'offer:/offers2/Monthly',
        reason: expect.stringContaining('PRICE_NOT_NUMBER') as string,
      },
    ]);
  });

  test('only the attribute that validate would refuse stays; the rest of the object and of the file is pulled', async () => {
    const other = '---\nkind: offer\npath: /offers2/Annual\nattributes:\n  cta_text__limio: x\n';
    const { pull, text } = await pullText(
      offer(`  allowed_countries__limio: [GB]\n  badge_text__limio: old\n  own: 1\n${other}`),
      {
        offers: {
          '/offers2/Monthly': { allowed_countries__limio: ['GB', 'UK'], badge_text__limio: 'new', own: 2 ** 60 },
          '/offers2/Annual': { cta_text__limio: 'z' },
        },
      },
    );
    expect(text).toBe(
      offer(`  allowed_countries__limio: [GB]\n  badge_text__limio: new\n  own: 1\n${other.replace('x\n', 'z\n')}`),
    );
    expect(pull.conflicts.map(({ code, pointer, source }) => [code, pointer, source.line])).toEqual([
      ['PULL_UNWRITABLE', '/attributes/allowed_countries__limio', 5],
      ['PULL_UNWRITABLE', '/attributes/own', 7],
    ]);
  });

  test('a reference without the id that is computed for it is told from one with another', async () => {
    const live: JsonObject = {
      upgrade_offers__limio: [
        { path: '/offers2/A', id: 'abc' },
        { path: '/offers2/B', label: 'b' },
      ],
    };
    const { text, plan } = await pullText(
      `${offer('  upgrade_offers__limio:\n    - { path: /offers2/A }\n    - { path: /offers2/B }\n')}---\nkind: offer\npath: /offers2/A\nattributes: {}\n---\nkind: offer\npath: /offers2/B\nattributes: {}\n`,
      {
        offers: { '/offers2/Monthly': live, '/offers2/A': {}, '/offers2/B': {} },
      },
    );
    expect(text).toContain('    - { path: /offers2/A, id: abc }\n    - { path: /offers2/B, id: null }\n');
    expect((await plan()).changes).toEqual([]);
  });

  test('the order of charges is that of the tenant', async () => {
    const { plan, text } = await pullText(
      offer('  price__limio:\n    - { name: a, value: "1" } # A\n    - { name: b, value: "2" } # B\n'),
      {
        offers: {
          '/offers2/Monthly': {
            price__limio: [
              { name: 'b', value: '2' },
              { name: 'a', value: '1' },
            ],
          },
        },
      },
    );
    expect((await plan()).changes).toEqual([]);
    expect(text).toContain('  price__limio:\n    - { name: b, value: "2" } # B\n    - { name: a, value: "1" } # A\n');
  });

  test('declared objects that the tenant lacks are listed and stay', async () => {
    const text = offer('  cta_text__limio: x\n');
    const { pull } = await pullText(text, { offers: {} });
    expect(pull).toMatchObject({ files: [], absent: ['offer:/offers2/Monthly'], unchanged: 0 });
  });

  test('promo codes: the quantity that the server counts stays', async () => {
    const text = 'kind: promo_code\npromoCode: spring\ndescription: old\nusage: { availableQuantity: 5 }\n';
    const result = await pullText(text, {
      promoCodes: { SPRING: { description: 'new', usage: { availableQuantity: 2 } } },
    });
    expect(result.text).toBe(text.replace('old', 'new'));
    expect((await result.plan()).changes).toEqual([]);
  });

  test('journeys: branches are matched as the planner matches them', async () => {
    const text =
      'kind: journey\nname: geo\nstarting_point: /a/\nfallback_tag: /b/\njourneys:\n  # home\n  - conditions: [{ type: country, values: [US, GB] }] # both\n    actions: [{ type: destination, destination: /us/ }]\n  - conditions: [{ type: country, values: [DE] }]\n    actions: [{ type: destination, destination: /de/ }]\n';
    const { text: pulled, plan } = await pullText(text, {
      journeys: {
        geo: {
          starting_point: '/a/',
          fallback_tag: '/c/',
          journeys: [wire('/us/', ['GB', 'US'], '1'), wire('/fr/', ['FR'], '3'), wire('/neu/', ['DE'], '2')],
        },
      },
    });
    expect(pulled).toBe(
      'kind: journey\nname: geo\nstarting_point: /a/\nfallback_tag: /c/\njourneys:\n  # home\n  - conditions: [{ type: country, values: [US, GB] }] # both\n    actions: [{ type: destination, destination: /us/ }]\n  - conditions:\n      - type: country\n        values: [FR]\n    actions:\n      - type: destination\n        destination: /fr/\n        split: 100\n  - conditions: [{ type: country, values: [DE] }]\n    actions: [{ type: destination, destination: /neu/, split: 100 }]\n',
    );
    expect((await plan()).changes).toEqual([]);
  });

  test('a base that other environments read says so', async () => {
    const { pull } = await pullText(
      offer('  cta_text__limio: x\n'),
      { offers: { '/offers2/Monthly': { cta_text__limio: 'y' } } },
      { others: { prod: {} } },
    );
    expect(pull.alsoChanges).toEqual([{ environment: 'prod', addresses: ['offer:/offers2/Monthly'], added: [] }]);
  });

  test('a value goes into the overlay that supplies it', async () => {
    const overlay = {
      path: 'overlays/test/x.yaml',
      overlay: 'test',
      text: '# here\nkind: offer\npath: /offers2/Monthly\nattributes:\n  cta_text__limio: x # own\n  term__limio: { length: 2 }\n',
    };
    const base = {
      path: FILE,
      text: offer('  cta_text__limio: base\n  badge_text__limio: b\n  term__limio:\n    length: 1\n    type: days\n'),
    };
    const reader = createTenantReader({
      offers: {
        '/offers2/Monthly': {
          cta_text__limio: 'y',
          badge_text__limio: 'c',
          term__limio: { length: 3, type: 'months' },
        },
      },
    });
    const { sources, pull } = await pullFiles(reader, [base, overlay], { others: { prod: {} } });
    expect(sources.map(({ text }) => text)).toEqual([
      offer('  cta_text__limio: base\n  badge_text__limio: c\n  term__limio:\n    length: 1\n    type: months\n'),
      '# here\nkind: offer\npath: /offers2/Monthly\nattributes:\n  cta_text__limio: "y" # own\n  term__limio: { length: 3 }\n',
    ]);
    expect(pull.conflicts).toEqual([]);
    expect((await pullFiles(reader, sources)).pull.files).toEqual([]);
  });
});

const charge = (value: string, currencyCode = 'GBP') => ({ name: 'one', value, currencyCode, type: 'recurring' });

const tenant = (monthly: JsonObject, annual: JsonObject): TenantContent => ({
  offers: {
    '/offers2/Monthly': { cta_text__limio: 'Buy', price__limio: [charge('1.00')], ...monthly },
    '/offers2/Annual': {
      cta_text__limio: 'Buy',
      price__limio: [charge('1.00')],
      badge_text__limio: 'New',
      ...annual,
    },
  },
});

describe('pulling what a file reuses', () => {
  const text = `x-charge: &charge { currencyCode: GBP, type: recurring } # shared
---
kind: offer
path: /offers2/Monthly
attributes: &all
  cta_text__limio: Buy
  price__limio:
    - <<: *charge # as all charges
      name: one
      value: "1.00"
---
# The other one.
kind: offer
path: /offers2/Annual
attributes:
  <<: *all
  badge_text__limio: New
`;
  test('a value of one object changes for that object only', async () => {
    const monthly = await pullText(text, tenant({ cta_text__limio: 'Buy now' }, {}));
    expect(monthly.text).toBe(
      text.replace('text__limio: Buy', 'text__limio: Buy now').replace('*all\n', '*all\n  cta_text__limio: Buy\n'),
    );
    expect((await monthly.plan()).changes).toEqual([]);
    const annual = await pullText(text, tenant({}, { cta_text__limio: 'Buy now' }));
    expect(annual.text).toBe(text.replace('*all\n', '*all\n  cta_text__limio: Buy now\n'));
    expect((await annual.plan()).changes).toEqual([]);
  });

  test('a value that changes for all objects changes where it is shared', async () => {
    const euro = { price__limio: [charge('1.00', 'EUR')] };
    const { text: pulled, plan } = await pullText(text, tenant(euro, euro));
    // The holder itself is never edited.
    expect(pulled).toBe(text.replace('# as all charges\n', '# as all charges\n      currencyCode: EUR\n'));
    expect((await plan()).changes).toEqual([]);
  });
});
