import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Emulator } from '../../src/emulator/emulator.js';
import type { JsonObject } from '../../src/model/json.js';
import { listBlocks, readPage } from '../docs/support/read-page.js';
import { openFolder, openTenant } from './support/in-process.js';
import { drawManyOffers } from './support/many-offers.js';

/** The block before which a colleague changes a price in the web app. */
const IN_THE_APP = 3;

/** What the text of the page says between its blocks. */
const EDITS: readonly (readonly [block: number, file: string, before: string, after: string])[] = [
  [2, 'catalog/prices.csv', 'Monthly,IE,11.00,', 'Monthly,IE,12.50,'],
  [4, 'catalog/digital.yaml', 'Subscribe now', 'Subscribe'],
];

/** The commands of a block, each with the lines below it. `...` stands for any text. */
function listCommands(text: string): { command: string[]; output: RegExp }[] {
  return text.split(/^\$ limio-sync /m).flatMap((part) => {
    const [line = '', ...output] = part.trimEnd().split('\n');
    if (line === '') return [];
    const command = [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
    const pattern = output.map((one) => one.split('...').map(escapePattern).join('[^]*?')).join('\\n');
    return [{ command, output: new RegExp(`^${pattern}\\n?$`) }];
  });
}

function escapePattern(text: string): string {
  return text.replaceAll(/[$()*+.?[\\\]^{|}]/g, '\\$&');
}

function changePrice({ state, edit }: Emulator): void {
  const path = '/offers2/Digital Monthly DE';
  const offer = JSON.stringify(state().items.find((item) => item.path === path)?.data['attributes']);
  expect(offer.split('11.00')).toHaveLength(3);
  edit.item(path, JSON.parse(offer.replaceAll('11.00', '11.50')) as JsonObject);
}

test('docs/many-offers.md leads from 304 files to a table', { timeout: 300_000 }, async (context) => {
  const { root, run, write } = openFolder(context);
  const tenant = await openTenant(context, { seed: drawManyOffers(), buildMs: 0 });
  write('limio.config.json', JSON.stringify({ environments: { sandbox: { url: tenant.url } } }));
  const page = readPage('docs/many-offers.md');
  const blocks = listBlocks(page).filter(({ info }) => info === 'console');
  expect(blocks.length).toBeGreaterThan(EDITS.length);
  for (const [i, { text }] of blocks.entries()) {
    for (const [, file, before, after] of EDITS.filter(([block]) => block === i)) {
      const old = readFileSync(join(root, file), 'utf8');
      expect(old.split(before)).toHaveLength(2);
      write(file, old.replace(before, after));
    }
    if (i === IN_THE_APP) changePrice(tenant);
    for (const { command, output } of listCommands(text)) {
      const { exitCode, stdout, stderr } = await run(command);
      expect(stdout).toMatch(output);
      expect([exitCode, stderr]).toEqual([0, '']);
    }
  }
});
