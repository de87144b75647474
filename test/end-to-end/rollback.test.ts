import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { Emulator } from '../../src/emulator/emulator.js';
import { loadSeed } from '../../src/emulator/seed.js';
import type { JsonObject } from '../../src/model/json.js';
import type { ApplyResult } from '../../src/model/outcome.js';
import { parseDocument } from '../support/run-program.js';
import { createHold } from './support/create-hold.js';
import {
  copyExample,
  CREDENTIALS,
  openTenant,
  openWorkspace,
  QUICK_PUBLISH,
  REPOSITORY,
} from './support/in-process.js';
import { openFolder } from './support/open-workspace.js';
import { readRunFolders } from './support/read-run-folder.js';
import { CHANGED_FILES, ONE_CHANGE, SMALL_SEED, WHOLE_SCOPE } from './support/small-tenant.js';

const OWNED = { ...WHOLE_SCOPE, dialect: { ...QUICK_PUBLISH, journeyCodec: 'assumed' } };
const APPLY = 'apply --yes --allow-delete-unknown=2 --format json';

const byName = (a: { key: string }, b: { key: string }): number => (a.key < b.key ? -1 : 1);

/** What people made of the tenant, without what the tenant keeps for itself. */
function content(tenant: Emulator): unknown {
  const state = tenant.state();
  return {
    items: state.items.map(({ path, data }) => ({ key: path, attributes: data.attributes })).toSorted(byName),
    journeys: state.journeys.map(({ name, data }) => ({ key: name, data })).toSorted(byName),
    promoCodes: state.promoCodes.map(({ id, name, data }) => ({ key: id, name, data })).toSorted(byName),
    live: state.liveRoutes
      .map(({ route, items }) => ({
        key: route,
        items: items
          .map(({ path, data }) => ({ key: path, attributes: data.attributes as JsonObject }))
          .toSorted(byName),
      }))
      .toSorted(byName),
  };
}

const NEW_TAG = 'kind: tag\npath: /tags/new\n';

/** True once the write that is to be lost stands at the tenant; false when the program ended without it. */
async function isStruck(tenant: Emulator, ended: Promise<unknown>): Promise<boolean> {
  const end = Symbol('ended');
  const over = ended.then(() => end);
  while (tenant.faults.show().rules[0]?.fired === 0)
    if ((await Promise.race([over, setTimeout(5)])) === end) return false;
  return true;
}

