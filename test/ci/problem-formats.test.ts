import { mkdirSync, writeFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { runValidate, type ValidateOptions } from '../../src/cli/validate/validate.js';
import type { Problem } from '../../src/model/problem.js';
import { escapeTerminal } from '../../src/render/escape.js';
import { renderProblemsJunit } from '../../src/render/junit.js';
import { renderProblemsGithub } from '../../src/render/problems.js';
import { offerFile } from '../end-to-end/support/small-tenant.js';
import { type CiBench, openCiBench } from '../support/ci-bench.js';

const PROBLEM: Problem = {
  file: 'catalog/a.yaml',
  line: 4,
  col: 3,
  length: 19,
  severity: 'error',
  code: 'ATTRIBUTE_MISSPELT',
  message: 'There is no attribute "dispaly_name__limio".',
  hint: 'Did you mean "display_name__limio"?',
};
const WARNING: Problem = {
  file: 'catalog/b.yaml',
  line: 1,
  col: 1,
  severity: 'warning',
  code: 'UNUSUAL_KEY',
  message: 'A & B <i>.',
};

/** A cell of row 14, which 37 other rows share. */
const ROW: Problem = { ...PROBLEM, row: { file: 'catalog/prices.csv', line: 14, col: 9 }, moreRows: 37 };

describe('a problem of a row of a template', () => {
  test('is annotated at the template, and the text names the row by its path in the checkout', () => {
    const { properties, message } = readAnnotation(renderProblemsGithub([ROW], 'shop/').trimEnd());
    expect(properties).toMatchObject({ file: 'shop/catalog/a.yaml', line: '4' });
    expect(message.split('\n')).toEqual([
      PROBLEM.message,
      'with shop/catalog/prices.csv:14:9 and 37 more rows',
      `hint: ${PROBLEM.hint}`,
    ]);
  });

  test('names the row in JUnit', () => {
    const report = renderProblemsJunit([ROW], []);
    expect(report).toContain('name="ATTRIBUTE_MISSPELT at catalog/a.yaml:4:3 with catalog/prices.csv:14:9"');
    expect(report).toContain('(and 37 more rows)');
  });
});

const hostile = fc.string({
  unit: fc.constantFrom(
    'a',
    '%',
    ':',
    ',',
    '\n',
    '\r',
    '\u0000',
    '\u001b',
    '\u202e',
    '<',
    '&',
    '"',
    "'",
    ']]>',
    '::error::',
    '\ud800',
    '\uffff',
  ),
});

/** What the runner makes of a line ("Workflow commands"). */
function readAnnotation(line: string): { command: string; properties: Record<string, string>; message: string } {
  const [, command = '', list = '', data = ''] = /^::(\w+) ([^]*?)::([^]*)$/.exec(line) ?? [];
  const properties = list
    .split(',')
    .map((one) => [one.slice(0, one.indexOf('=')), readEscapes(one.slice(one.indexOf('=') + 1))]);
  return { command, properties: Object.fromEntries(properties) as Record<string, string>, message: readEscapes(data) };
}

function readEscapes(text: string): string {
  return text
    .replaceAll('%0D', '\r')
    .replaceAll('%0A', '\n')
    .replaceAll('%3A', ':')
    .replaceAll('%2C', ',')
    .replaceAll('%25', '%');
}

function validate(
  bench: CiBench,
  format: ValidateOptions['format'],
  text: string,
  env: Record<string, string> = {},
): Promise<number | string> {
  mkdirSync(`${bench.root}/catalog`, { recursive: true });
  writeFileSync(`${bench.root}/catalog/offer.yaml`, text);
  return bench.run((io) => runValidate(io, { format, color: false }), env);
}

describe('annotations of GitHub Actions', () => {
  test('carry file, line, columns, code, sentence and hint', () => {
    expect(renderProblemsGithub([PROBLEM, WARNING])).toBe(
      '::error file=catalog/a.yaml,line=4,col=3,endColumn=22,title=ATTRIBUTE_MISSPELT::There is no attribute "dispaly_name__limio".%0Ahint: Did you mean "display_name__limio"?\n' +
        '::warning file=catalog/b.yaml,line=1,col=1,title=UNUSUAL_KEY::A & B <i>.\n',
    );
  });

  test('escape as the runner unescapes: percent, line ends, and in properties colon and comma', () => {
    const [line = ''] = renderProblemsGithub([{ ...WARNING, file: 'a,b:c%0A.yaml', message: '100 % of a:b, c' }]).split(
      '\n',
    );
    expect(line).toBe('::warning file=a%2Cb%3Ac%250A.yaml,line=1,col=1,title=UNUSUAL_KEY::100 %25 of a:b, c');
  });

  test('whatever a file says, every problem is one line and one command', () => {
    fc.assert(
      fc.property(hostile, hostile, (file, message) => {
        const lines = renderProblemsGithub([{ ...WARNING, file, message, hint: message }])
          .slice(0, -1)
          .split('\n');
        expect(lines).toHaveLength(1);
        const annotation = readAnnotation(lines[0] ?? '');
        expect(annotation.command).toBe('warning');
        expect(annotation.properties).toEqual({
          file: escapeTerminal(file),
          line: '1',
          col: '1',
          title: 'UNUSUAL_KEY',
        });
        expect(annotation.message).toBe(`${escapeTerminal(message)}\nhint: ${escapeTerminal(message)}`);
        expect(lines[0]).not.toMatch(/\p{Cc}|\p{Cs}/u);
      }),
    );
  });
});

describe('a JUnit report', () => {
  test('fails a case for each error and passes each file without one', () => {
    expect(renderProblemsJunit([PROBLEM, WARNING], ['catalog/c.yaml', 'catalog/b.yaml', 'catalog/a.yaml']))
      .toBe(`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="limio-sync validate" tests="3" failures="1" errors="0" skipped="0">
  <testsuite name="limio-sync validate" tests="3" failures="1" errors="0" skipped="0">
    <testcase name="ATTRIBUTE_MISSPELT at catalog/a.yaml:4:3" classname="catalog/a.yaml" file="catalog/a.yaml" time="0">
      <failure type="ATTRIBUTE_MISSPELT" message="There is no attribute &quot;dispaly_name__limio&quot;.">catalog/a.yaml:4:3 error ATTRIBUTE_MISSPELT There is no attribute &quot;dispaly_name__limio&quot;. Hint: Did you mean &quot;display_name__limio&quot;?</failure>
    </testcase>
    <testcase name="catalog/b.yaml" classname="catalog/b.yaml" file="catalog/b.yaml" time="0">
      <system-out>catalog/b.yaml:1:1 warning UNUSUAL_KEY A &amp; B &lt;i&gt;.</system-out>
    </testcase>
    <testcase name="catalog/c.yaml" classname="catalog/c.yaml" file="catalog/c.yaml" time="0"/>
  </testsuite>
</testsuites>
`);
  });

  test('whatever a file says, the document stays as it is built', () => {
    fc.assert(
      fc.property(hostile, hostile, (file, message) => {
        const xml = renderProblemsJunit([{ ...PROBLEM, file, message }], []);
        expect(xml).not.toMatch(/[^\n\P{Cc}]|\p{Cs}|\uFFFE|\uFFFF/u);
        expect(xml.match(/<[^>]*>/g)?.map((tag) => tag.split(/[\s>]/)[0])).toEqual([
          '<?xml',
          '<testsuites',
          '<testsuite',
          '<testcase',
          '<failure',
          '</failure',
          '</testcase',
          '</testsuite',
          '</testsuites',
        ]);
      }),
    );
  });
});

describe('validate', () => {
  const WRONG = offerFile('/offers2/Monthly', '"A"').replace('display_name', 'dispaly_name');

  test('--format github annotates and sums up, from the root of the checkout, and keeps the exit code', async (context) => {
    const bench = openCiBench(context);
    expect(await validate(bench, 'github', WRONG, { GITHUB_WORKSPACE: bench.root })).toBe(3);
    expect(bench.stdout).toMatch(
      /^::error file=catalog\/offer\.yaml,line=4,col=3,endColumn=\d+,title=ATTRIBUTE_MISSPELT::.*\n1 error in 1 file \(\d resources?\)\.\n$/,
    );
    expect(await validate(bench, 'github', offerFile('/offers2/Monthly', '"A"'))).toBe(0);
    expect(bench.stdout).toBe('No problems in 1 file (1 resource).\n');
  });

  test('--format junit is one document, with the same exit code', async (context) => {
    const bench = openCiBench(context);
    expect(await validate(bench, 'junit', WRONG)).toBe(3);
    expect(bench.stdout).toMatch(/^<\?xml [^]*failures="1"[^]*<\/testsuites>\n$/);
  });
});
