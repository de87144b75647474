import { assert, property, shuffledSubarray } from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../../src/model/json.js';
import type { CatalogItem } from '../../src/model/live-api.js';
import { findPublishPages, type ShownItem } from '../../src/plan/pages/reach.js';
import { makeItem } from '../support/fake-live-api.js';

function page(name: string, data: JsonObject, tags: Json = [`/tags/${name}`]): CatalogItem {
  return { ...makeItem(`/pages/${name}`, {}), data: { record_type: 'page', tags, ...data } };
}

function campaign(path: string, tags: Json): CatalogItem {
  return { ...makeItem(path, {}), data: { record_type: 'campaign', tags } };
}

const WINTER: ShownItem = {
  address: 'campaign:/offers/Winter',
  path: '/offers/Winter',
  kind: 'campaign',
  labelsBefore: [],
  labelsAfter: [],
};

function offer(path: string, labelsBefore: string[] = [], labelsAfter: string[] = labelsBefore): ShownItem {
  return { address: `offer:${path}`, path, kind: 'offer', labelsBefore, labelsAfter };
}

const GOLD = offer('/offers2/Gold', ['spring', 'sp\u00E9cial'], ['summer']);

function find(
  pages: CatalogItem[],
  changed: ShownItem[] = [GOLD],
  rest: { notLive?: ShownItem[]; items?: CatalogItem[] } = {},
) {
  return findPublishPages({ changed, notLive: rest.notLive ?? [], pages, items: rest.items ?? [] });
}

describe('a page shows an offer', () => {
  test.each<[string, JsonObject, boolean]>([
    ['listed by path', { offers: ['/offers2/Other', '/offers2/Gold'] }, true],
    ['listed as an object with a path', { offers: [{ path: '/offers2/Gold', id: 'x' }] }, true],
    ['listed as a $ref', { offers: [{ $ref: '/offers2/Gold' }] }, true],
    ['listed alone', { offers: '/offers2/Gold' }, true],
    ['listed in a group', { offers: [{ item_type: 'offer', items: [{ path: '/offers2/Gold' }] }] }, true],
    ['listed among add-ons', { add_ons: ['/offers2/Gold'] }, true],
    ['listed in its attributes', { attributes: { offers: [{ path: '/offers2/Gold' }] } }, true],
    [
      'listed in a nested component',
      { components: [{ props: { children: [{ props: { offers: ['/offers2/Gold'] } }] } }] },
      true,
    ],
    ['by the label it had', { referencedLabel: 'spring' }, true],
    ['by the label it gets', { referencedLabel: ['winter', 'summer'] }, true],
    ['by a label in a nested component', { components: [{ props: { referencedLabel: 'summer' } }] }, true],
    ['by its label in another normal form', { referencedLabel: 'spe\u0301cial' }, true],
    ['not by a part of its path', { offers: ['/offers2/Gold Annual', '/offers2'] }, false],
    ['not by a label that only starts the same', { referencedLabel: ['summer2', 'Summer'] }, false],
    ['not by text elsewhere', { title: '/offers2/Gold', label: 'summer', segments: ['/offers2/Gold'] }, false],
    [
      'not through inherited keys',
      JSON.parse('{"__proto__": {"offers": 5}, "constructor": null, "offers": [null, 7, [], {}]}') as JsonObject,
      false,
    ],
  ])('%s', (_name, data, shown) => {
    const { pages, onNoPage } = find([page('home', data)]);
    expect(pages.map(({ path }) => path)).toEqual(shown ? ['/pages/home'] : []);
    expect(onNoPage).toEqual(shown ? [] : ['offer:/offers2/Gold']);
  });

  test('in a component nested deeper than any stack', () => {
    let deep: JsonObject = { offers: ['/offers2/Gold'] };
    for (let depth = 0; depth < 200_000; depth += 1) deep = { child: deep };
    expect(find([page('deep', { child: deep })]).pages).toHaveLength(1);
  });
});

