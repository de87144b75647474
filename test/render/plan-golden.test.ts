import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Plan } from '../../src/model/plan.js';
import { formatField } from '../../src/render/field.js';
import { renderPlanHtml } from '../../src/render/plan/html.js';
import { renderPlanMarkdown } from '../../src/render/plan/markdown.js';
import { renderPlanText } from '../../src/render/plan/text.js';
import { chooseStyle, PLAIN_STYLE } from '../../src/render/terminal.js';
import { RICH_PLAN } from '../support/rich-plan.js';

const golden = (file: string): string => join(import.meta.dirname, '../golden', file);

const EMPTY_PLAN: Plan = {
  ...RICH_PLAN,
  protected: false,
  changes: [],
  levels: [],
  publish: { pages: [], onNoPage: [] },
  withheld: [],
  unmanaged: {},
  warnings: [],
  guards: [],
  impact: { prices: [], usedBy: [] },
  summary: { create: 0, update: 0, delete: 0, unchanged: 40, withheld: 0 },
};

test('no line ends in a space where the branches of a journey begin on the next one', () => {
  const branches = ['/a/', '/b/'].map((destination) => ({
    conditions: [],
    actions: [{ type: 'destination', destination, split: 100 }],
  }));
  const text = formatField({ path: '/journeys', after: branches, show: 'routing' }, PLAIN_STYLE);
  expect(text).toMatch(/\n.*\/a\/.*\n.*\/b\//);
  expect(text).not.toMatch(/ $/m);
});

describe('the renderings of one plan, as files to be read', () => {
  test.each<[string, () => string]>([
    ['plan.txt', () => renderPlanText(RICH_PLAN, { style: PLAIN_STYLE })],
    ['plan-60-columns.txt', () => renderPlanText(RICH_PLAN, { style: PLAIN_STYLE, width: 60 })],
    ['plan-colour.txt', () => renderPlanText(RICH_PLAN, { style: chooseStyle(true) }).replaceAll('\u001B', '\\e')],
    [
      'plan-consented.txt',
      () =>
        renderPlanText(RICH_PLAN, {
          style: PLAIN_STYLE,
          consents: new Map([
            ['--allow-delete', '2'],
            ['--allow-price-change', '1'],
          ]),
        }),
    ],
    [
      'plan-brief.txt',
      () =>
        renderPlanText(
          { ...RICH_PLAN, promotedFrom: 'sandbox' },
          { style: PLAIN_STYLE, consents: new Map(), file: 'my plan.json', brief: true },
        ),
    ],
    ['plan.md', () => renderPlanMarkdown(RICH_PLAN, { marker: 'limio-sync:production' })],
    ['plan-3000-bytes.md', () => renderPlanMarkdown(RICH_PLAN, { maxBytes: 3_000 })],
    ['plan-1000-bytes.md', () => renderPlanMarkdown(RICH_PLAN, { maxBytes: 1_000 })],
    ['plan-200-bytes.md', () => renderPlanMarkdown(RICH_PLAN, { maxBytes: 200, marker: 'limio-sync:production' })],
    ['plan.html', () => renderPlanHtml(RICH_PLAN)],
    ['empty-plan.txt', () => renderPlanText(EMPTY_PLAN, { style: PLAIN_STYLE })],
    ['empty-plan.md', () => renderPlanMarkdown(EMPTY_PLAN)],
  ])('%s', async (file, render) => {
    await expect(render()).toMatchFileSnapshot(golden(file));
  });

  test('a promoted plan says where it comes from, and names no command that would plan all files', () => {
    const plan = { ...EMPTY_PLAN, publish: RICH_PLAN.publish, promotedFrom: 'sand<box' };
    expect(renderPlanText(plan, { style: PLAIN_STYLE }).split('\n')[1]).toBe('Promoted from sand<box');
    expect(renderPlanText(plan, { style: PLAIN_STYLE })).not.toContain('To apply');
    expect(renderPlanText(plan, { style: PLAIN_STYLE, file: 'my plan.json' }).split('\n').at(-2)).toBe(
      "To apply: limio-sync apply 'my plan.json'",
    );
    expect(renderPlanMarkdown(plan).split('\n')[2]).toBe(
      '**nothing to change, 40 unchanged** in `acme.prod.limio.example`, promoted from `sand<box`',
    );
    expect(renderPlanHtml(plan)).toContain('promoted from <code>sand&lt;box</code>');
  });
});
