import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareThreeWays } from '../../../src/plan/causes/compare-three-ways.js';
import { createJourneyCodec } from '../../../src/kinds/journey/codec.js';
import { createKindRules } from '../../../src/kinds/kinds.js';
import type { Address } from '../../../src/model/address.js';
import { DEFAULT_DIALECT } from '../../../src/model/dialect.js';
import type { Json } from '../../../src/model/json.js';
import { declare } from '../support/tenant-reader.js';

const context = { rules: createKindRules(DEFAULT_DIALECT).offer, codec: createJourneyCodec('assumed', []) };
const ADDRESS: Address = 'offer:/offers2/X';
type Attributes = Record<string, Json>;

/** The cause of each changed attribute, by name. */
function listCauses(base: Attributes, files: Attributes, live: Attributes): Record<string, string> {
  const drift = compareThreeWays(
    {
      base: { body: { attributes: base } },
      files: declare({ [ADDRESS]: files })[0],
      live: {
        address: ADDRESS,
        kind: 'offer',
        name: '/offers2/X',
        body: { attributes: live },
        atHead: true,
        record: {},
      },
      isOwned: false,
    },
    context,
  );
  return Object.fromEntries((drift?.fields ?? []).map(({ path, cause }) => [path.replace('/attributes/', ''), cause]));
}

/** What one side does to each attribute: nothing, or one of two other values. */
const move = fc.constantFrom<0 | 1 | 2>(0, 1, 2);
const plans = fc.dictionary(fc.stringMatching(/^[a-z]{1,6}$/), fc.record({ app: move, git: move }), {
  minKeys: 1,
  maxKeys: 8,
});

const EXPECTED = (app: number, git: number): string | undefined =>
  app === 0 && git === 0 ? undefined : app === git ? 'same' : git === 0 ? 'app' : app === 0 ? 'git' : 'both';

describe('three ways', () => {
  test('find exactly the attributes that a side changed, each with its cause', () => {
    fc.assert(
      fc.property(plans, (plan) => {
        const side = (pick: (one: { app: number; git: number }) => number): Attributes =>
          Object.fromEntries(Object.entries(plan).map(([key, one]) => [key, `value ${pick(one)}`]));
        const wanted = Object.entries(plan).flatMap(([key, { app, git }]) =>
          EXPECTED(app, git) === undefined ? [] : [[key, EXPECTED(app, git)]],
        );
        expect(
          listCauses(
            side(() => 0),
            side(({ git }) => git),
            side(({ app }) => app),
          ),
        ).toEqual(Object.fromEntries(wanted));
      }),
    );
  });

  test('find nothing after an apply, whatever the values', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.stringMatching(/^[a-z]{1,6}$/), fc.jsonValue()), (attributes) => {
        const body = attributes as Attributes;
        expect(listCauses(body, body, body)).toEqual({});
      }),
    );
  });
});
