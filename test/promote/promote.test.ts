import { describe, expect, test } from 'vitest';
import { createKindRules } from '../../src/kinds/kinds.js';
import { parseAddress } from '../../src/model/address.js';
import { DEFAULT_DIALECT } from '../../src/model/dialect.js';
import type { FieldDrift, ObjectDrift } from '../../src/model/drift.js';
import type { JsonObject } from '../../src/model/json.js';
import type { DesiredResource, LiveResource } from '../../src/model/model.js';
import type { Change } from '../../src/model/plan.js';
import { classifyObjects, countOverwrites, withholdObjects } from '../../src/promote/promote.js';
import { closeSelection, listLacking } from '../../src/promote/selection.js';
import { findForeignHosts, listForeignHosts } from '../../src/promote/values.js';

type Address = DesiredResource['address'];

const declare = (address: Address, body: JsonObject = { attributes: {} }): DesiredResource => ({
  address,
  ...parseAddress(address),
  body,
  owned: [],
  source: { file: 'a.yaml', line: 1, col: 1 },
});
const index = (...resources: DesiredResource[]): Map<Address, DesiredResource> =>
  new Map(resources.map((one) => [one.address, one]));
const live = (address: Address, body: JsonObject = { attributes: {} }): LiveResource => ({
  address,
  ...parseAddress(address),
  body,
  atHead: true,
  record: {},
});

const A: Address = 'offer:/offers2/A';
const kinds = createKindRules(DEFAULT_DIALECT);

function classify(
  drift: Partial<ObjectDrift>[],
  source: JsonObject = {},
  target: JsonObject = {},
): ReturnType<typeof classifyObjects> {
  return classifyObjects({
    selected: [A],
    drift: drift.map((one) => ({ address: A, kind: 'offer', change: 'edited', cause: 'git', fields: [], ...one })),
    source: index(declare(A, { attributes: source })),
    target: index(declare(A, { attributes: target })),
    kinds,
  });
}

const field = (cause: FieldDrift['cause'], values: Partial<FieldDrift> = {}): FieldDrift => ({
  path: '/attributes/x',
  cause,
  show: 'value',
  ...values,
});

describe('the class of an object that differs from the files of the target', () => {
  test.each<[string, Partial<ObjectDrift>, string]>([
    [
      'changed only by the files',
      { cause: 'git', fields: [field('git', { base: 1, live: 1, files: 2 })] },
      'new-in-source',
    ],
    ['added by the files', { cause: 'git', fields: [field('git', { files: 2 })] }, 'new-in-source'],
    [
      'changed in the target',
      { cause: 'app', fields: [field('app', { base: 1, files: 1, live: 2 })] },
      'hot-fixed-in-target',
    ],
    ['changed in both', { cause: 'both', fields: [field('both', { base: 1, files: 2, live: 3 })] }, 'both'],
    [
      'one field changed by the files, another in the target',
      {
        cause: 'app',
        fields: [
          field('git', { base: 1, live: 1, files: 2 }),
          field('app', { path: '/attributes/y', base: 1, files: 1, live: 2 }),
        ],
      },
      'hot-fixed-in-target',
    ],
    ['no snapshot', { cause: 'unknown', fields: [field('unknown', { files: 1, live: 2 })] }, 'hot-fixed-in-target'],
    [
      'newly declared, and in the target with another value',
      { cause: 'git', change: 'declared', fields: [field('git', { files: 1, live: 2 })] },
      'hot-fixed-in-target',
    ],
    [
      'newly declared, and not in the target',
      { cause: 'git', change: 'declared', fields: [field('git', { files: 1 })] },
      'new-in-source',
    ],
    ['not in the target, no snapshot', { cause: 'unknown', change: 'deleted' }, 'new-in-source'],
    ['deleted in the target', { cause: 'app', change: 'deleted' }, 'hot-fixed-in-target'],
    [
      'deleted in the target and edited in git',
      { cause: 'both', change: 'deleted', fields: [field('both', { base: 1, files: 2 })] },
      'both',
    ],
    [
      'created in the target within the scope',
      { cause: 'app', change: 'created', fields: [field('app', { live: 1 })] },
      'hot-fixed-in-target',
    ],
    [
      'in the scope, no snapshot',
      { cause: 'unknown', change: 'created', fields: [field('unknown', { live: 1 })] },
      'hot-fixed-in-target',
    ],
    ['no longer declared', { cause: 'git', change: 'undeclared' }, 'new-in-source'],
    [
      'no longer declared and edited in the target',
      { cause: 'both', change: 'undeclared', fields: [field('both', { base: 1, live: 2 })] },
      'both',
    ],
  ])('%s', (_sentence, drift, expected) => {
    expect(classify([drift]).objects[0]?.class).toBe(expected);
  });

  test('an intended difference is counted when the target has it, and marked when it does not yet', () => {
    expect(classify([], { x: 'test', y: 1 }, { x: 'live', y: 1 })).toEqual({ objects: [], intended: 1, unchanged: 1 });
    const moving = classify(
      [{ fields: [field('git', { base: 'old', live: 'old', files: 'live' })] }],
      { x: 'test', y: 1 },
      { x: 'live', y: 2 },
    );
    expect(moving).toMatchObject({ intended: 1, unchanged: 0, objects: [{ fields: [{ own: true }] }] });
  });
});

