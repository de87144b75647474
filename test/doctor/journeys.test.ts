import { describe, expect, test } from 'vitest';
import { deriveAction, deriveCondition } from '../../src/doctor/journeys/derive.js';
import { buildGuide } from '../../src/doctor/journeys/guide.js';
import { learnCodec, proveCodec } from '../../src/doctor/journeys/journeys.js';
import { findUnrecognised } from '../../src/emulator/journey-codec.js';
import { randomJourneyCodec } from '../../src/emulator/random.js';
import { createJourneyCodec } from '../../src/kinds/journey/codec.js';
import type { JourneyCodecTemplates } from '../../src/model/dialect.js';
import type { Json, JsonObject } from '../../src/model/json.js';
import { parseFiles, TEST_DIALECT, withBench } from '../support/run-scenario.js';
import { buildByGuide, inForm } from './support/build-by-guide.js';

const GUIDE = buildGuide({
  labels: ['digital', 'student'],
  segments: [
    { path: '/segments/Lapsed', name: 'Lapsed', id: 'a'.repeat(40) },
    { path: '/segments/New', name: 'New', id: 'b'.repeat(40) },
  ],
  routes: ['/default/', '/home/', '/shop/'],
});

/** A journey as a team declares one: other values than those of the guide, and other numbers of them. */
const DECLARED: JsonObject = {
  starting_point: '/landing/',
  journeys: [
    {
      id: '1',
      conditions: [
        { type: 'country', values: ['US', 'DE', 'GB'] },
        { type: 'city', values: ['São Paulo'] },
        { type: 'region', values: ['DE-BY', 'US-CA', 'GB-ENG', 'FR-IDF'] },
        { type: 'billing_country', values: ['FR'] },
        { type: 'query', values: ['company=limio', 'a=b', 'c=d'] },
        { type: 'cookie', values: ['lmo_a'] },
        { type: 'segment', values: ['/segments/VIP'] },
        { type: 'offer_label', values: ['student', 'print', 'digital'] },
        { type: 'subscription_status', values: ['noActiveSub'] },
        { type: 'device', values: ['desktop'] },
      ],
      actions: [
        { type: 'destination', destination: '/us/landing/', split: 45 },
        { type: 'destination', destination: '/other/', split: 55 },
      ],
    },
    { id: '2', conditions: [], actions: [{ type: 'destination', destination: '/all/', split: 100 }] },
  ],
};

const page = (name: string): JsonObject => ({
  path: `/pages/${name}`,
  data: { record_type: 'page', attributes: {}, tags: [`/tags/${name}`] },
});
const build = (change: (typed: JsonObject) => JsonObject) =>
  learnCodec(inForm(change(buildByGuide(GUIDE)), { conditions: {}, actions: {} }), GUIDE);
const branchesOf = (typed: JsonObject): JsonObject[] => typed['journeys'] as JsonObject[];
const knownAction = (id: string, destination: string, split: number) => ({
  element: { id, to: destination, split },
  destination,
  split,
});

