import { expect, test } from 'vitest';
import type { JsonObject } from '../../src/model/json.js';
import { makePlan } from '../../src/plan/plan.js';
import { viewRouting } from '../../src/render/journeys/view.js';
import { TEST_CONTEXT } from '../support/run-scenario.js';
import { createTenantReader, declare } from './support/tenant-reader.js';

const START = { starting_point: '/a/', fallback_tag: '/shop/', domains: [], journeys: [] };
const OTHER = { starting_point: '/b/', fallback_tag: '/a/', domains: [], journeys: [] };
const lead = (destination: string, rest: JsonObject = {}): JsonObject => ({
  ...START,
  journeys: [
    {
      id: '1',
      conditions: [],
      actions: [
        { type: 'destination', destination: '/shop/', split: 50 },
        { type: 'destination', destination, split: 50 },
      ],
    },
  ],
  ...rest,
});

async function plan(declared: Record<string, JsonObject>, journeys: Record<string, JsonObject>, scope = {}) {
  const context = { ...TEST_CONTEXT, scope };
  const { changes, warnings } = await makePlan(
    createTenantReader({
      pages: { '/pages/shop': { tags: ['/tags/shop'] } },
      publishedPages: ['/pages/shop'],
      journeys,
    }),
    declare(declared),
    context,
  );
  return {
    loops: changes.flatMap(({ routing }) => (routing?.loops ? [routing.loops] : [])),
    drawn: changes.flatMap(({ routing }) =>
      routing
        ? viewRouting(routing).after?.branches.flatMap(({ destinations }) =>
            destinations.map(({ tag, mark }) => [tag, mark]),
          )
        : [],
    ),
    warnings: warnings.flatMap(({ code, message }) => (code.startsWith('JOURNEY_') ? [`${code}: ${message}`] : [])),
  };
}

test('a circle of a changed journey and an undeclared one is a warning, and marked in the diagram', async () => {
  expect(await plan({ 'journey:j': lead('/b/') }, { j: START, other: OTHER })).toEqual({
    loops: [['/journeys/0/actions/1/destination']],
    drawn: [
      ['/shop/', undefined],
      ['/b/', 'loop'],
    ],
    warnings: ['JOURNEY_LOOP: journey:j leads visitors in a circle with journey:other: /a/ -> /b/ -> /a/.'],
  });
});

test('a fallback can close a circle', async () => {
  expect((await plan({ 'journey:j': { ...START, fallback_tag: '/b/' } }, { j: START, other: OTHER })).loops).toEqual([
    ['/fallback_tag'],
  ]);
});

test('a circle is no warning when the plan breaks it or changes none of its journeys', async () => {
  const nothing = { loops: [], warnings: [] };
  const third = { ...OTHER, starting_point: '/c/', fallback_tag: '/b/' };
  expect(
    await plan({ 'journey:j': lead('/shop/') }, { j: { ...START, fallback_tag: '/b/' }, other: OTHER }),
  ).toMatchObject(nothing);
  expect(await plan({ 'journey:j': lead('/b/') }, { j: START, other: OTHER }, { journey: ['other'] })).toMatchObject(
    nothing,
  );
  expect(
    await plan(
      { 'journey:j': { ...START, starting_point: '/x/' } },
      { j: START, other: { ...OTHER, fallback_tag: '/c/' }, third },
    ),
  ).toMatchObject(nothing);
  expect(
    await plan({ 'journey:j': { fallback_tag: '/b/' } }, { j: { ...START, fallback_tag: '/b/' }, other: OTHER }),
  ).toMatchObject(nothing);
});

test('two journeys with one starting point on the same host are a warning', async () => {
  const journeys = {
    old: { ...START, domains: ['shop.example.com'] },
    elsewhere: { ...START, domains: ['other.example.com'] },
  };
  expect((await plan({ 'journey:j': { ...START, domains: ['shop.example.com'] } }, journeys)).warnings).toEqual([
    'JOURNEY_SAME_START: journey:j starts at /a/ on the same host as journey:old: ' +
      'it is not known which of them takes the visitors.',
  ]);
});
