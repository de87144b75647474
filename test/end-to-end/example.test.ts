import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { loadSeed } from '../../src/emulator/seed.js';
import type { ApplyResult } from '../../src/model/outcome.js';
import type { Plan } from '../../src/model/plan.js';
import { parseDocument } from '../support/run-program.js';
import { copyExample, CREDENTIALS, openFolder, openTenant, REPOSITORY } from './support/in-process.js';
import { startGate } from './support/start-gate.js';

describe.concurrent('the example company, from its files to its tenant', () => {
  test('validate, plan, apply and plan again: every planned change is done and the second plan is empty', async (context) => {
    const tenant = await openTenant(context, { seed: await loadSeed(`${REPOSITORY}/seed/acme-press`) });
    const { root, run } = openFolder(context);
    copyExample(root, tenant.url);
    const env = { ...CREDENTIALS, LIMIO_ENV: 'demo' };

    const validation = await run('validate', { env });
    expect(validation).toMatchObject({
      exitCode: 0,
      stderr: '',
      stdout: expect.stringMatching(/^No problems in \d+ files/) as string,
    });

    const planned = await run('plan --detailed-exitcode --format json', { env });
    expect(planned).toMatchObject({ exitCode: 2, stderr: '' });
    const plan = parseDocument(planned) as Plan;
    expect(plan).toMatchObject({ kind: 'limio-sync/plan', environment: 'demo' });
    const actions = new Set(plan.changes.map(({ kind, action }) => `${action} ${kind}`));
    for (const needed of [
      'create tag',
      'update page',
      'update offer',
      'update product',
      'update add_on',
      'create promo_code',
      'update promo_code',
      'delete promo_code',
      'create journey',
      'update journey',
      'delete journey',
    ]) {
      expect(actions).toContain(needed);
    }

    const applied = await run(`apply --yes --allow-delete-unknown=${plan.summary.delete} --format json`, { env });
    expect(applied.exitCode).toBe(0);
    const result = parseDocument(applied) as ApplyResult;
    expect(result).toMatchObject({
      kind: 'limio-sync/result',
      environment: 'demo',
      fingerprint: plan.fingerprint,
      interrupted: false,
    });
    expect(result.outcomes).toEqual(plan.changes.map(({ address, action }) => ({ address, action, status: 'done' })));
    expect(result.publish.pages.map(({ route, status }) => ({ route, status }))).toEqual(
      plan.publish.pages.flatMap(({ routes }) => routes.map((route) => ({ route, status: 'live' }))),
    );

    const again = await run('plan --detailed-exitcode --format json', { env });
    expect(again.exitCode).toBe(0);
    expect(parseDocument(again) as Plan).toMatchObject({
      changes: [],
      publish: { pages: [] },
      summary: { create: 0, update: 0, delete: 0 },
    });
  });

  test('two plans of the same files and tenant are the same document, whichever answer comes first', async (context) => {
    const tenant = await openTenant(context, { seed: await loadSeed(`${REPOSITORY}/seed/acme-press`) });
    const { root, run } = openFolder(context);
    const late = { part: '/v2/journey' };
    const gate = await startGate(tenant.url, {
      before: ({ path }) => (path.includes(late.part) ? delay(200, undefined) : undefined),
    });
    context.onTestFinished(() => gate.close());
    // The address stands in the plan, so both go by the same one.
    copyExample(root, gate.url);
    const env = { ...CREDENTIALS, LIMIO_ENV: 'demo' };
    const first = await run('plan --format json', { env });
    late.part = '/objects/';
    const second = await run('plan --format json', { env });
    expect((parseDocument(first) as Plan).fingerprint).toMatch(/^[0-9a-f]{64}$/);
    expect(second.stdout).toBe(first.stdout);
  });

  test('where a declaration stands in the files is no part of the fingerprint', async (context) => {
    const tenant = await openTenant(context, { seed: await loadSeed(`${REPOSITORY}/seed/acme-press`) });
    const { root, write, run } = openFolder(context);
    copyExample(root, tenant.url);
    const env = { ...CREDENTIALS, LIMIO_ENV: 'demo' };
    const before = parseDocument(await run('plan --format json', { env })) as Plan;
    const file = 'catalog/offers/digital-monthly.yaml';
    write(file, `# Three\n# more\n# lines\n${readFileSync(join(root, file), 'utf8')}`);
    const moved = parseDocument(await run('plan --format json', { env })) as Plan;
    const lineOf = ({ changes }: Plan): number | undefined =>
      changes.find(({ source }) => source?.file === file)?.source?.line;
    expect(lineOf(moved)).toBe((lineOf(before) ?? 0) + 3);
    expect(moved.fingerprint).toBe(before.fingerprint);
  });
});
