import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadSeed } from '../../src/emulator/seed.js';
import type { Plan } from '../../src/model/plan.js';
import { parseDocument } from '../support/run-program.js';
import { copyExample, CREDENTIALS, openFolder, openTenant, REPOSITORY } from './support/in-process.js';

type Context = Parameters<typeof openFolder>[0];

/** The example company with a price edited on a branch, and a tenant of its own. */
async function openBranch(context: Context) {
  const tenant = await openTenant(context, { seed: await loadSeed(`${REPOSITORY}/seed/acme-press`) });
  const { root, run } = openFolder(context);
  copyExample(root, tenant.url);
  const file = join(root, 'catalog/offers/digital-monthly.yaml');
  writeFileSync(file, readFileSync(file, 'utf8').replaceAll('12.99', '13.49'));
  const env = { ...CREDENTIALS, LIMIO_ENV: 'demo' };
  const writes = () => tenant.log().filter(({ method, path }) => method !== 'GET' && path !== '/oauth2/token').length;
  return { tenant, root, run: (command: string) => run(command, { env }), writes };
}

describe.concurrent('a saved plan', () => {
  test('is shown without the network, and applied as it was reviewed', async (context) => {
    const { tenant, run, root } = await openBranch(context);
    const planned = await run('plan --out plan.json');
    const shown = await run('show plan.json');
    expect(shown).toMatchObject({ exitCode: 0, stdout: planned.stdout });
    const one = await run('show plan.json promo_code:SPRING25 --format json');
    expect(JSON.parse(one.stdout)).toMatchObject({ address: 'promo_code:SPRING25', action: 'create' });
    expect(await run('show plan.json promo_code:SPRING52')).toMatchObject({
      exitCode: 3,
      stderr: expect.stringContaining('Did you mean "promo_code:SPRING25"?'),
    });

    tenant.edit.clearLog();
    const applied = await run('apply plan.json --yes --allow-delete-unknown=2 --format json');
    expect(applied.exitCode).toBe(0);
    const lists = tenant
      .log()
      .filter(
        ({ method, path }) =>
          method === 'GET' &&
          /^\/api\/(offers|add_ons|products|pages|catalog_items|v2\/journey$|objects\/limio\/promo_codes_v2$)/.test(
            path,
          ),
      );
    expect(
      lists.map(({ path }) => path).toSorted(),
      'only what the plan touches is read, and once what its pages may show by a label',
    ).toEqual(['/api/add_ons', '/api/catalog_items', '/api/offers/v2']);
    expect(await run('plan --detailed-exitcode')).toMatchObject({ exitCode: 0 });
    expect(readFileSync(join(root, 'plan.json'), 'utf8')).toContain('"formatVersion": 1');
  });

  test('is refused when an object moved, with the field, from what to what, and nothing is written; --rebase carries on', async (context) => {
    const { tenant, root, run, writes } = await openBranch(context);
    await run('plan --out plan.json --report review.md --report review.html --report review.txt --report review.json');
    for (const file of ['review.md', 'review.html', 'review.txt', 'review.json']) {
      expect(readFileSync(join(root, file), 'utf8'), file).toMatch(/offer:\/offers2\/Digital Monthly[^]*13\.49/);
    }
    expect(readFileSync(join(root, 'review.json'), 'utf8')).toBe(readFileSync(join(root, 'plan.json'), 'utf8'));
    tenant.edit.item('/offers2/Digital Monthly', { display_name__limio: 'Renamed by a colleague' });
    const refused = await run('apply plan.json --yes --allow-delete-unknown=2');
    expect(refused.exitCode).toBe(5);
    expect(refused.stderr).toMatch(
      /STALE[^]*offer:\/offers2\/Digital Monthly changed since the plan: display_name__limio from "[^"]+" to "Renamed by a colleague"/,
    );
    expect(writes()).toBe(0);

    const rebased = await run('apply plan.json --rebase --yes --allow-delete-unknown=2');
    expect(rebased.stdout).toContain('different  offer:/offers2/Digital Monthly');
    expect(rebased.stdout).toContain('unchanged  promo_code:SPRING25');
    expect(rebased.exitCode).toBe(0);
    expect(await run('plan --detailed-exitcode')).toMatchObject({ exitCode: 0 });
  });

  test('is refused elsewhere, edited, of another format, or when the files changed and that was asked', async (context) => {
    const { run, root, writes } = await openBranch(context);
    await run('plan --out plan.json');
    const file = join(root, 'plan.json');
    const text = readFileSync(file, 'utf8');
    const applySaved = async (content: string, options = '') => {
      writeFileSync(join(root, 'other.json'), content);
      return run(`apply other.json --yes ${options}`);
    };
    expect(await applySaved(text.replace('13.49', '1.49'))).toMatchObject({
      exitCode: 3,
      stderr: expect.stringContaining('PLAN_EDITED'),
    });
    expect(await applySaved(text.replace('"formatVersion": 1', '"formatVersion": 7'))).toMatchObject({
      exitCode: 3,
      stderr: expect.stringContaining('PLAN_VERSION'),
    });
    expect(await applySaved(text, '--env sandbox')).toMatchObject({
      exitCode: 3,
      stderr: expect.stringContaining('PLAN_ELSEWHERE'),
    });
    const offer = join(root, 'catalog/offers/digital-monthly.yaml');
    writeFileSync(offer, `${readFileSync(offer, 'utf8')}  # a comment changes nothing\n`);
    expect((await applySaved(text.replace('12.34', ''), '--check-files --fingerprint 00')).stderr).toContain(
      'PLAN_FINGERPRINT',
    );
    writeFileSync(offer, readFileSync(offer, 'utf8').replaceAll('13.49', '13.59'));
    expect(await applySaved(text, '--check-files')).toMatchObject({
      exitCode: 5,
      stderr: expect.stringContaining('PLAN_FILES_CHANGED'),
    });
    expect(writes()).toBe(0);
  });

  test('a fingerprint lets only the reviewed plan through', async (context) => {
    const { run, writes } = await openBranch(context);
    const { fingerprint } = parseDocument(await run('plan --format json')) as Plan;
    expect(await run(`apply --yes --fingerprint ${'0'.repeat(64)}`)).toMatchObject({
      exitCode: 5,
      stderr: expect.stringContaining('PLAN_FINGERPRINT'),
    });
    expect(writes()).toBe(0);
    expect(await run(`apply --yes --allow-delete-unknown=2 --fingerprint ${fingerprint}`)).toMatchObject({
      exitCode: 0,
    });
  });
});
