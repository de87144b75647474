import { describe, expect, onTestFinished, test } from 'vitest';
import { runTrial } from '../../src/doctor/learn/learn.js';
import type { FaultRule } from '../../src/emulator/faults/fault-rules.js';
import type { DialectOverrides } from '../../src/emulator/options.js';
import { getAt, isJsonObject, type JsonObject, parsePointer } from '../../src/model/json.js';
import { canarySeed, learnAll, listTrials, managedState, openDialectProbe } from './support/learn-all.js';
import { openTenant } from './support/open-probe.js';

const WRAPPERS = ['bare', 'attributes', 'data.attributes'] as const;
const MERGES = ['shallow', 'deep'] as const;
const REMOVALS = ['null', 'unsupported'] as const;
const PUTS = ['replace', 'merge'] as const;
const READS = ['typed', 'catalog_items'] as const;
const LISTS = ['object', 'array', 'items'] as const;
const FIXED = ['DiscountFixedAmount', 'FixedAmount'] as const;

/** Every value of every setting that can be learned, in every combination. */
const COMBINATIONS: DialectOverrides[] = WRAPPERS.flatMap((wrapper) =>
  MERGES.flatMap((merge) =>
    REMOVALS.flatMap((removal) =>
      PUTS.flatMap((journeyPut) =>
        REMOVALS.flatMap((promoRemoval) =>
          READS.flatMap((catalogRead) =>
            LISTS.flatMap((journeyList) =>
              FIXED.map((fixedAmountType) => ({
                journeyPut,
                catalogRead,
                journeyList,
                bulkUpdate: { wrapper, merge, removal },
                promo: { removal: promoRemoval, fixedAmountType },
              })),
            ),
          ),
        ),
      ),
    ),
  ),
);

/** CHAOS=full takes all of them; every eleventh still has each value of each setting many times. */
const CHOSEN = process.env['CHAOS'] === 'full' ? COMBINATIONS : COMBINATIONS.filter((_, i) => i % 11 === 0);

