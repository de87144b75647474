import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createSecretCodec } from '../../src/kinds/secrets/secret-codec.js';

const codec = createSecretCodec(
  new Map([
    ['KEY', 's3cret-value'],
    ['LONGER', 's3cret-value-and-more'],
    ['SAME', 's3cret-value'],
    ['PATTERN', 'a.*(b)|$&c'],
  ]),
);
const sha = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 12);

describe('texts with secrets', () => {
  test.each([
    ['s3cret-value', '${secret:KEY}'],
    ['Bearer s3cret-value', 'Bearer ${secret:KEY}'],
    ['s3cret-value-and-more s3cret-value', '${secret:LONGER} ${secret:KEY}'],
    ['a.*(b)|$&c', '${secret:PATTERN}'],
    ['aXX(b)|$&c', 'aXX(b)|$&c'],
    ['${secret:KEY}', '${secret:}KEY}'],
    ['$${secret:KEY}', '$${secret:}KEY}'],
    ['${secret:}', '${secret:}}'],
    ['${secret:sha256:0123456789ab}', '${secret:}sha256:0123456789ab}'],
    ['$s3cret-value', '$${secret:KEY}'],
    ['${vars.x}', '${vars.x}'],
  ])('%j is hidden as %j and comes back', (text, hidden) => {
    expect(codec.hide(text)).toBe(hidden);
    expect(codec.reveal(hidden)).toBe(text);
  });

  test('any text comes back, holds no secret while hidden, and is spelled in one way', () => {
    const part = fc.oneof(
      fc.string({ maxLength: 5 }),
      fc.constantFrom(
        '$',
        '${',
        'secret:',
        '${secret:',
        '}',
        'KEY',
        's3cret',
        '-value',
        's3cret-value',
        '-and-more',
        '${secret:KEY}',
        'a.*(b)|$&c',
      ),
    );
    fc.assert(
      fc.property(
        fc.array(part, { maxLength: 8 }).map((parts) => parts.join('')),
        (text) => {
          const hidden = codec.hide(text);
          expect(codec.reveal(hidden)).toBe(text);
          expect(hidden).not.toContain('s3cret-value');
          expect(codec.recode(hidden)).toBe(hidden);
        },
      ),
      { numRuns: 500 },
    );
  });

  test('two names of one value have one spelling, as has the value itself', () => {
    expect([codec.recode('${secret:SAME}'), codec.recode('${secret:KEY}'), codec.recode('s3cret-value')]).toEqual([
      '${secret:KEY}',
      '${secret:KEY}',
      '${secret:KEY}',
    ]);
  });

  test('a digest is made of the revealed text, does not change, and is never sent', () => {
    const digest = codec.digest('Bearer ${secret:KEY}');
    expect(digest).toBe(`\${secret:sha256:${sha('Bearer s3cret-value')}}`);
    expect(codec.recode(digest)).toBe(digest);
    expect(() => codec.reveal(digest)).toThrow('refers to an unknown secret');
    expect(() => codec.reveal('${secret:NOBODY}')).toThrow('refers to an unknown secret');
    expect(codec.digest(12345678)).not.toBe(codec.digest('12345678'));
  });

  test('people see digests', () => {
    expect(codec.show('Bearer ${secret:KEY}, ${secret:sha256:0123456789ab}, ${secret:}KEY}')).toBe(
      `Bearer (secret, sha256:${sha('s3cret-value')}), (secret, sha256:0123456789ab), \${secret:KEY}`,
    );
  });
});