describe('a planned page', () => {
  test.each<[string, Json, JsonObject, string[], string[]]>([
    ['text tags', ['/tags/customers/acme'], {}, ['/tags/customers/acme'], ['/customers/acme/']],
    ['tags as objects', [{ path: '/tags/b' }, { $ref: '/tags/a' }], {}, ['/tags/a', '/tags/b'], ['/a/', '/b/']],
    ['tags in its attributes', [], { tags: ['/tags/x'] }, ['/tags/x'], ['/x/']],
    ['one tag twice', ['/tags/x', '/tags/x'], { tags: ['/tags/x'] }, ['/tags/x'], ['/x/']],
    ['the root tag', ['/tags'], {}, ['/tags'], ['/']],
    ['a tag with a trailing slash', ['/tags/x/'], {}, ['/tags/x/'], ['/x/']],
    ['no tag', [], {}, [], []],
  ])('with %s has the routes of its tags', (_name, tags, attributes, expectedTags, routes) => {
    const home = { ...page('home', { offers: ['/offers2/Gold'] }, tags), attributes };
    const { pages, onNoPage } = find([home]);
    expect(pages).toEqual([
      {
        path: '/pages/home',
        name: 'home',
        tags: expectedTags,
        routes,
        buildItems: ['/pages/home'],
        items: ['offer:/offers2/Gold'],
        reason: 'changed',
      },
    ]);
    expect(onNoPage).toEqual(expectedTags.length === 0 ? ['offer:/offers2/Gold'] : []);
  });

  test('is built with the campaigns of the campaign items on it', () => {
    const items = [
      offer('/offers/Winter/A'),
      offer('/offers/Autumn/B'),
      offer('/offers/Winter/C'),
      offer('/offers2/D'),
      offer('/offers/Loose'),
    ];
    const { pages } = find([page('sale', { offers: items.map(({ path }) => path) })], items);
    expect(pages[0]?.buildItems).toEqual(['/pages/sale', '/offers/Autumn', '/offers/Winter']);
  });

  test('is the campaign of a changed offer, and the pages that name the offer or the campaign', () => {
    const gold = offer('/offers/Winter/Gold');
    const winter = campaign('/offers/Winter', ['/tags/winter']);
    const pages = [
      winter,
      page('a', { offers: ['/offers/Winter'] }),
      page('b', { offers: ['/offers/Winter/Gold'] }),
      page('c', { offers: ['/offers/Winter/Silver'] }),
    ];
    const { pages: planned, onNoPage } = find(pages, [gold]);
    expect(planned.map(({ path, buildItems, routes }) => [path, buildItems, routes])).toEqual([
      ['/offers/Winter', ['/offers/Winter'], ['/winter/']],
      ['/pages/a', ['/pages/a', '/offers/Winter'], ['/a/']],
      ['/pages/b', ['/pages/b', '/offers/Winter'], ['/b/']],
    ]);
    expect(onNoPage).toEqual([]);
  });

  test('is a changed campaign, and the pages that name it', () => {
    const pages = [campaign('/offers/Winter', ['/tags/winter']), page('a', { offers: ['/offers/Winter'] })];
    const plan = find(pages, [WINTER]);
    expect(plan.pages.map(({ path, items }) => [path, items])).toEqual([
      ['/offers/Winter', ['campaign:/offers/Winter']],
      ['/pages/a', ['campaign:/offers/Winter']],
    ]);
  });

  test('takes the place of a campaign whose tags it has: one route never shows both in turn', () => {
    const pages = [campaign('/offers/Winter', ['/tags/winter']), page('winter', {})];
    const plan = find(pages, [WINTER, offer('/offers/Winter/Gold')]);
    expect(plan.pages.map(({ path, buildItems }) => [path, buildItems])).toEqual([
      ['/pages/winter', ['/pages/winter', '/offers/Winter']],
    ]);
    expect(plan.onNoPage).toEqual([]);
  });

  test('is never a campaign without tags because of its offers, only because of its own change', () => {
    const pages = [campaign('/offers/Winter', [])];
    expect(find(pages, [offer('/offers/Winter/Gold')])).toEqual({ pages: [], onNoPage: ['offer:/offers/Winter/Gold'] });
    expect(find(pages, [WINTER])).toMatchObject({
      pages: [{ path: '/offers/Winter', routes: [] }],
      onNoPage: ['campaign:/offers/Winter'],
    });
  });

  test('has the reason "changed" before "not-live"', () => {
    const old = offer('/offers2/Old');
    const pages = [
      page('b', { offers: ['/offers2/Old'] }),
      page('a', { offers: ['/offers2/Old', '/offers2/Gold'] }),
      page('c', {}),
    ];
    const plan = find(pages, [GOLD], { notLive: [old] });
    expect(plan.pages.map(({ path, reason, items }) => [path, reason, items])).toEqual([
      ['/pages/a', 'changed', ['offer:/offers2/Gold', 'offer:/offers2/Old']],
      ['/pages/b', 'not-live', ['offer:/offers2/Old']],
    ]);
    expect(plan.onNoPage).toEqual([]);
  });

  test('without a tag is not planned again and again because it is not live', () => {
    expect(find([page('draft', { offers: ['/offers2/Gold'] }, [])], [], { notLive: [GOLD] })).toEqual({
      pages: [],
      onNoPage: [],
    });
  });
});

