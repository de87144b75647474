import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findConfigFile } from '../../src/config/config.js';

let root = '';
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'limio-sync-')));
});
afterEach(() => rmSync(root, { recursive: true }));

function write(path: string, text = '{}'): string {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}

const folder = (path: string): string => {
  mkdirSync(join(root, path), { recursive: true });
  return join(root, path);
};

describe('the configuration is searched', () => {
  test('from the folder upwards to the root of the git repository, and the nearest one counts', () => {
    folder('.git');
    const top = write('limio.config.json');
    const brand = write('brands/acme/limio.config.ts');
    expect(findConfigFile(folder('catalog/offers'))).toBe(top);
    expect(findConfigFile(folder('brands/acme/catalog'))).toBe(brand);
    expect(findConfigFile(join(root, 'brands'))).toBe(top);
  });

  test('not above the root of the repository, which a worktree marks with a file', () => {
    folder('.git');
    write('limio.config.json');
    write('worktree/.git', 'gitdir: elsewhere');
    expect(() => findConfigFile(folder('worktree/catalog'))).toThrow(
      expect.objectContaining({
        code: 'CONFIG_NOT_FOUND',
        message: `There is no limio.config.ts (or .mjs, .js, .json) in ${join(root, 'worktree/catalog')} or a folder above it, up to ${join(root, 'worktree')}.`,
        hint: expect.stringContaining('limio-sync init'),
      }),
    );
  });

  test('only in the folder itself outside of a repository', () => {
    const file = write('limio.config.json');
    expect(findConfigFile(root)).toBe(file);
    expect(() => findConfigFile(folder('catalog'))).toThrow(
      expect.objectContaining({ message: expect.stringMatching(/in \S+\/catalog\.$/) }),
    );
  });

  test('never above the home folder, even if that lies in a repository', () => {
    folder('.git');
    write('limio.config.json');
    expect(() => findConfigFile(folder('home/ada/shop'), undefined, folder('home/ada'))).toThrow(
      expect.objectContaining({ code: 'CONFIG_NOT_FOUND' }),
    );
  });

  test('by name first: a named file that is missing is an error, whatever lies above', () => {
    folder('.git');
    write('limio.config.json');
    const other = write('other/limio.json');
    expect(findConfigFile(folder('catalog'), '../other/limio.json')).toBe(other);
    expect(() => findConfigFile(folder('catalog'), 'limio.config.json')).toThrow(
      expect.objectContaining({
        code: 'CONFIG_NOT_FOUND',
        message: 'There is no configuration file limio.config.json.',
      }),
    );
  });

  test('and a named folder is an error that names the option for folders', () => {
    write('two brands/limio.config.json');
    expect(() => findConfigFile(root, 'two brands')).toThrow(
      expect.objectContaining({
        code: 'CONFIG_NOT_FOUND',
        message: 'two brands is a folder, not a configuration file.',
        hint: "Name the file, or work in that folder: limio-sync plan --cwd 'two brands'",
      }),
    );
  });

  test('and several in one folder above are an error that names the folder', () => {
    folder('.git');
    write('limio.config.json');
    write('limio.config.ts');
    expect(() => findConfigFile(folder('catalog'))).toThrow(
      expect.objectContaining({
        code: 'CONFIG_INVALID',
        message: `There are several configuration files in ${root}: limio.config.ts, limio.config.json.`,
      }),
    );
  });

  test.skipIf(process.getuid?.() !== 0)('and one above that belongs to another user is not run unasked', async () => {
    const { chownSync } = await import('node:fs');
    folder('.git');
    const file = write('limio.config.json');
    chownSync(file, 4711, 4711);
    expect(() => findConfigFile(folder('catalog'))).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', hint: `To use it: --config ${file}` }),
    );
    expect(findConfigFile(join(root, 'catalog'), file)).toBe(file);
    // A checkout in a container belongs to the user of the machine as a whole.
    chownSync(join(root, 'catalog'), 4711, 4711);
    expect(findConfigFile(join(root, 'catalog'))).toBe(file);
  });
});
