import { createHash } from 'node:crypto';
import jsonPatch from 'fast-json-patch';
import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../../src/model/json.js';
import type { Plan } from '../../src/model/plan.js';
import { renderPlanText } from '../../src/render/plan/text.js';
import { renderResultText } from '../../src/render/result.js';
import { chooseStyle } from '../../src/render/terminal.js';
import { TEST_CONTEXT } from '../support/run-scenario.js';
import { declare, withSecrets } from './support/with-secrets.js';

const KEY = 'value-of-the-new-key';
const OLD = 'value-of-the-old-key';
const THIRD = 'value-nobody-planned';
const SECRETS = { ACME_API_KEY: KEY };
const sha = (text: string) => createHash('sha256').update(text).digest('hex');
const shown = (text: string) => `(secret, sha256:${sha(text).slice(0, 12)})`;

const offer = (attributes: JsonObject): JsonObject => ({
  path: '/offers2/A',
  name: 'A',
  type: 'item',
  data: { record_type: 'offer', products: [], attributes },
});
const promo = (description: string): JsonObject => ({
  promoCode: 'SPRING25',
  applicationLevel: 'wholeBasket',
  status: true,
  description,
  productDetails: { product: { path: '/products/Discounts' }, ratePlan: { path: '25% Off' } },
  discount: { discountType: 'DiscountPercentage', percentageDiscount: 25, durationLength: 3, durationType: 'Months' },
});
const journey = (token: string, extra: JsonObject = {}): JsonObject => ({
  name: 'web-hook',
  data: {
    starting_point: '/a/',
    fallback_tag: '/b/',
    domains: [],
    journeys: [
      { id: 'one', conditions: [{ hook: { header: token, url: 'https://x.example' } }], actions: [{ goto: '/c/' }] },
    ],
    ...extra,
  },
});
const cityBranch = (values: string[]): JsonObject => ({
  starting_point: '/a/',
  fallback_tag: '/b/',
  domains: [],
  journeys: [
    {
      id: 'one',
      conditions: [{ type: 'city', operator: 'in', value: values }],
      actions: [{ type: 'destination', tag: '/c/', split: 100 }],
    },
  ],
});
const cityFile = (values: string) =>
  [
    'kind: journey\nname: web-hook\nstarting_point: /a/\nfallback_tag: /b/\njourneys:\n  - id: one',
    `    conditions: [{ type: city, values: [${values}] }]`,
    '    actions: [{ type: destination, destination: /c/, split: 100 }]\n',
  ].join('\n');
const DIALECT = { ...TEST_CONTEXT.dialect, journeyCodec: 'assumed' as const };

const FILES = `
kind: offer
path: /offers2/A
attributes:
  hook: { headers: [ { name: Authorization, value: "Bearer \${vars.ACME_API_KEY}" } ], url: https://x.example }
---
kind: promo_code
promoCode: SPRING25
description: "For partner \${vars.ACME_API_KEY}"
---
kind: journey
name: web-hook
starting_point: /a/
fallback_tag: /b/
journeys:
  - id: one
    conditions: [ { raw: { hook: { header: "\${vars.ACME_API_KEY}", url: "https://x.example" } } } ]
    actions: [ { raw: { goto: /c/ } } ]
`;
const required = `applicationLevel: wholeBasket
status: true
productDetails: { product: { path: /products/Discounts }, ratePlan: { path: 25% Off } }
discount: { discountType: DiscountPercentage, percentageDiscount: 25, durationLength: 3, durationType: Months }
`;
const desired = declare(FILES.replace('promoCode: SPRING25\n', `promoCode: SPRING25\n${required}`), SECRETS);

const hook = (value: string): JsonObject => ({
  hook: { headers: [{ name: 'Authorization', value }], url: 'https://x.example' },
});
const product: JsonObject = {
  path: '/products/Discounts',
  name: 'Discounts',
  type: 'item',
  data: { record_type: 'product', attributes: {} },
};
const seedWith = (value: string, attributes: JsonObject = {}) => ({
  items: [product, offer({ ...hook(`Bearer ${value}`), ...attributes })],
  promoCodes: [promo(`For partner ${value}`)],
  journeys: [journey(value)],
});

const everything = (plan: Plan) => `${JSON.stringify(plan)}${renderPlanText(plan, { style: chooseStyle(true) })}`;
const applyPatch = (before: JsonObject, patch: unknown): Json =>
  jsonPatch.applyPatch(structuredClone(before), structuredClone(patch) as never).newDocument;

