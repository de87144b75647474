import { describe, expect, test } from 'vitest';
import { validateSources } from '../../src/source/source.js';
import { interpolateVariables } from '../../src/source/variables.js';

const values = new Map([
  ['key', '${secret:ACME_KEY}'],
  ['head', '${sec'],
  ['dollar', '$'],
  ['plain', 'x'],
]);
const fill = (text: string) => interpolateVariables({ a: text }, { environment: 'prod', values });

describe('secrets in files', () => {
  test.each([
    ['${vars.key}', '${secret:ACME_KEY}'],
    ['Bearer ${vars.key}', 'Bearer ${secret:ACME_KEY}'],
    ['${vars.key}${vars.key}', '${secret:ACME_KEY}${secret:ACME_KEY}'],
    ['${vars.dollar}${vars.key}', '$${secret:ACME_KEY}'],
    ['$${vars.key}', '${vars.key}'],
  ])('%s becomes %s', (text, expected) => {
    expect(fill(text)).toMatchObject({ value: { a: expected }, findings: [] });
  });

  test.each([
    '${secret:ACME_KEY}',
    'x ${secret:',
    '$${secret:ACME_KEY}',
    '${vars.head}ret:ACME_KEY}',
    '${vars.dollar}{secret:ACME_KEY}',
    '${vars.key} ${secret:ACME_KEY}',
  ])('%s is an error: only a variable can refer to a secret', (text) => {
    expect(fill(text).findings).toMatchObject([{ code: 'SECRET_REFERENCE', path: ['a'] }]);
  });

  test('a reference spelled in a file is an error without a configuration as well', () => {
    const text = 'kind: offer\npath: /offers2/A\nattributes:\n  display_name__limio: "${secret:ACME_KEY}"\n';
    const { problems } = validateSources([{ path: 'a.yaml', text }], { environments: [] });
    expect(problems).toMatchObject([{ code: 'SECRET_REFERENCE', severity: 'error', line: 4 }]);
  });

  test.each([
    ['a name', 'kind: journey\nname: "${vars.key}"\nstarting_point: /a/\nfallback_tag: /b/\n', ['SECRET_REFERENCE']],
    ['a path', 'kind: offer\npath: "/offers2/${vars.key}"\nattributes:\n  own: 1\n', ['SECRET_REFERENCE']],
    [
      'a reference',
      'kind: offer\npath: /offers2/A\nattributes:\n  upgrade_offers__limio:\n    - path: "/offers2/${vars.key}"\n',
      ['SECRET_REFERENCE'],
    ],
  ])('cannot be %s', (_name, text, codes) => {
    const { problems } = validateSources([{ path: 'a.yaml', text }], {
      environments: [{ name: 'prod', vars: Object.fromEntries(values) }],
    });
    expect(problems.filter(({ severity }) => severity === 'error').map(({ code }) => code)).toEqual(codes);
  });
});
