import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { AppliedState, DriftReport } from '../../src/model/drift.js';
import { parseDocument } from '../support/run-program.js';
import { openWorkspace, QUICK_PUBLISH } from './support/in-process.js';
import { journeyFile, offerFile, promoCodeFile, SMALL_SEED, WHOLE_SCOPE } from './support/small-tenant.js';

const ENVIRONMENT = { ...WHOLE_SCOPE, dialect: { ...QUICK_PUBLISH, journeyCodec: 'assumed' } };

const FILES = {
  'catalog/offers.yaml': `${offerFile('/offers2/Monthly', 'Monthly')}  cta_text__limio: Buy\n---\n${offerFile('/offers2/Annual', 'Annual')}`,
  'catalog/codes.yaml': `${promoCodeFile('WELCOME10', 10)}---\n${promoCodeFile('SPRING25', 25)}`,
  'journeys/web.yaml': journeyFile('web-geo', 'US, GB'),
};

/** Each object by what happened to it, and each of its fields by its cause. */
function listDrift({ objects }: DriftReport): Record<string, unknown> {
  return Object.fromEntries(
    objects.map(({ address, change, cause, fields }) => [
      address,
      [change, cause, Object.fromEntries(fields.map((field) => [field.path, field.cause]))],
    ]),
  );
}

describe.concurrent('drift', () => {
  test('without a snapshot tells what differs and that the cause is unknown; apply makes one, and nothing drifted', async (context) => {
    const { run, root } = await openWorkspace(context, { seed: SMALL_SEED, files: FILES, environment: ENVIRONMENT });
    const first = await run('drift');
    expect(first).toMatchObject({ exitCode: 2, stdout: expect.stringContaining('cause unknown') });
    expect(existsSync(join(root, '.limio/state/test.json'))).toBe(false);
    expect((await run('apply --yes --allow-delete-unknown=2')).exitCode).toBe(0);
    expect(await run('drift')).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('no drift') });
    const state = JSON.parse(readFileSync(join(root, '.limio/state/test.json'), 'utf8')) as AppliedState;
    expect(Object.keys(state.objects)).toEqual([
      'journey:web-geo',
      'offer:/offers2/Annual',
      'offer:/offers2/Monthly',
      'promo_code:SPRING25',
      'promo_code:WELCOME10',
    ]);
    expect(state.last).toMatchObject({ command: 'apply', complete: true, verified: true, run: expect.any(String) });
    // Nothing to do is proof as well: it needs no run.
    rmSync(join(root, '.limio/state'), { recursive: true });
    expect((await run('apply --yes')).exitCode).toBe(0);
    const again = JSON.parse(readFileSync(join(root, '.limio/state/test.json'), 'utf8')) as AppliedState;
    expect(again.objects).toEqual(state.objects);
    expect(again.last.run).toBeUndefined();
  });

  test('tells edits in the app from edits in git from both, object by object and field by field', async (context) => {
    const { run, tenant, write, writes } = await openWorkspace(context, {
      seed: SMALL_SEED,
      files: FILES,
      environment: ENVIRONMENT,
    });
    expect((await run('apply --yes --allow-delete-unknown=2')).exitCode).toBe(0);
    const before = writes().length;
    write(
      'catalog/offers.yaml',
      `${offerFile('/offers2/Monthly', 'Monthly in git')}  cta_text__limio: Buy in git\n---\n${offerFile('/offers2/Annual', 'Annual')}`,
    );
    write('catalog/codes.yaml', promoCodeFile('WELCOME10', 10));
    tenant.edit.item('/offers2/Monthly', { display_name__limio: 'Monthly in the app', internal: 'not managed' });
    tenant.edit.item('/offers2/Annual', { display_name__limio: 'Annual in the app' });
    tenant.edit.promoCode('WELCOME10', { description: 'not managed either' });
    tenant.edit.deleteJourney('web-geo');

    const drifted = await run('drift --format json');
    expect(drifted.exitCode).toBe(2);
    const report = parseDocument(drifted) as DriftReport;
    expect(listDrift(report)).toEqual({
      'journey:web-geo': ['deleted', 'app', {}],
      'offer:/offers2/Annual': ['edited', 'app', { '/attributes/display_name__limio': 'app' }],
      'offer:/offers2/Monthly': [
        'edited',
        'both',
        { '/attributes/display_name__limio': 'both', '/attributes/cta_text__limio': 'git' },
      ],
      'promo_code:SPRING25': ['undeclared', 'git', {}],
    });
    expect(report.summary).toEqual({ app: 2, both: 1, unknown: 0, git: 1 });
    const { stdout } = await run('drift');
    expect(stdout).toContain(
      '      last applied  "Monthly"\n      git           "Monthly in git"\n      app           "Monthly in the app"\n',
    );
    expect(stdout).not.toContain('SPRING25');
    expect((await run('drift --all')).stdout).toContain('SPRING25');
    expect((await run('drift --format markdown')).stdout).toContain('### Drift of `test`');
    // What git alone moved is no drift, and a selector looks at nothing else.
    expect(await run(['drift', 'promo_code:*'])).toMatchObject({ exitCode: 0 });
    expect(await run(['drift', 'offers:*'])).toMatchObject({ exitCode: 3 });
    expect(writes()).toHaveLength(before);
  });

  test('knows what a saved plan did, what it left alone, and what a rollback took back', async (context) => {
    const { run, tenant, write, root } = await openWorkspace(context, {
      seed: SMALL_SEED,
      files: FILES,
      environment: ENVIRONMENT,
    });
    await run('plan --out plan.json');
    expect((await run('apply plan.json --yes --allow-delete-unknown=2')).exitCode).toBe(0);
    expect(await run('drift --format json')).toMatchObject({ exitCode: 0 });
    const state = JSON.parse(readFileSync(join(root, '.limio/state/test.json'), 'utf8')) as AppliedState;
    expect(Object.keys(state.objects)).toContain('offer:/offers2/Annual');
    write('catalog/offers.yaml', FILES['catalog/offers.yaml'].replace('Buy', 'Buy now'));
    expect((await run('apply --yes')).exitCode).toBe(0);
    expect((await run('rollback last --yes')).exitCode).toBe(0);
    tenant.edit.item('/offers2/Annual', { display_name__limio: 'Annual in the app' });
    const report = parseDocument(await run('drift --format json')) as DriftReport;
    expect(report.objects.map(({ address, cause }) => [address, cause])).toEqual([
      ['offer:/offers2/Annual', 'app'],
      ['offer:/offers2/Monthly', 'git'],
    ]);
    expect(report.last?.command).toBe('rollback');
  });

  test('refuses a snapshot of another tenant or version; apply says so, goes on, and leaves it alone', async (context) => {
    const { run, root } = await openWorkspace(context, { seed: SMALL_SEED, files: FILES, environment: ENVIRONMENT });
    await run('apply --yes --allow-delete-unknown=2');
    const file = join(root, '.limio/state/test.json');
    const text = readFileSync(file, 'utf8');
    for (const [code, other] of [
      ['STATE_ELSEWHERE', text.replace(/"host": "[^"]*"/, '"host": "other.example"')],
      ['STATE_VERSION', text.replace('"formatVersion": 1', '"formatVersion": 2')],
    ] as const) {
      writeFileSync(file, other);
      expect(await run('drift')).toMatchObject({ exitCode: 3, stderr: expect.stringContaining(code) });
      expect(await run('apply --yes')).toMatchObject({
        exitCode: 0,
        stderr: expect.stringContaining('The snapshot for limio-sync drift was not updated.'),
      });
      expect(readFileSync(file, 'utf8')).toBe(other);
    }
  });
});