/** The changes of a plan; each digest of an old value is replaced by the text before that value. */
function contentOf(plan: Plan | undefined, value: string): string {
  return ['', 'Bearer ', 'For partner '].reduce(
    (text, prefix) => text.replaceAll(sha(`${prefix}${value}`).slice(0, 12), `digest of ${prefix}`),
    JSON.stringify(
      plan?.changes.map(({ before, after, fields, patch, routing }) => ({ before, after, fields, patch, routing })),
    ),
  );
}

describe('a plan with secrets', () => {
  test('holds references, shows digests, reveals on the wire only, and ends empty', async () => {
    await withSecrets({ seed: seedWith(OLD), dialect: DIALECT }, async (bench) => {
      const plan = await bench.plan(desired, SECRETS);
      expect(plan.changes.map(({ address, action }) => [address, action])).toEqual([
        ['journey:web-hook', 'update'],
        ['offer:/offers2/A', 'update'],
        ['promo_code:SPRING25', 'update'],
      ]);
      expect(plan.secrets).toEqual({ ACME_API_KEY: sha(KEY) });
      expect(everything(plan)).not.toMatch(/value-of/);
      const [web, item, code] = plan.changes;
      expect(item?.before).toEqual({ attributes: hook(`\${secret:sha256:${sha(`Bearer ${OLD}`).slice(0, 12)}}`) });
      expect(item?.after).toEqual({ attributes: hook('Bearer ${secret:ACME_API_KEY}') });
      expect(code?.fields).toEqual([
        {
          path: '/description',
          before: shown(`For partner ${OLD}`),
          after: `For partner ${shown(KEY)}`,
          show: 'value',
        },
      ]);
      expect(JSON.stringify(web?.routing)).toContain(shown(OLD));
      for (const { before = {}, after = {}, patch } of plan.changes) expect(applyPatch(before, patch)).toEqual(after);

      const result = await bench.apply(plan, SECRETS);
      expect(result.outcomes.map(({ status }) => status)).toEqual(['done', 'done', 'done']);
      expect(`${JSON.stringify(result)}${renderResultText(result, chooseStyle(false))}`).not.toMatch(/value-of/);
      const { items, promoCodes, journeys } = bench.emulator.state();
      expect(items.find(({ path }) => path === '/offers2/A')?.data['attributes']).toEqual(hook(`Bearer ${KEY}`));
      expect(promoCodes[0]?.data['description']).toBe(`For partner ${KEY}`);
      expect(journeys[0]?.data['journeys']).toEqual((journey(KEY)['data'] as JsonObject)['journeys']);

      const second = await bench.plan(desired, SECRETS);
      expect([second.changes, second.publish.pages, second.secrets]).toEqual([[], [], {}]);
    });
  });

  test('is the same for every other value in the tenant, except for the digests', async () => {
    const [old, third] = await Promise.all(
      [OLD, THIRD].map((value) =>
        withSecrets({ seed: seedWith(value), dialect: DIALECT }, (bench) => bench.plan(desired, SECRETS)),
      ),
    );
    expect(old?.fingerprint).not.toBe(third?.fingerprint);
    expect(contentOf(old, OLD)).toBe(contentOf(third, THIRD));
    expect(contentOf(old, OLD)).toContain('digest of Bearer');
  });

  test('of a tenant that has the secret already is empty, and creations hold references', async () => {
    await withSecrets({ seed: seedWith(KEY), dialect: DIALECT }, async (bench) => {
      expect((await bench.plan(desired, SECRETS)).changes).toEqual([]);
    });
    await withSecrets({ seed: { items: [product, offer(hook(`Bearer ${KEY}`))] }, dialect: DIALECT }, async (bench) => {
      const plan = await bench.plan(desired, SECRETS);
      expect(plan.changes.map(({ action }) => action)).toEqual(['create', 'create']);
      expect(everything(plan)).not.toMatch(/value-of/);
      expect((await bench.apply(plan, SECRETS)).outcomes.map(({ status }) => status)).toEqual(['done', 'done']);
      expect(bench.emulator.state().promoCodes[0]?.data['description']).toBe(`For partner ${KEY}`);
      expect((await bench.plan(desired, SECRETS)).changes).toEqual([]);
    });
  });

  test('hides a secret wherever else the tenant has it: beside other changes and in deletions', async () => {
    const files = declare('kind: offer\npath: /offers2/A\nattributes:\n  note: new\n  display_name__limio: X\n', {});
    await withSecrets(
      { seed: { items: [offer({ note: `was ${KEY}`, display_name__limio: 'X' })], promoCodes: [promo(KEY)] } },
      async (bench) => {
        const plan = await bench.plan(files, SECRETS, { scope: { promo_code: ['*'] } });
        expect(plan.changes.map(({ action }) => action)).toEqual(['update', 'delete']);
        expect(everything(plan)).not.toMatch(/value-of/);
        expect(plan.changes[0]?.fields).toMatchObject([
          { path: '/attributes/note', before: `was ${shown(KEY)}`, after: 'new' },
        ]);
        expect(plan.changes[1]?.fields.find(({ path }) => path === '/description')?.before).toBe(shown(KEY));
        expect((await bench.apply(plan, SECRETS)).outcomes.map(({ status }) => status)).toEqual(['done', 'done']);
      },
    );
  });

  test('treats a secret that a file spells out as that secret', async () => {
    const files = declare(`kind: offer\npath: /offers2/A\nattributes:\n  token: ${KEY}\n`, {});
    await withSecrets({ seed: { items: [offer({ token: OLD })] } }, async (bench) => {
      const plan = await bench.plan(files, SECRETS);
      expect(everything(plan)).not.toMatch(/value-of/);
      expect((await bench.apply(plan, SECRETS)).outcomes).toMatchObject([{ status: 'done' }]);
      expect((await bench.plan(files, SECRETS)).changes).toEqual([]);
    });
  });

  test('without secrets spells every text as it is', async () => {
    const files = declare('kind: offer\npath: /offers2/A\nattributes:\n  note: new\n', {});
    await withSecrets({ seed: { items: [offer({ note: '${secret:ACME_API_KEY}' })] } }, async (bench) => {
      const plan = await bench.plan(files, {});
      expect(plan).not.toHaveProperty('secrets');
      expect(plan.changes[0]?.before).toEqual({ attributes: { note: '${secret:ACME_API_KEY}' } });
    });
  });
});

