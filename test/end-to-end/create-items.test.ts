import { describe, expect, test } from 'vitest';
import type { ApplyResult } from '../../src/model/outcome.js';
import type { Plan } from '../../src/model/plan.js';
import { parseDocument } from '../support/run-program.js';
import { openWorkspace } from './support/in-process.js';
import { SMALL_SEED, offerFile } from './support/small-tenant.js';

const FILES = {
  'catalog/team.yaml': `kind: page
path: /pages/team
baseTemplate: /config/templates/landing
tags: [/tags/teams/small]
offers: [/offers2/Team]
---
kind: tag
path: /tags/teams/small
---
kind: tag
path: /tags/teams
---
${offerFile('/offers2/Team', 'Team')}---
${offerFile('/offers2/Monthly', 'Monthly, renamed')}`,
};
const JOBS = ['/limio/jobs', '/limio/jobs', '/limio/jobs', '/limio/jobs'];

describe.concurrent('declared items that the tenant lacks', () => {
  test('are listed for people, in order and with all values; what does not need them runs only if asked to', async (context) => {
    const { run, tenant, writes } = await openWorkspace(context, { seed: SMALL_SEED, files: FILES });
    const plan = parseDocument(await run('plan --format json')) as Plan;
    expect(plan.byHand?.map(({ address, parent }) => `${address} below ${parent}`)).toEqual([
      'offer:/offers2/Team below /offers2',
      'tag:/tags/teams below /tags',
      'tag:/tags/teams/small below /tags/teams',
      'page:/pages/team below /pages',
    ]);
    expect(plan.byHand?.[3]?.item).toEqual({
      name: 'team',
      record_type: 'page',
      path: '/pages/team',
      baseTemplate: '/config/templates/landing',
      tags: ['/tags/teams/small'],
      offers: ['/offers2/Team'],
      attributes: {},
    });
    expect(await run('apply --yes')).toMatchObject({ exitCode: 4, stderr: expect.stringContaining('PARTIAL') });
    expect(writes()).toEqual([]);
    expect(await run('apply --yes --allow-partial')).toMatchObject({ exitCode: 4 });
    expect(
      writes()
        .map(({ path }) => path)
        .filter((path) => path === '/limio/jobs'),
    ).toEqual([]);
    expect(tenant.state().items.find(({ path }) => path === '/offers2/Monthly')?.data['attributes']).toMatchObject({
      display_name__limio: 'Monthly, renamed',
    });
  });

  test('are created where the environment says so, each once; the new route is left to a person, and then all is as declared', async (context) => {
    const { run, tenant, writes } = await openWorkspace(context, {
      seed: SMALL_SEED,
      files: FILES,
      environment: { catalog: { create: true } },
    });
    const applied = await run('apply --yes --format json');
    const result = parseDocument(applied) as ApplyResult;
    expect(result.outcomes.map(({ address, status }) => `${address} ${status}`)).toEqual([
      'offer:/offers2/Monthly done',
      'offer:/offers2/Team done',
      'page:/pages/team done',
      'tag:/tags/teams done',
      'tag:/tags/teams/small done',
    ]);
    expect(result.publish.pages.find(({ path }) => path === '/pages/team')).toMatchObject({
      status: 'omitted',
      reason: expect.stringContaining('was never published before') as string,
    });
    expect(applied.exitCode).toBe(6);
    expect(
      writes()
        .map(({ path }) => path)
        .filter((path) => path === '/limio/jobs'),
    ).toEqual(JOBS);
    expect(tenant.state().items.find(({ path }) => path === '/offers2/Team')?.data).toMatchObject({
      record_type: 'offer',
      attributes: { display_name__limio: 'Team' },
    });
    expect(await run('plan --detailed-exitcode')).toMatchObject({ exitCode: 0 });
  });

  test('stay when the run is rolled back, which says so before and after', async (context) => {
    const { run, tenant } = await openWorkspace(context, {
      seed: SMALL_SEED,
      files: {
        'catalog/a.yaml': `${offerFile('/offers2/Team', 'Team')}---\n${offerFile('/offers2/Monthly', 'Monthly, renamed')}`,
      },
      environment: { catalog: { create: true } },
    });
    const applied = await run('apply --yes');
    expect(applied.exitCode).toBe(0);
    expect(applied.stdout + applied.stderr).toContain('1 new catalog item cannot be undone');
    const back = await run('rollback last --yes');
    expect(back.exitCode).toBe(0);
    expect(back.stdout).toContain(
      'offer:/offers2/Team was created, and a rollback never deletes from the catalog: delete it in the web app.',
    );
    const { items } = tenant.state();
    expect(items.find(({ path }) => path === '/offers2/Team')).toBeDefined();
    expect(items.find(({ path }) => path === '/offers2/Monthly')?.data['attributes']).toMatchObject({
      display_name__limio: 'Monthly',
    });
  });
});
