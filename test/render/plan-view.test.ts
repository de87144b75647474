import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { summariseHtml } from '../../src/html/html.js';
import type { Plan, PriceMove } from '../../src/model/plan.js';
import { viewField } from '../../src/render/field.js';
import { renderPlanHtml } from '../../src/render/plan/html.js';
import { renderPlanMarkdown } from '../../src/render/plan/markdown.js';
import { renderPlanText } from '../../src/render/plan/text.js';
import { PLAIN_STYLE } from '../../src/render/terminal.js';
import { joinPrice, viewPrice } from '../../src/render/plan/marks.js';
import { buildPlanView } from '../../src/render/plan/view.js';
import { fitLines } from '../../src/render/wrap.js';
import { parseHtml } from '../support/parse-rendering.js';
import { RICH_PLAN } from '../support/rich-plan.js';
import { runScenario } from '../support/run-scenario.js';

const compareTexts = (before: string, after: string) => viewField({ path: '/a', before, after, show: 'text' });

const guardsOf = (consents?: ReadonlyMap<string, string>): (readonly string[])[] =>
  buildPlanView(RICH_PLAN, consents)
    .groups.flatMap(({ changes }) => changes)
    .filter(({ action }) => action === 'delete')
    .map(({ withheldBy }) => withheldBy);

const stopOf = (plan: Plan, consents?: ReadonlyMap<string, string>) => buildPlanView(plan, consents).stop;

describe('what every rendering shows', () => {
  test('names the guards that stand, and not those that a consent lifts', () => {
    expect(guardsOf()).toEqual([['DELETE_CONSENT'], ['DELETE_CONSENT']]);
    expect(guardsOf(new Map([['--allow-delete', '2']]))).toEqual([[], []]);
    expect(guardsOf(new Map([['--allow-delete', '3']]))).toEqual([['DELETE_CONSENT'], ['DELETE_CONSENT']]);
    expect(buildPlanView(RICH_PLAN, new Map([['--allow-delete', '2']])).summary.withheld).toBe(2);
  });

  test('says that apply will stop while a guard other than that of the deletions stands, unless the policy allows it', () => {
    expect(stopOf(RICH_PLAN)?.reasons).toEqual([{ code: 'PRICE_CHANGE', changes: 2 }]);
    expect(stopOf(RICH_PLAN, new Map([['--allow-price-change', '2']]))).toBeUndefined();
    expect(stopOf({ ...RICH_PLAN, partial: 'allow' })).toBeUndefined();
    for (const render of [renderPlanMarkdown, renderPlanHtml]) {
      expect(render(RICH_PLAN)).toContain('apply will stop before the first write');
      expect(render({ ...RICH_PLAN, partial: 'allow' })).not.toContain('will stop');
    }
  });

  const hidden = '<script src="https://evil.example/x.js"></script>';
  const ALSO: Plan = {
    ...RICH_PLAN,
    publish: {
      ...RICH_PLAN.publish,
      pages: RICH_PLAN.publish.pages.slice(0, 1).map((page) => ({
        ...page,
        alsoPublishes: [
          {
            address: 'offer:/offers2/Draft',
            fields: [
              { path: '/attributes/display_price__limio', before: '£9', after: '£99', show: 'value' },
              {
                path: '/attributes/display_description__limio',
                before: 'Old',
                after: `${'New text. '.repeat(900)}${hidden}`,
                show: 'html',
              },
            ],
          },
          { address: 'offer:/offers2/New', fields: [], firstTime: true },
        ],
      })),
    },
  };
  test.each([
    ['text', (plan: Plan) => renderPlanText(plan, { style: PLAIN_STYLE })],
    ['Markdown', renderPlanMarkdown],
    ['HTML', renderPlanHtml],
  ])('lists what also goes live, and what hides in its long values, as %s', (_, render) => {
    const shown = render(ALSO);
    expect(shown).toMatch(/also goes live/i);
    for (const part of ['/offers2/Draft', '£99', '/offers2/New', 'for the first time', 'edited in the app'])
      expect(shown).toContain(part);
    expect(shown).toContain('evil.example');
  });

  const price = { amount: '9.99', currency: 'GBP', interval: 'monthly' };
  const reach: Omit<PriceMove, 'before' | 'after'> = {
    addresses: ['offer:/a', 'offer:/b', 'add_on:/c'],
    routes: [],
    journeys: [],
    promoCodes: [],
  };
  test.each<[string, PriceMove]>([
    [
      'monthly GBP 9.99 -> 12.99 (+30.0 %) on 1 add-on and 2 offers',
      { before: price, after: { ...price, amount: '12.99' }, percent: '+30.0', ...reach },
    ],
    [
      'changed charge monthly GBP 9.99 -> monthly EUR 9.99 on 1 add-on and 2 offers',
      { before: price, after: { ...price, currency: 'EUR' }, ...reach },
    ],
    ['new charge monthly GBP 9.99 on 1 add-on and 2 offers', { after: price, ...reach }],
    [
      'removed charge monthly GBP 9.99 on 1 add-on and 2 offers; on 1 published page; used by 2 journeys; 2 active promo codes apply',
      {
        before: price,
        ...reach,
        routes: ['/a/'],
        journeys: ['journey:a', 'journey:b'],
        promoCodes: ['promo_code:A', 'promo_code:B'],
      },
    ],
  ])('says "%s"', (sentence, move) => {
    const view = viewPrice(move);
    const amounts = [view.before, view.after].filter((side) => side !== undefined).join(' -> ');
    expect(joinPrice(view, amounts, (text) => text)).toBe(sentence);
  });

  test('shows the old and the new routing of a planned journey, whole and with typed elements', async () => {
    const { plan } = await runScenario('journeys');
    const { routing } =
      buildPlanView(plan)
        .groups.flatMap(({ changes }) => changes)
        .find(({ name }) => name === 'geo') ?? {};
    expect(routing?.before?.branches.map(({ who }) => who)).toEqual(['country US, CA', expect.any(String)]);
    expect(routing?.after?.branches.map(({ state }) => state)).toContain('changed');
    expect(routing?.after?.start).toBe(routing?.before?.start);
    expect(renderPlanHtml(plan).split('<svg').length - 1).toBe(4);
    expect(renderPlanMarkdown(plan).split('```mermaid').length - 1).toBe(3);
  });
});

