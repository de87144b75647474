import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createLimioClient } from '../../src/api/api.js';
import { normaliseRoute, parsePublishAnswer } from '../../src/api/builds.js';
import type { Json, JsonObject } from '../../src/model/json.js';
import { createFakeTenant, type Step } from './support/fake-tenant.js';

function start(step: Step) {
  const tenant = createFakeTenant();
  tenant.on('POST', '/api/shop/builds', step);
  return createLimioClient(tenant.options).startBuild(['/pages/x']);
}

describe('a build', () => {
  test('that is accepted gives its ticket', async () => {
    expect(await start({ json: { success: true, buildPaths: ['/x/', 3], id: 'build-acme-shop:1' } })).toEqual({
      id: 'build-acme-shop:1',
      buildPaths: ['/x/'],
    });
  });
  test.each<[string, Json]>([
    ['without an id', { success: true }],
    ['that says success: false', { success: false, id: 'b', message: 'label \u001bmissing' }],
    ['answered with something else', ['b']],
  ])('%s was not accepted', async (_, json) => {
    await expect(start({ json })).rejects.toMatchObject({
      code: 'HTTP_BAD_BODY',
      message: expect.not.stringContaining('\u001b'),
    });
  });
});

describe('the answer to a publish', () => {
  const prefix = [{ path: '/pages/x', isDefault: true, pathPrefix: '/__v/abc_1' }];
  test.each<[string, JsonObject, unknown]>([
    [
      'a route that is live',
      { success: true, publishedData: { pages: { '/acme/': prefix } }, ommitedWithError: { pages: {} } },
      { published: ['/acme/'], omitted: [] },
    ],
    ['success without any route, which proves nothing', { success: true }, { published: [], omitted: [] }],
    [
      'routes without their slashes',
      { publishedData: { pages: { 'a/b': prefix, '': prefix } } },
      { published: ['/a/b/', '/'], omitted: [] },
    ],
    [
      'the new-route trap',
      {
        success: true,
        ommitedWithError: { pages: { '/new/': [{ path: '/pages/n', isDefault: true, pathPrefix: '' }] } },
      },
      { published: [], omitted: [{ route: '/new/', neverPublished: true }] },
    ],
    [
      'an omission with a message, which is not that trap',
      { ommitedWithError: { pages: { '/x/': [{ pathPrefix: '', message: 'no offer carries the label' }] } } },
      { published: [], omitted: [{ route: '/x/', message: 'no offer carries the label', neverPublished: false }] },
    ],
    [
      'an omission of a route that was published before',
      { ommitedWithError: { pages: { '/x/': [{ pathPrefix: '/__v/old_1' }] } } },
      { published: [], omitted: [{ route: '/x/', neverPublished: false }] },
    ],
    [
      'messages wherever they are',
      {
        ommitedWithError: {
          pages: {
            a: 'text',
            b: { error: { message: 'inner' } },
            c: [{ errors: [{ message: 'one' }, { message: 'two' }] }],
            d: null,
            e: [],
            f: 3,
          },
        },
      },
      {
        published: [],
        omitted: [
          { route: '/a/', message: 'text', neverPublished: false },
          { route: '/b/', message: 'inner', neverPublished: false },
          { route: '/c/', message: 'one; two', neverPublished: false },
          { route: '/d/', neverPublished: false },
          { route: '/e/', neverPublished: false },
          { route: '/f/', neverPublished: false },
        ],
      },
    ],
    [
      'lists instead of objects',
      { publishedData: { pages: ['/a'] }, ommitedWithError: { pages: [{ route: 'b', message: 'm' }] } },
      { published: ['/a/'], omitted: [{ route: '/b/', message: 'm', neverPublished: false }] },
    ],
    [
      'the word spelled rightly',
      { omittedWithError: { pages: { '/a/': 'm' } } },
      { published: [], omitted: [{ route: '/a/', message: 'm', neverPublished: false }] },
    ],
  ])('is understood as %s', (_, answer, expected) => {
    expect(parsePublishAnswer(answer)).toEqual({ ...(expected as object), answer });
  });

  test('of any shape is read without a throw', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
        const answers = [
          { publishedData: a, ommitedWithError: b },
          { publishedData: { pages: a }, ommitedWithError: { pages: b } },
          { ommitedWithError: { pages: { '/x/': a, '/y/': [b] } } },
        ];
        for (const answer of answers as JsonObject[]) {
          const parsed = parsePublishAnswer(answer);
          for (const route of [...parsed.published, ...parsed.omitted.map((one) => one.route)])
            expect(route).toMatch(/^\/(.*\/)?$/s);
        }
      }),
    );
  });

  test.each([
    ['a', '/a/'],
    ['/a', '/a/'],
    ['a/', '/a/'],
    ['/a/b/', '/a/b/'],
    ['/', '/'],
    ['', '/'],
    ['//a//', '/a/'],
  ])('the route %j is %j', (route, expected) => {
    expect(normaliseRoute(route)).toBe(expected);
  });

  test('comes from one call with tags, build and name', async () => {
    const tenant = createFakeTenant();
    tenant.on('POST', '/api/publish', { json: { success: true, publishedData: { pages: { '/acme/': prefix } } } });
    const request = { tags: ['/tags/acme'], buildId: 'b', name: 'Acme' };
    expect(await createLimioClient(tenant.options).publish(request)).toMatchObject({ published: ['/acme/'] });
    expect(JSON.parse(tenant.sent.at(-1)?.body ?? '')).toEqual(request);
  });
});