describe('the wire form of journeys, learned from one that was built by the guide', () => {
  test('is found in each of 200 forms drawn at random, and says other values as the tenant does', () => {
    const shapes = new Set<string>();
    for (let seed = 1; seed <= 200; seed++) {
      const form = randomJourneyCodec(seed);
      const data = inForm(buildByGuide(GUIDE), form);
      expect(findUnrecognised(data, form), `seed ${seed}`).toEqual([]);
      shapes.add(JSON.stringify(form));
      const { templates, notLearned } = learnCodec(data, GUIDE);
      expect({ seed, notLearned }).toEqual({ seed, notLearned: [] });
      expect(proveCodec(templates, [{ name: 'probe', data }])).toEqual({
        journeys: 1,
        elements: 24,
        typed: 24,
        broken: [],
      });
      const { wire, unconfirmed } = createJourneyCodec(templates, []).encode(DECLARED);
      expect({ seed, wire, unconfirmed }).toEqual({ seed, wire: inForm(DECLARED, form), unconfirmed: [] });
      expect(createJourneyCodec(templates, []).decode(wire)).toEqual(withoutWhole(DECLARED, templates));
    }
    expect(shapes.size).toBeGreaterThan(190);
  }, 120_000);

  test('lets a declared journey be applied: it reads back, and the next plan is empty', async () => {
    const text = JSON.stringify({ kind: 'journey', name: 'geo', ...DECLARED });
    for (let seed = 1; seed <= 6; seed++) {
      const form = randomJourneyCodec(seed);
      const { templates } = learnCodec(inForm(buildByGuide(GUIDE), form), GUIDE);
      const desired = parseFiles([{ path: 'journeys/geo.yaml', text }]);
      const seedData = { items: ['landing', 'other', 'all', 'us/landing'].map(page) };
      await withBench(
        {
          seed: seedData,
          dialect: { journeyCodec: form },
          clientDialect: { ...TEST_DIALECT, journeyCodec: templates },
        },
        async (bench) => {
          const plan = await bench.plan(desired);
          expect(plan.changes.map(({ action }) => action)).toEqual(['create']);
          expect(
            (
              await bench.apply(
                plan,
                new Map(plan.guards.flatMap(({ consent }) => (consent ? [[consent.flag, consent.value]] : []))),
              )
            ).outcomes,
          ).toMatchObject([{ status: 'done' }]);
          expect((await bench.plan(desired)).changes).toEqual([]);
          expect(bench.emulator.state().journeys).toMatchObject([{ unrecognised: [] }]);
        },
      );
    }
  }, 120_000);

  test('the assumed form is learned as what it is', () => {
    const { templates } = learnCodec(inForm(buildByGuide(GUIDE), { conditions: {}, actions: {} }), GUIDE);
    expect(templates.conditions['query']).toEqual({ type: 'query_string', operator: 'contains', value: '$csv' });
    expect(templates.conditions['country']).toEqual({ type: 'country', operator: 'in', value: '$values' });
    expect(templates.actions).toEqual({ destination: { type: 'destination', tag: '$destination', split: '$split' } });
  });
});

const COUNTRY = GUIDE.branches[0];
const DEVICE = GUIDE.branches.at(-1);

describe('what a condition shows', () => {
  test.each<[string, Json, Json]>([
    ['a list', { c: ['AQ', 'BV'] }, { c: '$values' }],
    ['the other order', { c: ['BV', 'AQ'] }, { c: '$values' }],
    ['a text', { c: 'AQ,BV' }, { c: '$csv' }],
    ['another separator', { c: 'AQ OR BV' }, { c: { $each: '$value', $join: ' OR ' } }],
    ['quotes', { c: "'AQ', 'BV'" }, { c: { $each: "'${value}'", $join: ', ' } }],
    ['objects', { c: [{ k: 'AQ' }, { k: 'BV' }] }, { c: { $each: { k: '$value' } } }],
    ['small letters', { c: ['aq', 'bv'] }, { c: { $each: '${value:lower}' } }],
    ['twice', { c: ['AQ', 'BV'], label: 'AQ, BV' }, { c: '$values', label: { $each: '$value', $join: ', ' } }],
    ['one value, because the web app takes no second', { c: 'AQ' }, { c: '$value' }],
    [
      'constants that look like placeholders',
      { c: ['AQ', 'BV'], x: '$values', y: { $each: 1 } },
      { c: '$values', x: { $raw: '$values' }, y: { $raw: { $each: 1 } } },
    ],
  ])('%s', (_name, element, template) => {
    if (!COUNTRY) throw new Error('test misuse');
    expect(deriveCondition(element, COUNTRY).template).toEqual(template);
  });

  test.each<[string, Json, string]>([
    [
      'an id of its own',
      { id: '9f1c2d3e-0000-4000-8000-0123456789ab', c: ['AQ', 'BV'] },
      'it contains what looks like its own id or time, "9f1c2d3e-0000-4000-8000-0123456789ab"',
    ],
    ['a time', { at: 1_760_000_000, c: ['AQ', 'BV'] }, 'it contains what looks like its own time, 1760000000'],
    [
      'parts that differ',
      {
        c: [
          { k: 'AQ', n: 1 },
          { k: 'BV', n: 2 },
        ],
      },
      'the elements of its list differ by more than the value',
    ],
    ['values as keys', { c: { AQ: true, BV: true }, d: ['AQ', 'BV'] }, 'it has the key "AQ"'],
    ['one value alone', { first: 'AQ', c: ['AQ', 'BV'] }, 'it contains only one of its values'],
    ['brackets around the list', { c: 'in(AQ,BV)' }, 'the separator of its values is ambiguous'],
    ['both spellings', { c: ['AQ', 'bv'] }, 'its values use two spellings'],
  ])('no template follows from %s', (_name, element, reason) => {
    if (!COUNTRY) throw new Error('test misuse');
    expect(() => deriveCondition(element, COUNTRY)).toThrow(reason);
  });

  test('words of the tenant are mapped, and a word that was not shown cannot be sent', () => {
    if (!DEVICE) throw new Error('test misuse');
    expect(deriveCondition({ d: ['MOBILE', 'Desk-Top'] }, DEVICE)).toEqual({
      template: { d: '$values' },
      words: { mobile: 'MOBILE', desktop: 'Desk-Top' },
    });
    const codec = createJourneyCodec(
      { conditions: { device: { $map: { mobile: 'MOBILE' }, $in: { d: '$values' } } }, actions: {} },
      [],
    );
    const encode = (value: string) =>
      codec.encode({ journeys: [{ conditions: [{ type: 'device', values: [value] }] }] });
    expect(encode('mobile')).toEqual({ wire: { journeys: [{ conditions: [{ d: ['MOBILE'] }] }] }, unconfirmed: [] });
    expect(encode('tablet').unconfirmed).toEqual(['device']);
  });
});

