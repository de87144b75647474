import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/model/json.js';
import type { Plan } from '../../src/model/plan.js';
import { parsePlan } from '../../src/plan/plan-file.js';
import { renderPlanHtml } from '../../src/render/plan/html.js';
import { renderPlanMarkdown } from '../../src/render/plan/markdown.js';
import { renderPlanText } from '../../src/render/plan/text.js';
import { PLAIN_STYLE } from '../../src/render/terminal.js';
import type { SourceText } from '../../src/source/documents.js';
import { parseFiles, withBench } from '../support/run-scenario.js';

const template = (attributes = ''): SourceText => ({
  path: 'catalog/digital.yaml',
  text:
    'kind: offer\nfor_each: { table: prices.csv }\npath: /offers2/Digital ${each.country}\n' +
    `attributes:\n  display_price__limio: £\${each.price}\n${attributes}`,
});

const PRICES: SourceText = { path: 'catalog/prices.csv', text: 'country,price\nGB,9.99\nIE,10.99\n', role: 'table' };

const offer = (path: string): JsonObject => ({ path, data: { record_type: 'offer', attributes: {} } });

const plan = (sources: SourceText[], items: JsonObject[]): Promise<Plan> =>
  withBench({ seed: { items } }, (bench) => bench.plan(parseFiles(sources), {}, { createItems: true }));

const LIVE = [offer('/offers2/Digital GB'), offer('/offers2/Digital IE')];

describe('a change of a resource that a template makes', () => {
  test('has the place of the template with its row', async () => {
    const { changes } = await plan([template(), PRICES], LIVE);
    expect(changes.map(({ source }) => source)).toEqual([
      { file: 'catalog/digital.yaml', line: 1, col: 1, row: { file: 'catalog/prices.csv', line: 2, col: 1 } },
      { file: 'catalog/digital.yaml', line: 1, col: 1, row: { file: 'catalog/prices.csv', line: 3, col: 1 } },
    ]);
  });

  test('keeps its row in a saved plan, and another row does not change the fingerprint', async () => {
    const one = await plan([template(), PRICES], LIVE);
    expect(parsePlan(JSON.stringify(one), 'plan.json')).toEqual(one);
    const moved = { ...PRICES, text: 'country,price\n\nGB,9.99\nIE,10.99\n' };
    expect((await plan([template(), moved], LIVE)).fingerprint).toBe(one.fingerprint);
  });

  test.each([
    ['text', (made: Plan) => renderPlanText(made, { style: PLAIN_STYLE })],
    ['Markdown', (made: Plan) => renderPlanMarkdown(made)],
    ['HTML', (made: Plan) => renderPlanHtml(made)],
  ])('is shown with both places as %s', async (_, render) => {
    const made = await plan([template(), PRICES], LIVE.slice(0, 1));
    expect(render(made)).toContain('catalog/digital.yaml:1 with catalog/prices.csv:2');
  });
});

describe('an error of the plan in a resource that a template makes', () => {
  test('names the cell of a name that the tenant spells differently', async () => {
    await expect(
      plan([template(), PRICES], [offer('/offers2/digital gb'), offer('/offers2/Digital IE')]),
    ).rejects.toMatchObject({
      code: 'IDENTITY_SPELLING',
      message: expect.stringContaining('catalog/digital.yaml:3:7 with catalog/prices.csv:2:1 offer') as string,
    });
  });

  test('names the row of a reference to nothing', async () => {
    const referring = template('  upgrade_offers__limio: [{ path: "/offers2/${each.country}" }]\n');
    await expect(plan([referring, PRICES], LIVE)).rejects.toMatchObject({
      code: 'REFERENCE_NOT_FOUND',
      message: expect.stringContaining('catalog/digital.yaml:1:1 with catalog/prices.csv:2:1 offer:') as string,
    });
  });
});
