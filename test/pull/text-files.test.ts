import { expect, test } from 'vitest';
import { createTenantReader } from '../plan/support/tenant-reader.js';
import { pullFiles } from './support/pull-bench.js';

const offer = (name: string): string =>
  `kind: offer\npath: /offers2/${name}\nattributes:\n  display_name__limio: !file name.html # shared\n`;
const html = { path: 'catalog/name.html', text: 'Old\n', textFile: {} };
const read = (offers: Record<string, string>) =>
  createTenantReader({
    offers: Object.fromEntries(
      Object.entries(offers).map(([name, text]) => [`/offers2/${name}`, { display_name__limio: text }]),
    ),
  });

test('a changed text is pulled into the file of its tag, and the YAML stays', async () => {
  const sources = [{ path: 'catalog/a.yaml', text: offer('A') }, html];
  const { pull } = await pullFiles(read({ A: 'New' }), sources);
  expect(pull).toMatchObject({ conflicts: [] });
  expect(pull.files).toEqual([
    {
      path: 'catalog/name.html',
      before: 'Old\n',
      after: 'New\n',
      changes: [{ address: 'offer:/offers2/A', fields: ['/attributes/display_name__limio'] }],
    },
  ]);
});

test('a file that two objects use changes only when both changed to the same text', async () => {
  const sources = [{ path: 'catalog/a.yaml', text: offer('A') }, { path: 'catalog/b.yaml', text: offer('B') }, html];
  const one = await pullFiles(read({ A: 'New', B: 'Old' }), sources);
  expect(one.pull.files).toEqual([]);
  expect(one.pull.conflicts).toMatchObject([
    { code: 'PULL_UNWRITABLE', address: 'offer:/offers2/A', reason: expect.stringContaining('also used by') },
  ]);
  const both = await pullFiles(read({ A: 'New', B: 'New' }), sources);
  expect(both.pull).toMatchObject({ conflicts: [], files: [{ path: 'catalog/name.html', after: 'New\n' }] });
  const differing = await pullFiles(read({ A: 'New', B: 'Other' }), sources);
  expect(differing.pull.files).toEqual([]);
});
