import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/model/json.js';
import type { Plan } from '../../src/model/plan.js';
import { orderChanges } from '../../src/plan/order.js';
import { parseFiles, withBench } from '../support/run-scenario.js';

const item = (path: string, record_type: string, data: JsonObject = {}): JsonObject => ({
  path,
  data: { record_type, attributes: {}, ...data },
});
const ITEMS = [
  item('/offers2/Digital Monthly', 'offer'),
  item('/offers2/Plan 1', 'offer'),
  item('/offers/Winter', 'campaign'),
  item('/products/Digital', 'product'),
  item('/pages/home', 'page', { tags: ['/tags/home'] }),
  item('/pages/about', 'page', { tags: ['/tags/about'] }),
];

async function plan(documents: readonly string[], createItems: boolean): Promise<Plan> {
  return withBench({ seed: { items: ITEMS } }, (bench) =>
    bench.plan(parseFiles(documents.map((text, i) => ({ path: `${i}.yaml`, text }))), {}, { createItems }),
  );
}

const offer = (path: string, rest = ''): string => `kind: offer\npath: ${path}\nattributes: {${rest}}\n`;
const bundle = (rest: string): string =>
  `kind: add_on\npath: /add_ons/Seat\nproductBundles: [{ product_path: /products/Digital${rest} }]\nattributes: {}\n`;
const guards = ({ guards: all }: Plan): string[] => all.map(({ code, addresses }) => `${code} ${addresses.join(' ')}`);

describe('a path that looks like an existing one', () => {
  test.each([
    ['/offers2/Digital Monthli', '/offers2/Digital Monthly'],
    ['/offers/Digital Monthly', '/offers2/Digital Monthly'],
    ['/offers/Winter/Digital Monthly', '/offers2/Digital Monthly'],
  ])('%s is created only with consent', async (path, nearest) => {
    const made = await plan([offer(path)], true);
    expect(made.guards).toMatchObject([
      { code: 'CREATE_LOOKALIKE', addresses: [`offer:${path}`], consent: { flag: '--allow-lookalike', value: '1' } },
    ]);
    expect(made.guards[0]?.message).toContain(`did you mean ${nearest}?`);
    expect((await plan([offer(path)], false)).guards[0]?.message).toContain(`did you mean ${nearest}?`);
  });

  test('a name in a series and an unrelated name need no consent', async () => {
    const made = await plan(
      [offer('/offers2/Plan 2'), offer('/offers2/Team'), 'kind: page\npath: /pages/acme\n'],
      true,
    );
    expect(guards(made)).toEqual([]);
    expect(made.summary.create).toBe(3);
  });
});

describe('creations', () => {
  test('a product is never created, and an offer that sells it waits', async () => {
    const made = await plan(
      [
        'kind: product\npath: /products/Print\nattributes: {}\n',
        'kind: offer\npath: /offers2/Team\nproducts: [/products/Print]\nattributes: {}\n',
        offer('/offers2/Plan 1', ' a: 1 '),
      ],
      true,
    );
    expect(guards(made)).toEqual(['CREATE_BY_HAND offer:/offers2/Team product:/products/Print']);
    expect(made.guards[0]?.message).toContain('Products come from the billing system');
  });

  test.each([
    ['campaign', '/offers/Summer', 'No known call of the API creates a campaign'],
    ['segment', '/segments/vip', 'No known call of the API creates a segment'],
  ])('a %s is never created, whatever the environment allows', async (kind, path, why) => {
    const made = await plan([`kind: ${kind}\npath: ${path}\n`], true);
    expect(guards(made)).toEqual([`CREATE_BY_HAND ${kind}:${path}`]);
    expect(made.guards[0]?.message).toContain(why);
    expect(made.guards[0]?.hint).toContain(`create the ${kind} in the web app`);
    expect(made.publish.pages).toEqual([]);
  });

  test('an offer of a campaign that has to be created waits for it', async () => {
    const made = await plan(['kind: campaign\npath: /offers/Summer\n', offer('/offers/Summer/Gold')], true);
    expect(guards(made)).toEqual(['CREATE_BY_HAND campaign:/offers/Summer offer:/offers/Summer/Gold']);
  });

  test('an add-on requires product and rate plan, because the build drops it without them', async () => {
    expect(guards(await plan(['kind: add_on\npath: /add_ons/Seat\nattributes: {}\n'], true))).toEqual([
      'CREATE_INCOMPLETE add_on:/add_ons/Seat',
    ]);
    expect(guards(await plan([bundle('')], true))).toEqual(['CREATE_INCOMPLETE add_on:/add_ons/Seat']);
    expect(guards(await plan([bundle(', rate_plan: Monthly')], true))).toEqual([]);
  });

  test('a tag requires its parent tag, declared or in the tenant', async () => {
    const acme = 'kind: tag\npath: /tags/customers/acme\n';
    await expect(plan([acme], true)).rejects.toMatchObject({
      code: 'REFERENCE_NOT_FOUND',
      message: expect.stringContaining('tag:/tags/customers/acme refers to tag:/tags/customers (/path)') as string,
    });
    const made = await plan([acme, 'kind: tag\npath: /tags/customers\n'], true);
    expect(made.levels).toEqual([['tag:/tags/customers'], ['tag:/tags/customers/acme']]);
  });

  test('items that refer to one another in a circle are all ordered', async () => {
    const names = ['A', 'B', 'C'];
    const circle = names.map((name, i) =>
      offer(`/offers2/${name}`, ` upgrade_offers__limio: [{ path: /offers2/${names[(i + 1) % 3]} }] `),
    );
    const made = await plan(circle, true);
    expect(made.levels.flat().toSorted()).toEqual(names.map((name) => `offer:/offers2/${name}`));
    expect(orderChanges(made.changes)).toEqual(made.levels);
  });

  test('the files may be given in any order', async () => {
    const documents = [
      offer('/offers2/A', ' upgrade_offers__limio: [{ path: /offers2/B }] '),
      offer('/offers2/B'),
      'kind: tag\npath: /tags/x\n',
    ];
    expect((await plan(documents, true)).fingerprint).toBe((await plan(documents.toReversed(), true)).fingerprint);
  });
});
