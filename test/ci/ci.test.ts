import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { makeMarker, writeNoPlan } from '../../src/ci/ci.js';
import { formatOutputs } from '../../src/ci/outputs.js';

describe('a marker', () => {
  test('is readable for the names that a configuration allows', () => {
    expect(makeMarker('plan', 'prod-eu_1')).toBe('<!-- limio-sync:plan:prod-eu_1 -->');
  });

  test('stays one comment on one line, and no two names share one', () => {
    const name = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom('a-->b', 'a--b', 'a-b', 'a-%2Db', '--!>', '\n', 'a---b'),
    );
    fc.assert(
      fc.property(name, name, (a, b) => {
        const marker = makeMarker('plan', a);
        expect(marker.slice(4, -3)).not.toMatch(/--|[\n>]/);
        expect(marker === makeMarker('plan', b)).toBe(a === b);
      }),
    );
    expect(makeMarker('plan', '\ud800')).toBe('<!-- limio-sync:plan:%EF%BF%BD -->');
  });
});

describe('an output', () => {
  test('of many lines is read back whole', () => {
    expect(
      formatOutputs(
        [
          ['a', '1'],
          ['b', 'x\ny=2'],
        ],
        'EOF',
      ),
    ).toBe('a<<EOF\n1\nEOF\nb<<EOF\nx\ny=2\nEOF\n');
  });

  test('that holds the delimiter is refused', () => {
    expect(() => formatOutputs([['a', 'x\nEOF\nfingerprint=forged']], 'EOF')).toThrow('its own delimiter');
  });
});

test('the name of an environment from a hostile plan file breaks out of nothing', () => {
  expect(writeNoPlan('a`@all<b>\n# x', 'STALE')).toBe(
    '### Plan for `a__all_b____x`\n\nThere is no plan for the latest commit: `STALE`. The log of the run says why.\n',
  );
});
