import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Json } from '../../src/model/json.js';
import { escapeVariables, interpolateVariables } from '../../src/source/variables.js';

const process = new Map([
  ['CI_BRANCH', 'main'],
  ['UNSET', undefined],
  ['LIMIO_TOKEN', 'listed-and-refused'],
  ['FOREIGN', '${secret:X}'],
]);
const variables = {
  environment: 'prod',
  process,
  values: new Map<string, string | number | boolean>([
    ['shop', 'x.com'],
    ['percent', 25],
    ['on', true],
    ['loop', '${vars.shop}'],
  ]),
};
const fill = (value: Json) => interpolateVariables(value, variables);

describe('variables', () => {
  test.each<[Json, Json]>([
    ['https://${vars.shop}/', 'https://x.com/'],
    ['${vars.percent}', 25],
    ['${vars.on}', true],
    ['${vars.percent}%', '25%'],
    ['${env.CI_BRANCH}', 'main'],
    ['${env.CI_BRANCH} at ${vars.shop}', 'main at x.com'],
    ['$${env.CI_BRANCH}', '${env.CI_BRANCH}'],
    ['${vars.shop} ${vars.shop}', 'x.com x.com'],
    ['$${vars.shop}', '${vars.shop}'],
    ['$$${vars.shop}', '$${vars.shop}'],
    ['${vars.loop}', '${vars.shop}'],
    ['price} costs $5 {vars.shop}', 'price} costs $5 {vars.shop}'],
    [{ a: ['${vars.percent}', 1, null] }, { a: [25, 1, null] }],
    [{ '${vars.shop}': 1 }, { '${vars.shop}': 1 }],
  ])('%j becomes %j', (value, expected) => {
    expect(fill(value)).toMatchObject({ value: expected, findings: [] });
  });

  test('leave a value without references the very same', () => {
    const value = { a: [{ b: 'text' }], c: '$5' };
    expect(fill(value).value).toBe(value);
    expect([...fill(value).used]).toEqual([]);
    expect([...fill(['${vars.shop}', 'in ${vars.shp}', '${env.CI_BRANCH}']).used]).toEqual(['shop', 'shp']);
  });

  test('that are unknown are found where they stand, with the nearest name', () => {
    expect(fill({ a: ['x', 'in ${vars.shp}'] })).toMatchObject({
      value: { a: ['x', 'in ${vars.shp}'] },
      findings: [{ code: 'VARIABLE_UNKNOWN', path: ['a', 1], hint: 'Did you mean ${vars.shop}?' }],
    });
  });

  test.each([
    '${var.shop}',
    '${ vars.shop }',
    '${vars.}',
    '${env.}',
    '${env.a-b}',
    '${vars.a-b}',
    // Case leftover-placeholders.
    '${Vars.price}',
    '${file.terms.html}',
    '${price}',
    '${vars.price:-1}',
    '${env:PRICE}',
    '${}',
  ])('%s is an error: it is none', (text) => {
    expect(fill({ a: text })).toMatchObject({
      value: { a: text },
      findings: [{ code: 'VARIABLE_SYNTAX', path: ['a'], message: `"${text}" is no reference to a variable.` }],
    });
  });

  test.each(['${vars.price per month', 'only ${', '${vars.a ${vars.shop}'])('%s is an error: it has no end', (text) => {
    expect(fill({ a: text }).findings).toMatchObject([
      { code: 'VARIABLE_SYNTAX', path: ['a'], message: expect.stringMatching(/^"\$\{.* has no "\}"\.$/) },
    ]);
  });

  test('never reach into the prototype', () => {
    expect(fill('${vars.constructor}')).toMatchObject({
      value: '${vars.constructor}',
      findings: [{ code: 'VARIABLE_UNKNOWN' }],
    });
  });

  test('of the process that are not set have no value', () => {
    expect(fill({ a: '${env.UNSET}' })).toMatchObject({
      value: { a: '${env.UNSET}' },
      findings: [{ code: 'VARIABLE_UNKNOWN', path: ['a'], message: 'The environment variable UNSET is not set.' }],
    });
  });

  test.each([
    'HOME',
    '__proto__',
    'constructor',
    'LIMIO_CLIENT_SECRET',
    'LIMIO_PROD_CLIENT_ID',
    'LIMIO_TOKEN',
    'GITHUB_TOKEN',
    'limio_client_secret',
    'AWS_SECRET_ACCESS_KEY',
    'PGPASSWORD',
  ])('of the process are refused unless listed, and those named like credentials always: %s', (name) => {
    expect(fill(`x \${env.${name}}`)).toMatchObject({
      value: `x \${env.${name}}`,
      findings: [{ code: 'VARIABLE_REFUSED' }],
    });
  });

  test('of the process cannot bring in a reference to a secret', () => {
    expect(fill('${env.FOREIGN}').findings).toMatchObject([{ code: 'SECRET_REFERENCE' }]);
  });

  test('any text, escaped, comes back as it was', () => {
    const part = fc.constantFrom('$', '{', '}', 'vars.shop', '${', '$${', 'a');
    fc.assert(
      fc.property(
        fc.array(part).map((parts) => parts.join('')),
        (text) => {
          expect(fill(escapeVariables(text))).toMatchObject({ value: text, findings: [] });
        },
      ),
    );
  });
});
