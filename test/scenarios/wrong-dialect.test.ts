import { describe, expect, test } from 'vitest';
import { chooseExitCode } from '../../src/apply/result.js';
import { loadSeed } from '../../src/emulator/seed.js';
import { compareBodies } from '../../src/kinds/compare.js';
import { buildFieldRules } from '../../src/kinds/kind-definition.js';
import type { Dialect } from '../../src/model/dialect.js';
import type { JsonObject } from '../../src/model/json.js';
import type { DesiredResource } from '../../src/model/model.js';
import { consentToAll, TEST_DIALECT, withBench } from '../support/run-scenario.js';
import { writeSeed } from '../support/write-seed.js';

type BulkUpdate = Dialect['bulkUpdate'];

const DIALECTS: BulkUpdate[] = (['bare', 'attributes', 'data.attributes'] as const).flatMap((wrapper) =>
  (['shallow', 'deep'] as const).flatMap((merge) =>
    (['null', 'unsupported'] as const).map((removal) => ({ wrapper, merge, removal, maxDiffs: 50 })),
  ),
);

const nameOf = ({ wrapper, merge, removal }: BulkUpdate): string => `${wrapper} ${merge} ${removal}`;
const PAIRS = DIALECTS.flatMap((client) =>
  DIALECTS.filter((tenant) => tenant !== client).map(
    (tenant) => [nameOf(client), nameOf(tenant), client, tenant] as const,
  ),
);

/** Twelve offers; each file changes a text and an object and, where the client believes it can, clears a key and an attribute. */
const COUNT = 12;
const pathOf = (i: number): string => `/offers2/Offer ${i}`;
const LIVE: JsonObject = {
  display_name__limio: 'Old',
  term__limio: { length: 1, type: 'months', renewal_trigger: 'ORDER' },
  badge_text__limio: 'New',
  kept: 'by hand',
};
const CLEARED: JsonObject = {
  display_name__limio: 'New',
  term__limio: { length: 12, type: 'months' },
  kept: 'by hand',
};
const CHANGED: JsonObject = {
  ...LIVE,
  display_name__limio: 'New',
  term__limio: { length: 12, type: 'months', renewal_trigger: 'ORDER' },
};

const tenant = Array.from({ length: COUNT }, (_, i): JsonObject => ({
  path: pathOf(i),
  name: `Offer ${i}`,
  type: 'item',
  data: { record_type: 'offer', products: [], attributes: LIVE },
}));
const desire = (attributes: JsonObject): DesiredResource[] =>
  Array.from({ length: COUNT }, (_, i) => ({
    address: `offer:${pathOf(i)}` as const,
    kind: 'offer' as const,
    name: pathOf(i),
    body: { attributes },
    owned: [],
    source: { file: 'x.yaml', line: i + 1, col: 1 },
  }));

const RULES = buildFieldRules([]);

/**
 * The environment says one dialect and the tenant speaks another. Whatever happens, the report must
 * agree with the tenant, and a misunderstanding may cost the few items that go first, not all.
 */
describe('a tenant that understands bulk-update otherwise than the environment says', () => {
  test.each(PAIRS)('client %s, tenant %s', async (_client, _tenant, clientBulk, tenantBulk) => {
    const seed = await loadSeed(writeSeed(tenant));
    const clientDialect: Dialect = { ...TEST_DIALECT, bulkUpdate: clientBulk };
    await withBench({ seed, dialect: { bulkUpdate: tenantBulk }, clientDialect }, async (bench) => {
      const clears = clientBulk.removal === 'null';
      const wanted = clears ? CLEARED : CHANGED;
      const declared: JsonObject = clears
        ? { display_name__limio: 'New', term__limio: { length: 12, renewal_trigger: null }, badge_text__limio: null }
        : { display_name__limio: 'New', term__limio: { length: 12 } };
      const plan = await bench.plan(desire(declared));
      const result = await bench.apply(plan, consentToAll(plan));
      const state = bench.emulator.state().items as unknown as { path: string; data: JsonObject }[];
      const attributesOf = (address: string) =>
        state.find(({ path }) => `offer:${path}` === address)?.data['attributes'] as JsonObject;
      const isAs = (address: string, value: JsonObject) =>
        compareBodies(attributesOf(address), value, RULES).length === 0;
      for (const { address, status } of result.outcomes) {
        if (status === 'done') expect(isAs(address, wanted), `${address} was called done`).toBe(true);
        if (status === 'blocked' || status === 'withheld')
          expect(isAs(address, LIVE), `${address} was called ${status}`).toBe(true);
      }
      const { summary } = result;
      expect(summary.unverified + summary.failed).toBeLessThanOrEqual(3);
      expect(chooseExitCode(result)).toBe(summary.done === COUNT ? 0 : 6);
      // The rest, the one attribute that nobody declared included, is as it was.
      for (let i = 0; i < COUNT; i += 1) expect(attributesOf(`offer:${pathOf(i)}`)?.['kept']).toBe('by hand');
    });
  });
});
