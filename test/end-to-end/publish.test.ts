import { describe, expect, test } from 'vitest';
import type { EmulatorOptions } from '../../src/emulator/options.js';
import type { PublishReport } from '../../src/model/outcome.js';
import { parseDocument } from '../support/run-program.js';
import { openWorkspace, QUICK_PUBLISH } from './support/in-process.js';
import { readRunFolders } from './support/read-run-folder.js';
import { ONE_CHANGE, SAME_FILES, SMALL_SEED } from './support/small-tenant.js';
import { startServer } from './support/start-gate.js';

/** The shop shows an older name than the working copy, which is as declared. */
const OLD_COPY: EmulatorOptions = {
  seed: {
    ...SMALL_SEED,
    items: [
      ...(SMALL_SEED.items ?? []),
      {
        path: '/pages/sale',
        data: { record_type: 'page', attributes: {}, tags: ['/tags/sale'], offers: ['/offers2/Annual'] },
      },
    ],
    published: [
      {
        path: '/offers2/Monthly',
        name: 'Monthly',
        type: 'item',
        data: {
          record_type: 'offer',
          products: [],
          attributes: { display_name__limio: 'Monthly, of last year', cta_text__limio: 'Buy' },
        },
      },
      '/offers2/Annual',
      '/pages/sale',
      {
        path: '/pages/shop',
        name: 'shop',
        type: 'item',
        data: {
          record_type: 'page',
          attributes: {},
          tags: ['/tags/shop'],
          offers: ['/offers2/Monthly', '/offers2/Annual'],
        },
      },
    ],
  },
};

