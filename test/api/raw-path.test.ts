import { describe, expect, test } from 'vitest';
import { buildRawPath } from '../../src/api/paths.js';

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
