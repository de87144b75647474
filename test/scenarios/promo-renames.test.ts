import { expect, test } from 'vitest';
import { startEmulator } from '../../src/emulator/emulator.js';
import { listTouched } from '../../src/journal/entries.js';
import type { JsonObject } from '../../src/model/json.js';
import { buildRollback } from '../../src/plan/rollback.js';
import { openTool } from '../support/chaos/open-tool.js';
import { CHAOS_SECRET } from '../support/chaos/watch-secrets.js';
import {
  type Bench,
  consentToAll,
  parseFiles,
  TEST_CONTEXT,
  TEST_DIALECT,
  withBench,
} from '../support/run-scenario.js';

const PRODUCT = { product: { path: '/products/Discounts' }, ratePlan: { path: '25% Off' } };
const DISCOUNT = {
  discountType: 'DiscountPercentage',
  percentageDiscount: 25,
  durationLength: 3,
  durationType: 'Months',
};

const OLD: JsonObject = {
  promoCode: 'SPRING25',
  applicationLevel: 'wholeBasket',
  status: true,
  description: 'For the spring sale',
  productDetails: PRODUCT,
  usage: { availableQuantity: 40 },
  discount: DISCOUNT,
  edited_by_hand: 'kept',
};

/** What the tenant has after the rename. */
const NEW: JsonObject = { ...OLD, promoCode: 'SUMMER25' };

const code = (name: string, rest = 'moved_from: spring25\n'): string =>
  `kind: promo_code\npromoCode: ${name}\napplicationLevel: wholeBasket\nstatus: true\n` +
  `productDetails: ${JSON.stringify(PRODUCT)}\ndiscount: ${JSON.stringify(DISCOUNT)}\n${rest}`;

const declare = (...files: string[]) => parseFiles(files.map((text, i) => ({ path: `files/${i}.yaml`, text })));

const MOVED = declare(code('summer25'));
const SCOPE = { promo_code: ['*'] };

const seedOf = (...codes: JsonObject[]) => ({
  items: [{ path: '/products/Discounts', data: { record_type: 'product', attributes: {} } }],
  promoCodes: codes,
});

async function withCodes<T>(codes: JsonObject[], use: (bench: Bench) => Promise<T>): Promise<T> {
  return withBench({ seed: seedOf(...codes) }, use);
}

const codes = ({ emulator }: Bench): JsonObject[] => emulator.state().promoCodes.map(({ data }) => data);

const redeemable = (bench: Bench) =>
  codes(bench).flatMap(({ promoCode, status }) => (status === true ? [promoCode] : []));

const writes = ({ emulator }: Bench): string[] =>
  emulator
    .log()
    .filter(({ method, path }) => method !== 'GET' && path.includes('/promo_codes_v2'))
    .map(({ method, status }) => `${method} ${status}`);

test('a renamed promo code is one change that keeps what the files do not manage, and needs one consent', async () => {
  await withCodes([OLD], async (bench) => {
    const plan = await bench.plan(MOVED, SCOPE);
    expect(plan.changes).toMatchObject([
      {
        address: 'promo_code:SUMMER25',
        action: 'update',
        movedFrom: { address: 'promo_code:SPRING25', body: OLD },
        fields: [{ path: '/promoCode', before: 'SPRING25', after: 'SUMMER25' }],
      },
    ]);
    expect(plan.guards.map(({ code: guard, message, consent }) => [guard, message, consent?.value])).toEqual([
      ['DELETE_CONSENT', '1 move to another name needs approval.', '1'],
    ]);
    expect((await bench.apply(plan)).summary).toMatchObject({ withheld: 1, done: 0 });
    expect(codes(bench)).toEqual([OLD]);
    expect((await bench.apply(plan, 1)).summary).toMatchObject({ done: 1 });
    expect(codes(bench)).toEqual([NEW]);
    expect((await bench.plan(MOVED, SCOPE)).changes).toEqual([]);
    expect((await bench.apply(plan, 1)).outcomes).toMatchObject([{ status: 'done', alreadyDone: true }]);
  });
});

test('the plan of a renamed promo code says what does not move along', async () => {
  await withCodes([OLD], async (bench) => {
    const { warnings } = await bench.plan(MOVED, SCOPE);
    expect(warnings.filter(({ code: one }) => one === 'PROMO_CODE_MOVED')).toMatchObject([
      {
        address: 'promo_code:SUMMER25',
        message: expect.stringMatching(/can no longer redeem SPRING25.*usage\.availableQuantity/),
      },
    ]);
  });
});

