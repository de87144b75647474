import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LINT_RULES } from '../../src/lint/rules/rules.js';
import { formatPageUrl, type ReportedFinding, type SarifRule, toSarif } from '../../src/render/lint.js';
import { ROOT } from '../docs/support/read-page.js';

const LEVELS = ['none', 'note', 'warning', 'error'];

interface Place {
  artifactLocation: { uri: string; uriBaseId?: string };
  region: { startLine: number; startColumn: number; endColumn?: number };
}

interface Log {
  $schema: string;
  version: string;
  runs: {
    originalUriBaseIds?: unknown;
    columnKind: string;
    tool: {
      driver: {
        name: string;
        semanticVersion: string;
        informationUri: string;
        rules: {
          id: string;
          shortDescription: { text: string };
          helpUri?: string;
          defaultConfiguration: { level: string };
        }[];
      };
    };
    results: {
      ruleId: string;
      ruleIndex: number;
      level: string;
      message: { text: string };
      locations: { physicalLocation: Place }[];
      relatedLocations?: { physicalLocation: Place; message: { text: string } }[];
    }[];
  }[];
}

/** What SARIF 2.1.0 (OASIS) asks of what we use of it: sections 3.13, 3.14, 3.19, 3.27, 3.29, 3.30, 3.49. */
function expectSarif(value: unknown): Log['runs'][number] {
  const log = value as Log;
  expect(Object.keys(log)).toEqual(['$schema', 'version', 'runs']);
  expect(log.version).toBe('2.1.0');
  expect(new URL(log.$schema).pathname).toMatch(/sarif-schema-2\.1\.0\.json$/);
  expect(log.runs).toHaveLength(1);
  const [run] = log.runs;
  if (!run) throw new Error('no run');
  const { driver } = run.tool;
  expect(driver.name).toBe('limio-sync');
  expect(driver.semanticVersion).toMatch(/^\d+\.\d+\.\d+/);
  expect(['utf16CodeUnits', 'unicodeCodePoints']).toContain(run.columnKind);
  expect(new Set(driver.rules.map(({ id }) => id)).size).toBe(driver.rules.length);
  for (const { shortDescription, helpUri, defaultConfiguration } of driver.rules) {
    expect(shortDescription.text).not.toBe('');
    expect(LEVELS).toContain(defaultConfiguration.level);
    if (helpUri !== undefined) expect(new URL(helpUri).href).toBe(helpUri);
  }
  for (const { ruleId, ruleIndex, level, message, locations, relatedLocations = [] } of run.results) {
    expect(driver.rules[ruleIndex]?.id).toBe(ruleId);
    expect(LEVELS).toContain(level);
    expectText(message.text);
    expect(locations).toHaveLength(1);
    for (const { physicalLocation } of [...locations, ...relatedLocations]) expectPlace(physicalLocation);
    for (const related of relatedLocations) expectText(related.message.text);
  }
  return run;
}

/** A text that a viewer may show: on one line, with nothing hidden and no link. */
function expectText(text: string): void {
  expect(text).not.toBe('');
  expect(text).not.toMatch(/[\p{Cc}\u202A-\u202E\u2066-\u2069]|\]\(/u);
}

/** RFC 3986: relative to the root of the checkout, nothing but unreserved characters, slashes and percent codes. No base id, so none must be resolved. */
function expectPlace({
  artifactLocation: { uri, uriBaseId },
  region: { startLine, startColumn, endColumn },
}: Place): void {
  expect(uriBaseId).toBeUndefined();
  expect(uri).toMatch(/^(?:[A-Za-z0-9._~!*'()-]|%[0-9A-F]{2})+(?:\/(?:[A-Za-z0-9._~!*'()-]|%[0-9A-F]{2})+)*$/);
  expect([startLine, startColumn].every((number) => Number.isInteger(number) && number >= 1)).toBe(true);
  if (endColumn !== undefined) expect(endColumn).toBeGreaterThan(startColumn);
}

