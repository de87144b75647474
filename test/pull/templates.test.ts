import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/model/json.js';
import type { Pull } from '../../src/model/pull.js';
import type { SourceText } from '../../src/source/documents.js';
import { createTenantReader } from '../plan/support/tenant-reader.js';
import { planFiles, pullFiles, type PullBenchOptions } from './support/pull-bench.js';

const yaml = (text: string, path = 'catalog/digital.yaml'): SourceText => ({ path, text });
const table = (text: string, path = 'catalog/prices.csv'): SourceText => ({ path, text, role: 'table' });

type Live = Record<string, JsonObject>;

/** Pulls a tenant with these attributes of offers, by the name below /offers2/. */
async function pull(sources: SourceText[], live: Live, options: PullBenchOptions = {}) {
  const offers = Object.fromEntries(Object.entries(live).map(([name, body]) => [`/offers2/${name}`, body]));
  const reader = createTenantReader({ offers });
  const result = await pullFiles(reader, sources, options);
  const { changes } = await planFiles(reader, result.sources, options);
  const changed = Object.fromEntries(result.pull.files.map(({ path, after }) => [path, after]));
  return { ...result, changed, conflicts: listConflicts(result.pull), plan: changes };
}

const listConflicts = ({ conflicts }: Pull): string[] =>
  conflicts.map(({ code, address, pointer, source, reason }) => {
    const { file, line, row } = source;
    const filled = row ? ` with ${row.file}:${row.line}` : '';
    return `${file}:${line}${filled} ${code} ${address.replace('offer:/offers2/', '')} ${pointer} ${reason ?? ''}`;
  });

const TEMPLATE = `kind: offer
for_each: { table: prices.csv }
path: /offers2/\${each.country}
attributes:
  display_name__limio: Digital # the same everywhere
  cta_text__limio: "\${each.text}"
`;
const PRICES = 'country,text\nGB,Buy\nIE,Go\n';
const SOURCES = [yaml(TEMPLATE), table(PRICES)];
const LIVE = {
  GB: { display_name__limio: 'Digital', cta_text__limio: 'Buy' },
  IE: { display_name__limio: 'Digital', cta_text__limio: 'Go' },
};

describe('into overlays', () => {
  test('one object of a template gets an overlay of its own', async () => {
    const live = { ...LIVE, IE: { display_name__limio: 'Digital IE', cta_text__limio: 'Go' } };
    const { changed, conflicts, plan } = await pull(SOURCES, live, { into: 'overlay' });
    expect(changed).toEqual({
      'overlays/test/offers/ie.yaml':
        'kind: offer\npath: /offers2/IE\nattributes:\n  display_name__limio: Digital IE\n',
    });
    expect([conflicts, plan]).toEqual([[], []]);
  });
});

describe('a line of a template', () => {
  test('that supplies others which do not change is a conflict', async () => {
    const live = { ...LIVE, IE: { display_name__limio: 'Digital IE', cta_text__limio: 'Go' } };
    const { changed, conflicts } = await pull(SOURCES, live);
    expect(changed).toEqual({});
    expect(conflicts).toEqual([
      expect.stringContaining('catalog/digital.yaml:5 PULL_SHARED IE /attributes/display_name__limio'),
    ]);
  });
});
