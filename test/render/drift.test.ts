import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { DriftReport } from '../../src/model/drift.js';
import { renderDriftMarkdown, renderDriftText } from '../../src/render/drift.js';
import { PLAIN_STYLE } from '../../src/render/terminal.js';
import { HOSTILE_STRINGS } from '../support/hostile-strings.js';

const golden = (file: string): string => join(import.meta.dirname, '../golden', file);

const REPORT: DriftReport = {
  kind: 'limio-sync/drift',
  formatVersion: 1,
  environment: 'prod',
  host: 'acme.prod.limio.com',
  last: {
    command: 'apply',
    run: '20261122T174501123Z-prod-3f9a1c',
    at: '2026-11-22T17:45:09.000Z',
    toolVersion: '0.1.0',
    fingerprint: 'f',
    filesHash: 'h',
    complete: true,
    verified: true,
  },
  objects: [
    { address: 'journey:web-geo', kind: 'journey', change: 'deleted', cause: 'app', fields: [] },
    {
      address: 'offer:/offers2/Digital Monthly',
      kind: 'offer',
      change: 'edited',
      cause: 'both',
      open: 'unverified',
      tenant: { at: '2026-11-23T09:12:00+00:00', by: 'anna@acme.example' },
      fields: [
        {
          path: '/attributes/display_name__limio',
          cause: 'both',
          base: 'Digital',
          files: 'Digital Monthly',
          live: 'Digital!',
          show: 'value',
        },
        { path: '/attributes/badge_text__limio', cause: 'both', base: 'New', live: 'Sale', show: 'value' },
        {
          path: '/attributes/price__limio/charge_1/value',
          cause: 'app',
          base: '11.99',
          files: '11.99',
          live: '9.99',
          show: 'value',
        },
        { path: '/attributes/label__limio', cause: 'git', base: ['a'], files: ['a', 'b'], live: ['a'], show: 'set' },
      ],
    },
    {
      address: 'promo_code:HAND1',
      kind: 'promo_code',
      change: 'created',
      cause: 'app',
      fields: [{ path: '/status', cause: 'app', live: true, show: 'value' }],
    },
    { address: 'promo_code:OLD5', kind: 'promo_code', change: 'undeclared', cause: 'git', fields: [] },
  ],
  summary: { app: 2, both: 1, unknown: 0, git: 1 },
};

const { last: _last, ...WITHOUT_SNAPSHOT } = REPORT;
const UNKNOWN: DriftReport = {
  ...WITHOUT_SNAPSHOT,
  objects: [
    {
      address: 'offer:/offers2/A',
      kind: 'offer',
      change: 'edited',
      cause: 'unknown',
      fields: [{ path: '/attributes/a', cause: 'unknown', files: 1, live: 2, show: 'value' }],
    },
  ],
  summary: { app: 0, both: 0, unknown: 1, git: 0 },
};

describe('the renderings of one drift, as files to be read', () => {
  test.each<[string, () => string]>([
    ['drift.txt', () => renderDriftText(REPORT, { style: PLAIN_STYLE, all: false })],
    ['drift-all.txt', () => renderDriftText(REPORT, { style: PLAIN_STYLE, all: true })],
    ['drift-unknown.txt', () => renderDriftText(UNKNOWN, { style: PLAIN_STYLE, all: false })],
    ['drift.md', () => renderDriftMarkdown(REPORT, { all: false })],
    ['drift-500-bytes.md', () => renderDriftMarkdown(REPORT, { all: false, maxBytes: 500 })],
  ])('%s', async (file, render) => {
    await expect(render()).toMatchFileSnapshot(golden(file));
  });

  test('keep to their bytes, and escape whatever a tenant says', () => {
    for (const text of HOSTILE_STRINGS) {
      const report: DriftReport = {
        ...REPORT,
        objects: REPORT.objects.map((object) => ({
          ...object,
          address: `offer:/${text}`,
          tenant: { at: text, by: text },
          fields: object.fields.map((field) => ({
            ...field,
            path: `/attributes/${text.replaceAll('~', '').replaceAll('/', '')}`,
            base: text,
            files: text,
            live: `${text}!`,
          })),
        })),
        pending: [{ path: text, routes: [text, text], items: [`offer:/${text}`], run: text }],
      };
      const plain = renderDriftText(report, { style: PLAIN_STYLE, all: true });
      expect(plain).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f\u202e]/);
      for (const maxBytes of [0, 50, 300, 2000, 65_536]) {
        const markdown = renderDriftMarkdown(report, { all: true, maxBytes });
        expect(Buffer.byteLength(markdown)).toBeLessThanOrEqual(maxBytes);
        expect(markdown).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f\u202e]/);
      }
    }
  });
});

const conflict = (sides: { base?: string; files?: string; live?: string }): DriftReport => ({
  ...REPORT,
  objects: [
    {
      address: 'offer:/offers2/Digital',
      kind: 'offer',
      change: 'edited',
      cause: 'both',
      fields: [{ path: '/attributes/body__limio', cause: 'both', ...sides, show: 'html' }],
    },
  ],
});

describe('a conflict with values that are cut for length', () => {
  const long = 'A calm sentence about reading. '.repeat(2_000);
  const old = `${long}<a href="https://known.example/">old</a>`;

  test.each([
    ['text', (report: DriftReport) => renderDriftText(report, { style: PLAIN_STYLE, all: false })],
    ['Markdown', (report: DriftReport) => renderDriftMarkdown(report, { all: false })],
  ])('lists in %s what runs or leads elsewhere in the hidden part of both sides', (_, render) => {
    const shown = render(
      conflict({
        base: old,
        files: `${old}<img src="/a.png" onerror="steal()">`,
        live: `${old}<script src="https://evil.example/x.js"></script>`,
      }),
    );
    expect(shown).toContain('+ handler onerror="steal()"');
    expect(shown).toContain('+ script <script src="https://evil.example/x.js">');
    expect(shown).toContain('+ host evil.example');
    expect(shown).not.toContain('known.example');
    expect(render(conflict({ files: 'x', live: `${long}<script>steal()</script>` }))).toContain('+ script steal()');
    expect(render(conflict({ base: 'x', files: '<script>a()</script>', live: 'y' }))).not.toContain('+ script a()');
  });
});
