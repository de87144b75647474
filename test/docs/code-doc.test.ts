import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadCode } from '../../src/config/load-code.js';
import { readSourceFiles } from '../../src/source/read-files.js';
import { validateSources } from '../../src/source/source.js';
import { listBlocks, readPage } from './support/read-page.js';

test('the program of docs/many-offers.md declares what it says', async () => {
  const program = listBlocks(readPage('docs/many-offers.md')).find(({ info }) => info === 'ts catalog');
  const root = mkdtempSync(join(tmpdir(), 'limio-sync-'));
  try {
    mkdirSync(join(root, 'catalog'));
    writeFileSync(join(root, 'catalog/plans.catalog.ts'), program?.text ?? '');
    const files = await loadCode(root, readSourceFiles(root).files);
    const { problems, resources } = validateSources(files, { environments: [{ name: 'prod', vars: { symbol: '£' } }] });
    expect(problems).toEqual([]);
    expect(resources.map(({ name, body }) => [name, body])).toMatchObject([
      ['/offers2/Digital Monthly GB', { attributes: { display_price__limio: '£9.99' } }],
      ['/offers2/Digital Monthly IE', { attributes: { display_price__limio: '£10.99' } }],
      ['/offers2/Digital Yearly GB', { attributes: { display_price__limio: '£119.88' } }],
      ['/offers2/Digital Yearly IE', { attributes: { display_price__limio: '£131.88' } }],
    ]);
  } finally {
    rmSync(root, { recursive: true });
  }
});
