import { describe, expect, test } from 'vitest';
import {
  buildItemPath,
  buildJourneyPath,
  buildListPaths,
  buildPromoCodePath,
  buildRawPath,
  formatQuery,
  parseBaseUrl,
} from '../../src/api/paths.js';

const ITEMS = '/limio/catalogs/1/items/';

describe('the path of an item', () => {
  test.each([
    ['/offers2/Digital Monthly', 'offers2/Digital%20Monthly'],
    ['offers2/Digital', 'offers2/Digital'],
    ['/offers/50% off #1?', 'offers/50%25%20off%20%231%3F'],
    ['/offers/Say "hi" & \'bye\' (now)*!', 'offers/Say%20%22hi%22%20%26%20%27bye%27%20%28now%29%2A%21'],
    ['/offers/Prämie 日本 😀', 'offers/Pr%C3%A4mie%20%E6%97%A5%E6%9C%AC%20%F0%9F%98%80'],
    ['/offers/a+b=c;d:e@f', 'offers/a%2Bb%3Dc%3Bd%3Ae%40f'],
    ['/offers/a..b', 'offers/a..b'],
    ['/offers/line\nbreak\\', 'offers/line%0Abreak%5C'],
    ['/offers/../secret', 'offers%2F..%2Fsecret'],
    ['/offers/./x y', 'offers%2F.%2Fx%20y'],
    ['/offers/%2e%2e/x', 'offers/%252e%252e/x'],
  ])('%j becomes %j', (path, expected) => {
    const built = buildItemPath(path);
    expect(built).toBe(ITEMS + expected);
    // A URL parser on the way must neither resolve nor change it, and decoding gives the name back.
    expect(new URL(built, 'https://h').pathname).toBe(built);
    expect(decodeURIComponent(built.slice(ITEMS.length))).toBe(path.replace(/^\//, ''));
  });

  test.each(['', '/', '/..', '.', '/x\ud800'])('%j cannot be asked for', (path) => {
    expect(() => buildItemPath(path)).toThrowError(expect.objectContaining({ code: 'FILES_INVALID' }));
  });
});

describe('names of one segment', () => {
  test.each([
    ['geo-landing', 'geo-landing'],
    ['a/b', 'a%2Fb'],
    ['50% #?', '50%25%20%23%3F'],
    ['...', '...'],
  ])('%j is encoded', (name, expected) => {
    expect(buildJourneyPath(name)).toBe(`/api/v2/journey/${expected}`);
    expect(buildPromoCodePath(name)).toBe(`/api/objects/limio/promo_codes_v2/${expected}`);
  });

  test.each(['', '.', '..'])('%j is refused, because it would name the list or its parent', (name) => {
    expect(() => buildJourneyPath(name)).toThrowError(expect.objectContaining({ code: 'FILES_INVALID' }));
    expect(() => buildPromoCodePath(name)).toThrowError(expect.objectContaining({ code: 'FILES_INVALID' }));
  });
});

describe('list calls', () => {
  test.each([
    ['offer', 'catalog', 'typed', ['/api/offers/v2?offersSource=catalog']],
    ['offer', 'published', 'typed', ['/api/offers/v2?offersSource=published']],
    ['add_on', 'catalog', 'typed', ['/api/add_ons?addOnsSource=catalog']],
    ['product', 'catalog', 'typed', ['/api/products']],
    ['campaign', 'catalog', 'typed', ['/api/campaigns']],
    ['asset', 'catalog', 'catalog_items', ['/api/assets']],
    ['page', 'catalog', 'typed', ['/api/pages']],
    ['page', 'published', 'typed', ['/api/published_catalog_items?record_type=page']],
    [
      'offer',
      'catalog',
      'catalog_items',
      ['/api/catalog_items?record_type=offers', '/api/catalog_items?record_type=offers2'],
    ],
    ['add_on', 'published', 'catalog_items', ['/api/published_catalog_items?record_type=add_on']],
    ['page', 'catalog', 'catalog_items', ['/api/catalog_items?record_type=page']],
  ] as const)('%s of %s by %s', (type, source, read, expected) => {
    expect(buildListPaths(type, source, read).map(({ path, query }) => path + formatQuery(query))).toEqual(expected);
  });
});

describe('the base URL', () => {
  test.each([
    ['https://acme.prod.limio.com', 'https://acme.prod.limio.com'],
    ['https://acme.prod.limio.com/', 'https://acme.prod.limio.com'],
    ['http://localhost:4010', 'http://localhost:4010'],
    ['http://127.0.0.1:4010', 'http://127.0.0.1:4010'],
    ['http://127.1.2.3', 'http://127.1.2.3'],
    ['http://[::1]:4010', 'http://[::1]:4010'],
  ])('%s is taken', (url, origin) => {
    expect(parseBaseUrl(url)).toBe(origin);
  });

  test.each([
    'http://acme.prod.limio.com',
    'http://127.0.0.1.evil.example',
    'http://localhost.evil.example',
    'http://0.0.0.0:4010',
    'ftp://localhost',
    'https://user:hunter2@acme.prod.limio.com',
    'https://acme.prod.limio.com/api',
    'https://acme.prod.limio.com/?x=1',
    'acme.prod.limio.com',
    '',
  ])('%s is refused without being repeated', (url) => {
    const refuse = (): string => parseBaseUrl(url);
    expect(refuse).toThrowError(expect.objectContaining({ code: 'CONFIG_INVALID' }));
    try {
      refuse();
    } catch (error) {
      expect(String(error)).not.toContain('hunter2');
    }
  });
});

describe('a path as people type it', () => {
  test.each([
    ['/offers/v2', '/api/offers/v2'],
    ['/api/offers/v2', '/api/offers/v2'],
    ['/apis', '/api/apis'],
    ['/limio/jobs/1', '/limio/jobs/1'],
    ['/limio', '/limio'],
    ['/limiotheque', '/api/limiotheque'],
    ['/api/limio/x', '/api/limio/x'],
    ['/offers/v2?path=/offers2/A B', '/api/offers/v2?path=/offers2/A%20B'],
    ['/limio/catalogs/1/items/offers2/A%20B%é', '/limio/catalogs/1/items/offers2/A%20B%25%C3%A9'],
  ])('%s goes out as %s', (typed, sent) => {
    expect(buildRawPath(typed, [])).toBe(sent);
  });

  test('takes fields into its query, behind those that were typed', () => {
    expect(
      buildRawPath('/offers/v2', [
        ['path', '/a&b'],
        ['x', '1'],
      ]),
    ).toBe('/api/offers/v2?path=%2Fa%26b&x=1');
    expect(buildRawPath('/offers/v2?a=1', [['b', '2']])).toBe('/api/offers/v2?a=1&b=2');
  });

  test('takes the prefix that is asked for', () => {
    expect(buildRawPath('/limio/x', [], 'api')).toBe('/api/limio/x');
    expect(buildRawPath('/offers', [], 'none')).toBe('/offers');
    expect(buildRawPath('/api/offers', [], 'none')).toBe('/api/offers');
  });

  test.each([
    '',
    'offers',
    'https://elsewhere.example/x',
    '//elsewhere.example/x',
    '/a/../oauth2/token',
    '/a/%2e%2E/b',
    '/a/./b',
    '/a\nb',
    '/a#b',
    '/a\\b',
    '/\ud800',
  ])('%j is refused', (typed) => {
    expect(() => buildRawPath(typed, [])).toThrow(expect.objectContaining({ code: 'USAGE' }));
  });

  test.each(['/oauth2/token', '/api/oauth2/token', '/oauth2', '/%6Fauth2/token', '/api/OAuth2%2ftoken'])(
    '%s is refused, since its answer is a token',
    (typed) => {
      expect(() => buildRawPath(typed, [], 'none')).toThrow(/token/);
    },
  );
});
