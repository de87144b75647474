import { describe, expect, test } from 'vitest';
import type { LintRule } from '../../src/model/lint-rule.js';
import type { SourceText } from '../../src/source/documents.js';
import { type Linted, lintSources } from './support.js';

const PRICES: SourceText = {
  path: 'catalog/prices.csv',
  text: 'country,text\nGB,"Buy "\nIE,Go\nDE,"Kauf "\n',
  role: 'table',
};

const template = (attributes: string): SourceText => ({
  path: 'catalog/digital.yaml',
  text: `kind: offer\nfor_each: { table: prices.csv }\npath: /offers2/\${each.country}\nattributes:\n${attributes}`,
});

const lint = (attributes: string, rule: string): Linted =>
  lintSources([template(attributes), PRICES], { only: [rule] });

const list = ({ findings }: Linted) =>
  findings.map(({ line, row, moreRows, moreResources, address, hint, fix }) => ({
    at: `${line}${row ? ` with ${row.line}:${row.col}` : ''}`,
    ...(moreRows === undefined ? {} : { moreRows }),
    ...(moreResources === undefined ? {} : { moreResources }),
    address,
    fix: fix !== undefined,
    hint,
  }));

describe('a finding in a line of a template', () => {
  test('that all its resources share is one finding, of the first, and can be fixed', () => {
    expect(list(lint('  cta_text__limio: "Buy "\n', 'text-whitespace'))).toEqual([
      {
        at: '5',
        moreResources: 2,
        address: 'offer:/offers2/DE',
        fix: true,
        hint: 'Run limio-sync lint --fix to remove them.',
      },
    ]);
  });

  test('that comes from cells names the first cell and the number of others, and is left to a person', () => {
    const hint = 'Correct catalog/prices.csv:2:4 by hand: --fix changes no values of rows.';
    expect(list(lint('  cta_text__limio: ${each.text}\n', 'text-whitespace'))).toEqual([
      { at: '5 with 2:4', moreRows: 1, address: 'offer:/offers2/GB', fix: false, hint },
    ]);
  });

  test('that only some of its resources have names their rows, and is left to a person', () => {
    const hint = 'Change it by hand: the line also makes 2 resources without this problem.';
    expect(list(lint('  allowed_countries__limio: ["${each.country}", GB]\n', 'list-duplicate'))).toEqual([
      { at: '5 with 2:1', address: 'offer:/offers2/GB', fix: false, hint },
    ]);
  });

  test('is suppressed by a comment in the template', () => {
    const { findings, suppressed } = lint(
      '  # limio-lint-disable-next-line text-whitespace -- as designed\n  cta_text__limio: "Buy "\n',
      'text-whitespace',
    );
    expect([findings, suppressed]).toEqual([[], 3]);
  });

  test('of a rule that throws at one resource names its row', () => {
    const broken: LintRule = {
      id: 'acme-broken',
      severity: 'warning',
      title: 'x',
      kinds: ['offer'],
      check: ({ address }) => {
        if (address.endsWith('IE')) throw new Error('no');
        return [];
      },
    };
    const { findings } = lintSources([template('  cta_text__limio: Buy\n'), PRICES], { rules: [broken] });
    expect(findings.map(({ row }) => row?.line)).toEqual([3]);
  });
});

test('a finding in a line of a base is one finding for all that extend it', () => {
  const base = {
    path: 'catalog/bases/a.yaml',
    text: 'kind: base\nattributes: { cta_text__limio: "Buy " }\n',
    role: 'base' as const,
  };
  const offers = ['A', 'B', 'C'].map((name) => ({
    path: `catalog/${name}.yaml`,
    text: `kind: offer\nextends: bases/a.yaml\npath: /offers2/${name}\n`,
  }));
  expect(lintSources([base, ...offers], { only: ['text-whitespace'] }).findings).toMatchObject([
    { file: 'catalog/bases/a.yaml', line: 2, address: 'offer:/offers2/A', moreResources: 2, fix: {} },
  ]);
});
