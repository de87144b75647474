import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/model/json.js';
import { findLoops } from '../../src/routing/loops.js';
import { compileWorld } from '../../src/routing/routing.js';

const journey = (
  start: string,
  fallback: string | null,
  branches: [JsonObject[], ...string[]][] = [],
  domains: string[] = [],
) => ({
  name: start,
  body: {
    starting_point: `/${start}/`,
    fallback_tag: fallback,
    domains,
    journeys: branches.map(([conditions, ...tags]) => ({
      conditions,
      actions: tags.map((destination) => ({ destination, split: 100 / tags.length })),
    })),
  },
});
const country = (...values: string[]): JsonObject => ({ type: 'country', values });
const find = (...journeys: { name: string; body: JsonObject }[]) =>
  findLoops(compileWorld(journeys)).loops.map((loop) =>
    loop.map((step) => `${step.journey.name} ${step.landing.branch ?? 'fallback'} ${step.share}`).join(', '),
  );

describe('loops', () => {
  test.each<[string, { name: string; body: JsonObject }[], string[]]>([
    ['none', [journey('a', '/b/'), journey('b', '/c/')], []],
    ['of two', [journey('a', '/b/'), journey('b', '/a')], ['a fallback 0, b fallback 0']],
    [
      'of three, the first of which is not in it',
      [journey('z', '/a/'), journey('a', '/b/'), journey('b', '/c/'), journey('c', '/a/')],
      ['a fallback 0, b fallback 0, c fallback 0'],
    ],
    ['of one is the page itself', [journey('a', '/a/')], []],
    [
      'through a branch and a share',
      [journey('a', null, [[[country('US')], '/x/', '/b/']]), journey('b', '/a/')],
      ['a 0 1, b fallback 0'],
    ],
    [
      'that no visitor can go all around',
      [journey('a', null, [[[country('US')], '/b/']]), journey('b', null, [[[country('DE')], '/a/']])],
      [],
    ],
    [
      'that only the fallback of the second would close, for others',
      [journey('a', null, [[[country('US')], '/b/']]), journey('b', '/a/', [[[country('US', 'CA')], '/c/']])],
      [],
    ],
    ['of different hosts', [journey('a', '/b/', [], ['a.example']), journey('b', '/a/', [], ['b.example'])], []],
    [
      'of hosts that all three do not have in common',
      [journey('a', '/b/', [], ['1', '2']), journey('b', '/c/', [], ['2', '3']), journey('c', '/a/', [], ['3', '1'])],
      [],
    ],
    [
      'of one host among several',
      [journey('a', '/b/', [], ['1', '2']), journey('b', '/a/', [], ['2:80', '2'])],
      ['a fallback 0, b fallback 0'],
    ],
    [
      'two at one journey',
      [journey('a', '/b/', [[[country('US')], '/c/']]), journey('b', '/a/'), journey('c', '/a/')],
      ['a 0 0, c fallback 0', 'a fallback 0, b fallback 0'],
    ],
    [
      'two ways through the same journeys are one',
      [journey('a', '/b/', [[[country('US')], '/b/']]), journey('b', '/a/')],
      ['a 0 0, b fallback 0'],
    ],
    [
      'a branch that nobody reaches',
      [
        journey('a', null, [
          [[], '/x/'],
          [[], '/b/'],
        ]),
        journey('b', '/a/'),
      ],
      [],
    ],
  ])('%s', (_, journeys, expected) => {
    expect(find(...journeys)).toEqual(expected);
  });

  test('a chain of 300 journeys is followed at once', () => {
    const chain = Array.from({ length: 300 }, (_, i) => journey(`p${i}`, `/p${(i + 1) % 300}/`));
    expect(findLoops(compileWorld(chain)).loops.map((loop) => loop.length)).toEqual([300]);
  });
});
