import { describe, expect, test } from 'vitest';
import type { Seed } from '../../src/emulator/seed-format.js';
import type { DoctorReport } from '../../src/model/doctor.js';
import type { DriftReport } from '../../src/model/drift.js';
import type { Plan } from '../../src/model/plan.js';
import type { Promotion } from '../../src/model/promotion.js';
import { openTeam } from './support/open-team.js';
import { ONE_CHANGE, SMALL_SEED } from '../end-to-end/support/small-tenant.js';

/** The offer is on two pages, and the published index has one copy of it: once one page is live, it looks published. */
const SEED: Seed = {
  ...SMALL_SEED,
  items: [
    ...(SMALL_SEED.items ?? []),
    {
      path: '/pages/other',
      data: { record_type: 'page', attributes: {}, tags: ['/tags/other'], offers: ['/offers2/Monthly'] },
    },
  ],
};

/** On no page. */
const ADD_ON = (name: string) => ({
  'catalog/add-on.yaml': `kind: add_on\npath: /add_ons/Archive\nattributes:\n  display_name__limio: ${name}\n`,
});

const OMIT = { operation: 'publish', fault: 'omitted-route', route: '/shop/', message: 'a label is missing' } as const;

describe('a publish that failed on one machine', () => {
  test('is reported by plan, drift, doctor and promote from fresh clones, and settled by publish from another', async (context) => {
    const { tenants, clone } = await openTeam(context, {
      files: ONE_CHANGE,
      environments: ['test', 'prod'],
      seed: SEED,
    });
    tenants.test.faults.replace([OMIT]);
    expect(await clone().run('apply --env test --yes')).toMatchObject({ exitCode: 6 });
    tenants.test.faults.clear();

    const { run } = clone();
    const planned = await run('plan --env test --format json --detailed-exitcode');
    expect(planned.exitCode).toBe(2);
    expect((JSON.parse(planned.stdout) as Plan).publish.pages.map(({ path }) => path)).toEqual(['/pages/shop']);

    const drift = await run('drift --env test --format json');
    expect(drift.exitCode).toBe(2);
    const [page] = (JSON.parse(drift.stdout) as DriftReport).pending ?? [];
    expect(page).toMatchObject({ path: '/pages/shop', routes: ['/shop/'], items: ['offer:/offers2/Monthly'] });
    const text = (await run('drift --env test')).stdout;
    expect(text).toMatch(/^Drift of test \(127\.0\.0\.1:\d+\): 1 page waiting to be published\n/);
    expect(text).toContain(`  /pages/shop at /shop/, since the run ${page?.run}: offer:/offers2/Monthly\n`);
    expect(text).toContain('limio-sync publish --env test\n');
    const markdown = await run('drift --env test --format markdown');
    expect(markdown).toMatchObject({ exitCode: 2 });
    expect(markdown.stdout).toContain('**1 page waiting to be published** in');
    expect(markdown.stdout).toContain(`- \`/pages/shop\` at \`/shop/\`, since the run \`${page?.run}\``);

    const doctor = await run('doctor --env test --format json');
    expect(doctor.exitCode).toBe(1);
    expect((JSON.parse(doctor.stdout) as DoctorReport).checks.find(({ id }) => id === 'unfinished')).toMatchObject({
      status: 'problem',
      message: '1 page is waiting to be published: visitors see an older state.',
      evidence: [`/pages/shop, since the run ${page?.run}: offer:/offers2/Monthly`],
      advice: 'Publish again: limio-sync publish --env test',
    });

    const promoted = await run('promote --from test --to prod --format json');
    expect(promoted.exitCode).toBe(4);
    const failed = (JSON.parse(promoted.stdout) as Promotion).gates.filter(({ status }) => status === 'fail');
    expect(failed.map(({ name }) => name)).toEqual(['apply', 'pages']);
    expect(failed[1]?.message).toContain('/pages/shop');

    const published = await clone().run('publish --env test --yes');
    expect(published).toMatchObject({ exitCode: 0 });
    expect(published.stdout).toContain('/pages/shop');

    // The first clone learns it from the store.
    expect(await run('plan --env test --detailed-exitcode')).toMatchObject({ exitCode: 0 });
    expect(await run('drift --env test')).toMatchObject({ exitCode: 0 });
    expect(await run('doctor --env test')).toMatchObject({ exitCode: 0 });
  });

  test('is drift only for the objects that a selector names', async (context) => {
    const { tenants, clone } = await openTeam(context, { files: { ...ONE_CHANGE, ...ADD_ON('Archive') }, seed: SEED });
    tenants.test.faults.replace([OMIT]);
    expect(await clone().run('apply --yes')).toMatchObject({ exitCode: 6 });
    const { run } = clone();
    expect(await run('drift offer:/offers2/Monthly')).toMatchObject({ exitCode: 2 });
    expect(await run('drift add_on:/add_ons/Archive')).toMatchObject({ exitCode: 0 });
  });
});

describe('an object that one machine could not verify', () => {
  test('is planned again from a fresh clone, and drift and doctor name it', async (context) => {
    const { tenants, clone } = await openTeam(context, { files: ADD_ON('Old issues') });
    tenants.test.faults.replace([
      { fault: 'rewritten-value', rewrite: 'upper-case', operation: 'bulk-update', key: 'display_name__limio' },
    ]);
    const applied = await clone().run('apply --yes');
    expect(applied.stdout).toContain('unverified');
    tenants.test.faults.clear();
    const { run } = clone();
    const plan = JSON.parse((await run('plan --format json')).stdout) as Plan;
    expect(plan.changes.map(({ address }) => address)).toEqual(['add_on:/add_ons/Archive']);
    const drift = await run('drift');
    expect(drift.stdout).toContain('the last apply left it unverified');
    const doctor = JSON.parse((await run('doctor --format json')).stdout) as DoctorReport;
    expect(doctor.checks.find(({ id }) => id === 'unfinished')).toMatchObject({
      message: '1 object was left failed or unverified.',
    });
  });
});

test('a store that cannot be read is a finding of doctor, which still checks the tenant', async (context) => {
  const { clone } = await openTeam(context, { files: ONE_CHANGE, config: { state: { path: 'limio.config.json' } } });
  const { exitCode, stdout } = await clone().run('doctor --format json');
  expect(exitCode).toBe(1);
  const { checks } = JSON.parse(stdout) as DoctorReport;
  expect(checks.find(({ id }) => id === 'credentials')?.status).toBe('ok');
  expect(checks.find(({ id }) => id === 'unfinished')).toMatchObject({
    status: 'problem',
    message: 'The record of earlier runs cannot be read.',
  });
});