const hash = (text: string | undefined): string =>
  `'sha256-${createHash('sha256')
    .update(text ?? '')
    .digest('base64')}'`;

test('the policy of the page allows its own script and style, and nothing else', () => {
  const { elements, textsOf } = parseHtml(renderPlanHtml(RICH_PLAN));
  const policy = elements.find(({ attributes }) => attributes['http-equiv'] === 'Content-Security-Policy')?.attributes[
    'content'
  ];
  expect(policy?.split('; ')).toEqual([
    "default-src 'none'",
    `script-src ${hash(textsOf('script')[0])}`,
    `style-src ${hash(textsOf('style')[0])}`,
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ]);
});

describe('a field', () => {
  test.each([
    ['/attributes/price__limio/charge_1/value', 'price__limio.charge_1.value'],
    ['/attributes/Device Access', 'Device Access'],
    ['/journeys/11111111-1111-4222-8333-444455556666/actions/~1us~1', 'journeys[11111111].actions[/us/]'],
  ])('at %s is called %s', (path, name) => {
    expect(viewField({ path, after: 1, show: 'value' }).name).toBe(name);
  });

  test('of HTML is compared as people read it, and as markup where only that differs', () => {
    expect(summariseHtml('<ul><li>Web &amp; app</li><li>Archive</li></ul>')).toBe('• Web & app / • Archive');
    const field = viewField({
      path: '/a',
      before: '<p>One and the same text, which is long enough</p>',
      after: '<div>One and the same text, which is long enough</div>',
      show: 'html',
    });
    expect(field).toMatchObject({ form: 'words' });
    expect(
      field.form === 'words' && field.parts.filter(({ kind }) => kind === 'added').map(({ text }) => text),
    ).toEqual(['div', 'div']);
  });

  test.each([
    [
      'a script beside words',
      '<p>£12 a month</p>',
      '<p>£13 a month<script src="https://evil.example/x.js"></script></p>',
      'evil.example',
    ],
    [
      'another link',
      '<a href="https://good.example">Buy</a> now',
      '<a href="https://evil.example">Buy</a> today',
      'evil',
    ],
    ['a handler', '<p onclick="a()">x</p>', '<p onclick="b()">y</p>', 'b'],
    ['a comment', '<p>x</p>', '<p>y<!-- hidden --></p>', 'hidden'],
  ])('of HTML hides no markup behind words that change: %s', (_, before, after, telling) => {
    const field = viewField({ path: '/a', before, after, show: 'html' });
    expect(
      field.form === 'words' &&
        field.parts
          .filter(({ kind }) => kind === 'added')
          .map(({ text }) => text)
          .join(),
    ).toContain(telling);
  });

  test('of a long value shows the part that changed, wherever it stands', () => {
    const [before = [], after = []] = [2, 3].map((last) => [...Array.from({ length: 400 }, () => 1), last]);
    expect(viewField({ path: '/a', before, after, show: 'value' })).toMatchObject({
      form: 'words',
      parts: [{}, { kind: 'removed', text: '2' }, { kind: 'added', text: '3' }, {}],
    });
  });

  test('of text is told by its words; a space between two of them that change belongs to the change', () => {
    expect(compareTexts('ten years of it', 'the whole of it')).toEqual({
      name: 'a',
      form: 'words',
      parts: [
        { kind: 'removed', text: 'ten years' },
        { kind: 'added', text: 'the whole' },
        { kind: 'same', text: ' of it' },
      ],
    });
    expect(compareTexts('a '.repeat(4_000), 'b '.repeat(4_000)).form).toBe('texts');
    expect(compareTexts('a'.repeat(20_000), 'a').form).toBe('texts');
  });
});

test.each([
  ['country US, CA', 20, 2, ['country US, CA']],
  ['country US, CA, MX, BR', 12, 3, ['country US,', 'CA, MX, BR']],
  ['country US, CA, MX, BR', 12, 1, ['country US,…']],
  ['/customers/acme/landing/', 10, 2, ['/customers', '/acme/lan…']],
  ['漢字漢字漢字', 8, 2, ['漢字漢字', '漢字']],
])('the label %j in %d columns and %d lines', (text, columns, lines, expected) => {
  expect(fitLines(text, columns, lines)).toEqual(expected);
});
