import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseConfig } from '../../src/config/parse-config.js';
import { LimioError } from '../../src/errors/errors.js';
import type { DesiredResource } from '../../src/model/model.js';
import type { ValueMap } from '../../src/model/policies.js';
import { translateDesired } from '../../src/promote/values.js';

const FIELD = 'offer:/offers2/*#/attributes/rate_plan__zuora';
const MAPS: ValueMap[] = [
  { field: FIELD, values: { sandbox: 'rp-test', prod: 'rp-live' } },
  { field: 'offer:*#/attributes/price__limio/*/id', values: { sandbox: 1, prod: 2 } },
  { values: { sandbox: 'sandbox.shop.acme.example', prod: 'shop.acme.example' } },
];

const offer = (attributes: DesiredResource['body'], name = '/offers2/A'): DesiredResource => ({
  address: `offer:${name}`,
  kind: 'offer',
  name,
  body: { attributes },
  owned: [],
  source: { file: 'a.yaml', line: 1, col: 1 },
});

const translate = (attributes: DesiredResource['body'], environment: string, name?: string): DesiredResource['body'] =>
  (translateDesired([offer(attributes, name)], MAPS, environment)[0]?.body['attributes'] ??
    {}) as DesiredResource['body'];

function refuse(maps: unknown): string {
  try {
    parseConfig(
      { environments: { sandbox: { tenant: 'a' }, prod: { tenant: 'b' } }, promotion: { maps } },
      'limio.config.json',
    );
  } catch (error) {
    if (error instanceof LimioError) return error.message;
    throw error;
  }
  return '';
}

describe('a map', () => {
  test.each<[string, DesiredResource['body'], string, object]>([
    ['of a field replaces its whole value', { rate_plan__zuora: 'rp-test' }, 'prod', { rate_plan__zuora: 'rp-live' }],
    [
      "keeps a value that is the environment's already",
      { rate_plan__zuora: 'rp-live' },
      'prod',
      { rate_plan__zuora: 'rp-live' },
    ],
    ['translates back', { rate_plan__zuora: 'rp-live' }, 'sandbox', { rate_plan__zuora: 'rp-test' }],
    [
      'of a field replaces no part of a value, and no other field',
      { rate_plan__zuora: 'rp-test-2', other: 'rp-test' },
      'prod',
      { rate_plan__zuora: 'rp-test-2', other: 'rp-test' },
    ],
    [
      'keeps the type of a value',
      { price__limio: [{ id: 1 }, { id: '1' }] },
      'prod',
      { price__limio: [{ id: 2 }, { id: '1' }] },
    ],
    [
      'of texts replaces hosts in them',
      { html: '<a href="https://sandbox.shop.acme.example/x">' },
      'prod',
      { html: '<a href="https://shop.acme.example/x">' },
    ],
    [
      'of texts keeps words that only contain the host',
      { html: 'https://test.sandbox.shop.acme.example my-shop.acme.example shop.acme.example.org' },
      'prod',
      { html: 'https://test.sandbox.shop.acme.example my-shop.acme.example shop.acme.example.org' },
    ],
    [
      'changes nothing in an environment that it does not name',
      { rate_plan__zuora: 'rp-test' },
      'staging',
      { rate_plan__zuora: 'rp-test' },
    ],
    [
      'keeps references to secrets',
      { token: '${secret:sandbox.shop.acme.example}' },
      'prod',
      { token: '${secret:sandbox.shop.acme.example}' },
    ],
  ])('%s', (_sentence, attributes, environment, expected) => {
    expect(translate(attributes, environment)).toEqual(expected);
  });

  test('applies only to objects that its pattern matches', () => {
    expect(translate({ rate_plan__zuora: 'rp-test' }, 'prod', '/offers/Old/A')).toEqual({
      rate_plan__zuora: 'rp-test',
    });
  });

  test('translating there and back gives any text again, and a second translation changes nothing', () => {
    const piece = fc.constantFrom(
      'rp-test',
      'rp-live',
      'sandbox.shop.acme.example',
      'shop.acme.example',
      '.',
      '-',
      '/',
      ' ',
      'sandbox.',
      'acme',
    );
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 6 }).map((parts) => parts.join('')),
        (text) => {
          const source = translate({ rate_plan__zuora: text, text }, 'sandbox');
          expect(translate(source, 'sandbox')).toEqual(source);
          expect(translate(translate(source, 'prod'), 'sandbox')).toEqual(source);
        },
      ),
    );
  });
});

describe('the maps of a configuration', () => {
  test.each<[string, unknown, RegExp]>([
    [
      'that map two values to one cannot be translated back',
      [
        { field: FIELD, values: { sandbox: 'a1', prod: 'b' } },
        { field: FIELD, values: { sandbox: 'a2', prod: 'b' } },
      ],
      /promotion\.maps\[1\]\.values\.sandbox: "a2" of sandbox becomes "b" in prod, and that becomes "a1" in sandbox/,
    ],
    [
      'in a chain are ambiguous',
      [
        { field: FIELD, values: { sandbox: 'a', prod: 'b' } },
        { field: FIELD, values: { sandbox: 'b', prod: 'c' } },
      ],
      /another map has the same value/,
    ],
    [
      'of texts that contain each other are ambiguous',
      [
        { values: { sandbox: 'https://one.example/shop', prod: 'https://two.example/shop' } },
        { values: { sandbox: 'two.example', prod: 'three.example' } },
      ],
      /maps\[0\]\.values\.prod: "https:\/\/two\.example\/shop" contains "two\.example"/,
    ],
    [
      'of hosts of which one is the end of the other are valid',
      [{ values: { sandbox: 'test.shop.example', prod: 'shop.example' } }],
      /^$/,
    ],
    [
      'of one field in two patterns that can meet are ambiguous',
      [
        { field: 'offer:/offers2/*#/attributes/a', values: { sandbox: 'x', prod: 'y' } },
        { field: 'offer:*#/attributes/*', values: { sandbox: 'z', prod: 'y' } },
      ],
      /another map has the same value/,
    ],
    [
      'of different fields do not meet',
      [
        { field: 'offer:*#/attributes/a', values: { sandbox: 'x', prod: 'y' } },
        { field: 'offer:*#/attributes/b', values: { sandbox: 'z', prod: 'y' } },
      ],
      /^$/,
    ],
    [
      'must name environments of the configuration',
      [{ values: { sandbox: 'one.example', prd: 'two.example' } }],
      /values\.prd: There is no environment "prd"\. Did you mean "prod"\?/,
    ],
    [
      'must have at least two values',
      [{ values: { sandbox: 'one.example' } }],
      /Requires the values of at least two environments/,
    ],
    ['must name a field', [{ field: 'offer:*', values: { sandbox: 'a', prod: 'b' } }], /Names no field/],
    [
      'must name a field that the kind has',
      [{ field: 'offer:*#/rate_plan', values: { sandbox: 'a', prod: 'b' } }],
      /below \/attributes only/,
    ],
    ['must not replace short texts everywhere', [{ values: { sandbox: 'a', prod: 'bcd' } }], /too short/],
    [
      'must have no other keys',
      [{ fields: FIELD, values: { sandbox: 'a', prod: 'b' } }],
      /Unknown key\. Did you mean "field"\?/,
    ],
  ])('%s', (_sentence, maps, expected) => {
    expect(refuse(maps)).toMatch(expected);
  });
});
