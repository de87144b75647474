import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ERROR_CODES, PROBLEM_CODES, WARNING_CODES } from '../../src/errors/codes.js';
import { checkExample, checkFailingTest, checkOverlay } from './support/check-example.js';
import { type Block, listBlocks, readPage, ROOT } from './support/read-page.js';

const PAGE = 'docs/errors.md';
/** Writes the current output into the page: `UPDATE_DOCS=1 npx vitest run test/docs`. */
const UPDATE = process.env['UPDATE_DOCS'] === '1';

/** Overlays for `checkOverlay`, by code and file. */
const OVERLAYS: Record<string, Record<string, string>> = {
  OVERLAY_PLACE: {
    'overlays/sandbx/digital-monthly.yaml': 'kind: offer\npath: /offers2/Digital Monthly\nattributes: {}\n',
  },
  OVERLAY_BASE: {
    'overlays/sandbox/digital-monthly.yaml':
      'kind: offer\npath: /offers2/Digital Montly\nattributes:\n  badge_text__limio: null\n',
  },
  OVERLAY_DUPLICATE: {
    'overlays/sandbox/a.yaml':
      'kind: offer\npath: /offers2/Digital Monthly\nattributes:\n  badge_text__limio: Try it\n',
    'overlays/sandbox/b.yaml': 'kind: offer\npath: /offers2/Digital Monthly\nattributes:\n  cta_text__limio: Try\n',
  },
  OVERLAY_NULL: {
    'overlays/sandbox/digital-monthly.yaml':
      'kind: offer\npath: /offers2/Digital Monthly\nattributes:\n  cta_text__limio: null\n',
  },
};

/** Codes that no single file causes; the page quotes their output by hand. */
const WITHOUT_SNIPPET = [
  'EMPTY_FILES',
  'FILE_UNREADABLE',
  'FILE_NOT_UTF8',
  'FILE_LINK_LOOP',
  'FILE_LINK_OUTSIDE',
  'YAML_DEPTH',
  'TEXT_FILE',
  'CODE_FILE',
  'TABLE_FILE',
  'TABLE_SYNTAX',
  'TABLE_JOIN',
  'TABLE_ROW_UNUSED',
  'EXTENDS',
  'BASE_UNUSED',
  'TEST_FAILED',
  'OWNED_ELSEWHERE',
  'MOVED_DONE',
  'JOURNEY_OVERLAP',
  ...Object.keys(OVERLAYS),
];

const page = readPage(PAGE);
const blocks = listBlocks(page);
const sections = new Map(
  [...page.matchAll(/^### `([A-Z_0-9]+)`\n([\s\S]*?)(?=^#{2,3} |(?![\s\S]))/gm)].map(([, code = '', text = '']) => [
    code,
    text,
  ]),
);
const blocksOf = (code: string, info: string): Block[] =>
  blocks.filter((block) => block.section === `\`${code}\`` && block.info === info);

