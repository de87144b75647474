import { describe, expect, test } from 'vitest';
import type { FieldChange } from '../../src/model/plan.js';
import { viewField, formatField } from '../../src/render/field.js';
import { listDiffLines } from '../../src/render/markdown.js';
import { renderPlanHtml } from '../../src/render/plan/html.js';
import { renderPlanText } from '../../src/render/plan/text.js';
import { PLAIN_STYLE } from '../../src/render/terminal.js';
import { change, makePlan } from '../support/apply-fixtures.js';

const LONG = 'A calm sentence about reading. '.repeat(2_200);
const EVIL = [
  '<script src="https://evil.example/x.js"></script>',
  '<img src="/a.png" onerror="steal()">',
  '<a href="https://pay.example/now">Pay</a>',
  'or visit http://plain.example/page',
].join(' ');
const HIDDEN = [
  'script <script src="https://evil.example/x.js">',
  'handler onerror="steal()"',
  'link https://pay.example/now',
  'link http://plain.example/page',
  'host plain.example',
];

const RENDERINGS: [string, (field: FieldChange) => string][] = [
  ['text', (field) => formatField(field, PLAIN_STYLE)],
  ['Markdown', (field) => listDiffLines(viewField(field)).join('\n')],
];

describe.each(RENDERINGS)('a value that is cut for length in %s', (_name, render) => {
  test.each<[string, Omit<FieldChange, 'path'>]>([
    ['a new text', { after: `${LONG}${EVIL}`, show: 'html' }],
    ['two texts that are too long to compare', { before: LONG, after: `${LONG}${EVIL}`, show: 'html' }],
    ['a long part that is added', { before: 'A.', after: `A. ${LONG.slice(0, 600)}${EVIL}`, show: 'html' }],
    ['a value of another type', { before: null, after: { deep: [{ text: `${LONG}${EVIL}` }] }, show: 'value' }],
    ['a set', { before: [], after: [`${LONG}${EVIL}`], show: 'set' }],
  ])('lists new scripts, handlers, links and hosts of its hidden part: %s', (_case, field) => {
    const shown = render({ path: '/attributes/body__limio', ...field });
    for (const part of HIDDEN) expect(shown).toContain(`+ ${part}`);
  });

  test('lists what an unchanged, unseen part does once the mark that disabled it is gone', () => {
    const rest = `${'Words that stay. '.repeat(30)}<script>steal()</script>${' Words that stay.'.repeat(30)}`;
    const field = { path: '/a', before: `Old <!-- ${rest}`, after: `Old ${rest}`, show: 'html' as const };
    expect(render(field)).toContain('+ script steal()');
  });

  test('lists nothing that was there before, and nothing of a value that is shown whole', () => {
    const after = `${LONG}${EVIL} and more`;
    expect(render({ path: '/a', before: `${LONG}${EVIL}`, after, show: 'html' })).not.toContain('+ script');
    const short = { path: '/a', before: 'x', after: '<script>x</script>', show: 'html' as const };
    expect(render(short)).not.toContain('+ script');
  });

  test('shows such parts escaped', () => {
    const after = `${LONG}<a href="https://a.example/\u001b[2J\`\`\`">x</a>`;
    expect(render({ path: '/a', after, show: 'html' })).toContain('https://a.example/\\u{1b}[2J');
  });

  test('takes a moment for 500,000 characters of markup', () => {
    const started = performance.now();
    render({ path: '/a', before: 'x', after: '<a href="//h.example/a.a.a.a.a">'.repeat(16_000), show: 'html' });
    render({ path: '/a', after: '//a.b-'.repeat(80_000), show: 'text' });
    render({ path: '/a', after: '<a '.repeat(160_000), show: 'html' });
    expect(performance.now() - started).toBeLessThan(20_000);
  });
});

describe('a value of 66,000 characters', () => {
  const text = `${LONG}${EVIL}\nLast line \u001b[2J`;
  const plan = makePlan([
    {
      ...change('offer:/offers2/A', { body: 'x' }, { body: text }),
      fields: [{ path: '/attributes/body__limio', before: 'x', after: text, show: 'html' }],
    },
  ]);

  test('is whole in the text of one change, line by line and escaped', () => {
    const lines = renderPlanText(plan, { style: PLAIN_STYLE, whole: true }).split('\n');
    expect(lines).toContain(`      + ${LONG}${EVIL}`);
    expect(lines).toContain('      + Last line \\u{1b}[2J');
    expect(lines).toContain('      - x');
    expect(renderPlanText(plan, { style: PLAIN_STYLE })).not.toContain(LONG);
  });

  test('is whole in HTML', () => {
    expect(renderPlanHtml(plan)).toContain(`${LONG}&lt;script src=&quot;https://evil.example/x.js&quot;&gt;`);
  });
});
