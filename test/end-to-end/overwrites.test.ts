import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, type TestContext } from 'vitest';
import { getAt } from '../../src/model/json.js';
import type { Plan } from '../../src/model/plan.js';
import { parseDocument } from '../support/run-program.js';
import { openWorkspace, QUICK_PUBLISH } from './support/in-process.js';
import { offerFile, SMALL_SEED } from './support/small-tenant.js';

const monthly = (name: string, cta = 'Buy'): string =>
  `${offerFile('/offers2/Monthly', name)}  cta_text__limio: ${cta}\n`;
const annual = offerFile('/offers2/Annual', 'Annual');

/** A protected environment whose files were applied. */
async function openApplied(context: TestContext, environment: Record<string, unknown> = { protected: true }) {
  const workspace = await openWorkspace(context, {
    seed: SMALL_SEED,
    files: { 'catalog/monthly.yaml': monthly('Monthly'), 'catalog/annual.yaml': annual },
    environment: { dialect: QUICK_PUBLISH, ...environment },
  });
  const { run, tenant } = workspace;
  expect(await run('apply --yes --allow-protected=test')).toMatchObject({ exitCode: 0 });
  const nameOf = (path: string): unknown => {
    const data = tenant.state().items.find((item) => item.path === path)?.data ?? {};
    return getAt(data, ['attributes', 'display_name__limio']);
  };
  return { ...workspace, nameOf };
}

describe.concurrent('an edit of the app', { timeout: 60_000 }, () => {
  test('is not overwritten in a protected environment before somebody consents to exactly that number', async (context) => {
    const { run, tenant, write, nameOf } = await openApplied(context);
    tenant.edit.item('/offers2/Annual', { display_name__limio: 'Hot fix' });
    write('catalog/monthly.yaml', monthly('Monthly in git'));

    const planned = await run('plan');
    expect(planned.stdout).toContain('withheld OVERWRITES: The plan overwrites edits that were made in the app');
    expect(planned.stdout).toMatch(/! overwrites an edit in the app \(last edited \d{4}-/);
    const plan = parseDocument(await run('plan --format json')) as Plan;
    expect(plan.changes.map(({ address, cause }) => [address, cause?.side])).toEqual([
      ['offer:/offers2/Annual', 'app'],
      ['offer:/offers2/Monthly', 'git'],
    ]);
    expect(plan.changes[0]?.cause?.tenant?.at).toMatch(/^\d{4}-/);

    const refused = await run('apply --yes --allow-protected=test');
    expect(refused).toMatchObject({ exitCode: 4 });
    expect(refused.stderr).toContain('Withheld: OVERWRITES (1 change)');
    expect(refused.stderr).toContain('--allow-overwrite=1');
    expect(await run('apply --yes --allow-protected=test --allow-overwrite=2')).toMatchObject({ exitCode: 4 });
    expect([nameOf('/offers2/Annual'), nameOf('/offers2/Monthly')]).toEqual(['Hot fix', 'Monthly']);

    // The rest alone, then the edit as well.
    expect(await run('apply --yes --allow-protected=test --allow-partial')).toMatchObject({ exitCode: 4 });
    expect([nameOf('/offers2/Annual'), nameOf('/offers2/Monthly')]).toEqual(['Hot fix', 'Monthly in git']);
    expect(await run('apply --yes --allow-protected=test --allow-overwrite=1')).toMatchObject({ exitCode: 0 });
    expect(nameOf('/offers2/Annual')).toBe('Annual');
    expect(await run('plan --detailed-exitcode')).toMatchObject({ exitCode: 0 });
  });

  test('stays when it is pulled into the files', async (context) => {
    const { run, tenant, nameOf, root } = await openApplied(context);
    tenant.edit.item('/offers2/Annual', { display_name__limio: 'Hot fix' });
    expect(await run('drift --pull')).toMatchObject({ exitCode: 0 });
    expect(readFileSync(join(root, 'catalog/annual.yaml'), 'utf8')).toContain('Hot fix');
    expect(await run('apply --yes --allow-protected=test')).toMatchObject({ exitCode: 0 });
    expect(nameOf('/offers2/Annual')).toBe('Hot fix');
  });

  test('needs consent in a saved plan too, which asked for it when it was made', async (context) => {
    const { run, tenant, nameOf } = await openApplied(context);
    tenant.edit.item('/offers2/Annual', { display_name__limio: 'Hot fix' });
    await run('plan --out plan.json');
    expect(await run('apply plan.json --yes --allow-protected=test')).toMatchObject({
      exitCode: 4,
      stderr: expect.stringContaining('limio-sync apply plan.json --yes --allow-protected=test --allow-overwrite=1'),
    });
    const consented = 'apply plan.json --yes --allow-protected=test --allow-overwrite=1';
    expect(await run(`${consented} --check-files`)).toMatchObject({ exitCode: 0 });
    expect(nameOf('/offers2/Annual')).toBe('Annual');
  });

  test('is not suspected where a run wrote the object and could not save the snapshot', async (context) => {
    const { run, write, root } = await openApplied(context);
    const file = join(root, '.limio/state/test.json');
    const before = readFileSync(file, 'utf8');
    write('catalog/annual.yaml', offerFile('/offers2/Annual', 'Second'));
    expect(await run('apply --yes --allow-protected=test')).toMatchObject({ exitCode: 0 });
    // As after a crash right after the write.
    writeFileSync(file, before);
    write('catalog/annual.yaml', offerFile('/offers2/Annual', 'Third'));
    const plan = parseDocument(await run('plan --format json')) as Plan;
    expect(plan.changes).toMatchObject([{ address: 'offer:/offers2/Annual', action: 'update' }]);
    expect(plan.changes[0]).not.toHaveProperty('cause');
    expect(plan.guards).toEqual([]);
  });

  test('is a warning where the environment is not protected', async (context) => {
    const { run, tenant, nameOf } = await openApplied(context, {});
    tenant.edit.item('/offers2/Annual', { display_name__limio: 'Hot fix' });
    const applied = await run('apply --yes');
    expect(applied).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('warning OVERWRITES: ') });
    expect(applied.stdout).toContain('! overwrites an edit in the app');
    expect(nameOf('/offers2/Annual')).toBe('Annual');
  });

  test('stops a rollback of the same fields whatever the consent, because the run did not leave them so', async (context) => {
    const { run, tenant, write, nameOf } = await openApplied(context);
    write('catalog/annual.yaml', offerFile('/offers2/Annual', 'Annual in git'));
    expect(await run('apply --yes --allow-protected=test')).toMatchObject({ exitCode: 0 });
    tenant.edit.item('/offers2/Annual', { display_name__limio: 'Hot fix' });
    const undone = await run('rollback last --yes --allow-protected=test --allow-overwrite=1');
    expect(undone).toMatchObject({ exitCode: 5, stderr: expect.stringContaining('error STALE') });
    expect(nameOf('/offers2/Annual')).toBe('Hot fix');
  });
});