test('the plan of a renamed promo code lists what names the old code', async () => {
  const items = [
    { path: '/pages/sale', data: { record_type: 'page', attributes: { heading: 'Use SPRING25 now' }, offers: [] } },
    { path: '/offers2/Monthly', data: { record_type: 'offer', attributes: { price__limio: [] } } },
  ];
  const { promoCodes } = seedOf(OLD);
  await withBench({ seed: { items, promoCodes } }, async (bench) => {
    expect((await bench.plan(MOVED, SCOPE)).impact.usedBy).toEqual([
      { address: 'promo_code:SPRING25', users: [{ ref: '/pages/sale', how: 'names it in a text' }] },
    ]);
  });
});

const price = (value: string) => [{ name: 'monthly', value, currencyCode: 'GBP', type: 'recurring' }];

test('a price shows the renamed promo code under its new name only', async () => {
  const items = [
    { path: '/offers2/Monthly', data: { record_type: 'offer', attributes: { price__limio: price('9.99') } } },
  ];
  const { promoCodes } = seedOf(OLD);
  await withBench({ seed: { items, promoCodes } }, async (bench) => {
    const offer = `kind: offer\npath: /offers2/Monthly\nattributes: ${JSON.stringify({ price__limio: price('10.99') })}\n`;
    const { impact } = await bench.plan(declare(code('summer25'), offer), SCOPE);
    expect(impact.prices).toMatchObject([{ promoCodes: ['promo_code:SUMMER25'] }]);
  });
});

test('a renamed promo code can never be redeemed under both names, and under none for one call only', async () => {
  await withCodes([OLD], async (bench) => {
    await bench.apply(await bench.plan(MOVED, SCOPE), 1);
    expect(writes(bench)).toEqual(['POST 200', 'DELETE 200', 'PUT 200']);
  });
});

test('a renamed promo code keeps its status where no file declares it', async () => {
  for (const status of [true, false]) {
    for (const nth of [1, 2]) {
      await withCodes([{ ...OLD, status }], async (bench) => {
        const files = declare(code('summer25').replace('status: true\n', ''));
        bench.emulator.faults.replace([{ operation: 'put-promo', nth, fault: 'status', status: 400 }]);
        await bench.apply(await bench.plan(files, SCOPE), 1);
        bench.emulator.faults.replace([]);
        const next = await bench.plan(files, SCOPE);
        if (nth === 1) expect(next.guards.map(({ code: guard }) => guard)).toEqual([]);
        await bench.apply(next, 1);
        expect(codes(bench)).toEqual([{ ...NEW, status }]);
      });
    }
  }
});

test('a promo code without a description is renamed, too, also where fields cannot be cleared', async () => {
  const { description: _description, ...plain } = OLD;
  for (const removal of ['null', 'unsupported'] as const) {
    for (const nth of [1, 2]) {
      const dialect = { ...TEST_DIALECT, promo: { ...TEST_DIALECT.promo, removal } };
      await withBench({ seed: seedOf(plain), dialect, clientDialect: dialect }, async (bench) => {
        bench.emulator.faults.replace([{ operation: 'put-promo', nth, fault: 'status', status: 400 }]);
        await bench.apply(await bench.plan(MOVED, SCOPE), 1);
        bench.emulator.faults.replace([]);
        await bench.apply(await bench.plan(MOVED, SCOPE), 1);
        const left = removal === 'null' ? {} : { description: '' };
        expect(codes(bench)).toEqual([{ ...plain, promoCode: 'SUMMER25', ...left }]);
        expect((await bench.plan(MOVED, SCOPE)).changes).toEqual([]);
      });
    }
  }
});

