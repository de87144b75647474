import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { loadSeed } from '../src/emulator/seed.js';
import { CATALOG_KINDS, type CatalogKind } from '../src/model/address.js';
import type { JsonObject } from '../src/model/json.js';
import { parseFiles, withBench } from './support/run-scenario.js';

/** Objects of live tenants; not part of the repository. */
const FOLDER = join(import.meta.dirname, '../../shared/real-data');
const FILES = ['offers.json', 'offers-published-page.json', 'add-ons.json', 'products.json'] as const;

interface HeadItem {
  path: string;
  data: { record_type: string; attributes: JsonObject };
}

describe.skipIf(!existsSync(FOLDER))('real objects of live tenants', () => {
  test.each(FILES)(
    '%s loads, files written for it plan empty, and a change to one object applies and verifies',
    async (file) => {
      const seed = await loadSeed(join(FOLDER, file));
      await withBench({ seed }, async (bench) => {
        const items = listItems(bench.emulator.state().items);
        expect(items.length).toBeGreaterThanOrEqual(4);
        const sources = items.map((item, i) => ({ path: `catalog/item-${i}.yaml`, text: toYaml(item) }));
        const declared = parseFiles(sources);
        expect(declared.map(({ name }) => name).sort()).toEqual(items.map(({ path }) => path).sort());
        const first = await bench.plan(declared);
        expect(first.changes.map(({ address, fields }) => ({ address, fields }))).toEqual([]);

        const [chosen, ...rest] = items;
        if (!chosen) throw new Error('no item');
        const changed = {
          ...chosen,
          data: { ...chosen.data, attributes: { ...chosen.data.attributes, display_name__limio: 'Renamed by a test' } },
        };
        const edited = parseFiles(
          [changed, ...rest].map((item, i) => ({ path: `catalog/item-${i}.yaml`, text: toYaml(item) })),
        );
        const plan = await bench.plan(edited);
        expect(plan.changes.map(({ fields }) => fields.map(({ path }) => path))).toEqual([
          ['/attributes/display_name__limio'],
        ]);
        const result = await bench.apply(plan);
        expect(result.outcomes.map(({ status }) => status)).toEqual(['done']);
        expect((await bench.plan(edited)).changes).toEqual([]);
        const untouched = listItems(bench.emulator.state().items).filter(({ path }) => path !== chosen.path);
        expect(untouched.map(({ data }) => data.attributes)).toEqual(rest.map(({ data }) => data.attributes));
      });
    },
  );

  test('the published page is understood as it was answered', () => {
    const page = JSON.parse(readFileSync(join(FOLDER, 'offers-published-page.json'), 'utf8')) as {
      hits: unknown;
      items: unknown[];
    };
    expect(page.hits).toEqual({ value: 393, relation: 'eq' });
    expect(page.items).toHaveLength(4);
  });
});

function listItems(all: unknown): HeadItem[] {
  return (all as HeadItem[]).filter(({ data }) => (CATALOG_KINDS as readonly string[]).includes(data.record_type));
}

function toYaml({ path, data }: HeadItem): string {
  const kind = data.record_type as CatalogKind;
  return stringify({ kind, path, attributes: data.attributes }, { lineWidth: 0 });
}