describe('what is withheld', () => {
  const B: Address = 'add_on:/add_ons/B';
  const C: Address = 'offer:/offers2/C';
  const refers = (address: Address, to: Address): DesiredResource =>
    declare(address, { attributes: { cross_sell_addons__limio: { items: [{ path: parseAddress(to).name }] } } });

  test('overwrites, or refers, directly or not, to a withheld object that the target lacks', () => {
    const [deleted] = classify([{ cause: 'app', change: 'deleted' }]).objects;
    const [fresh] = classify([{ cause: 'unknown', change: 'deleted' }]).objects;
    if (!deleted || !fresh) throw new Error('no object');
    const objects = [
      { ...deleted, address: B },
      { ...fresh, address: A },
      { ...fresh, address: C },
    ];
    const declared = index(declare(B), refers(A, B), refers(C, B));
    expect(countOverwrites(objects)).toBe(1);
    expect(withholdObjects(objects, declared).map(({ address, withheld }) => [address, withheld])).toEqual([
      [B, 'overwrites'],
      [A, B],
      [C, B],
    ]);
    expect(withholdObjects(objects.slice(1), declared).map(({ withheld }) => withheld)).toEqual([undefined, undefined]);
  });
});

describe('the closure of a selection', () => {
  const journey = declare('journey:geo', {
    starting_point: '/start/',
    fallback_tag: '/shop/',
    journeys: [
      {
        conditions: [{ type: 'offer_label', values: ['digital'] }],
        actions: [{ type: 'destination', destination: '/us/' }],
      },
    ],
  });
  const page = declare('page:/pages/us', { attributes: {}, tags: ['/tags/us'] });
  const tag = declare('tag:/tags/us', {});
  const start = declare('tag:/tags/start', {});
  const labelled = declare(A, {
    attributes: { label__limio: ['digital'], cross_sell_addons__limio: { items: [{ path: '/add_ons/B' }] } },
  });
  const addOn = declare('add_on:/add_ons/B');
  const declared = index(journey, page, tag, start, labelled, addOn, declare('offer:/offers2/other'));

  test('of a journey adds tags and pages of its destinations, not its start, and offers with a missing label', () => {
    const { addresses, added } = closeSelection(['journey:geo'], declared, () => false);
    expect(addresses).toEqual(['add_on:/add_ons/B', 'journey:geo', A, 'page:/pages/us', 'tag:/tags/us']);
    expect(added.find(({ address }) => address === 'add_on:/add_ons/B')).toEqual({
      address: 'add_on:/add_ons/B',
      neededBy: A,
    });
    expect(closeSelection(['journey:geo'], declared, (label) => label === 'digital').addresses).toEqual([
      'journey:geo',
      'page:/pages/us',
      'tag:/tags/us',
    ]);
  });

  test('lists what the target lacks, who needs it and what to do', () => {
    const input = {
      selected: [
        journey,
        declare(A, {
          attributes: { cross_sell_addons__limio: { items: [{ path: '/add_ons/B' }, { path: '/add_ons/Only' }] } },
        }),
      ],
      changed: new Map<Address, JsonObject>(),
      declaredInSource: new Set<Address>(['add_on:/add_ons/Only']),
      state: {
        resources: new Map([['journey:geo' as Address, live('journey:geo', journey.body)]]),
        missingReferences: new Set(['/add_ons/B', '/add_ons/Only']),
        listings: { offer: { complete: true } },
      },
      pageTags: new Set(['/tags/shop']),
      createItems: { from: false, to: false },
      inNeither: new Set<Address>(),
      from: 'sandbox',
      to: 'prod',
    };
    expect(listLacking(input)).toEqual([
      {
        what: 'a page at /us/',
        neededBy: ['journey:geo'],
        todo: 'give a page of prod the tag /tags/us and publish it',
        blocks: false,
      },
      { what: 'add_on:/add_ons/B', neededBy: [A], todo: 'create it by hand in prod, or declare it', blocks: true },
      {
        what: 'add_on:/add_ons/Only',
        neededBy: [A],
        todo: 'it is declared for sandbox only: declare it for prod, or create it there by hand',
        blocks: true,
      },
      {
        what: 'an offer with the label digital',
        neededBy: ['journey:geo'],
        todo: 'add the label to an offer of prod',
        blocks: false,
      },
      {
        what: A,
        neededBy: [],
        todo: 'create it in the web app of prod; its values: limio-sync explain offer:/offers2/A --env prod',
        blocks: false,
      },
    ]);
    const blocking = (body: JsonObject): string[] =>
      listLacking({ ...input, changed: new Map([['journey:geo' as Address, body]]) })
        .filter(({ blocks, neededBy }) => blocks && neededBy.includes('journey:geo'))
        .map(({ what }) => what);
    expect(blocking({}), 'a new journey must not lead to what is not there').toEqual([
      'a page at /us/',
      'an offer with the label digital',
    ]);
    expect(blocking(journey.body), 'a journey that leads there already may keep to it').toEqual([]);
    const createItems = { from: false, to: true };
    expect(listLacking({ ...input, createItems, selected: [declare(A)] })).toEqual([
      { what: A, neededBy: [], todo: 'apply creates it', blocks: false },
    ]);
  });

  test.each<[string, Address, { from: boolean; to: boolean }, string]>([
    [
      'a campaign',
      'campaign:/offers/Winter Sale',
      { from: true, to: true },
      'create it in the web app of sandbox and of prod, then run limio-sync apply --env sandbox',
    ],
    [
      'a product',
      'product:/products/Digital',
      { from: true, to: true },
      'create it in the billing system, let it sync to sandbox and to prod, then run limio-sync apply --env sandbox',
    ],
    [
      'an offer that only apply to the target may create',
      A,
      { from: false, to: true },
      'create it in the web app of sandbox, then run limio-sync apply --env sandbox',
    ],
    [
      'an offer that apply creates',
      A,
      { from: true, to: true },
      'run limio-sync apply --env sandbox, which creates it',
    ],
    [
      'an offer that only apply to the source may create',
      A,
      { from: true, to: false },
      'run limio-sync apply --env sandbox, which creates it; create it in the web app of prod',
    ],
    ['a journey', 'journey:geo', { from: false, to: false }, 'run limio-sync apply --env sandbox, which creates it'],
  ])('says of %s that neither tenant has how both get it', (_what, address, createItems, todo) => {
    const lacking = listLacking({
      selected: [declare(address, {})],
      changed: new Map(),
      declaredInSource: new Set([address]),
      state: { resources: new Map(), missingReferences: new Set(), listings: {} },
      pageTags: undefined,
      createItems,
      inNeither: new Set([address]),
      from: 'sandbox',
      to: 'prod',
    });
    expect(lacking).toEqual([
      { what: address, neededBy: [], todo: `sandbox does not have it either: ${todo}`, blocks: false },
    ]);
  });
});

