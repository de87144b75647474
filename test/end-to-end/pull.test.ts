import { existsSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadSeed } from '../../src/emulator/seed.js';
import { openWorkspace } from './support/in-process.js';
import { ONE_CHANGE, SAME_FILES, SMALL_SEED } from './support/small-tenant.js';

const REAL = join(import.meta.dirname, '../../../shared/real-data');

function readFiles(root: string): Record<string, string> {
  const paths = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.yaml'));
  return Object.fromEntries(paths.sort().map((path) => [path, readFileSync(join(root, path), 'utf8')]));
}

function sharedText(name: string): string {
  return `kind: offer\npath: /offers2/${name}\nattributes:\n  display_name__limio: !file name.html\n`;
}

describe('limio-sync pull', () => {
  test('a dry run shows the difference and writes nothing; a pull writes it; the plan is empty', async (context) => {
    const { run, root, writes } = await openWorkspace(context, {
      seed: SMALL_SEED,
      files: { 'catalog/offers.yaml': `# ours\n${ONE_CHANGE['catalog/offers.yaml']}` },
    });
    const before = readFiles(root);
    const dry = await run('pull --dry-run --env test');
    expect(readFiles(root)).toEqual(before);
    expect(dry.stdout.replace(/127\.0\.0\.1:\d+/, 'HOST')).toBe(`--- catalog/offers.yaml
+++ catalog/offers.yaml
@@ -3,3 +3,3 @@
 path: /offers2/Monthly
 attributes:
-  display_name__limio: Monthly, renamed
+  display_name__limio: Monthly

changed   catalog/offers.yaml
            offer:/offers2/Monthly
              /attributes/display_name__limio

Would pull from test (HOST): 1 file changed (1 field)
`);
    expect(dry.exitCode).toBe(0);
    const pulled = await run('pull --env test');
    expect(pulled).toMatchObject({ exitCode: 0, stderr: '' });
    expect(readFiles(root)).toEqual({ 'catalog/offers.yaml': `# ours\n${SAME_FILES['catalog/offers.yaml']}` });
    expect((await run('plan --env test --detailed-exitcode')).exitCode).toBe(0);
    const again = await run('pull --env test --format json');
    expect(JSON.parse(again.stdout)).toMatchObject({
      kind: 'limio-sync/pull',
      formatVersion: 1,
      written: true,
      files: [],
      unchanged: 1,
      conflicts: [],
    });
    expect(writes()).toEqual([]);
  });

  test('a text in a file of its own is read, compared, linted, explained, and pulled back into that file', async (context) => {
    const yaml = `kind: offer
path: /offers2/Monthly
attributes:
  display_name__limio: !file ../texts/name.html # long
  description__limio: !file ../texts/terms.html
`;
    const { run, root, write } = await openWorkspace(context, {
      seed: SMALL_SEED,
      files: {
        'catalog/offers.yaml': yaml,
        'texts/name.html': 'Monthly, renamed\n',
        'texts/terms.html': '<p>\n  Terms <b>of\n</p>\n',
      },
    });
    const read = (path: string): string => readFileSync(join(root, path), 'utf8');
    const linted = await run('lint --format json --rule html-unclosed');
    expect(JSON.parse(linted.stdout)).toMatchObject({
      findings: [
        { file: 'texts/terms.html', line: 2, col: 9, related: [{ file: 'catalog/offers.yaml', line: 5, col: 29 }] },
      ],
    });
    const framed = await run('lint --rule html-unclosed');
    expect(framed.stdout).toContain('> 2 |   Terms <b>of\n    |         ^^^^^');
    write('catalog/offers.yaml', yaml.replace(/  description.*\n/, ''));
    const explained = await run(['explain', 'offer:/offers2/Monthly', '--env', 'test']);
    expect(explained.stdout).toContain('catalog/offers.yaml:4 !file texts/name.html');
    expect((await run('plan --env test --detailed-exitcode')).exitCode).toBe(2);
    const pulled = await run('pull --env test');
    expect(pulled).toMatchObject({ exitCode: 0, stderr: '' });
    expect(pulled.stdout).toContain('changed   texts/name.html');
    expect(read('texts/name.html')).toBe('Monthly\n');
    expect(read('catalog/offers.yaml')).toBe(yaml.replace(/  description.*\n/, ''));
    expect((await run('plan --env test --detailed-exitcode')).exitCode).toBe(0);
  });

  test('a shared text file is no place for the text of one object', async (context) => {
    const { run, root } = await openWorkspace(context, {
      seed: SMALL_SEED,
      files: {
        'catalog/a.yaml': sharedText('Monthly'),
        'catalog/b.yaml': sharedText('Annual'),
        'catalog/name.html': 'Annual\n',
      },
    });
    const pulled = await run('pull --env test');
    expect(pulled).toMatchObject({
      exitCode: 4,
      stdout: expect.stringContaining('also used by offer:/offers2/Annual'),
    });
    expect(readFileSync(join(root, 'catalog/name.html'), 'utf8')).toBe('Annual\n');
  });

  test('an empty repository adopts a whole tenant, and the plan is empty', async (context) => {
    const { run, root } = await openWorkspace(context, { seed: SMALL_SEED, files: {} });
    const pulled = await run(['pull', '--env', 'test', '--adopt', '*']);
    expect(pulled).toMatchObject({ exitCode: 0, stderr: '' });
    expect(Object.keys(readFiles(root))).toEqual([
      'catalog/add-ons/archive.yaml',
      'catalog/offers/annual.yaml',
      'catalog/offers/monthly.yaml',
      'catalog/pages/shop.yaml',
      'catalog/pages/travel.yaml',
      'catalog/products/discounts.yaml',
      'catalog/promo-codes/old5.yaml',
      'catalog/promo-codes/welcome10.yaml',
      'journeys/web-geo.yaml',
      'journeys/web-old.yaml',
    ]);
    expect((await run('validate')).exitCode).toBe(0);
    expect(JSON.parse((await run('plan --env test --format json')).stdout)).toMatchObject({ changes: [] });
    expect((await run(['pull', '--env', 'test', '--adopt', '*', '--format', 'json'])).stdout).toContain('"files": []');
  });

  test('a template that says something else is a conflict and ends with 4', async (context) => {
    const file =
      'kind: offer\npath: /offers2/Monthly\nattributes:\n  display_name__limio: ${vars.name}\n  cta_text__limio: Old\n';
    const { run, root } = await openWorkspace(context, {
      seed: SMALL_SEED,
      files: { 'catalog/a.yaml': file },
      environment: { vars: { name: 'Weekly' } },
    });
    const pulled = await run('pull --env test');
    expect(pulled.exitCode).toBe(4);
    expect(pulled.stdout).toContain(`conflict  catalog/a.yaml:4:24 PULL_TEMPLATE
            offer:/offers2/Monthly /attributes/display_name__limio
            The file has "\${vars.name}", which is "Weekly" here; the tenant has "Monthly".`);
    expect(readFiles(root)).toEqual({ 'catalog/a.yaml': file.replace('Old', 'Buy') });
  });

  test('a selector that matches nothing declared is refused with the next command', async (context) => {
    const { run } = await openWorkspace(context, { seed: SMALL_SEED, files: SAME_FILES });
    const typo = await run(['pull', 'offer:/offers2/Monthy', '--env', 'test']);
    expect(typo).toMatchObject({ exitCode: 3, stdout: '' });
    expect(typo.stderr).toContain("Did you mean 'offer:/offers2/Monthly'?");
    expect((await run(['pull', 'journey:*', '--env', 'test'])).stderr).toContain("--adopt 'journey:*'");
    const nothing = await run([
      'pull',
      '--env',
      'test',
      '--adopt',
      'offer:/offers2/Non*',
      '--adopt',
      'offer:/offers2/Month*',
    ]);
    expect(nothing.exitCode).toBe(4);
    expect(nothing.stdout).toContain('unknown   No object of the tenant matches offer:/offers2/Non*.');
    expect(nothing.stdout).not.toContain('Month*');
  });

  test('a link in the way does not lead a new file out of the repository', async (context) => {
    const outside = await openWorkspace(context, { seed: {}, files: {} });
    const { run, root } = await openWorkspace(context, { seed: SMALL_SEED, files: SAME_FILES });
    symlinkSync(outside.root, join(root, 'catalog/offers'));
    const pulled = await run(['pull', '--env', 'test', '--adopt', 'offer:*']);
    expect(pulled.exitCode).toBe(3);
    expect(readFiles(outside.root)).toEqual({});
  });
});

describe.skipIf(!existsSync(REAL))('real objects of live tenants', () => {
  test.for(['offers.json', 'offers-published-page.json', 'add-ons.json', 'products.json'])(
    '%s is adopted whole, and the plan is empty',
    async (file, context) => {
      const { run, root, writes } = await openWorkspace(context, { seed: await loadSeed(join(REAL, file)), files: {} });
      const report = JSON.parse((await run(['pull', '--env', 'test', '--adopt', '*', '--format', 'json'])).stdout) as {
        adopted: unknown[];
        refused: unknown[];
      };
      expect(report.refused).toEqual([]);
      expect(report.adopted.length).toBeGreaterThanOrEqual(4);
      expect((await run('validate')).exitCode).toBe(0);
      expect(JSON.parse((await run('plan --env test --format json')).stdout)).toMatchObject({ changes: [] });
      const before = readFiles(root);
      expect(JSON.parse((await run('pull --env test --format json')).stdout)).toMatchObject({
        files: [],
        unchanged: report.adopted.length,
      });
      expect(readFiles(root)).toEqual(before);
      expect(writes()).toEqual([]);
    },
  );
});
