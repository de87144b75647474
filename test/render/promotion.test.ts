import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Plan } from '../../src/model/plan.js';
import type { Gate, PromotedObject, Promotion } from '../../src/model/promotion.js';
import { renderPromotionMarkdown } from '../../src/render/promotion/markdown.js';
import { renderPromotionText } from '../../src/render/promotion/text.js';
import { PLAIN_STYLE } from '../../src/render/terminal.js';

const GOLDEN = join(import.meta.dirname, '../golden');

const gates: Gate[] = [
  { name: 'files', status: 'pass', message: 'valid for sandbox, prod' },
  { name: 'tests', status: 'unchecked', message: 'not checked, because there are no tests of journeys' },
  { name: 'drift', status: 'pass', message: 'sandbox matches the files (6 selected)' },
];

const objects: PromotedObject[] = [
  { address: 'add_on:/add_ons/Archive', kind: 'add_on', change: 'deleted', class: 'new-in-source', fields: [] },
  {
    address: 'offer:/offers2/Annual',
    kind: 'offer',
    change: 'edited',
    class: 'both',
    withheld: 'overwrites',
    tenant: { at: '2026-11-23T09:12:00Z', by: 'anna\u001B[31m@acme.example' },
    fields: [
      {
        path: '/attributes/display_name__limio',
        cause: 'both',
        class: 'both',
        base: 'Annual',
        live: 'Annual!',
        files: 'Annual, new',
        show: 'value',
      },
    ],
  },
  {
    address: 'offer:/offers2/Monthly',
    kind: 'offer',
    change: 'edited',
    class: 'new-in-source',
    fields: [
      {
        path: '/attributes/display_name__limio',
        cause: 'git',
        class: 'new-in-source',
        base: 'Monthly',
        live: 'Monthly',
        files: 'Monthly, new',
        show: 'value',
      },
      {
        path: '/attributes/checkout_url',
        cause: 'git',
        class: 'new-in-source',
        own: true,
        files: 'https://shop.acme.example/',
        show: 'value',
      },
    ],
  },
  {
    address: 'offer:/offers2/Bundle',
    kind: 'offer',
    change: 'edited',
    class: 'new-in-source',
    withheld: 'journey:web-night',
    fields: [],
  },
  {
    address: 'journey:web-night',
    kind: 'journey',
    change: 'created',
    class: 'hot-fixed-in-target',
    withheld: 'overwrites',
    fields: [],
  },
];

const plan = {
  environment: 'prod',
  protected: true,
  fingerprint: 'f00d',
  summary: { create: 1, update: 1, delete: 0, unchanged: 3, withheld: 1 },
  changes: [
    { address: 'add_on:/add_ons/Archive', action: 'create', dependsOn: [] },
    { address: 'offer:/offers2/Monthly', action: 'update', dependsOn: [] },
  ],
  warnings: [],
  withheld: [{ address: 'add_on:/add_ons/Archive', action: 'create', reason: 'CREATE_BY_HAND' }],
  publish: { pages: [{}], onNoPage: [] },
  guards: [
    {
      code: 'CREATE_BY_HAND',
      message: 'One item has to be created by a person.',
      addresses: ['add_on:/add_ons/Archive'],
    },
  ],
} as unknown as Plan;

const whole: Promotion = {
  kind: 'limio-sync/promotion',
  formatVersion: 1,
  from: { environment: 'sandbox', host: 'acme-sandbox.prod.limio.com' },
  to: { environment: 'prod', host: 'acme.prod.limio.com', last: '2026-11-22T17:45:09.000Z' },
  gates,
  content: {
    selected: objects.map(({ address }) => address),
    added: [{ address: 'add_on:/add_ons/Archive', neededBy: 'offer:/offers2/Monthly' }],
    objects,
    lacking: [
      {
        what: 'add_on:/add_ons/Archive',
        neededBy: [],
        todo: 'create it in the web app of prod',
        blocks: false,
      },
    ],
    summary: { newInSource: 3, hotFixed: 1, both: 1, intended: 4, unchanged: 3, withheld: 3, elsewhere: 1 },
  },
  plan,
};

const failed: Promotion = {
  kind: whole.kind,
  formatVersion: 1,
  from: whole.from,
  to: { environment: 'prod', host: 'acme.prod.limio.com' },
  gates: [
    {
      name: 'files',
      status: 'fail',
      message: '2 errors in the files, first catalog/a.yaml:3:1 UNKNOWN_KEY',
      remedy: 'limio-sync validate',
    },
    { name: 'drift', status: 'unchecked', message: 'not checked, because the files have errors' },
  ],
};

describe('a promotion as Markdown', () => {
  const resumeCommand = 'limio-sync promote --from sandbox --to prod';
  const render = (options = {}): string =>
    renderPromotionMarkdown(whole, { resumeCommand, out: 'plan.json', ...options });

  test('is for a pull request: what was changed in the target first', async () => {
    await expect(render()).toMatchFileSnapshot(join(GOLDEN, 'promotion.md'));
    await expect(renderPromotionMarkdown(failed, { resumeCommand })).toMatchFileSnapshot(
      join(GOLDEN, 'promotion-failed.md'),
    );
  });

  test('of which there is too much loses fields, then names, and never exceeds its bytes', async () => {
    await expect(render({ maxBytes: 1300 })).toMatchFileSnapshot(join(GOLDEN, 'promotion-1300-bytes.md'));
    for (const maxBytes of [0, 10, 300, 700, 1300, 2000])
      expect(Buffer.byteLength(render({ maxBytes }))).toBeLessThanOrEqual(maxBytes);
  });
});

test('a promotion lists what also goes live with its pages', () => {
  const also = {
    address: 'offer:/offers2/Annual',
    fields: [{ path: '/attributes/display_price__limio', before: '£9', after: '£99', show: 'value' }],
  };
  const page = { path: '/pages/shop', routes: ['/shop/'], items: [], reason: 'changed', alsoPublishes: [also] };
  // Only what renderings read of a plan.
  const promotion = { ...whole, plan: { ...plan, publish: { pages: [page], onNoPage: [] } } as unknown as Plan };
  const options = { resumeCommand: 'limio-sync promote --from sandbox --to prod', out: 'plan.json' };
  for (const text of [
    renderPromotionText(promotion, { style: PLAIN_STYLE, ...options }),
    renderPromotionMarkdown(promotion, options),
  ])
    expect(text).toMatch(/also goes live: `?offer:\/offers2\/Annual`?: `?display_price__limio "£9" -> "£99"`?, edited/);
});

describe('a promotion as text', () => {
  const resumeCommand = 'limio-sync promote --from sandbox --to prod';

  test('tells gates, what goes, what would be lost, what is lacking, the plan and the next command', async () => {
    await expect(
      renderPromotionText(whole, { style: PLAIN_STYLE, resumeCommand, out: 'plan.json', allowOverwrite: 3 }),
    ).toMatchFileSnapshot(join(GOLDEN, 'promotion.txt'));
  });

  test('keeps to the width of the terminal', () => {
    const lines = renderPromotionText(whole, { style: PLAIN_STYLE, resumeCommand, width: 80 }).split('\n');
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
  });

  test('ends at the gates when the files have errors', async () => {
    await expect(renderPromotionText(failed, { style: PLAIN_STYLE, resumeCommand })).toMatchFileSnapshot(
      join(GOLDEN, 'promotion-failed.txt'),
    );
  });
});
