import fc from 'fast-check';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import type { JsonObject } from '../../src/model/json.js';
import { createTenantReader } from '../plan/support/tenant-reader.js';
import { planFiles, pullFiles } from './support/pull-bench.js';

const PATH = '/offers2/Monthly';
const VARS = { name: 'Monthly', label: 'mine' };
const TEXTS = ['display_name__limio', 'cta_text__limio', 'badge_text__limio'];

const attributes = (text: fc.Arbitrary<string | null>, label: fc.Arbitrary<string>): fc.Arbitrary<JsonObject> =>
  fc
    .record(
      {
        ...Object.fromEntries(TEXTS.map((key) => [key, text])),
        label__limio: fc.array(label, { maxLength: 3 }),
        term__limio: fc.record({ length: fc.nat(3), type: fc.constantFrom('months', 'years') }, { requiredKeys: [] }),
      },
      { requiredKeys: [] },
    )
    .map((record) => ({ ...record }));

const declared = attributes(
  fc.constantFrom('a', 'b', '${vars.name}', 'Now ${vars.name}!', null),
  fc.constantFrom('one', 'two', '${vars.label}'),
);
const live = attributes(
  fc.constantFrom('a', 'b', 'Monthly', 'Now Monthly!', '${vars.name}', 'line\nline'),
  fc.constantFrom('one', 'two', 'three', 'mine'),
);

function write(body: JsonObject, inBlocks: boolean): string {
  const head = `kind: offer\npath: ${PATH}\n`;
  return inBlocks ? `${head}${stringify({ attributes: body })}` : `${head}attributes: ${JSON.stringify(body)} # all\n`;
}

test('with templates and overlays: after a pull only what it listed differs, and a second one changes no byte', async () => {
  const seen = { base: 0, overlay: 0, conflict: 0 };
  await fc.assert(
    fc.asyncProperty(declared, declared, live, fc.boolean(), async (base, over, tenant, inBlocks) => {
      const reader = createTenantReader({ offers: { [PATH]: tenant } });
      const sources = [
        { path: 'catalog/a.yaml', text: write(base, inBlocks) },
        { path: 'overlays/test/a.yaml', overlay: 'test', text: write(over, !inBlocks) },
      ];
      const { pull, sources: pulled } = await pullFiles(reader, sources, { vars: VARS });
      const told = pull.conflicts.map(({ pointer }) => pointer);
      const { changes } = await planFiles(reader, pulled, { vars: VARS });
      const left = changes.flatMap(({ fields }) => fields.map(({ path }) => path));
      // What is told covers what lies in it, and a whole covers its parts.
      expect(
        left.filter(
          (path) => !told.some((pointer) => `${pointer}/`.startsWith(`${path}/`) || path.startsWith(`${pointer}/`)),
        ),
      ).toEqual([]);
      expect((await pullFiles(reader, pulled, { vars: VARS })).pull.files).toEqual([]);
      for (const { path } of pull.files) seen[path.startsWith('overlays/') ? 'overlay' : 'base'] += 1;
      seen.conflict += told.length;
    }),
    {
      numRuns: 80,
      examples: [
        [{}, { term__limio: { type: 'months' } }, { term__limio: { length: 0 } }, false],
        // The same beside a field that stays for its template.
        [
          {},
          { label__limio: ['${vars.label}'], term__limio: { length: 0 } },
          { term__limio: { type: 'months' } },
          false,
        ],
      ],
    },
  );
  // The draws reach all that the law is about.
  expect(
    Object.values(seen).every((count) => count > 10),
    JSON.stringify(seen),
  ).toBe(true);
}, 180_000);