describe('hosts of the source', () => {
  const hosts = listForeignHosts(
    {
      hosts: ['acme-sandbox.prod.limio.com', 'localhost:4010'],
      vars: { shop: 'https://Test.Shop.acme.example/x', price: '9.99', name: 'Monthly', both: 'cdn.acme.example' },
      desired: [declare('journey:geo', { domains: ['test.acme.example'] })],
    },
    {
      hosts: ['acme.prod.limio.com'],
      vars: { cdn: 'cdn.acme.example' },
      desired: [declare('journey:geo', { domains: ['www.acme.example'] })],
    },
  );

  test('are those of its API, storefront, variables and domains that the target does not have', () => {
    expect(hosts).toEqual([
      'acme-sandbox.prod.limio.com',
      'localhost:4010',
      'test.acme.example',
      'test.shop.acme.example',
    ]);
  });

  test('are found as whole words in new values, and not in values that the target already has', () => {
    const change = (before: JsonObject, after: JsonObject): Change => ({
      address: A,
      kind: 'offer',
      action: 'update',
      reason: '',
      before,
      after,
      fields: [],
      patch: [],
      dependsOn: [],
      risk: 'low',
    });
    const found = findForeignHosts(
      [
        change(
          { attributes: { old: 'test.acme.example' } },
          {
            attributes: {
              old: 'test.acme.example',
              list: [{ url: '<a href="//TEST.acme.example:443/">' }, 'my-test.acme.example', 'test.acme.example.org'],
              port: 'http://localhost:4010/',
            },
          },
        ),
      ],
      hosts,
    );
    expect(found).toEqual([
      { address: A, pointer: '/attributes/list/0/url', host: 'test.acme.example' },
      { address: A, pointer: '/attributes/port', host: 'localhost:4010' },
    ]);
    expect(findForeignHosts([change({}, { attributes: { x: 'test.acme.example' } })], [])).toEqual([]);
  });
});
