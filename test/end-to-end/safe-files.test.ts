import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Cleanup, openFolder, openWorkspace } from './support/in-process.js';
import { ONE_CHANGE, SMALL_SEED } from './support/small-tenant.js';

describe.concurrent('files are written safely', () => {
  test('a run is not recorded through a link that leads out of the repository, so nothing is sent', async (context) => {
    const { root, run, writes } = await openWorkspace(context, { seed: SMALL_SEED, files: ONE_CHANGE });
    const outside = openOutside(context);
    symlinkSync(outside, join(root, '.limio'));
    const applied = await run('apply --yes');
    expect(applied.stderr).toContain('error JOURNAL_UNWRITABLE: Cannot write');
    expect(applied.stderr).toContain('outside the repository');
    expect(applied.stderr).toContain('Replace the link with a folder or file of the repository.');
    expect(applied.exitCode).toBe(1);
    expect(writes()).toEqual([]);
    expect(readdirSync(outside)).toEqual([]);
  });

  test('init creates no workflow through a folder that links out of the repository', async (context) => {
    const { root, run } = openFolder(context);
    const outside = openOutside(context);
    symlinkSync(outside, join(root, '.github'));
    const made = await run('init --tenant acme --ci github');
    expect(made.stderr).toMatch(/error FILE_UNWRITABLE: Cannot write \.github\/workflows\/.*outside the repository/);
    expect(made.exitCode).toBe(1);
    expect(readdirSync(outside)).toEqual([]);
  });

  test('pull --adopt creates no file through a folder that links out of the repository', async (context) => {
    const { root, run } = await openWorkspace(context, { seed: SMALL_SEED, files: ONE_CHANGE });
    const outside = openOutside(context);
    symlinkSync(outside, join(root, 'journeys'));
    const pulled = await run('pull --adopt journey:web-old');
    expect(pulled.exitCode).not.toBe(0);
    expect(pulled.stderr).toContain('outside the repository');
    expect(readdirSync(outside)).toEqual([]);
  });

  test('a link under the name of a draft is neither followed nor used', async (context) => {
    const { root, run } = await openWorkspace(context, { seed: SMALL_SEED, files: ONE_CHANGE });
    const precious = join(openOutside(context), 'precious');
    writeFileSync(precious, 'precious');
    symlinkSync(precious, join(root, 'catalog/offers.yaml.draft'));
    const pulled = await run('pull');
    expect(pulled.exitCode).toBe(0);
    expect(readFileSync(join(root, 'catalog/offers.yaml'), 'utf8')).toContain('display_name__limio: Monthly\n');
    expect(readFileSync(precious, 'utf8')).toBe('precious');
  });

  test('a folder that cannot be written is an error with a hint, never INTERNAL', async (context) => {
    const { root, run } = await openWorkspace(context, { seed: SMALL_SEED, files: ONE_CHANGE });
    writeFileSync(join(root, '.limio'), 'a file');
    const applied = await run('apply --yes');
    expect(applied.stderr).toContain('error JOURNAL_UNWRITABLE: Cannot write');

    mkdirSync(join(root, 'reports'));
    const planned = await run('plan --out reports');
    expect(planned.stderr).toContain('error USAGE: Cannot write reports (EISDIR).');
    expect(planned.stderr).toContain('A folder has that name. Rename the folder, or change the path.');
  });
});

function openOutside({ onTestFinished }: Cleanup): string {
  const folder = mkdtempSync(join(tmpdir(), 'limio-outside-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
