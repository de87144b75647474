import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { makeMarker, writeNoPlan, writeTitle } from '../../src/ci/ci.js';
import { formatOutputs } from '../../src/ci/outputs.js';

const lineOf = (environment: string): string =>
  makeMarker('plan', { environment, host: 'acme', folder: '' }).line ?? '';

describe('a marker', () => {
  test('is readable for the names that a configuration allows', () => {
    expect(
      makeMarker('plan', { environment: 'prod-eu_1', host: 'acme.prod.limio.com', folder: 'brands/acme' }),
    ).toEqual({
      line: '<!-- limio-sync:plan:prod-eu_1:brands%2Facme:acme.prod.limio.com -->',
      starts: [
        '<!-- limio-sync:plan:prod-eu_1:brands%2Facme:acme.prod.limio.com -->',
        '<!-- limio-sync:plan:prod-eu_1 -->',
      ],
    });
  });

  test('of an unknown tenant finds the text of that folder and environment', () => {
    expect(makeMarker('plan', { environment: 'prod', folder: '' })).toEqual({
      line: undefined,
      starts: ['<!-- limio-sync:plan:prod:.:', '<!-- limio-sync:plan:prod -->'],
    });
  });

  test('stays one comment on one line, and no two names share one', () => {
    const name = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom('a-->b', 'a--b', 'a-b', 'a-%2Db', '--!>', '\n', 'a---b'),
    );
    fc.assert(
      fc.property(name, name, (a, b) => {
        const marker = lineOf(a);
        expect(marker.slice(4, -3)).not.toMatch(/--|[\n>]/);
        expect(marker === lineOf(b)).toBe(a === b);
      }),
    );
    expect(lineOf('\ud800')).toBe('<!-- limio-sync:plan:%EF%BF%BD:.:acme -->');
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
  expect(writeNoPlan(writeTitle({ environment: 'a`@all<b>\n# x', folder: '' }), 'STALE')).toBe(
    '### Plan for `a__all_b____x`\n\nThere is no plan for the latest commit: `STALE`. The log of the run says why.\n',
  );
});
