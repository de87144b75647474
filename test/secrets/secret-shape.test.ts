import { describe, expect, test } from 'vitest';
import { findSecretShape, maskSecrets, stepIntoShape } from '../../src/kinds/secrets/hide-in-kinds.js';
import type { Json } from '../../src/model/json.js';

const mask = (value: Json, other: Json) => maskSecrets(value, findSecretShape(other), (leaf) => `#${leaf}`);
const S = '${secret:KEY}';

describe('a value where the other side has a secret', () => {
  test.each<[string, Json, Json, Json]>([
    ['is masked', 'old', S, '#old'],
    ['is masked inside a longer text', 'old', `Bearer ${S}`, '#old'],
    ['is masked at its key only', { token: 'old', name: 'x' }, { token: S, name: 'y' }, { token: '#old', name: 'x' }],
    [
      'is masked as a whole where the type differs',
      { token: { a: ['old', 1, true, null] } },
      { token: S },
      { token: { a: ['#old', '#1', true, null] } },
    ],
    ['is masked as a number', 12345678, S, '#12345678'],
    ['is masked where a list was a text', 'old', [S], '#old'],
    ['is masked where an object was a list', ['old'], { a: S }, ['#old']],
    [
      'is masked in every element that is not the same',
      [
        { id: 1, token: 'old' },
        { id: 2, token: 'plain' },
      ],
      [
        { id: 2, token: 'plain' },
        { id: 3, token: S },
      ],
      [
        { id: 1, token: '#old' },
        { id: 2, token: 'plain' },
      ],
    ],
    ['is masked in a list that is shorter there', ['a', 'old', 'older'], ['a', S], ['a', '#old', '#older']],
    [
      'stays when it is a reference or a digest',
      ['${secret:OTHER}', '${secret:sha256:0123456789ab}'],
      [S],
      ['${secret:OTHER}', '${secret:sha256:0123456789ab}'],
    ],
    ['is masked when only a part of it is a reference', 'old ${secret:OTHER}', S, '#old ${secret:OTHER}'],
    ['stays where the other side only spells the opening', 'old', '${secret:}KEY}', 'old'],
    ['stays where the other side has none', { a: ['old'] }, { a: ['new'] }, { a: ['old'] }],
  ])('%s', (_name, value, other, expected) => {
    expect(mask(value, other)).toEqual(expected);
  });

  test('keys of any name are safe', () => {
    const hostile = JSON.parse('{"__proto__":{"token":"old"},"constructor":"old"}') as Json;
    expect(
      JSON.stringify(mask(hostile, JSON.parse(`{"__proto__":{"token":"${S}"},"constructor":"${S}"}`) as Json)),
    ).toBe('{"__proto__":{"token":"#old"},"constructor":"#old"}');
  });

  test('a path goes through keys and elements', () => {
    const shape = findSecretShape({ attributes: { list: [{ name: 'a', token: S }] } });
    expect(stepIntoShape(shape, '/attributes/list/a/token')).toEqual({
      shape: 'secret',
      inList: [false, false, true, false],
    });
    expect(stepIntoShape(shape, '/attributes/other').shape).toBeUndefined();
  });
});
