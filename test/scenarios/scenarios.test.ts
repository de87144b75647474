import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { DEFAULT_DIALECT, type Dialect } from '../../src/model/dialect.js';
import { findPlanStop } from '../../src/model/plan-stop.js';
import type { Plan } from '../../src/model/plan.js';
import { renderPlanText } from '../../src/render/plan/text.js';
import { renderResultText } from '../../src/render/result.js';
import { PLAIN_STYLE } from '../../src/render/terminal.js';
import { type EmulatorOptions, listScenarios, runScenario, SCENARIOS, TEST_DIALECT } from '../support/run-scenario.js';

const golden = (name: string, file: string): string => join(SCENARIOS, name, file);
const isEmpty = (plan: Plan): boolean => plan.changes.length === 0 && plan.publish.pages.length === 0;

describe('a scenario: files and a tenant, the plan, the result, the plan again', () => {
  test.each(listScenarios())('%s', async (name) => {
    const { settings, plan, result, second } = await runScenario(name);
    const planText = renderPlanText(plan, { style: PLAIN_STYLE }).replace(plan.fingerprint, '<fingerprint>');
    await expect(planText).toMatchFileSnapshot(golden(name, 'expected-plan.txt'));
    await expect(renderResultText(result, PLAIN_STYLE)).toMatchFileSnapshot(golden(name, 'expected-result.txt'));
    expect(result.outcomes.map(({ address }) => address)).toEqual(plan.changes.map(({ address }) => address));
    expect(isEmpty(second)).toBe(settings.endsEmpty ?? true);
  });

  test.each(listScenarios())('%s is let through exactly if it is carried out whole but for deletions', async (name) => {
    const { settings, plan, result } = await runScenario(name);
    const left = result.outcomes.filter(({ status, action }) => status === 'withheld' && action !== 'delete');
    const stop = findPlanStop(plan, new Map(Object.entries(settings.consents ?? {})));
    expect(stop === undefined, JSON.stringify(stop)).toBe(left.length === 0);
  });
});

/** Every value of every setting of the dialect, one at a time, known to both sides. */
const LEARNED = {
  conditions: {
    country: { kind: 'geo', codes: '$csv' },
    cookie: { kind: 'cookies', all: { $each: { name: '$value' } } },
    device: { kind: 'device', is: '$values' },
  },
  actions: { destination: { go: '$destination', weight: '$splitText' } },
};

const VARIATIONS: [string, Partial<Dialect>][] = [
  ...(['auto', 'object', 'array', 'items'] as const).map((journeyList): [string, Partial<Dialect>] => [
    `journeyList ${journeyList}`,
    { journeyList },
  ]),
  ...(['replace', 'merge'] as const).map((journeyPut): [string, Partial<Dialect>] => [
    `journeyPut ${journeyPut}`,
    { journeyPut },
  ]),
  ['journeyCodec assumed', { journeyCodec: 'assumed' }],
  ['journeyCodec learned', { journeyCodec: LEARNED }],
  ...(['bare', 'attributes', 'data.attributes'] as const).flatMap((wrapper) =>
    (['shallow', 'deep'] as const).flatMap((merge) =>
      (['null', 'unsupported'] as const).map((removal): [string, Partial<Dialect>] => [
        `bulkUpdate ${wrapper} ${merge} ${removal}`,
        { bulkUpdate: { wrapper, merge, removal, maxDiffs: 50 } },
      ]),
    ),
  ),
  ['bulkUpdate.maxDiffs 1', { bulkUpdate: { ...DEFAULT_DIALECT.bulkUpdate, maxDiffs: 1 } }],
  ['catalogRead typed', { catalogRead: 'typed' }],
  ['catalogRead catalog_items', { catalogRead: 'catalog_items' }],
  ['pageSize 1', { pageSize: 1 }],
  ...(['null', 'unsupported'] as const).map((removal): [string, Partial<Dialect>] => [
    `promo.removal ${removal}`,
    { promo: { ...DEFAULT_DIALECT.promo, removal } },
  ]),
  ['promo.fixedAmountType other', { promo: { ...DEFAULT_DIALECT.promo, fixedAmountType: 'FixedAmount' } }],
];

/** Why a scenario does not end empty under a setting; everything else must. */
function expectWithheld(name: string, dialect: Dialect): string | undefined {
  const { merge, removal } = dialect.bulkUpdate;
  if (name === 'catalog' && removal === 'unsupported') return 'REMOVAL_UNSUPPORTED';
  if (name === 'nested-values' && removal === 'unsupported' && merge === 'deep') return 'REMOVAL_UNSUPPORTED';
  // One nameless journey is all the evidence of such a tenant; its others cannot be listed, nor deleted.
  if (name === 'journeys' && dialect.journeyList === 'object') return 'CODEC_UNCONFIRMED';
  if (name === 'codec-unconfirmed') return dialect.journeyCodec === undefined ? 'CODEC_UNCONFIRMED' : undefined;
  if (name === 'create-by-hand') return 'CREATE_BY_HAND';
  if (name === 'create-incomplete') return 'CREATE_INCOMPLETE';
  return name === 'delete-withheld' ? 'DELETE_CONSENT' : undefined;
}

/** Elements that no typed form exists for; a client that sent a wrong form would add to them. */
const RAW_ELEMENTS: Record<string, string[]> = {
  journeys: ['/journeys/2/conditions/0'],
  'codec-unconfirmed': ['/journeys/1/conditions/0'],
};

describe.each(VARIATIONS)('under the dialect %s', (_, variation) => {
  const dialect: Dialect = { ...TEST_DIALECT, ...variation };

  test.each(listScenarios().filter((name) => !['new-route', 'create-page'].includes(name)))(
    '%s ends as the files say',
    async (name) => {
      const options: EmulatorOptions & { clientDialect: Dialect } = { dialect, clientDialect: dialect };
      const { result, second, emulator } = await runScenario(name, options);
      const reason = expectWithheld(name, dialect);
      const withheld = result.outcomes.filter(({ status }) => status === 'withheld');
      expect([...new Set(withheld.map(({ error }) => error?.code))]).toEqual(reason === undefined ? [] : [reason]);
      expect(result.outcomes.filter(({ status }) => status !== 'done' && status !== 'withheld')).toEqual([]);
      expect(second.changes.map(({ address }) => address)).toEqual(withheld.map(({ address }) => address));
      expect(second.publish.pages).toEqual([]);
      expect(emulator.state().journeys.flatMap(({ unrecognised }) => unrecognised)).toEqual(RAW_ELEMENTS[name] ?? []);
    },
  );
});
