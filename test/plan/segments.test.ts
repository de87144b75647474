import { describe, expect, test } from 'vitest';
import { LimioError } from '../../src/errors/errors.js';
import type { JsonObject } from '../../src/model/json.js';
import type { LiveReader } from '../../src/model/live-api.js';
import { makePlan } from '../../src/plan/plan.js';
import { makeItem } from '../support/fake-live-api.js';
import { TEST_CONTEXT } from '../support/run-scenario.js';
import { createTenantReader, declare, type TenantContent } from './support/tenant-reader.js';

const TENANT: TenantContent = {
  segments: { '/segments/students': {}, '/segments/regions/UK': { display_name__limio: 'United Kingdom' } },
  journeys: { quiet: toJourney(['gone'], { wire: true }) },
};

/** A journey that asks for segments, as files declare it or as a tenant holds it. */
function toJourney(values: string[], { wire = false } = {}): JsonObject {
  const condition = wire ? { type: 'segment', operator: 'in', value: values } : { type: 'segment', values };
  return { starting_point: '/', fallback_tag: '/', journeys: [{ id: 'one', conditions: [condition], actions: [] }] };
}

async function find(
  bodies: Record<string, JsonObject>,
  change: (reader: LiveReader) => Partial<LiveReader> = () => ({}),
): Promise<{ warnings: string[]; asked: string[] }> {
  const reader = createTenantReader(TENANT);
  const context = { ...TEST_CONTEXT, dialect: { ...TEST_CONTEXT.dialect, journeyCodec: 'assumed' as const } };
  const plan = await makePlan({ ...reader, ...change(reader) }, declare(bodies), context);
  const warnings = plan.warnings.filter(({ message }) => message.includes('segment'));
  return {
    warnings: warnings.map(({ code, message, hint }) => [code, message, ...(hint ? [hint] : [])].join(' | ')),
    asked: reader.reads.filter((read) => read.includes('segment')),
  };
}

const lag = (reader: LiveReader): Partial<LiveReader> => ({
  listItems: async (type, source) => ({ ...(await reader.listItems(type, source)), items: [] }),
});

const cut = (reader: LiveReader): Partial<LiveReader> => ({
  listItems: async (type, source) => ({
    ...(await reader.listItems(type, source)),
    ...(type === 'segment' ? { complete: false, note: '2 of 5 read' } : {}),
  }),
});

const refuse = (reader: LiveReader): Partial<LiveReader> => ({
  listItems: async (type, source) =>
    type === 'segment'
      ? Promise.reject(new LimioError({ code: 'AUTH_REFUSED', message: 'The list was refused.' }))
      : reader.listItems(type, source),
});

const strict = (reader: LiveReader): Partial<LiveReader> => ({
  readItem: async (path) =>
    path === '/segments/..'
      ? Promise.reject(new LimioError({ code: 'FILES_INVALID', message: 'No URL can hold it.' }))
      : reader.readItem(path),
});

describe('the segments that a changed journey asks for', () => {
  test.each([
    ['by its last part', 'students'],
    ['by its path', '/segments/students'],
    ['by its path below /segments/', 'regions/UK'],
    ['by its name in the web app', 'United Kingdom'],
    ['by its id', makeItem('/segments/students', {}).id],
  ])('one that the tenant has is no warning: %s', async (_how, name) => {
    expect((await find({ 'journey:new': toJourney([name]) })).warnings).toEqual([]);
  });

  test('one that neither the files nor the tenant have is a warning with the nearest name', async () => {
    expect((await find({ 'journey:new': toJourney(['studnts', 'students']) })).warnings).toEqual([
      'REFERENCE_NOT_FOUND | journey:new asks for the segment studnts, which the tenant does not have. | ' +
        'Did you mean students?',
    ]);
  });

  test('several are one warning', async () => {
    expect((await find({ 'journey:new': toJourney(['nobody', 'elsewhere']) })).warnings).toEqual([
      'REFERENCE_NOT_FOUND | journey:new asks for the segments nobody, elsewhere, which the tenant does not have. | ' +
        'Correct the name, or create it in the web app.',
    ]);
  });

  test('one that the files declare is no warning', async () => {
    const bodies = { 'segment:/segments/VIP': {}, 'journey:new': toJourney(['VIP']) };
    expect((await find(bodies)).warnings.filter((text) => text.startsWith('REFERENCE'))).toEqual([]);
  });

  test('one that the list lacks and head shows is no warning: lists lag', async () => {
    const found = await find({ 'journey:new': toJourney(['students']) }, lag);
    expect(found.warnings).toEqual([]);
    expect(found.asked).toContain('readItem /segments/students');
  });

  test('a list that could not be read in full proves nothing', async () => {
    expect((await find({ 'journey:new': toJourney(['nobody']) }, cut)).warnings).toEqual([
      'INCOMPLETE_READ | Cannot tell whether the tenant has segments that journeys ask for, nobody: ' +
        'the list of segments is incomplete (2 of 5 read).',
    ]);
  });

  test('a refused list proves nothing', async () => {
    const { warnings } = await find({ 'journey:new': toJourney(['nobody']) }, refuse);
    expect(warnings.map((text) => text.split(' | ')[0])).toEqual(['INCOMPLETE_READ']);
  });

  test('a name that no URL can hold is one that the tenant does not have', async () => {
    const { warnings } = await find({ 'journey:new': toJourney(['..']) }, strict);
    expect(warnings.map((text) => text.split(' | ')[0])).toEqual(['REFERENCE_NOT_FOUND']);
  });

  test('an unchanged journey is not checked, and nothing is read for it', async () => {
    expect(await find({ 'journey:quiet': toJourney(['gone']) })).toEqual({ warnings: [], asked: [] });
  });
});