describe('a change of the secret meanwhile', () => {
  test('in the tenant is stale: the message has digests, and nothing is written', async () => {
    await withSecrets({ seed: seedWith(OLD), dialect: DIALECT }, async (bench) => {
      const plan = await bench.plan(desired, SECRETS);
      expect(await bench.findStaleChanges(plan, SECRETS)).toEqual([]);
      bench.emulator.edit.item('/offers2/A', hook(`Bearer ${THIRD}`));
      bench.emulator.edit.promoCode('SPRING25', { description: THIRD });
      bench.emulator.edit.journey('web-hook', journey(THIRD)['data'] as JsonObject);
      const moved = await bench.findStaleChanges(plan, SECRETS);
      expect(moved).toHaveLength(3);
      const text = JSON.stringify(moved);
      expect(text).not.toMatch(/value-/);
      expect(text).toContain(`description from \\"${shown(`For partner ${OLD}`)}\\" to \\"${shown(THIRD)}\\"`);
      const result = await bench.apply(plan, SECRETS);
      expect(result.outcomes.map(({ status, error }) => [status, error?.code])).toEqual([
        ['failed', 'STALE'],
        ['failed', 'STALE'],
        ['failed', 'STALE'],
      ]);
      expect(JSON.stringify(result)).not.toMatch(/value-/);
      expect(bench.emulator.state().promoCodes[0]?.data['description']).toBe(THIRD);
    });
  });

  test('in a condition of a journey is reported with digests, in any order of the values', async () => {
    const files = declare(cityFile('Berlin, "${vars.ACME_API_KEY}"'), SECRETS);
    await withSecrets(
      { seed: { journeys: [{ name: 'web-hook', data: cityBranch([OLD, 'Berlin']) }] }, dialect: DIALECT },
      async (bench) => {
        const plan = await bench.plan(files, SECRETS);
        expect(plan.changes).toHaveLength(1);
        bench.emulator.edit.journey('web-hook', cityBranch(['Berlin', OLD]));
        expect(await bench.findStaleChanges(plan, SECRETS)).toEqual([]);
        bench.emulator.edit.journey('web-hook', cityBranch([THIRD, 'Berlin']));
        const moved = await bench.findStaleChanges(plan, SECRETS);
        expect(moved).toHaveLength(1);
        expect(JSON.stringify(moved)).not.toMatch(/value-/);
        const result = await bench.apply(plan, SECRETS);
        expect(result.outcomes).toMatchObject([{ status: 'failed', error: { code: 'STALE' } }]);
        expect(JSON.stringify(result)).not.toMatch(/value-/);
      },
    );
  });

  test('beside another field that changed, the secret counts as unchanged', async () => {
    await withSecrets({ seed: seedWith(OLD), dialect: DIALECT }, async (bench) => {
      const plan = await bench.plan(desired, SECRETS);
      bench.emulator.edit.item('/offers2/A', {
        hook: { headers: [{ name: 'Authorization', value: `Bearer ${OLD}` }], url: 'https://moved.example' },
      });
      const [moved, ...others] = await bench.findStaleChanges(plan, SECRETS);
      expect(others).toEqual([]);
      expect(moved?.message).toContain('hook.url from "https://x.example" to "https://moved.example"');
      expect(moved?.message).not.toContain('secret');
    });
  });

  test.each<[string, Record<string, string>, string]>([
    [
      'another value',
      { ACME_API_KEY: THIRD },
      `ACME_API_KEY changed from (sha256:${sha(KEY).slice(0, 12)}) to (sha256:${sha(THIRD).slice(0, 12)})`,
    ],
    ['no secrets any more', {}, 'the environment has no secrets now'],
    ['other secrets', { OTHER_KEY: KEY }, 'ACME_API_KEY is no longer a secret of the environment'],
  ])('in the environment refuses the saved plan: %s', async (_name, secrets, fault) => {
    await withSecrets({ seed: seedWith(OLD), dialect: DIALECT }, async (bench) => {
      const plan = await bench.plan(desired, SECRETS);
      bench.emulator.edit.clearLog();
      expect(() => bench.apply(plan, secrets)).toThrow(
        expect.objectContaining({ code: 'PLAN_SECRET_CHANGED', message: expect.stringContaining(fault) }),
      );
      expect(bench.emulator.log()).toEqual([]);
    });
  });

  test('a plan that was made without secrets does not run with some', async () => {
    const files = declare('kind: offer\npath: /offers2/A\nattributes:\n  box: { note: new }\n', {});
    await withSecrets(
      { seed: { items: [offer({ box: { note: 'old', hostile: '${secret:ACME_API_KEY}' } })] } },
      async (bench) => {
        const plan = await bench.plan(files, {});
        expect(() => bench.apply(plan, SECRETS)).toThrow(expect.objectContaining({ code: 'PLAN_SECRET_CHANGED' }));
        expect((await bench.apply(plan, {})).outcomes).toMatchObject([{ status: 'done' }]);
      },
    );
  });
});

