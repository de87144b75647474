import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseDocument } from '../support/run-program.js';
import { QUICK_PUBLISH, openWorkspace } from './support/in-process.js';
import { SMALL_SEED, journeyFile, offerFile } from './support/small-tenant.js';

const ENVIRONMENT = { dialect: { ...QUICK_PUBLISH, journeyCodec: 'assumed' } };
const OFFERS = `# Reviewed every quarter.
${offerFile('/offers2/Monthly', 'Monthly')}  cta_text__limio: Buy # short
---
${offerFile('/offers2/Annual', 'Annual')}`;
const FILES = { 'catalog/offers.yaml': OFFERS, 'journeys/web.yaml': journeyFile('web-geo', 'US, GB') };

describe.concurrent('drift --pull', () => {
  test('takes what the app alone changed, leaves edits in git and conflicts, and what is taken is no drift any more', async (context) => {
    const { run, tenant, write, root, writes } = await openWorkspace(context, {
      seed: SMALL_SEED,
      files: FILES,
      environment: ENVIRONMENT,
    });
    expect((await run('apply --yes')).exitCode).toBe(0);
    const before = writes().length;
    write('catalog/offers.yaml', OFFERS.replace('display_name__limio: Annual', 'display_name__limio: Annual in git'));
    tenant.edit.item('/offers2/Monthly', { display_name__limio: 'Monthly in the app' });
    tenant.edit.item('/offers2/Annual', { display_name__limio: 'Annual in the app' });
    const read = (): string => readFileSync(join(root, 'catalog/offers.yaml'), 'utf8');

    const tried = await run('drift --pull --dry-run');
    expect(tried.exitCode).toBe(2);
    expect(tried.stdout).toContain('+  display_name__limio: Monthly in the app');
    expect(read()).toContain('display_name__limio: Monthly\n');

    const pulled = await run('drift --pull --format json');
    expect(pulled.exitCode).toBe(2);
    expect(parseDocument(pulled)).toMatchObject({
      kind: 'limio-sync/drift',
      pull: { written: true, conflicts: [] },
      left: ['offer:/offers2/Annual'],
    });
    expect(read()).toBe(
      OFFERS.replace('display_name__limio: Monthly\n', 'display_name__limio: Monthly in the app\n').replace(
        'display_name__limio: Annual',
        'display_name__limio: Annual in git',
      ),
    );
    expect(parseDocument(await run('drift --format json'))).toMatchObject({
      objects: [{ address: 'offer:/offers2/Annual', cause: 'both' }],
    });
    expect(writes()).toHaveLength(before);
  });

  test('changes no file where the app changed nothing, and ends with 0', async (context) => {
    const { run, root, write } = await openWorkspace(context, {
      seed: SMALL_SEED,
      files: FILES,
      environment: ENVIRONMENT,
    });
    expect((await run('apply --yes')).exitCode).toBe(0);
    const edited = OFFERS.replace('Buy', 'Buy now');
    write('catalog/offers.yaml', edited);
    expect(await run('drift --pull')).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('no drift') });
    expect(readFileSync(join(root, 'catalog/offers.yaml'), 'utf8')).toBe(edited);
  });

  test('is refused without a snapshot, and where an option would do nothing', async (context) => {
    const { run } = await openWorkspace(context, { seed: SMALL_SEED, files: FILES, environment: ENVIRONMENT });
    expect(await run('drift --pull')).toMatchObject({
      exitCode: 3,
      stdout: '',
      stderr: expect.stringContaining('error STATE_MISSING: There is no snapshot of the last apply of test'),
    });
    expect(await run('drift --dry-run')).toMatchObject({
      exitCode: 3,
      stderr: expect.stringContaining('--dry-run requires --pull'),
    });
    expect(await run('drift --app --format markdown')).toMatchObject({
      exitCode: 3,
      stderr: expect.stringContaining('--app cannot be used with --format markdown'),
    });
  });
});

describe('drift --app', () => {
  test('shows what the app owns beside what the files say', async (context) => {
    const environment = {
      ...ENVIRONMENT,
      ownership: { app: ['offer:*#/attributes/cta_text__limio', 'journey:web-geo'] },
    };
    const { run } = await openWorkspace(context, {
      seed: SMALL_SEED,
      files: { ...FILES, 'catalog/offers.yaml': OFFERS.replace('Buy', 'Order') },
      environment,
    });
    expect((await run('drift --app')).stdout).toContain(`
Owned by the app, never planned:
    journey:web-geo: the whole object
    offer:/offers2/Monthly  cta_text__limio: "Buy" (ignored in the files: "Order")
`);
    expect(parseDocument(await run('drift --app --format json'))).toMatchObject({
      appOwned: [
        { address: 'journey:web-geo', path: '' },
        { address: 'offer:/offers2/Monthly', path: '/attributes/cta_text__limio', live: 'Buy', files: 'Order' },
      ],
    });
  });
});
