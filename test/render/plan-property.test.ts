import * as fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import type { Plan } from '../../src/model/plan.js';
import { escapeTerminal } from '../../src/render/escape.js';
import { renderPlanHtml } from '../../src/render/plan/html.js';
import { renderPlanMarkdown } from '../../src/render/plan/markdown.js';
import { renderPlanText } from '../../src/render/plan/text.js';
import { chooseStyle, PLAIN_STYLE } from '../../src/render/terminal.js';
import { arbitraryPlan } from '../support/arbitrary-plan.js';
import { parseHtml, parseMarkdown } from '../support/parse-rendering.js';

const shownNames = ({ changes }: Plan): string[] => changes.map(({ address }) => escapeTerminal(address));
const squeeze = (text: string): string => text.replaceAll(/\s/g, '');
const RUNS = { numRuns: 150 };

describe('for any plan', () => {
  test('the unfolded text names every changed object on a line of its own', () => {
    fc.assert(
      fc.property(arbitraryPlan(), (plan) => {
        const lines = renderPlanText(plan, { style: PLAIN_STYLE, unfold: true }).split('\n');
        for (const name of shownNames(plan))
          expect(
            lines.filter((line) => /^[+~-] /.test(line) && line.slice(2).startsWith(`${name}  `)).length,
          ).toBeGreaterThan(0);
      }),
      RUNS,
    );
  });

  test('no line of the text is wider than the terminal', () => {
    fc.assert(
      fc.property(arbitraryPlan(), fc.integer({ min: 20, max: 200 }), fc.boolean(), (plan, width, colour) => {
        const lines = renderPlanText(plan, { style: chooseStyle(colour), width })
          .replaceAll(/\u001B\[\d+m/g, '')
          .split('\n');
        expect(Math.max(...lines.map((line) => stringWidth(line)))).toBeLessThanOrEqual(width);
      }),
      RUNS,
    );
  });

  test('breaking lines drops and adds nothing but spaces', () => {
    fc.assert(
      fc.property(arbitraryPlan(5), fc.integer({ min: 20, max: 80 }), (plan, width) => {
        expect(squeeze(renderPlanText(plan, { style: PLAIN_STYLE, width }))).toBe(
          squeeze(renderPlanText(plan, { style: PLAIN_STYLE })),
        );
      }),
      RUNS,
    );
  });

  test('the page names every changed object', () => {
    fc.assert(
      fc.property(arbitraryPlan(), (plan) => {
        const { elements, textsOf } = parseHtml(renderPlanHtml(plan));
        expect(elements.filter(({ tag }) => tag === 'article')).toHaveLength(plan.changes.length);
        const codes = new Set(textsOf('code'));
        for (const name of shownNames(plan)) expect(codes).toContain(name);
      }),
      RUNS,
    );
  });

  test('the comment names every changed object while there is room, tells how many it leaves out, and keeps within its bytes', () => {
    fc.assert(
      fc.property(
        arbitraryPlan(),
        fc.oneof(fc.integer({ min: 0, max: 12_000 }), fc.constant(1_000_000)),
        (plan, maxBytes) => {
          const markdown = renderPlanMarkdown(plan, { maxBytes });
          expect(Buffer.byteLength(markdown)).toBeLessThanOrEqual(maxBytes);
          const codes = new Set(parseMarkdown(markdown).textsOf('code'));
          const missing = shownNames(plan).filter((name) => !codes.has(name));
          if (maxBytes === 1_000_000) expect(missing).toEqual([]);
          if (missing.length > 0 && maxBytes > 200)
            expect(markdown).toMatch(
              /not listed \(size limit\)|too long to show here|: [\d,]+ to (create|update|delete)/,
            );
        },
      ),
      RUNS,
    );
  });

  test('a comment with room for all names gives none up for the fields of another', () => {
    fc.assert(
      fc.property(arbitraryPlan(), fc.integer({ min: 4_000, max: 30_000 }), (plan, maxBytes) => {
        const names = new Set(parseMarkdown(renderPlanMarkdown(plan, { maxBytes })).textsOf('code'));
        const missing = shownNames(plan).filter((name) => !names.has(name));
        const sizes = shownNames(plan).reduce((sum, name) => sum + Buffer.byteLength(name) + 60, 0);
        // Half at most goes to the top, an eighth to the end; 1,500 bytes to the frames of five kinds.
        if (sizes + 1_500 < maxBytes / 3) expect(missing).toEqual([]);
      }),
      RUNS,
    );
  });
});
