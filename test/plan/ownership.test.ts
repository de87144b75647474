import { describe, expect, test } from 'vitest';
import { resolveEnvironment } from '../../src/config/environments.js';
import { parseConfig } from '../../src/config/parse-config.js';
import { createKindRules } from '../../src/kinds/kinds.js';
import { DEFAULT_DIALECT } from '../../src/model/dialect.js';
import type { JsonObject } from '../../src/model/json.js';
import type { Ownership } from '../../src/model/policies.js';
import { ignoreFields } from '../../src/plan/managed.js';
import { declare, planTenant } from './support/tenant-reader.js';

const kinds = createKindRules(DEFAULT_DIALECT);
const NOBODY: Ownership = { app: [], server: [], git: [] };
const left = (body: JsonObject, ownership: Partial<Ownership>, ignore: string[] = []) =>
  ignoreFields(declare({ 'offer:/offers2/X': body }), ignore, kinds, { ...NOBODY, ...ownership });

const X = 'offer:/offers2/X';

describe('ownership', () => {
  test.each<[string, Partial<Ownership>, string[], JsonObject | undefined]>([
    ["nobody else's", {}, [], { a: { p: 1, q: 2 }, b: 1 }],
    ["the app's field", { app: ['offer:*#/attributes/a'] }, [], { b: 1 }],
    ["the server's field", { server: [`${X}#/attributes/b`] }, [], { a: { p: 1, q: 2 } }],
    ['a part of a field', { app: ['*#/attributes/a/p'] }, [], { a: { q: 2 }, b: 1 }],
    ["the app's object", { app: ['offer:*'] }, [], undefined],
    [
      "git's exception from the app's fields",
      { app: ['offer:*#/attributes/*'], git: [`${X}#/attributes/b`] },
      [],
      { b: 1 },
    ],
    ["git's exception from the app's objects", { app: ['offer:*'], git: [X] }, [], { a: { p: 1, q: 2 }, b: 1 }],
    [
      "git's field above the app's part",
      { app: ['*#/attributes/a/p'], git: ['*#/attributes/a'] },
      [],
      { a: { p: 1, q: 2 }, b: 1 },
    ],
    [
      "git's exception inside the app's object",
      { app: ['offer:*'], git: [`${X}#/attributes/a/p`] },
      [],
      { a: { p: 1 } },
    ],
    [
      "git's exception inside the app's field",
      { app: ['offer:*#/attributes/a'], git: ['*#/attributes/a/q'] },
      [],
      { a: { q: 2 }, b: 1 },
    ],
    ["git's exception that is not declared", { app: ['offer:*'], git: [`${X}#/attributes/z`] }, [], undefined],
    ["git's, and ignored", { git: [X] }, ['offer:*#/attributes/b'], { a: { p: 1, q: 2 } }],
  ])('%s', (_name, ownership, ignore, expected) => {
    const [resource] = left({ a: { p: 1, q: 2 }, b: 1 }, ownership, ignore).desired;
    expect(resource?.body).toEqual(expected && { attributes: expected });
  });

  test('git has a field of every charge in objects that the app owns', () => {
    const charges = [
      { name: 'a', value: '1', label: 'A' },
      { name: 'b', value: '2', label: 'B' },
    ];
    const ownership = { app: ['offer:*'], git: ['offer:*#/attributes/price__limio/*/value'] };
    const { desired, owned } = left({ price__limio: charges, x: 1 }, ownership);
    expect(desired[0]?.body).toEqual({
      attributes: { price__limio: charges.map(({ name, value }) => ({ name, value })) },
    });
    expect(owned).toEqual(
      ['/attributes/price__limio/0/label', '/attributes/price__limio/1/label', '/attributes/x'].map((pointer) => ({
        address: X,
        path: pointer.slice(1).split('/'),
        owner: 'app',
      })),
    );
  });

  test('an object of the app is not deleted, though git has a field of it', async () => {
    const ownership = { ...NOBODY, app: ['promo_code:*'], git: ['promo_code:*#/status'] };
    expect(
      await planTenant({ promoCodes: { A: { status: true } } }, {}, { ownership, scope: { promo_code: ['*'] } }),
    ).toMatchObject({ changes: [], unmanaged: { promo_code: ['A'] } });
  });

  test("the app's fields are never planned or deleted, and the plan warns of declarations without effect", async () => {
    const tenant = {
      offers: { '/offers2/X': { a: 1, b: 1 } },
      promoCodes: { HAND1: { status: true }, OLD: { status: true } },
    };
    const ownership = { ...NOBODY, app: ['offer:*#/attributes/a', 'promo_code:HAND*'] };
    const plan = await planTenant(tenant, { [X]: { a: 2, b: 2 } }, { ownership, scope: { promo_code: ['*'] } });
    expect(plan.changes.map(({ address, fields }) => [address, fields.map(({ path }) => path)])).toEqual([
      [X, ['/attributes/b']],
      ['promo_code:OLD', expect.any(Array)],
    ]);
    expect(plan.warnings.filter(({ code }) => code === 'OWNED_ELSEWHERE')).toEqual([
      {
        code: 'OWNED_ELSEWHERE',
        message: '1 declared field has no effect: the configuration says that the app or the server owns it.',
      },
    ]);
  });

  test.each<[string, string[], number]>([
    ['names the counted quantity', ['promo_code:*#/usage/availableQuantity'], 1],
    ['names what holds it', ['promo_code:A#/usage'], 1],
    ['names whole objects only', ['promo_code:*'], 0],
    ['names another code', ['promo_code:B#/usage/availableQuantity'], 0],
  ])('git that %s moves it: %j', async (_name, git, changes) => {
    const tenant = { promoCodes: { A: { status: true, usage: { availableQuantity: 3 } } } };
    const plan = await planTenant(
      tenant,
      { 'promo_code:A': { promoCode: 'A', status: true, usage: { availableQuantity: 10 } } },
      { ownership: { ...NOBODY, git } },
    );
    expect(plan.changes).toHaveLength(changes);
    // A changed quantity without effect is a warning.
    expect(plan.warnings.filter(({ code }) => code === 'CREATE_ONLY').map(({ message }) => message)).toEqual(
      changes === 1
        ? []
        : [
            '1 declared object differs from the tenant in fields that can only be set at creation; ' +
              'the live value is kept: promo_code:A (usage.availableQuantity).',
          ],
    );
  });

  test('rules of the file and of the environment count together, with codes in upper case', () => {
    const config = parseConfig(
      {
        ownership: { app: ['offer:*#/attributes/a'] },
        environments: {
          x: { tenant: 'acme', ownership: { app: ['promo_code:spring*'], git: [X] } },
          y: { tenant: 'acme2' },
        },
      },
      'limio.config.json',
    );
    expect(resolveEnvironment(config, 'x').ownership).toEqual({
      app: ['promo_code:SPRING*', 'offer:*#/attributes/a'],
      server: [],
      git: [X],
    });
    expect(resolveEnvironment(config, 'y').ownership).toEqual({ app: ['offer:*#/attributes/a'], server: [], git: [] });
  });

  test.each([{ ownership: { app: ['offers:*'] } }, { ownership: { git: ['offer:*#/a'] } }])(
    'a slip is an error, wherever it stands: %j',
    (part) => {
      expect(() => parseConfig({ ...part, environments: { x: { tenant: 'acme' } } }, 'f')).toThrow(
        /ownership\.\w+\[0\]/,
      );
      expect(() => parseConfig({ environments: { x: { tenant: 'acme', ...part } } }, 'f')).toThrow(
        /environments\.x\.ownership\.\w+\[0\]/,
      );
    },
  );
});
