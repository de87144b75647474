import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createFolderStore } from '../../src/store/folder-store.js';
import { nameScope, type StoreScope } from '../../src/store/store.js';
import { describeStoreContract, SCOPE } from './contract.js';

async function makeFolderWorld() {
  const folder = mkdtempSync(join(tmpdir(), 'limio-store-'));
  const home = join(folder, ...nameScope(SCOPE));
  return {
    folder,
    open: (scope: StoreScope = SCOPE) => createFolderStore(folder, scope),
    damage: async (key: string, text: string) => {
      const file = readdirSync(home).find((name) => name.startsWith(`${key}@`)) ?? '';
      writeFileSync(join(home, file), text);
    },
    close: async () => rmSync(folder, { recursive: true, force: true }),
  };
}

describeStoreContract('folder', makeFolderWorld);

describe('the folder of a store', () => {
  test('holds one file a key, however often it was written', async () => {
    const world = await makeFolderWorld();
    let version: string | undefined;
    for (let step = 0; step < 5; step += 1) version = await world.open().write('a', `text ${step}`, version);
    expect(readdirSync(join(world.folder, ...nameScope(SCOPE)))).toEqual(['a@5']);
    await world.close();
  });

  test('that cannot be written is an error that names it', async () => {
    const world = await makeFolderWorld();
    const file = join(world.folder, 'file');
    writeFileSync(file, '');
    await expect(createFolderStore(file, SCOPE).write('a', 'text', undefined)).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      message: expect.stringContaining(file) as string,
    });
    await world.close();
  });
});
