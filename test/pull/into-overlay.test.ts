import { describe, expect, test } from 'vitest';
import { createTenantReader } from '../plan/support/tenant-reader.js';
import { planFiles, pullFiles } from './support/pull-bench.js';

const BASE = `kind: offer
path: /offers2/Digital Monthly
attributes:
  # the same everywhere
  display_name__limio: Digital
  cta_text__limio: \${vars.call}
  term__limio: { length: 12, type: months }
  label__limio:
    - digital
  badge_text__limio: New
`;
const SOURCES = [{ path: 'catalog/offers/digital-monthly.yaml', text: BASE }];
const LIVE = {
  display_name__limio: 'Digital',
  cta_text__limio: 'Go',
  term__limio: { length: 1, type: 'months' },
  label__limio: ['digital', 'prod'],
};
const OPTIONS = { into: 'overlay', vars: { call: 'Go' }, others: { sandbox: { call: 'Try' } } } as const;

describe('pulling into overlays', () => {
  test('only what the tenant has otherwise goes there; other environments read what they read, and the plan is empty', async () => {
    const reader = createTenantReader({ offers: { '/offers2/Digital Monthly': LIVE } });
    const { pull, sources } = await pullFiles(reader, SOURCES, OPTIONS);
    expect(sources).toEqual([
      ...SOURCES,
      {
        path: 'overlays/test/offers/digital-monthly.yaml',
        overlay: 'test',
        text: 'kind: offer\npath: /offers2/Digital Monthly\nattributes:\n  term__limio:\n    length: 1\n  label__limio: [digital, prod]\n  badge_text__limio: null\n',
      },
    ]);
    expect(pull).toMatchObject({ alsoChanges: [], conflicts: [], adopted: [] });
    expect((await planFiles(reader, sources, OPTIONS)).changes).toEqual([]);
    expect((await pullFiles(reader, sources, OPTIONS)).pull.files).toEqual([]);
  });

  test('an overlay that is there takes in what differs, and keeps its comments', async () => {
    const overlay = {
      path: 'overlays/test/mine.yaml',
      overlay: 'test',
      text: 'kind: offer\npath: /offers2/Digital Monthly\nattributes:\n  # ours\n  badge_text__limio: Old # really\n',
    };
    const reader = createTenantReader({
      offers: { '/offers2/Digital Monthly': { ...LIVE, badge_text__limio: 'Newest' } },
    });
    const { sources } = await pullFiles(reader, [...SOURCES, overlay], OPTIONS);
    expect(sources.map(({ text }) => text)).toEqual([
      BASE,
      'kind: offer\npath: /offers2/Digital Monthly\nattributes:\n  # ours\n  badge_text__limio: Newest # really\n  term__limio:\n    length: 1\n  label__limio: [digital, prod]\n',
    ]);
  });

  test('a template stays a conflict, and no overlay is made for what cannot go there', async () => {
    const reader = createTenantReader({
      offers: {
        '/offers2/Digital Monthly': {
          ...LIVE,
          cta_text__limio: 'Stop',
          term__limio: { length: 12, type: 'months' },
          label__limio: ['digital'],
          badge_text__limio: 'New',
        },
      },
    });
    const { pull } = await pullFiles(reader, SOURCES, OPTIONS);
    expect(pull).toMatchObject({
      files: [],
      conflicts: [{ code: 'PULL_TEMPLATE', source: { file: 'catalog/offers/digital-monthly.yaml', line: 6 } }],
    });
  });

  test('what is adopted is for this environment alone; into the base, those with files of their own are told', async () => {
    const reader = createTenantReader({
      offers: { '/offers2/Digital Monthly': LIVE, '/offers2/Prod Only': { display_name__limio: 'x' } },
    });
    const adopting = { ...OPTIONS, adopt: ['offer:*'], select: () => false };
    const { pull, sources } = await pullFiles(reader, SOURCES, adopting);
    expect(sources[1]).toEqual({
      path: 'catalog/offers/prod-only.yaml',
      text: 'kind: offer\npath: /offers2/Prod Only\nonly: [test]\nattributes:\n  display_name__limio: x\n',
    });
    expect(pull.alsoChanges).toEqual([]);
    const plain = await pullFiles(reader, SOURCES, { ...adopting, into: 'base' });
    expect(plain.pull.alsoChanges).toEqual([
      { environment: 'sandbox', addresses: [], added: ['offer:/offers2/Prod Only'] },
    ]);
  });
});
