import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { LINT_RULES } from '../../src/lint/rules/rules.js';
import { nameKind } from '../../src/model/address.js';
import type { LintRule } from '../../src/model/lint-rule.js';
import { fixText } from '../../src/source/edit/fix-text.js';
import { listBlocks, listRows, readPage, ROOT } from '../docs/support/read-page.js';
import { type LintFacts, lintText, readFacts } from './support.js';

const RULES = LINT_RULES.map((rule): [string, LintRule] => [rule.id, rule]);
const FIXABLE = ['field-once-managed', 'list-duplicate', 'text-whitespace'];

const pageOf = (id: string): string => readPage(`docs/lint/${id}.md`);
const blockOf = (id: string, info: string): string | undefined =>
  listBlocks(pageOf(id)).find((block) => block.info === info)?.text;

function readExample(id: string, info: string): { text: string; facts: LintFacts } {
  const text = blockOf(id, info);
  if (text === undefined) throw new Error(`docs/lint/${id}.md has no block "${info}"`);
  return { text, facts: readFacts(blockOf(id, 'json facts')) };
}

describe('docs/lint', () => {
  test('there are at least 25 rules, each with an id of its own', () => {
    expect(LINT_RULES.length).toBeGreaterThanOrEqual(25);
    expect(new Set(LINT_RULES.map(({ id }) => id)).size).toBe(LINT_RULES.length);
  });

  test('has a page for every rule and no other', () => {
    expect(readdirSync(join(ROOT, 'docs/lint')).sort()).toEqual(LINT_RULES.map(({ id }) => `${id}.md`).sort());
  });

  test('docs/lint.md lists every rule with its severity and title, in order', () => {
    const rows = listRows(readPage('docs/lint.md'))
      .filter(({ section }) => section === 'The rules')
      .map(({ cells }) => cells);
    expect(rows).toEqual(
      LINT_RULES.map(({ id, severity, title, needs }) => [
        `[\`${id}\`](lint/${id}.md)`,
        severity,
        `${title}${needs?.includes('catalog') ? ' (`--live`)' : needs ? ' (`--live`, or pages in files)' : ''}.`,
      ]),
    );
  });

  test.each(RULES)(
    '%s: its page says title, severity and kinds, why, and how to fix it',
    (id, { title, severity, kinds, needs }) => {
      const page = pageOf(id);
      const facts = `${title}. Severity: ${severity}. Applies to: ${kinds.map((kind) => nameKind(kind)).join(', ')}.`;
      expect(
        page.startsWith(
          `# \`${id}\`\n\n${facts}${needs?.includes('catalog') ? ' Requires `--live`.' : needs ? ' Requires `--live`, or pages in files.' : ''}`,
        ),
      ).toBe(true);
      expect([...page.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading)).toEqual(
        expect.arrayContaining(['Why', 'Wrong', 'Right', 'How to fix it']),
      );
    },
  );
});

describe('the examples of docs/lint', () => {
  test.each(RULES)('%s finds something in what its page calls wrong', (id) => {
    const { text, facts } = readExample(id, 'yaml failing');
    expect(lintText(text, { only: [id], facts }).findings.map(({ code }) => code)).toContain(id);
  });

  test.each(RULES)('%s finds nothing in what its page calls right', (id) => {
    const { text, facts } = readExample(id, 'yaml passing');
    expect(lintText(text, { only: [id], facts }).findings).toEqual([]);
  });

  test.each(RULES)('%s is suppressed by a comment above each finding, and the comment counts as used', (id) => {
    const { text, facts } = readExample(id, 'yaml failing');
    const { findings } = lintText(text, { only: [id], facts });
    const lines = text.split('\n');
    for (const line of [...new Set(findings.map((finding) => finding.line))].sort((a, b) => b - a)) {
      const indent = /^[ ]*/.exec(lines[line - 1] ?? '')?.[0] ?? '';
      lines.splice(line - 1, 0, `${indent}# limio-lint-disable-next-line ${id} -- it is right in this example`);
    }
    const suppressed = lintText(lines.join('\n'), { only: [id], facts });
    expect(suppressed.findings).toEqual([]);
    expect(suppressed.suppressed).toBe(findings.length);
  });

  test('fixes are offered by the rules whose pages say so', () => {
    const offering = LINT_RULES.filter(({ id }) => {
      const { text, facts } = readExample(id, 'yaml failing');
      return lintText(text, { only: [id], facts }).findings.some(({ fix }) => fix);
    });
    expect(offering.map(({ id }) => id).sort()).toEqual(FIXABLE);
    expect(
      LINT_RULES.filter(({ id }) => pageOf(id).includes(' Fixable with `--fix`.'))
        .map(({ id }) => id)
        .sort(),
    ).toEqual(FIXABLE);
  });

  test.each(FIXABLE)('%s: --fix makes what the page shows, and nothing is left to find', (id) => {
    const { text, facts } = readExample(id, 'yaml failing');
    const { findings, checked } = lintText(text, { only: [id], facts });
    const [file] = checked.files;
    if (!file) throw new Error('no file');
    const fixes = findings.flatMap(({ address, fix }) => {
      const document =
        address && fix && 'pointer' in fix ? checked.findOrigin(address, fix.pointer)?.document : undefined;
      return document && fix && 'pointer' in fix ? [{ document, ...fix }] : [];
    });
    const fixed = fixText(file, fixes);
    expect(fixed).toEqual({ text: readExample(id, 'yaml fixed').text, fixed: findings.length });
    expect(lintText(fixed.text, { only: [id], facts }).findings).toEqual([]);
  });
});
