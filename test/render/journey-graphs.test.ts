import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/model/json.js';
import { renderGraphDot } from '../../src/render/journeys/dot.js';
import { drawMermaidGraph } from '../../src/render/journeys/mermaid.js';
import { renderGraphSvg } from '../../src/render/journeys/svg.js';
import { type GraphView, viewGraph } from '../../src/render/journeys/view.js';
import { HOSTILE_STRINGS } from '../support/hostile-strings.js';
import { parseHtml } from '../support/parse-rendering.js';

const golden = (file: string): string => join(import.meta.dirname, '../golden', file);
const renderMermaid = (graph: GraphView): string => `${drawMermaidGraph(graph).join('\n')}\n`;
const to = (destination: string, split?: number): JsonObject => ({
  type: 'destination',
  destination,
  ...(split === undefined ? {} : { split }),
});
const when = (type: string, ...values: string[]): JsonObject => ({ type, values });

/** A split, a loop through a branch, a branch that nobody reaches, one that leads nowhere, no fallback, raw elements. */
const JOURNEYS: { name: string; body: JsonObject }[] = [
  {
    name: 'web-geo-landing',
    body: {
      starting_point: '/landing/',
      fallback_tag: '/landing-default/',
      journeys: [
        { conditions: [when('country', 'US', 'CA')], actions: [to('/us/landing/', 60), to('/trial/', 40)] },
        { conditions: [when('region', 'US-NY'), when('device', 'mobile')], actions: [to('/us/app/')] },
        { conditions: [{ raw: { type: 'articles_read', value: 20 } }], actions: [] },
      ],
    },
  },
  {
    name: 'web-trial-test',
    body: {
      starting_point: '/trial/',
      journeys: [
        { conditions: [when('country', 'US')], actions: [to('/landing/')] },
        { conditions: [when('cookie', 'lmo_uid')], actions: [{ raw: { redirect: '/x/' } }] },
      ],
    },
  },
  { name: 'web-home', body: { starting_point: '/default/', fallback_tag: '/landing/' } },
];

describe('the journeys as a picture', () => {
  test.each<[string, string]>([
    ['journeys.mmd', renderMermaid(viewGraph(JOURNEYS))],
    ['journeys.svg', renderGraphSvg(viewGraph(JOURNEYS))],
    ['journeys.dot', renderGraphDot(viewGraph(JOURNEYS))],
  ])('%s', async (file, text) => {
    await expect(text).toMatchFileSnapshot(golden(file));
  });

  test('of some tells what it knows of all', () => {
    const [geo] = viewGraph(JOURNEYS, ['web-geo-landing']).journeys;
    expect(geo?.branches[0]?.destinations[1]).toEqual({
      tag: '/trial/',
      share: '40 %',
      mark: 'loop',
      note: 'loop, starts web-trial-test',
    });
  });

  test('of none, and of bodies that say nothing, is still one', () => {
    for (const graph of [
      viewGraph([]),
      viewGraph([
        { name: '', body: {} },
        { name: '__proto__', body: { starting_point: 1, journeys: [1, {}, null] } },
      ]),
    ]) {
      expect(renderMermaid(graph).startsWith('flowchart LR\n')).toBe(true);
      expect(parseHtml(renderGraphSvg(graph)).elements.some(({ tag }) => tag === 'svg')).toBe(true);
      expect(renderGraphDot(graph).endsWith('}\n')).toBe(true);
    }
  });
});

const viewHostile = (text: string): GraphView =>
  viewGraph([
    {
      name: `a${text}`,
      body: {
        starting_point: `/1${text}/`,
        fallback_tag: `/f${text}/`,
        journeys: [
          {
            conditions: [when('cookie', `c${text}`), { raw: text }],
            actions: [to(`/2${text}/`, 50), to(`/3${text}/`, 50)],
          },
        ],
      },
    },
    {
      name: `b${text}`,
      body: { starting_point: `/2${text}/`, journeys: [{ conditions: [], actions: [to(`/1${text}/`)] }] },
    },
  ]);

const QUOTED_IN_MERMAID = /"(?:[\p{L}\p{N}\p{M} ,./_%…]|#\d+;|\d+: )*"/gu;
const QUOTED_IN_DOT = /"(?:[^"\\\n]|\\["\\n])*"/gu;
const shapeOf = (text: string) =>
  parseHtml(text)
    .elements.filter(({ tag }) => tag !== 'text')
    .map(({ tag, attributes }) => [tag, Object.keys(attributes)]);
const SVG_TEXT = /^[^\p{Cc}\uFFFE\uFFFF]*$/u;

describe('a name that is hostile changes nothing but labels', () => {
  const harmless = viewHostile('x');
  test.each(
    HOSTILE_STRINGS.filter((text) => text.length < 1_000).map((text, i): [string, string] => [
      `${i}: ${JSON.stringify(text.slice(0, 40))}`,
      text,
    ]),
  )('%s', (_, text) => {
    const graph = viewHostile(text);
    // Slashes within may join two paths or part them, which is no matter of escaping.
    if (
      graph.journeys.some(({ branches }) =>
        branches.some(({ destinations }) => destinations.some(({ to: next }, k) => (next === undefined) === (k === 0))),
      )
    )
      return;
    expect(renderMermaid(graph).replace(QUOTED_IN_MERMAID, 'LABEL')).toBe(
      renderMermaid(harmless).replace(QUOTED_IN_MERMAID, 'LABEL'),
    );
    expect(renderGraphDot(graph).replace(QUOTED_IN_DOT, 'LABEL')).toBe(
      renderGraphDot(harmless).replace(QUOTED_IN_DOT, 'LABEL'),
    );
    const svg = renderGraphSvg(graph);
    expect(shapeOf(svg)).toEqual(shapeOf(renderGraphSvg(harmless)));
    expect(svg.replaceAll('\n', '')).toMatch(SVG_TEXT);
  });
});