describe.concurrent('a rollback', () => {
  test('sets back what was changed, creates what was deleted, deletes what was created; rolled back itself, it restores the change', async (context) => {
    const { run, tenant, root } = await openWorkspace(context, {
      seed: SMALL_SEED,
      files: CHANGED_FILES,
      environment: OWNED,
    });
    const before = content(tenant);
    expect(await run(APPLY)).toMatchObject({ exitCode: 0 });
    const after = content(tenant);
    expect(after).not.toEqual(before);

    const back = await run('rollback last --yes --allow-delete=2 --allow-broader-promo=1');
    expect(back.stdout).toContain('restored to what it was before the run');
    expect(back.exitCode).toBe(0);
    expect(content(tenant)).toEqual(before);

    const [, turned] = readRunFolders(root);
    const forth = await run(`rollback ${turned?.id} --yes --allow-delete=2 --format json`);
    expect(forth.exitCode).toBe(0);
    expect(content(tenant)).toEqual(after);
    expect(await run('plan --detailed-exitcode')).toMatchObject({ exitCode: 0 });
    const runs = readRunFolders(root);
    expect(runs.map(({ lines: [start] }) => start?.step === 'start' && [start.command, start.of])).toEqual([
      ['apply', undefined],
      ['rollback', runs[0]?.id],
      ['rollback', runs[1]?.id],
    ]);
  });

  test('last never means a rollback: once the last apply is undone, it says so and writes nothing', async (context) => {
    const { run, tenant, root, writes } = await openWorkspace(context, { seed: SMALL_SEED, files: ONE_CHANGE });
    const before = content(tenant);
    await run('apply --yes');
    expect(await run('rollback last --yes')).toMatchObject({ exitCode: 0 });
    tenant.edit.clearLog();
    const repeated = await run('rollback last --yes');
    const [apply, rollback] = readRunFolders(root);
    expect(repeated.exitCode).toBe(0);
    expect(repeated.stdout).toContain(
      `Nothing to roll back: the rollback ${rollback?.id} already undid the run ${apply?.id}`,
    );
    expect(repeated.stdout).toContain('limio-sync runs');
    expect(writes()).toEqual([]);
    const json = parseDocument(await run('rollback last --yes --format json')) as ApplyResult;
    expect(json.rollback).toEqual({ of: apply?.id, complete: true, notUndone: [] });
    expect(content(tenant)).toEqual(before);
  });

  test('last never means a publish', async (context) => {
    const { run, tenant } = await openWorkspace(context, { seed: SMALL_SEED, files: ONE_CHANGE });
    const before = content(tenant);
    await run('apply --yes');
    expect(await run('publish --pages /pages/shop --yes')).toMatchObject({ exitCode: 0 });
    expect(await run('rollback last --yes')).toMatchObject({ exitCode: 0 });
    expect(content(tenant)).toEqual(before);
  });

  test('that is killed at one write after the other is continued by the same command until the tenant is as before', async (context) => {
    const { run, start, tenant, root } = await openWorkspace(context, {
      seed: SMALL_SEED,
      files: CHANGED_FILES,
      environment: OWNED,
    });
    const before = content(tenant);
    expect(await run(APPLY)).toMatchObject({ exitCode: 0 });
    const command = 'rollback last --yes --allow-delete=2 --allow-broader-promo=1';
    let kills = 0;
    for (let nth = 1; ; nth += 2) {
      const when = kills % 2 === 0 ? 'after' : 'before';
      tenant.faults.replace([{ operation: 'write', nth, fault: 'no-answer', when }]);
      const program = start(command);
      if (await isStruck(tenant, program.ended)) program.signal('SIGKILL');
      const { exitCode, signal, stdout, stderr } = await program.ended;
      if (signal === 'SIGKILL') kills += 1;
      else {
        expect(exitCode, stdout + stderr).toBe(0);
        expect(stderr).toContain('Continuing the rollback');
        expect(stdout).toMatch(/^Rolled back \S+ in test .*as before;/m);
        break;
      }
    }
    tenant.faults.clear();
    expect(kills).toBeGreaterThan(2);
    expect(content(tenant)).toEqual(before);
    const runs = readRunFolders(root);
    expect(new Set(runs.slice(1).map(({ lines: [line] }) => line?.step === 'start' && line.of))).toEqual(
      new Set([runs[0]?.id]),
    );
    const result = runs.at(-1)?.result;
    expect(result?.rollback).toMatchObject({ complete: true, notUndone: [] });
    expect(new Set(result?.outcomes.map(({ undo }) => undo))).toContain('already-as-before');
  });

  test('that was refused in part is continued by the command that its hint names, with all consents at once', async (context) => {
    const { run, tenant } = await openWorkspace(context, {
      seed: SMALL_SEED,
      files: CHANGED_FILES,
      environment: { ...OWNED, protected: true },
    });
    const before = content(tenant);
    await run(`${APPLY} --allow-protected=test`);
    const refused = await run('rollback last --yes');
    const named = /limio-sync (rollback \S+ --env test .*)$/m.exec(refused.stderr)?.[1] ?? '';
    expect(named).toMatch(
      /^rollback \S+ --env test --yes --allow-protected=test --allow-delete=2 --allow-broader-promo=1$/,
    );
    expect(await run(named)).toMatchObject({ exitCode: 0 });
    expect(content(tenant)).toEqual(before);
  });

  test('says of each object what it restored, and what no rollback restores', async (context) => {
    const { run, root } = await openWorkspace(context, {
      seed: SMALL_SEED,
      files: { ...ONE_CHANGE, 'catalog/more.yaml': NEW_TAG },
      environment: { catalog: { create: true } },
    });
    expect(await run('apply --yes')).toMatchObject({ exitCode: 0 });
    const { stdout } = await run('rollback last --yes');
    expect(stdout).toContain('restored   update offer:/offers2/Monthly');
    expect(stdout).toContain('not undone tag:/tags/new was created, and a rollback never deletes from the catalog');
    const result = readRunFolders(root)[1]?.result;
    expect(result?.outcomes).toMatchObject([{ address: 'offer:/offers2/Monthly', undo: 'restored' }]);
    expect(result?.rollback?.notUndone).toMatchObject([{ address: 'tag:/tags/new' }]);
  });

  test('lies ready as a plan in the folder of the run, which show and apply take like any other', async (context) => {
    const { run, tenant, root } = await openWorkspace(context, { seed: SMALL_SEED, files: ONE_CHANGE });
    const before = content(tenant);
    await run('apply --yes');
    const [folder] = readRunFolders(root);
    const file = `.limio/runs/${folder?.id}/rollback.json`;
    expect(await run(`show ${file}`)).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('"Monthly, renamed" -> "Monthly"') as string,
    });
    expect(await run(`apply ${file} --yes`)).toMatchObject({ exitCode: 0 });
    expect(content(tenant)).toEqual(before);
  });

  test('shows its plan and asks: without every consent nothing is written, deletions wait for their own', async (context) => {
    const { run, tenant, writes } = await openWorkspace(context, {
      seed: SMALL_SEED,
      files: CHANGED_FILES,
      environment: OWNED,
    });
    await run(APPLY);
    tenant.edit.clearLog();
    const stopped = await run('rollback last --yes');
    expect(stopped.exitCode).toBe(4);
    expect(stopped.stderr).toMatch(/^error PARTIAL: .*PROMO_BROADER/);
    expect(stopped.stderr).toMatch(
      /limio-sync rollback \S+ --env test --yes --allow-delete=2 --allow-broader-promo=1\n/,
    );
    const asked = await run('rollback last --allow-broader-promo=1');
    expect(asked).toMatchObject({ exitCode: 4, stderr: expect.stringContaining('CONSENT_REQUIRED') as string });
    expect(asked.stdout).toContain('- journey:web-new');
    expect(writes()).toEqual([]);
    const partial = await run('rollback last --yes --allow-partial --format json');
    expect(partial.exitCode).toBe(4);
    const withheld = (parseDocument(partial) as ApplyResult).outcomes.filter(({ status }) => status === 'withheld');
    expect(withheld.map(({ address, error }) => [address, error?.code])).toEqual([
      ['journey:web-new', 'DELETE_CONSENT'],
      ['promo_code:SPRING25', 'DELETE_CONSENT'],
      ['promo_code:WELCOME10', 'PROMO_BROADER'],
    ]);
  });

  test('is refused when an object is not as the run left it: exit code 5, the field is named, nothing is written', async (context) => {
    const { run, tenant, writes } = await openWorkspace(context, {
      seed: SMALL_SEED,
      files: CHANGED_FILES,
      environment: OWNED,
    });
    await run(APPLY);
    tenant.edit.item('/offers2/Monthly', { display_name__limio: 'A colleague was here' });
    tenant.edit.promoCode('SPRING25', { status: false });
    tenant.edit.clearLog();
    const refused = await run('rollback last --yes --allow-delete=2');
    expect(refused.exitCode).toBe(5);
    expect(refused.stderr).toContain('STALE');
    expect(refused.stderr).toContain(
      'offer:/offers2/Monthly changed since the plan: display_name__limio from "Monthly, renamed" to "A colleague was here"',
    );
    expect(refused.stderr).toContain('promo_code:SPRING25 changed since the plan: status from true to false');
    expect(writes()).toEqual([]);
  });

  test('keeps what a colleague edited beside the fields of the run, and asks before it goes live', async (context) => {
    const { run, tenant } = await openWorkspace(context, { seed: SMALL_SEED, files: ONE_CHANGE });
    await run('apply --yes');
    tenant.edit.item('/offers2/Monthly', { cta_text__limio: 'Subscribe now' });
    const stopped = await run('rollback last --yes');
    expect(stopped).toMatchObject({ exitCode: 4, stderr: expect.stringContaining('ALSO_PUBLISHES') as string });
    expect(stopped.stdout).toContain('also goes live: offer:/offers2/Monthly: cta_text__limio ');
    expect(await run('rollback last --yes --allow-also-publish=1')).toMatchObject({ exitCode: 0 });
    expect(tenant.state().items.find(({ path }) => path === '/offers2/Monthly')?.data.attributes).toEqual({
      display_name__limio: 'Monthly',
      cta_text__limio: 'Subscribe now',
    });
  });

  test('clears what was not there before, and withholds that where the tenant cannot', async (context) => {
    const files = {
      'catalog/offers.yaml': 'kind: offer\npath: /offers2/Annual\nattributes:\n  badge_text__limio: New\n',
    };
    const able = await openWorkspace(context, { seed: SMALL_SEED, files });
    await able.run('apply --yes');
    expect(await able.run('rollback last --yes')).toMatchObject({ exitCode: 0 });
    expect(able.tenant.state().items.find(({ path }) => path === '/offers2/Annual')?.data.attributes).toEqual({
      display_name__limio: 'Annual',
    });

    const bulkUpdate = { removal: 'unsupported' as const };
    const unable = await openWorkspace(context, {
      seed: SMALL_SEED,
      files,
      environment: { dialect: { ...QUICK_PUBLISH, bulkUpdate } },
    });
    await unable.run('apply --yes');
    unable.tenant.edit.clearLog();
    const stopped = await unable.run('rollback last --yes');
    expect(stopped).toMatchObject({
      exitCode: 4,
      stderr: expect.stringContaining('fix REMOVAL_UNSUPPORTED') as string,
    });
    expect(unable.writes()).toEqual([]);
    const withheld = await unable.run('rollback last --yes --allow-partial --format json');
    expect(withheld.exitCode).toBe(4);
    expect((parseDocument(withheld) as ApplyResult).outcomes).toMatchObject([
      { status: 'withheld', error: { code: 'REMOVAL_UNSUPPORTED' } },
    ]);
  });

  test('takes back what a crashed run did, as far as it came', async (context) => {
    const hold = createHold();
    const { start, run, tenant } = await openWorkspace(context, {
      seed: SMALL_SEED,
      files: CHANGED_FILES,
      environment: OWNED,
      hooks: () => ({
        after: async ({ method, path }) =>
          void (method === 'PUT' && path.endsWith('/v2/journey/web-new') && (await hold.stand())),
      }),
    });
    const before = content(tenant);
    const program = start(APPLY);
    await hold.reached;
    program.signal('SIGKILL');
    await program.ended;
    hold.release();
    expect(tenant.state().journeys.map(({ name }) => name)).toContain('web-new');
    // Nothing was deleted yet, so only what was created needs that consent.
    const back = await run('rollback last --yes --allow-delete=2 --allow-broader-promo=1 --format json');
    expect(back.exitCode).toBe(0);
    expect(back.stderr).toContain('journey:web-new: the create took effect');
    expect(content(tenant)).toEqual(before);
  });

  test('of another environment, or of no run at all, is refused', async (context) => {
    const { run, write, tenant } = await openWorkspace(context, { seed: SMALL_SEED, files: ONE_CHANGE });
    expect(await run('rollback last')).toMatchObject({
      exitCode: 3,
      stderr: expect.stringContaining('RUN_NOT_FOUND') as string,
    });
    await run('apply --yes');
    const [id] = (await run('runs')).stdout.split(' ');
    write(
      'limio.config.json',
      JSON.stringify({ environments: { test: { url: tenant.url }, other: { url: tenant.url } } }),
    );
    expect(await run(`rollback ${id} --env other --yes`)).toMatchObject({
      exitCode: 3,
      stderr: expect.stringContaining('PLAN_ELSEWHERE') as string,
    });
  });

  test('of an edited journal folder is refused: its plan has a fingerprint', async (context) => {
    const { run, root } = await openWorkspace(context, { seed: SMALL_SEED, files: ONE_CHANGE });
    await run('apply --yes');
    const [folder] = readRunFolders(root);
    const file = join(root, '.limio/runs', folder?.id ?? '', 'plan.json');
    writeFileSync(file, readFileSync(file, 'utf8').replaceAll('Monthly, renamed', 'Something else'));
    expect(await run('rollback last --yes')).toMatchObject({
      exitCode: 3,
      stderr: expect.stringContaining('PLAN_EDITED') as string,
    });
  });

  test("restores the example company's tenant, but for the tag that was created, which it never deletes", async (context) => {
    const tenant = await openTenant(context, { seed: await loadSeed(`${REPOSITORY}/seed/acme-press`) });
    const { root, run } = openFolder(context);
    copyExample(root);
    const env = { ...CREDENTIALS, LIMIO_DEMO_URL: tenant.url, LIMIO_ENV: 'demo' };
    const before = content(tenant) as { live: unknown };
    const applied = await run('apply --yes --allow-delete-unknown=2 --format json', { env });
    expect(applied.exitCode).toBe(0);
    const plan = readRunFolders(root)[0]?.rollback;
    const consents = plan?.guards.flatMap(({ consent }) => (consent ? [`${consent.flag}=${consent.value}`] : [])) ?? [];
    const back = await run(['rollback', 'last', '--yes', ...consents, '--format', 'json'], { env });
    expect((parseDocument(back) as ApplyResult).outcomes.filter(({ status }) => status !== 'done')).toEqual([]);
    const { live: _live, ...kept } = before;
    const { items, ...after } = content(tenant) as { items: { key: string }[] };
    const created = '/tags/campus/open-day';
    expect(items.map(({ key }) => key)).toContain(created);
    expect({ ...after, items: items.filter(({ key }) => key !== created) }).toMatchObject(kept);
  });
});