const RULES: SarifRule[] = LINT_RULES.map((rule) => ({
  ...rule,
  helpUri: formatPageUrl(`lint/${rule.id}.md`, '1.2.3'),
}));
const makeFinding = (more: Partial<ReportedFinding> = {}): ReportedFinding => ({
  file: 'catalog/a.yaml',
  line: 3,
  col: 12,
  length: 9,
  severity: 'warning',
  code: 'promo-never-ends',
  message: 'It never ends.',
  hint: 'Add an end.',
  fixable: false,
  ...more,
});

describe('SARIF', () => {
  test('of what the program prints has what SARIF 2.1.0 asks for', () => {
    const run = expectSarif(JSON.parse(readFileSync(join(ROOT, 'test/golden/lint.sarif'), 'utf8')));
    expect(run.results.length).toBeGreaterThan(10);
    // Rules of a configuration have no page.
    expect(run.tool.driver.rules.filter(({ helpUri }) => helpUri === undefined).map(({ id }) => id)).toEqual([
      'acme-names-are-short',
      'acme-broken',
    ]);
  });

  test('has the row of a template as a related place, and says how many others have the same', () => {
    const row = { file: 'catalog/prices.csv', line: 14, col: 9 };
    const run = expectSarif(toSarif([makeFinding({ row, moreRows: 37 })], { rules: RULES, version: '1.2.3' }));
    expect(run.results[0]?.message.text).toBe('It never ends. (and 37 more rows) Add an end.');
    expect(run.results[0]?.relatedLocations).toMatchObject([
      { physicalLocation: { artifactLocation: { uri: 'catalog/prices.csv' }, region: { startLine: 14 } } },
    ]);
  });

  test('says where and what, and leads to the page of the rule in the package', () => {
    const run = expectSarif(
      toSarif(
        [makeFinding({ file: 'a b/ü#1?.yaml', related: [{ file: 'c.yaml', line: 1, col: 1, message: 'Here.' }] })],
        { rules: RULES, version: '1.2.3', prefix: 'shop/' },
      ),
    );
    expect(run.results).toMatchObject([
      {
        ruleId: 'promo-never-ends',
        level: 'warning',
        message: { text: 'It never ends. Add an end.' },
        locations: [
          {
            physicalLocation: {
              artifactLocation: { uri: 'shop/a%20b/%C3%BC%231%3F.yaml' },
              region: { startLine: 3, startColumn: 12, endColumn: 21 },
            },
          },
        ],
        relatedLocations: [{ physicalLocation: { artifactLocation: { uri: 'shop/c.yaml' } } }],
      },
    ]);
    expect(run.tool.driver.rules[run.results[0]?.ruleIndex ?? -1]?.helpUri).toBe(
      'https://unpkg.com/limio-sync@1.2.3/docs/lint/promo-never-ends.md',
    );
  });

  test('every page that a rule leads to is a file of the package', () => {
    const { files } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { files: string[] };
    expect(files).toContain('docs');
    for (const { helpUri = '' } of RULES)
      expect(readFileSync(join(ROOT, helpUri.replace('https://unpkg.com/limio-sync@1.2.3/', '')), 'utf8')).not.toBe('');
  });

  test('holds for any text', () => {
    const text = fc.string({
      unit: fc.constantFrom(
        'a',
        '[',
        ']',
        '(',
        ')',
        '\\',
        '\n',
        '\r',
        '\u001B',
        '\u202E',
        '%',
        '{',
        '0',
        '}',
        '<',
        ':',
        '#',
        '/',
      ),
      minLength: 1,
    });
    fc.assert(
      fc.property(text, text, text, (message, hint, file) => {
        const path = file
          .split('/')
          .map((part) => `f${part}`)
          .join('/');
        const run = expectSarif(
          toSarif([makeFinding({ message, hint, file: path, related: [{ file: path, line: 1, col: 1, message }] })], {
            rules: RULES,
            version: '1.2.3',
          }),
        );
        expect(decodeURIComponent(run.results[0]?.locations[0]?.physicalLocation.artifactLocation.uri ?? '')).toBe(
          path,
        );
      }),
    );
  });
});
