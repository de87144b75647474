import { describe, expect, it } from 'vitest';
import { parseEmulatorDialect, resolveDialect } from '../../src/emulator/options.js';
import { LimioError } from '../../src/errors/errors.js';
import { DEFAULT_DIALECT } from '../../src/model/dialect.js';

describe('dialect options', () => {
  it('nest by their dots, the later of two winning', () => {
    expect(
      parseEmulatorDialect([
        'bulkUpdate.wrapper=bare',
        'journeyPut=merge',
        'bulkUpdate.wrapper=attributes',
        'bulkUpdate.maxDiffs=5',
        'promo.fixedAmountType=A=B',
        'journeyCodec=assumed',
      ]),
    ).toEqual({
      journeyPut: 'merge',
      journeyCodec: 'assumed',
      bulkUpdate: { wrapper: 'attributes', maxDiffs: 5 },
      promo: { fixedAmountType: 'A=B' },
    });
  });

  it('take journey templates as JSON', () => {
    const templates = { conditions: { country: { in: '$values' } }, actions: {} };
    expect(parseEmulatorDialect([`journeyCodec=${JSON.stringify(templates)}`])).toEqual({ journeyCodec: templates });
  });

  it('know every setting of the model', () => {
    const keys = Object.entries(DEFAULT_DIALECT).flatMap(([key, value]) =>
      typeof value === 'object' ? Object.keys(value).map((inner) => `${key}.${inner}`) : [key],
    );
    for (const key of keys) {
      let hint = '';
      try {
        parseEmulatorDialect([`${key}=`]);
      } catch (error) {
        hint = error instanceof LimioError ? (error.hint ?? '') : '';
      }
      expect(hint, key).toMatch(/^Allowed: /);
    }
  });

  it.each([
    ['bulkUpdate.wraper=bare', /bulkUpdate.wrapper, bulkUpdate.merge/],
    ['bulkUpdate.wrapper=Bare', /Allowed: bare, attributes, data.attributes/],
    ['bulkUpdate.maxDiffs=0', /whole number/],
    ['journeyCodec={"a":1}', /assumed, or JSON/],
    ['__proto__=1', /Known settings/],
    ['merge', /key=value/],
  ])('refuse %s and say what is allowed', (pair, hint) => {
    expect(() => parseEmulatorDialect([pair])).toThrow(
      expect.objectContaining({ code: 'USAGE', hint: expect.stringMatching(hint) }),
    );
  });

  it('left out stand at the defaults, nested ones too', () => {
    expect(resolveDialect({ bulkUpdate: { merge: 'deep' } })).toEqual({
      ...DEFAULT_DIALECT,
      ...resolveDialect({}),
      bulkUpdate: { ...DEFAULT_DIALECT.bulkUpdate, merge: 'deep' },
    });
  });
});
