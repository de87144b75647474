import { expect, test } from 'vitest';
import type { JsonObject } from '../../src/model/json.js';
import { renderPullText } from '../../src/render/pull.js';
import { PLAIN_STYLE } from '../../src/render/terminal.js';
import { createTenantReader } from '../plan/support/tenant-reader.js';
import { pullFiles } from './support/pull-bench.js';

const FIELD = '/attributes/display_name__limio';

/** The reason of a conflict over the text file: who else uses it, and what to do. */
const sharedWith = (user: string): string =>
  `The text file catalog/name.html is also used by ${user.startsWith('/') ? user : `${user} ${FIELD}`}, ` +
  'which would change too. Give each its own text file, then run: limio-sync pull';

const offer = (name: string): string =>
  `kind: offer\npath: /offers2/${name}\nattributes:\n  display_name__limio: !file name.html # shared\n`;
const html = { path: 'catalog/name.html', text: 'Old\n', role: 'text' as const };
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
    { code: 'PULL_UNWRITABLE', address: 'offer:/offers2/A', reason: sharedWith('offer:/offers2/B') },
  ]);
  const both = await pullFiles(read({ A: 'New', B: 'New' }), sources);
  expect(both.pull).toMatchObject({ conflicts: [], files: [{ path: 'catalog/name.html', after: 'New\n' }] });
  const differing = await pullFiles(read({ A: 'New', B: 'Other' }), sources);
  expect(differing.pull.files).toEqual([]);
  expect(differing.pull.conflicts.map(({ address, reason }) => [address, reason])).toEqual([
    ['offer:/offers2/A', sharedWith('offer:/offers2/B')],
    ['offer:/offers2/B', sharedWith('offer:/offers2/A')],
  ]);
});

test('a conflict over one shared file leaves another shared file alone', async () => {
  const sources = [
    ...['A', 'B', 'C', 'D'].map((name) => ({ path: `catalog/${name}.yaml`, text: offer(name) })),
    html,
  ].map((source) =>
    /[CD]\.yaml/.test(source.path) ? { ...source, text: source.text.replace('name.h', 'n.h') } : source,
  );
  const reader = read({ A: 'New', B: 'Old', C: 'New', D: 'New' });
  const { pull } = await pullFiles(reader, [...sources, { ...html, path: 'catalog/n.html' }]);
  expect(pull.conflicts).toMatchObject([{ address: 'offer:/offers2/A' }]);
  expect(pull.files).toMatchObject([{ path: 'catalog/n.html', after: 'New\n' }]);
});

test('so does a file that two documents of one YAML file use', async () => {
  const sources = [{ path: 'catalog/both.yaml', text: `${offer('A')}---\n${offer('B')}` }, html];
  const one = await pullFiles(read({ A: 'New', B: 'Old' }), sources);
  expect(one.pull).toMatchObject({ files: [], conflicts: [{ reason: sharedWith('offer:/offers2/B') }] });
  const both = await pullFiles(read({ A: 'New', B: 'New' }), sources);
  expect(both.pull).toMatchObject({
    conflicts: [],
    files: [{ path: 'catalog/name.html', after: 'New\n', changes: [{ fields: [FIELD] }, { fields: [FIELD] }] }],
  });
});

test('two fields of one object that share a file are named when only one of them changed', async () => {
  const text = `${offer('A')}  cta_text__limio: !file name.html\n  badge_text__limio: red\n`;
  const pullBoth = (attributes: JsonObject) =>
    pullFiles(createTenantReader({ offers: { '/offers2/A': attributes } }), [{ path: 'catalog/a.yaml', text }, html]);
  const one = await pullBoth({ display_name__limio: 'New', cta_text__limio: 'Old', badge_text__limio: 'green' });
  expect(one.pull.conflicts).toMatchObject([
    { pointer: FIELD, reason: sharedWith('/attributes/cta_text__limio of the same object') },
  ]);
  expect(one.pull.files).toMatchObject([{ path: 'catalog/a.yaml', after: text.replace('limio: red', 'limio: green') }]);
  const both = await pullBoth({ display_name__limio: 'New', cta_text__limio: 'New', badge_text__limio: 'red' });
  expect(both.pull).toMatchObject({ conflicts: [], files: [{ path: 'catalog/name.html', after: 'New\n' }] });
});

test.each([
  ['carriage returns', 'One\r\nTwo'],
  ['a byte order mark at its beginning', '\uFEFFOne'],
])('a text with %s, which a text file loses, is left with the cause and two ways out', async (what, text) => {
  const { pull } = await pullFiles(read({ A: text }), [{ path: 'catalog/a.yaml', text: offer('A') }, html]);
  expect(pull.files).toEqual([]);
  expect(pull.conflicts).toMatchObject([
    {
      pointer: FIELD,
      reason:
        `The text holds ${what}, which the text file catalog/name.html would lose. Remove them in the web app, ` +
        'or replace the !file tag by "" to keep the text in the YAML; then run: limio-sync pull',
    },
  ]);
  const inYaml = offer('A').replace('!file name.html', '""');
  const again = await pullFiles(read({ A: text }), [{ path: 'catalog/a.yaml', text: inYaml }]);
  expect(again.pull).toMatchObject({ conflicts: [], files: [{ changes: [{ fields: [FIELD] }] }] });
});

test.each([
  ['nothing', null, 'null'],
  ['a number', 7, '7'],
])('a text that %s replaces is counted in the YAML, and its file is named as unused', async (_name, live, written) => {
  const reader = createTenantReader({ offers: { '/offers2/A': { Notice: live } } });
  const text = offer('A').replace('display_name__limio', 'Notice');
  const { pull } = await pullFiles(reader, [{ path: 'catalog/a.yaml', text }, html]);
  expect(pull).toMatchObject({ conflicts: [], unused: ['catalog/name.html'] });
  expect(pull.files).toMatchObject([
    {
      path: 'catalog/a.yaml',
      after: text.replace('!file name.html', written),
      changes: [{ address: 'offer:/offers2/A', fields: ['/attributes/Notice'] }],
    },
  ]);
  const shown = renderPullText(pull, { style: PLAIN_STYLE, written: true });
  expect(shown).toContain('1 file changed (1 field)');
  expect(shown).toMatch(/unused {4}catalog\/name\.html: no file names it any more; pull deletes no files\./);
});

test('a text in a list that moved spoils no other object that uses its file', async () => {
  const text =
    'kind: offer\npath: /offers2/A\nattributes:\n  Notes:\n    - { name: one }\n    - { name: two, html: !file name.html }\n';
  const sources = [{ path: 'catalog/a.yaml', text }, { path: 'catalog/b.yaml', text: offer('B') }, html];
  const offers = {
    '/offers2/A': { Notes: [{ name: 'two', html: 'New' }] },
    '/offers2/B': { display_name__limio: 'Old' },
  };
  const { pull, sources: after } = await pullFiles(createTenantReader({ offers }), sources);
  expect(after.find(({ path }) => path === 'catalog/name.html')?.text).toBe('Old\n');
  expect(pull.conflicts).toMatchObject([
    { reason: expect.stringMatching(/also change offer:\/offers2\/B, .*own text file/) },
  ]);
});

test('a text file that another field still uses is not unused', async () => {
  const sources = [{ path: 'catalog/a.yaml', text: offer('A') }, { path: 'catalog/b.yaml', text: offer('B') }, html];
  const reader = createTenantReader({ offers: { '/offers2/A': {}, '/offers2/B': { display_name__limio: 'Old' } } });
  expect((await pullFiles(reader, sources)).pull).toMatchObject({ unused: [], files: [{ path: 'catalog/a.yaml' }] });
});