describe('what is missing or ambiguous is left out, with the reason', () => {
  test('a branch that was not built', () => {
    const { templates, notLearned } = build((typed) => ({ ...typed, journeys: branchesOf(typed).slice(1) }));
    expect(templates.conditions['country']).toBeUndefined();
    expect(notLearned).toEqual([
      { type: 'country', reason: 'no condition contains Antarctica (AQ) and Bouvet Island (BV)' },
    ]);
  });

  test('a branch that was built twice, and no A/B test', () => {
    const { notLearned } = build((typed) => ({
      ...typed,
      journeys: [...branchesOf(typed).slice(0, -1), ...branchesOf(typed).slice(0, 1)],
    }));
    expect(notLearned).toEqual([
      { type: 'country', reason: '2 conditions contain Antarctica (AQ) and Bouvet Island (BV)' },
      { type: 'destination', reason: '0 branches have two destinations; the guide asks for one' },
    ]);
  });

  test('types that cannot be told apart', () => {
    const form = { conditions: { country: { geo: '$values' }, billing_country: { geo: '$values' } }, actions: {} };
    const { templates, notLearned } = learnCodec(inForm(buildByGuide(GUIDE), form), GUIDE);
    expect(Object.keys(templates.conditions)).not.toContain('country');
    expect(notLearned).toEqual([
      { type: 'country', reason: 'another condition type looks the same' },
      { type: 'billing_country', reason: 'another condition type looks the same' },
    ]);
  });

  test('destinations that differ by more than tag and split', () => {
    expect(() => deriveAction([knownAction('x', '/home/', 30), knownAction('y', '/shop/', 70)], [])).toThrow(
      'two destinations differ by more than tag and split',
    );
  });

  test('a tenant without pages, labels or segments says what it cannot show', () => {
    expect(buildGuide({ labels: [], segments: [], routes: ['/home/'] }).skipped.map(({ type }) => type)).toEqual([
      'segment',
      'offer_label',
      'destination',
    ]);
  });
});

/** Typed as decoded: a form that leaves the split of a whole destination out does not say 100. */
function withoutWhole(typed: JsonObject, templates: JourneyCodecTemplates): JsonObject {
  const hasAny = JSON.stringify(templates.actions).includes('$any');
  if (!hasAny) return typed;
  return JSON.parse(JSON.stringify(typed).replace(',"split":100', '')) as JsonObject;
}