describe('a hostile tenant', () => {
  const hostile = '${secret:ACME_API_KEY}';

  test('gets no secret by spelling a reference, in managed fields or others', async () => {
    const items = [
      product,
      offer({
        ...hook(`Bearer ${OLD}`),
        kept: hostile,
        hook: { headers: [], url: 'https://x.example', kept: { deep: `$${hostile}` } },
      }),
    ];
    const seed = {
      ...seedWith(OLD),
      items,
      journeys: [journey(OLD, { kept: [hostile, '${secret:}', '${secret:sha256:0123456789ab}'] })],
    };
    await withSecrets({ seed, dialect: DIALECT }, async (bench) => {
      const plan = await bench.plan(desired, SECRETS);
      expect((await bench.apply(plan, SECRETS)).outcomes.map(({ status }) => status)).toEqual(['done', 'done', 'done']);
      const { items: after, journeys } = bench.emulator.state();
      const attributes = after.find(({ path }) => path === '/offers2/A')?.data['attributes'] as JsonObject;
      expect(attributes['kept']).toBe(hostile);
      expect(attributes['hook']).toMatchObject({ kept: { deep: `$${hostile}` } });
      expect(journeys[0]?.data['kept']).toEqual([hostile, '${secret:}', '${secret:sha256:0123456789ab}']);
      expect((await bench.plan(desired, SECRETS)).changes).toEqual([]);
    });
  });

  test('that spells a reference differs from the secret, and its text is shown as it is', async () => {
    const files = declare(
      'kind: offer\npath: /offers2/A\nattributes:\n  token: "${vars.ACME_API_KEY}"\n  note: new\n',
      SECRETS,
    );
    await withSecrets({ seed: { items: [offer({ token: hostile, note: hostile })] } }, async (bench) => {
      const plan = await bench.plan(files, SECRETS);
      expect(plan.changes[0]?.fields).toMatchObject([
        { path: '/attributes/token', before: shown(hostile), after: shown(KEY) },
        { path: '/attributes/note', before: hostile, after: 'new' },
      ]);
      expect((await bench.apply(plan, SECRETS)).outcomes).toMatchObject([{ status: 'done' }]);
    });
  });

  test('that stores another value than was sent is reported with digests', async () => {
    const dialect = { ...DIALECT, bulkUpdate: { ...DIALECT.bulkUpdate, wrapper: 'attributes' as const } };
    await withSecrets({ seed: { items: [offer({ token: OLD })] }, dialect, tenantDialect: DIALECT }, async (bench) => {
      const files = declare('kind: offer\npath: /offers2/A\nattributes:\n  token: "${vars.ACME_API_KEY}"\n', SECRETS);
      const result = await bench.apply(await bench.plan(files, SECRETS), SECRETS);
      expect(result.outcomes).toMatchObject([
        { status: 'unverified', differences: [{ path: '/attributes/token', before: shown(KEY), after: shown(OLD) }] },
      ]);
      expect(JSON.stringify(result)).not.toMatch(/value-/);
    });
  });
});