test.each([
  ['the parked copy', 'create-promo', ['SPRING25'], ['SPRING25']],
  ['the deletion', 'delete-promo', ['SPRING25', 'SUMMER25'], ['SPRING25']],
  ['the last write', 'put-promo', ['SUMMER25'], []],
] as const)(
  'a rename of a promo code that fails at %s is finished by the next plan without another kind of consent',
  async (_, operation, left, usable) => {
    await withCodes([OLD], async (bench) => {
      const plan = await bench.plan(MOVED, SCOPE);
      bench.emulator.faults.replace([{ operation, nth: 1, fault: 'status', status: 400 }]);
      expect((await bench.apply(plan, 1)).outcomes).toMatchObject([
        { address: 'promo_code:SUMMER25', status: 'failed' },
      ]);
      expect(codes(bench).map(({ promoCode }) => promoCode)).toEqual(left);
      expect(redeemable(bench)).toEqual(usable);
      bench.emulator.faults.replace([]);
      const next = await bench.plan(MOVED, SCOPE);
      expect(next.changes.map(({ address }) => address)).toEqual(['promo_code:SUMMER25']);
      expect(next.guards.filter(({ code: guard }) => guard !== 'DELETE_CONSENT')).toEqual([]);
      await bench.apply(next, 1);
      expect(codes(bench)).toEqual([NEW]);
      expect((await bench.plan(MOVED, SCOPE)).changes).toEqual([]);
    });
  },
);

test('the rename of a code that is stored under another name is finished, too', async () => {
  await withBench({ seed: { promoCodes: [{ name: 'SpringSale', data: OLD }] } }, async (bench) => {
    const files = MOVED;
    bench.emulator.faults.replace([{ operation: 'delete-promo', nth: 1, fault: 'status', status: 400 }]);
    await bench.apply(await bench.plan(files), 1);
    expect(redeemable(bench)).toEqual(['SPRING25']);
    bench.emulator.faults.replace([]);
    const next = await bench.plan(files);
    expect(next.changes).toMatchObject([{ movedFrom: { address: 'promo_code:SPRING25' } }]);
    await bench.apply(next, 1);
    expect(codes(bench)).toEqual([NEW]);
  });
});

test('a saved plan of a promo code whose rename failed half-way can be applied again', async () => {
  await withCodes([OLD], async (bench) => {
    const plan = await bench.plan(MOVED, SCOPE);
    bench.emulator.faults.replace([{ operation: 'put-promo', nth: 1, fault: 'status', status: 400 }]);
    await bench.apply(plan, 1);
    bench.emulator.faults.replace([]);
    expect((await bench.apply(plan, 1)).summary).toMatchObject({ done: 1 });
    expect(codes(bench)).toEqual([NEW]);
  });
});

const edit = ({ emulator }: Bench, data: JsonObject): void => emulator.edit.promoCode('SPRING25', data);

test('redemptions since the plan move along with the promo code; an edit since the plan stops the rename', async () => {
  await withCodes([OLD], async (bench) => {
    const plan = await bench.plan(MOVED, SCOPE);
    edit(bench, { ...OLD, usage: { availableQuantity: 33 } });
    expect((await bench.apply(plan, 1)).summary).toMatchObject({ done: 1 });
    expect(codes(bench)).toEqual([{ ...NEW, usage: { availableQuantity: 33 } }]);
  });
  for (const change of [{ description: 'another' }, { usage: { availableQuantity: 50 } }]) {
    await withCodes([OLD], async (bench) => {
      const plan = await bench.plan(MOVED, SCOPE);
      edit(bench, { ...OLD, ...change });
      expect((await bench.apply(plan, 1)).outcomes).toMatchObject([{ status: 'failed', error: { code: 'STALE' } }]);
      expect(codes(bench)).toEqual([{ ...OLD, ...change }]);
    });
  }
});

test('a declared quantity of a renamed promo code does not refill it, unless the file owns it', async () => {
  const quantity = 'usage: { availableQuantity: 100 }\n';
  await withCodes([OLD], async (bench) => {
    const files = declare(code('summer25') + quantity);
    const plan = await bench.plan(files, SCOPE);
    expect(plan.warnings.map(({ code: one }) => one)).toContain('CREATE_ONLY');
    await bench.apply(plan, 1);
    expect(codes(bench)).toEqual([NEW]);
  });
  await withCodes([OLD], async (bench) => {
    const files = declare(`${code('summer25')}${quantity}ownership: { usage.availableQuantity: git }\n`);
    const plan = await bench.plan(files, SCOPE);
    expect(plan.guards.map(({ code: guard }) => guard)).toEqual(['DELETE_CONSENT', 'PROMO_BROADER']);
    await bench.apply(plan, consentToAll(plan));
    expect(codes(bench)).toEqual([{ ...NEW, usage: { availableQuantity: 100 } }]);
  });
});