describe('docs/errors.md', () => {
  test('has a section for every code and no other', () => {
    const known = new Set([...Object.keys(ERROR_CODES), ...Object.keys(PROBLEM_CODES), ...Object.keys(WARNING_CODES)]);
    expect([...sections.keys()].sort()).toEqual([...known].sort());
  });

  test.each(Object.entries(ERROR_CODES))('%s names its exit code', (code, { exit }) => {
    expect(sections.get(code)).toMatch(new RegExp(`^\\nExit code ${exit}\\. `));
  });

  test.each(Object.entries(PROBLEM_CODES))('%s names its severity', (code, { severity }) => {
    expect(sections.get(code)).toMatch(
      { error: /^\nError\. /, warning: /^\nWarning\. /, info: /^\nNote\. / }[severity],
    );
  });

  test.each(Object.entries({ ...WARNING_CODES, ...PROBLEM_CODES, ...ERROR_CODES }))(
    '%s begins with the sentence of the code tables',
    (code, { title }) => {
      const [, sentence] =
        /^\n(?:Exit code \d+|Error|Warning|Note)\. (.*?)\.(?: |\n)/.exec(sections.get(code) ?? '') ?? [];
      expect(sentence).toBe(title);
    },
  );

  test.each([...sections])('%s shows its output, why it happens, and the fix', (code, text) => {
    const outputs = blocksOf(code, 'text');
    expect(outputs.length).toBeGreaterThan(0);
    for (const output of outputs) expect(output.text).toMatch(new RegExp(`\\b${code}\\b`));
    expect(text).toContain('**Why.** ');
    expect(text).toContain('**Fix.** ');
  });

  test.each(Object.keys(ERROR_CODES))('%s names the next command', (code) => {
    const next = sections.get(code)?.split('**Fix.** ')[1] ?? '';
    expect(next).toMatch(/`limio-sync \w+|the same command|the command again/);
  });

  test('the table lists exactly the exit codes of the program', () => {
    const rows = [...page.matchAll(/^\| (\d+) \|/gm)].map(([, exit]) => Number(exit));
    const used = new Set<number>(Object.values(ERROR_CODES).map(({ exit }) => exit));
    expect(rows).toEqual([...new Set([...used, 0, 2])].sort((a, b) => a - b));
  });
});

describe('the invalid files of docs/errors.md', () => {
  const wrong = blocks.filter(({ info }) => info === 'yaml wrong');

  test('exist for every problem that a single file can have', () => {
    const shown = wrong.map(({ section }) => section.replaceAll('`', ''));
    expect(shown.sort()).toEqual(
      Object.keys(PROBLEM_CODES)
        .filter((code) => !WITHOUT_SNIPPET.includes(code))
        .sort(),
    );
  });

  test.each(wrong.map((block): [string, Block] => [block.section, block]))(
    '%s is the only code that the file of its section causes',
    (section, { text }) => {
      const codes = new Set(checkExample(text).problems.map(({ code }) => `\`${code}\``));
      expect([...codes]).toEqual([section]);
    },
  );

  test.each(wrong.map((block): [string, Block] => [block.section, block]))(
    '%s prints what the page shows',
    (section, { text }) => {
      const { printed } = checkExample(text);
      const shown = blocksOf(section.replaceAll('`', ''), 'text');
      if (UPDATE) replaceBlock(shown[0], printed);
      else expect(shown.map((block) => block.text)).toEqual([printed]);
    },
  );
});

describe('output that no single file causes', () => {
  test.each(Object.entries(OVERLAYS))('%s prints what the page shows', (code, overlays) => {
    const { problems, printed } = checkOverlay(overlays);
    expect(problems.map((problem) => problem.code)).toEqual([code]);
    const [shown] = blocksOf(code, 'text');
    if (UPDATE) replaceBlock(shown, printed);
    else expect(shown?.text).toBe(printed);
  });

  test('TEST_FAILED prints what the page shows', () => {
    const { problems, printed } = checkFailingTest();
    expect(problems.map(({ code }) => code)).toEqual(['TEST_FAILED']);
    const [shown] = blocksOf('TEST_FAILED', 'text');
    if (UPDATE) replaceBlock(shown, printed);
    else expect(shown?.text).toBe(printed);
  });

  test('nested brackets cause YAML_DEPTH', () => {
    const { printed } = checkExample(
      `kind: offer\npath: /offers2/Deep\nattributes:\n  own: ${'['.repeat(120)}${']'.repeat(120)}\n`,
    );
    expect(printed).toContain(blocksOf('YAML_DEPTH', 'text')[0]?.text.trim());
  });

  test.each(['EMPTY_FILES', 'FILE_UNREADABLE', 'FILE_NOT_UTF8', 'FILE_LINK_LOOP', 'FILE_LINK_OUTSIDE'])(
    '%s quotes a message of the program',
    (code) => {
      const said =
        /error [A-Z_0-9]+ (.*?)( in | \(|\.$)/m.exec(blocksOf(code, 'text')[0]?.text ?? '')?.[1] ?? 'nothing quoted';
      expect(sourceText.includes(said), said).toBe(true);
    },
  );
});

const sourceText = readSources(join(ROOT, 'src'));

describe('the codes in src/', () => {
  test('every code in src/ is in one of the three tables', () => {
    const known = new Set([...Object.keys(ERROR_CODES), ...Object.keys(PROBLEM_CODES), ...Object.keys(WARNING_CODES)]);
    const written = [...sourceText.matchAll(/\bcode: '([A-Z][A-Z_0-9]+)'/g)]
      .map(([, code = '']) => code)
      .filter((code) => code !== 'NOTFOUND');
    expect(written.length).toBeGreaterThan(50);
    expect([...new Set(written)].filter((code) => !known.has(code))).toEqual([]);
  });

  test('every code of the tables is used', () => {
    const tables = /src\/errors\/[a-z-]*codes\.ts/;
    const uses = readSources(join(ROOT, 'src'), tables);
    const codes = [...Object.keys(ERROR_CODES), ...Object.keys(PROBLEM_CODES), ...Object.keys(WARNING_CODES)];
    expect(codes.filter((code) => !new RegExp(`\\b${code}\\b`).test(uses))).toEqual([]);
  });

  test('the planner gives every warning of the table', () => {
    const planner = readSources(join(ROOT, 'src/plan'));
    expect(Object.keys(WARNING_CODES).filter((code) => !planner.includes(`'${code}'`))).toEqual([]);
  });
});

function readSources(folder: string, except?: RegExp): string {
  return listSources(folder, except).join('\n');
}

function listSources(folder: string, except?: RegExp): string[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  return names
    .map((name) => join(folder, name))
    .filter((path) => !except?.test(path))
    .map((path) => readFileSync(path, 'utf8'));
}

function replaceBlock(block: Block | undefined, text: string): void {
  if (!block) throw new Error('the section has no text block to update');
  const lines = readPage(PAGE).split('\n');
  // Earlier blocks may have grown: search the fence below the heading.
  const heading = lines.indexOf(`### ${block.section}`);
  const open = lines.indexOf('```text', heading);
  const close = lines.indexOf('```', open);
  lines.splice(open + 1, close - open - 1, ...text.trimEnd().split('\n'));
  writeFileSync(join(ROOT, PAGE), lines.join('\n'));
}