describe('what is learned by trying', () => {
  test(`is the dialect of the tenant, in each of ${CHOSEN.length} dialects, and every object is as before`, async () => {
    for (const dialect of CHOSEN) {
      const tenant = await openTenant({ dialect, seed: canarySeed(dialect.promo?.fixedAmountType) });
      const before = managedState(tenant);
      const learned = await learnAll(tenant);
      expect(learned.dialect, JSON.stringify(dialect)).toEqual(dialect);
      const isStuck = dialect.bulkUpdate?.removal === 'unsupported' && dialect.bulkUpdate.wrapper !== 'bare';
      const stray = dialect.bulkUpdate?.wrapper === 'attributes' ? '/data/description__limio' : '/description__limio';
      expect(
        learned.findings.map(({ notRestored, changedByOthers, failure }) => ({
          notRestored,
          changedByOthers,
          failure,
        })),
      ).toEqual([
        { notRestored: isStuck ? [stray] : [], changedByOthers: [] },
        { notRestored: [], changedByOthers: [] },
        { notRestored: [], changedByOthers: [] },
      ]);
      // A stray key that cannot be removed is reported, and has the value of the attribute.
      const offer = tenant.state().items.find(({ path }) => path === '/offers2/Scratch');
      if (isStuck && offer) expect(getAt(offer, parsePointer(stray)), JSON.stringify(dialect)).toBe('For trials');
      else expect(managedState(tenant), JSON.stringify(dialect)).toEqual(before);
      await tenant.close();
    }
  }, 120_000);

  test.each<[string, FaultRule[]]>([
    [
      'every other write is answered with 502 and carried out',
      [{ operation: 'write', every: 2, fault: 'status', status: 502, when: 'after' }],
    ],
    [
      'every other write is answered with 502 and not carried out',
      [{ operation: 'write', every: 2, fault: 'status', status: 502, when: 'before' }],
    ],
    ['answers get lost on the way', [{ operation: 'write', every: 3, fault: 'drop-connection', when: 'after' }]],
    ['reads fail now and then', [{ operation: 'read', every: 3, fault: 'status', status: 503 }]],
  ])(
    'although %s',
    async (_name, faults) => {
      for (const wrapper of WRAPPERS) {
        const tenant = await openTenant({
          dialect: { bulkUpdate: { wrapper, merge: 'deep' }, journeyPut: 'merge' },
          seed: canarySeed(),
          faults,
        });
        const before = managedState(tenant);
        const { dialect, findings } = await learnAll(tenant);
        expect(dialect).toMatchObject({
          bulkUpdate: { wrapper, merge: 'deep', removal: 'null' },
          journeyPut: 'merge',
          promo: { removal: 'null' },
        });
        expect(findings.flatMap(({ notRestored, changedByOthers }) => [...notRestored, ...changedByOthers])).toEqual(
          [],
        );
        expect(managedState(tenant)).toEqual(before);
        await tenant.close();
      }
    },
    120_000,
  );

  test('whatever goes wrong at random, nothing wrong is learned and nothing left is kept quiet', async () => {
    for (let seed = 1; seed <= 40; seed++) {
      const bulkUpdate = {
        wrapper: WRAPPERS[seed % 3] ?? 'bare',
        merge: MERGES[seed % 2] ?? 'deep',
        removal: 'null',
      } as const;
      const tenant = await openTenant({
        dialect: { bulkUpdate },
        seed: canarySeed(),
        faults: [
          {
            operation: 'bulk-update',
            probability: 0.5,
            fault: 'status',
            status: 502,
            when: seed % 2 === 0 ? 'after' : 'before',
          },
          { operation: 'bulk-update', probability: 0.3, fault: 'drop-connection', when: 'after' },
          { operation: 'put-journey', probability: 0.6, fault: 'status', status: 500, when: 'after' },
          { operation: 'put-promo', probability: 0.8, fault: 'status', status: 503 },
        ],
      });
      const before = managedState(tenant);
      const { dialect, findings } = await learnAll(tenant);
      expect({ bulkUpdate, journeyPut: 'replace', promo: { removal: 'null' } }).toMatchObject(
        without(dialect, ['catalogRead', 'journeyList', 'fixedAmountType']),
      );
      if (findings.every(({ notRestored }) => notRestored.length === 0)) expect(managedState(tenant)).toEqual(before);
      await tenant.close();
    }
  }, 120_000);

  test('a tenant that refuses every write teaches nothing, and the objects stay as they are', async () => {
    const tenant = await openTenant({
      seed: canarySeed(),
      faults: [{ operation: 'write', fault: 'status', status: 400 }],
    });
    const before = managedState(tenant);
    const { findings } = await learnAll(tenant);
    expect(
      findings.map(({ notLearned, learned }) => [
        learned.map(({ setting }) => setting),
        notLearned.map(({ setting }) => setting),
      ]),
    ).toEqual([
      [[], ['bulkUpdate.wrapper', 'bulkUpdate.removal', 'bulkUpdate.merge']],
      [[], ['journeyPut']],
      // A tenant that refuses null does not remove by null.
      [['promo.removal'], []],
    ]);
    expect(managedState(tenant)).toEqual(before);
  });

  test('what a colleague changes meanwhile is told and left alone', async () => {
    const tenant = await openTenant({ seed: canarySeed() });
    const probe = openDialectProbe(tenant);
    onTestFinished(() => probe.close());
    const [trial] = listTrials(probe);
    const saved = await trial?.read();
    if (!trial || saved === undefined) throw new Error('test misuse: no canary');
    tenant.edit.item('/offers2/Scratch', { display_name__limio: 'Renamed' });
    const finding = await runTrial(trial, saved, { isStopped: () => false, onRestore: () => undefined });
    expect(finding).toMatchObject({ notRestored: [], changedByOthers: ['/data/attributes/display_name__limio'] });
  });

  test('without an object to merge into, a temporary attribute serves where removal works', async () => {
    const item = {
      path: '/offers2/Scratch',
      data: { record_type: 'offer', products: [], attributes: { description__limio: 'For trials' } },
    };
    for (const [merge, removal, expected] of [
      ['deep', 'null', 'deep'],
      ['shallow', 'null', 'shallow'],
      ['deep', 'unsupported', undefined],
    ] as const) {
      const tenant = await openTenant({
        dialect: { bulkUpdate: { merge, removal } },
        seed: { ...canarySeed(), items: [item] },
      });
      const before = managedState(tenant);
      const { dialect, findings } = await learnAll(tenant);
      expect((dialect['bulkUpdate'] as JsonObject)['merge']).toBe(expected);
      expect(findings[0]?.notLearned.map(({ setting }) => setting)).toEqual(
        expected === undefined ? ['bulkUpdate.merge'] : [],
      );
      expect(managedState(tenant)).toEqual(before);
    }
  });

  test('an interruption stops the trying and not the putting back', async () => {
    const tenant = await openTenant({ seed: canarySeed() });
    const before = managedState(tenant);
    const probe = openDialectProbe(tenant);
    onTestFinished(() => probe.close());
    const [trial] = listTrials(probe);
    const saved = await trial?.read();
    if (!trial || saved === undefined) throw new Error('test misuse: no canary');
    const finding = await runTrial(trial, saved, {
      isStopped: () => tenant.log().some(({ method }) => method === 'PUT'),
      onRestore: () => undefined,
    });
    expect(finding.learned.map(({ setting }) => setting)).toEqual(['bulkUpdate.wrapper']);
    expect(finding.notLearned.map(({ reason }) => reason)).toEqual(['interrupted', 'interrupted']);
    expect(managedState(tenant)).toEqual(before);
  });
});

/** A copy without these keys, at any depth. */
function without(value: JsonObject, keys: readonly string[]): JsonObject {
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !keys.includes(key))
      .map(([key, inner]) => [key, isJsonObject(inner) ? without(inner, keys) : inner]),
  );
}