function carrier(path: string, data: JsonObject, attributes: JsonObject = {}): CatalogItem {
  return { ...makeItem(path, attributes), data };
}

describe('a product', () => {
  const product: ShownItem = {
    address: 'product:/products/P',
    path: '/products/P',
    kind: 'product',
    labelsBefore: [],
    labelsAfter: [],
  };

  test.each<[string, CatalogItem]>([
    ['products, as text', carrier('/offers2/X', { products: ['/products/P'] })],
    ['products, expanded', carrier('/offers2/X', { products: [{ path: '/products/P', attributes: {} }] })],
    ['productBundles', carrier('/offers2/X', { productBundles: [{ product_path: '/products/P', rate_plan: 'r' }] })],
    ['attributes.products', carrier('/offers2/X', {}, { products: ['/products/P'] })],
    ['attributes.productBundles', carrier('/offers2/X', {}, { productBundles: [{ product_path: '/products/P' }] })],
  ])('is on the pages of an offer that holds it in %s', (_name, item) => {
    const pages = [page('home', { offers: ['/offers2/X'] }), page('other', { offers: ['/offers2/Y'] })];
    const plan = find(pages, [product], { items: [item, carrier('/offers2/Y', { products: ['/products/Q'] })] });
    expect(plan.pages.map(({ path, items }) => [path, items])).toEqual([['/pages/home', ['product:/products/P']]]);
  });

  test('is on the pages that pull its offers in by label, and is built with their campaigns', () => {
    const item = carrier('/offers/Winter/X', { products: ['/products/P'] }, { label__limio: ['cosy'] });
    const plan = find([page('home', { referencedLabel: 'cosy' })], [product], { items: [item] });
    expect(plan.pages).toMatchObject([{ path: '/pages/home', buildItems: ['/pages/home', '/offers/Winter'] }]);
  });

  test('that no item on a page holds is on no page', () => {
    const plan = find([page('home', { offers: ['/offers2/Y'] })], [product], {
      items: [carrier('/offers2/X', { products: ['/products/P'] })],
    });
    expect(plan).toEqual({ pages: [], onNoPage: ['product:/products/P'] });
  });
});

test('the order of pages, items and changes makes no difference', () => {
  const pages = [
    page('a', { offers: ['/offers2/1', '/offers2/2'] }),
    page('b', { referencedLabel: 'x' }),
    page('c', {}),
    page('d', { add_ons: ['/offers/K/3'] }),
  ];
  const changed = [
    offer('/offers2/1'),
    offer('/offers2/2', ['x']),
    offer('/offers/K/3', [], ['x']),
    offer('/offers2/none'),
    offer('/offers2/nil'),
  ];
  const expected = find(pages, changed);
  expect(expected.pages).toHaveLength(3);
  expect(expected.onNoPage).toEqual(['offer:/offers2/nil', 'offer:/offers2/none']);
  const anyPages = shuffledSubarray(pages, { minLength: pages.length });
  const anyChanged = shuffledSubarray(changed, { minLength: changed.length });
  assert(
    property(anyPages, anyChanged, (p, c) => {
      expect(find(p, c)).toEqual(expected);
    }),
  );
});

test('the cost grows with the input, not with its square', () => {
  const many = Array.from({ length: 20_000 }, (_, i) => offer(`/offers2/${i}`));
  const pages: CatalogItem[] = [];
  for (let i = 0; i < many.length; i += 10)
    pages.push(page(`p${i}`, { offers: many.slice(i, i + 10).map(({ path }) => path) }));
  const plan = find(pages, many);
  expect(plan.pages).toHaveLength(2_000);
  expect(plan.onNoPage).toEqual([]);
}, 5_000);
