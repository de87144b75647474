import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CALL_GROUPS, CATALOG_PARAMETERS, findCall, listMissing } from '../../src/api/calls.js';
import { buildRawPath } from '../../src/api/paths.js';

/** Limio's own page of the API, endpoint by endpoint; not part of the repository. */
const DOCUMENT = join(import.meta.dirname, '../../../shared/limio-docs/003.txt');

const CALLS = CALL_GROUPS.flatMap(({ calls }) => calls);

/** In Limio's other pages, or seen in use (API reference, sections 3, 5 and 8). */
const ELSEWHERE = [
  'POST /admin/order',
  'POST /partner/order',
  'POST /partner/order/preview',
  'GET /catalog_items',
  'GET /published_catalog_items',
  'GET /limio/catalogs/1/items/{path}',
  'DELETE /limio/catalogs/1/items/{path}',
  'POST /limio/jobs',
  'GET /limio/jobs/{id}',
];

interface Documented {
  call: string;
  /** Of the query, and whether each is required. */
  query: Map<string, boolean>;
}

function readDocument(): Documented[] {
  const found: Documented[] = [];
  let inQuery = false;
  for (const line of readFileSync(DOCUMENT, 'utf8').split('\n')) {
    const call = /\(((?:GET|POST|PUT|DELETE) \/[^)\s]+)\)$/.exec(line)?.[1];
    if (call !== undefined) found.push({ call, query: new Map() });
    inQuery = /^Query param(?:eter)?s:\s*$/.test(line) || (inQuery && call === undefined && /^[\w.]+[ ,]/.test(line));
    const [, name, type] = (inQuery && /^([\w.]+) \((\w[^)]*)\)/.exec(line)) || [];
    if (name !== undefined) found.at(-1)?.query.set(name, /required/.test(type ?? ''));
  }
  return found;
}

describe('the table of calls', () => {
  test.skipIf(!existsSync(DOCUMENT))("holds every call of Limio's documentation, and no other without a source", () => {
    const documented = readDocument().map(({ call }) => call);
    expect(documented.length).toBeGreaterThan(40);
    const own = CALLS.map(({ method, path }) => `${method} ${path}`);
    expect(own.filter((call) => !ELSEWHERE.includes(call)).toSorted()).toEqual([...new Set(documented)].toSorted());
  });

  test.skipIf(!existsSync(DOCUMENT))('has the query parameters of the documentation, required where it says so', () => {
    const documented = readDocument().filter(({ query }) => query.size > 0);
    expect(documented.map(({ call }) => call)).toContain('GET /checkout/abandoned');
    for (const { call, query } of documented) {
      const own = CALLS.find(({ method, path }) => `${method} ${path}` === call)?.parameters ?? [];
      const missing = [...query].filter(([name, required]) => !own.includes(required ? `${name}*` : name));
      expect([call, missing]).toEqual([call, []]);
    }
  });

  test('has an example of each call that is that call', () => {
    for (const call of CALLS) {
      const [method = '', path = ''] = /^(\w+) (?:'([^']+)'|(\S+))/.exec(call.example)?.slice(1).filter(Boolean) ?? [];
      expect([call.example, findCall(call.method, buildRawPath(path, []))]).toEqual([call.example, call]);
      expect(method).toBe(call.method);
    }
  });

  test('has an example that gives every required parameter of the query', () => {
    for (const call of CALLS.filter(({ method }) => method === 'GET')) {
      const given = [...call.example.matchAll(/--field (\w+)=/g)].map(([, name = '']) => name);
      const paged = call.example.endsWith(' --paginate') ? ['limit'] : [];
      expect([call.example, listMissing(call, new Set([...given, ...paged]))]).toEqual([call.example, []]);
    }
  });

  test('asks for --write in the examples of writes only', () => {
    for (const { effect, example } of CALLS)
      expect([example, example.endsWith(' --write')]).toEqual([example, effect !== 'read']);
  });

  test('names the calls that cannot be undone', () => {
    const final = CALLS.filter(({ effect }) => effect === 'irreversible').map(({ path }) => path);
    expect(final).toEqual([
      '/order',
      '/admin/order',
      '/partner/order',
      '/objects/owner_change',
      '/customer/{id}/forget_customer',
    ]);
  });

  test('gives the paging of catalog lists to lists of catalog items only', () => {
    for (const { path, parameters } of CALLS.filter(({ list }) => list !== undefined)) {
      const isObjects = /^\/(?:objects|checkout)\//.test(path);
      expect([path, CATALOG_PARAMETERS.every((name) => parameters.includes(name))]).toEqual([path, !isObjects]);
    }
  });
});

describe('a call of the table', () => {
  test.each([
    ['GET', '/api/objects/limio/subscription/sub-1?x=1', '/objects/{service}/{path_type}/{id}'],
    ['DELETE', '/api/objects/externalidentity/id-1', '/objects/externalidentity/{owner}'],
    ['POST', '/api/objects/owner_change', '/objects/owner_change'],
    ['POST', '/api/%6Frder', '/order'],
    ['GET', '/limio/catalogs/1/items/offers2/A%20B', '/limio/catalogs/1/items/{path}'],
  ] as const)('is found by method and path: %s %s', (method, path, template) => {
    expect(findCall(method, path)?.path).toBe(template);
  });

  test.each([
    ['PATCH', '/api/order'],
    ['POST', '/order/preview'],
    ['POST', '/api/order/preview/'],
    ['POST', '/api/order%2Fpreview'],
    ['GET', '/api/objects/limio/subscriptions/%E0%A4%A/x'],
    ['GET', '/limio/catalogs/1/items/'],
  ] as const)('is not found by another one: %s %s', (method, path) => {
    expect(findCall(method, path)).toBeUndefined();
  });
});