describe.concurrent('publish', () => {
  test('makes the pages live whose published copy is older, changes nothing else, and is safe to repeat', async (context) => {
    const { run, writes, root, tenant } = await openWorkspace(context, { ...OLD_COPY, files: SAME_FILES });
    const published = await run('publish --yes --format json');
    expect(published.exitCode).toBe(0);
    expect(parseDocument(published) as PublishReport).toMatchObject({
      kind: 'limio-sync/publish',
      environment: 'test',
      run: readRunFolders(root)[0]?.id,
      pages: [
        {
          path: '/pages/shop',
          changed: ['offer:/offers2/Monthly'],
          build: 'finished',
          routes: [{ route: '/shop/', status: 'live' }],
        },
      ],
      waiting: [],
      interrupted: false,
    });
    expect(new Set(writes().map(({ path }) => path))).toEqual(new Set(['/api/shop/builds', '/api/publish']));
    expect(
      tenant.state().liveRoutes[0]?.items.find(({ path }) => path === '/offers2/Monthly')?.data.attributes,
    ).toMatchObject({ display_name__limio: 'Monthly' });
    expect(readRunFolders(root)[0]?.lines.map(({ step }) => step)).toEqual(
      expect.arrayContaining(['start', 'write', 'answer', 'page', 'end']),
    );

    const again = await run('publish --yes');
    expect(again).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('nothing to publish') as string });
  });

  test('leaves a page alone on which apply would first change something, and says so', async (context) => {
    const { run, writes } = await openWorkspace(context, { ...OLD_COPY, files: ONE_CHANGE });
    const published = await run('publish --yes --format json');
    expect(parseDocument(published) as PublishReport).toMatchObject({
      pages: [],
      waiting: [{ path: '/pages/shop', items: ['offer:/offers2/Monthly'] }],
    });
    expect(writes()).toEqual([]);
  });

  test('of a draft beside the page is withheld, and publish and rollback ask for the same number', async (context) => {
    const { run, tenant, writes } = await openWorkspace(context, { seed: SMALL_SEED, files: ONE_CHANGE });
    tenant.edit.item('/offers2/Annual', { display_price__limio: 'Draft' });
    const stopped = await run('apply --yes');
    expect(stopped.exitCode).toBe(4);
    expect(stopped.stdout).toContain('withheld ALSO_PUBLISHES: Publishing /pages/shop also makes unpublished edits of');
    expect(stopped.stdout).toContain('also goes live: offer:/offers2/Annual: display_price__limio ');
    expect(stopped.stderr).toContain('nothing was written. Withheld: ALSO_PUBLISHES (1 page).');
    expect(stopped.stderr).toContain('limio-sync apply --env test --yes --allow-also-publish=1');
    expect(writes()).toEqual([]);
    expect((await run('apply --yes --allow-partial')).exitCode).toBe(4);
    expect(writes()).not.toEqual([]);
    const undone = await run('rollback last --yes');
    expect(undone.exitCode).toBe(4);
    expect(undone.stdout).toContain('also goes live: offer:/offers2/Annual: display_price__limio ');
    expect(undone.stderr).toContain('--yes --allow-also-publish=1');
    const named = await run('publish --yes --pages /pages/shop');
    expect(named.exitCode).toBe(4);
    expect(named.stdout).toContain('also goes live: offer:/offers2/Annual: display_price__limio ');
    expect(named.stdout).toContain('limio-sync publish --env test --pages /pages/shop --allow-also-publish=1');
    expect(tenant.state().builds).toEqual([]);
    expect((await run('apply --yes --allow-also-publish=1')).exitCode).toBe(0);
    expect(await run('plan --detailed-exitcode')).toMatchObject({ exitCode: 0 });
  });

  test('publishes the pages that are named by path or by route, each with a build of its own', async (context) => {
    const { run, tenant } = await openWorkspace(context, { ...OLD_COPY, files: SAME_FILES });
    const published = await run(['publish', '--yes', '--allow-also-publish=1', '--pages', '/pages/sh*', '/sale/']);
    expect(published.exitCode).toBe(0);
    expect(published.stdout).toContain('Published to test (');
    expect(published.stdout).toContain('2 pages, 2 built, 2 routes live');
    expect(tenant.state().builds.map(({ items }) => items)).toEqual(
      expect.arrayContaining([['/pages/shop'], ['/pages/sale']]),
    );
    expect(await run('publish --yes --pages /pages/shp')).toMatchObject({
      exitCode: 3,
      stderr: expect.stringContaining('Did you mean "/pages/shop"?') as string,
    });
  });

  test('makes one build of all pages where the configuration says so', async (context) => {
    const { run, tenant, write } = await openWorkspace(context, { ...OLD_COPY, files: SAME_FILES });
    write(
      'limio.config.json',
      JSON.stringify({ environments: { test: { url: tenant.url, dialect: QUICK_PUBLISH } }, publish: { batch: true } }),
    );
    expect(await run(['publish', '--yes', '--allow-also-publish=1', '--pages', '/pages/s*'])).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('2 routes live') as string,
    });
    expect(tenant.state().builds.map(({ items }) => items.toSorted())).toEqual([['/pages/sale', '/pages/shop']]);
  });

  test('asks like any command that writes, and respects a freeze and a protected environment', async (context) => {
    const { run, writes } = await openWorkspace(context, {
      ...OLD_COPY,
      files: SAME_FILES,
      environment: { protected: true },
    });
    expect(await run('publish --yes')).toMatchObject({
      exitCode: 4,
      stderr: expect.stringContaining('PROTECTED') as string,
    });
    expect(await run('publish --allow-protected=test')).toMatchObject({
      exitCode: 4,
      stderr: expect.stringContaining('CONSENT_REQUIRED') as string,
    });
    expect(writes()).toEqual([]);
    const frozen = await openWorkspace(context, {
      ...OLD_COPY,
      files: SAME_FILES,
      environment: { freeze: [{ from: '2000-01-01T00:00Z', to: '2999-01-01T00:00Z', reason: 'sale' }] },
    });
    const withheld = await frozen.run('publish --yes');
    expect(withheld.stdout).toContain('FREEZE');
    expect(withheld.exitCode).toBe(4);
    expect(frozen.writes()).toEqual([]);
  });

  test('says that a build was accepted and the page is not live where its route was never published', async (context) => {
    const { run } = await openWorkspace(context, {
      seed: { ...OLD_COPY.seed, routes: [] },
      files: SAME_FILES,
      environment: { dialect: { publish: { attempts: 2, intervalMs: 1 } } },
    });
    const published = await run('publish --yes --format json');
    expect(published.exitCode).toBe(6);
    expect((parseDocument(published) as PublishReport).pages).toMatchObject([
      {
        build: 'accepted',
        routes: [
          { status: 'omitted', code: 'PUBLISH_NEW_ROUTE', hint: expect.stringContaining('Page Builder') as string },
        ],
      },
    ]);
  });

  test('shows with --check-shop what the storefront answers for each route, without credentials', async (context) => {
    const asked: { url: string | undefined; authorization: string | undefined }[] = [];
    const shop = await startServer(({ url, headers }, _body, answer) => {
      asked.push({ url, authorization: headers.authorization });
      if (url === '/shop/') answer.writeHead(302, { location: '/shop/index.html' }).end();
      else
        answer
          .writeHead(200, { 'content-type': 'text/html', age: '120' })
          .end('<html><title>The\n shop \u001B[31m</title></html>');
    });
    context.onTestFinished(() => shop.close());
    const { run } = await openWorkspace(context, { ...OLD_COPY, files: SAME_FILES, environment: { shop: shop.url } });
    const published = await run('publish --yes --check-shop');
    expect(published).toMatchObject({ exitCode: 0, stderr: expect.not.stringContaining('error') as string });
    expect(published.stdout).toContain(`shop     200 ${shop.url}/shop/index.html  "The shop`);
    expect(published.stdout).toContain('cached for 120 seconds');
    expect(published.stdout).not.toContain('\u001B');
    expect(asked).toEqual([
      { url: '/shop/', authorization: undefined },
      { url: '/shop/index.html', authorization: undefined },
    ]);

    const without = await openWorkspace(context, { ...OLD_COPY, files: SAME_FILES });
    expect(await without.run('publish --yes --check-shop')).toMatchObject({
      exitCode: 3,
      stderr: expect.stringContaining('requires the storefront of the environment test') as string,
    });
  });
});