test('a renamed promo code that gives more than the old one needs the consent for that, too', async () => {
  await withCodes([OLD], async (bench) => {
    const files = declare(code('summer25').replace('"percentageDiscount":25', '"percentageDiscount":50'));
    const plan = await bench.plan(files, SCOPE);
    expect(plan.guards.map(({ code: guard }) => guard)).toEqual(['DELETE_CONSENT', 'PROMO_BROADER']);
    expect((await bench.apply(plan, 1)).summary).toMatchObject({ withheld: 1 });
    expect(codes(bench)).toEqual([OLD]);
  });
});

test('a promo code is not renamed while the list of promo codes is incomplete', async () => {
  await withCodes([OLD], async (bench) => {
    bench.emulator.faults.replace([{ operation: 'list-promos', fault: 'status', status: 400 }]);
    const plan = await bench.plan(MOVED, SCOPE);
    expect(plan.withheld).toMatchObject([{ address: 'promo_code:SUMMER25', reason: 'INCOMPLETE_READ' }]);
    expect((await bench.apply(plan, consentToAll(plan))).summary).toMatchObject({ done: 0, withheld: 1 });
  });
});

test('a rename of a promo code without moved_from is offered where its content is the same', async () => {
  const other = { ...OLD, promoCode: 'AUTUMN', discount: { ...DISCOUNT, percentageDiscount: 10 } };
  await withCodes([OLD, other], async (bench) => {
    const hints = async (...files: string[]) =>
      (await bench.plan(declare(...files), SCOPE)).warnings.flatMap(({ code: one, message, hint }) =>
        one === 'RENAME_LIKELY' ? [[message, hint]] : [],
      );
    expect(await hints(code('summer25', 'usage: { availableQuantity: 100 }\n'))).toEqual([
      [
        'promo_code:SUMMER25 has the content of promo_code:SPRING25, which this plan deletes: ' +
          'its fields that no file declares would be lost.',
        'If it is the same promo code under a new name, add to files/0.yaml: moved_from: SPRING25',
      ],
    ]);
    expect(await hints(code('summer25', '').replace(':25,', ':30,'))).toEqual([]);
    expect(await hints(code('summer25'))).toEqual([]);
  });
});

test('moved_from renames nothing while both promo codes are in use, and the plan says so', async () => {
  await withCodes([OLD, { ...NEW, status: false }], async (bench) => {
    const plan = await bench.plan(MOVED);
    expect(plan.changes).toMatchObject([{ address: 'promo_code:SUMMER25', action: 'update' }]);
    expect(plan.changes[0]).not.toHaveProperty('movedFrom');
    expect(plan.warnings.map(({ code: one }) => one)).toContain('MOVED_FROM');
  });
});

test.each([
  ['that is done', [], [NEW]],
  [
    'that failed at the deletion',
    [{ operation: 'delete-promo', nth: 1, fault: 'status', status: 400 }],
    [OLD, expect.objectContaining({ promoCode: 'SUMMER25', status: false })],
  ],
  [
    'that failed at the last write',
    [{ operation: 'put-promo', nth: 1, fault: 'status', status: 400 }],
    [expect.objectContaining({ promoCode: 'SUMMER25', status: false })],
  ],
] as const)('the rollback of a rename of a promo code %s restores the old one', async (_, faults, left) => {
  const tenant = await startEmulator({ clientSecret: CHAOS_SECRET, seed: seedOf(OLD) });
  const tool = openTool(tenant.url, { files: { 'new.yaml': code('summer25') }, scope: SCOPE });
  try {
    const plan = await tool.plan();
    tenant.faults.replace(faults);
    const { journal } = await tool.apply(plan);
    tenant.faults.replace([]);
    expect(tenant.state().promoCodes.map(({ data }) => data)).toEqual(left);
    // One was used in the meantime.
    if (faults.length === 0) tenant.edit.promoCode('SUMMER25', { ...NEW, usage: { availableQuantity: 39 } });
    const rollback = buildRollback({ id: 'run-1', plan, touched: listTouched(journal) }, TEST_CONTEXT);
    const { result } = await tool.apply(rollback);
    expect(result.summary).toMatchObject({ failed: 0, blocked: 0, withheld: 0, unverified: 0 });
    expect(tenant.state().promoCodes.map(({ data }) => data)).toEqual([OLD]);
  } finally {
    await tool.close();
    await tenant.close();
  }
});
