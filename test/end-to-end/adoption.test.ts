import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Emulator } from '../../src/emulator/emulator.js';
import type { DoctorReport } from '../../src/model/doctor.js';
import type { DriftReport } from '../../src/model/drift.js';
import { getOwn, isJsonObject, type Json } from '../../src/model/json.js';
import type { Plan } from '../../src/model/plan.js';
import type { Promotion } from '../../src/model/promotion.js';
import type { Pull } from '../../src/model/pull.js';
import { parseDocument } from '../support/run-program.js';
import { drawMessyTenant, OBJECTS, OWN_PRICES, plainOffer } from './support/messy-tenant.js';
import { type Cleanup, openFolder, openTenant } from './support/in-process.js';

const SANDBOX = { shop: 'acme-sandbox-shop.prod.limio.com', price: '11.99' };
const PROD = { shop: 'acme-shop.prod.limio.com', price: '13.49' };
/** On a machine with nothing else to do each step takes seconds. */
const TIMEOUT = { timeout: 300_000 };

const addressOf = (i: number): string => `offer:${plainOffer(i)}`;
const fileOf = (i: number): string => `catalog/offers/plain-${i}.yaml`;

const writesTo = (tenant: Emulator): number =>
  tenant.log().filter(({ method, path }) => method !== 'GET' && path !== '/oauth2/token').length;
const isEmpty = ({ changes, publish }: Plan): boolean => changes.length + publish.pages.length === 0;
const listDrift = ({ objects }: DriftReport): Record<string, string> =>
  Object.fromEntries(objects.map(({ address, cause }) => [address, cause]));

/** Undefined where there is no such offer, or where it has no such attribute. */
function findAttribute(tenant: Emulator, i: number, name: string): Json | undefined {
  const attributes = getOwn(tenant.state().items.find(({ path }) => path === plainOffer(i))?.data ?? {}, 'attributes');
  return isJsonObject(attributes) ? getOwn(attributes, name) : undefined;
}

/** What a team does in its first weeks; each step goes on where the one before it ended. */
describe('a tenant of 300 objects that nobody has seen before', { shuffle: false }, () => {
  const cleanups: (() => void | Promise<void>)[] = [];
  const cleanup: Cleanup = { onTestFinished: (clean) => void cleanups.push(clean) };
  const { root, run, write } = openFolder(cleanup);
  let sandbox: Emulator;
  let prod: Emulator;

  beforeAll(async () => {
    sandbox = await openTenant(cleanup, { seed: drawMessyTenant(1, SANDBOX), buildMs: 0 });
    prod = await openTenant(cleanup, { seed: drawMessyTenant(1, PROD), buildMs: 0 });
  });
  afterAll(async () => {
    for (const clean of cleanups.toReversed()) await clean();
  });

  const read = (path: string): string => readFileSync(join(root, path), 'utf8');
  const replace = (path: string, before: string, after: string): void => {
    expect(read(path).split(before)).toHaveLength(2);
    write(
      path,
      read(path).replace(before, () => after),
    );
  };
  const readFiles = (): [string, string][] =>
    readdirSync(root, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.yaml'))
      .toSorted()
      .map((path) => [path, read(path)]);
  const plan = async (environment: string): Promise<Plan> =>
    parseDocument(await run(`plan --env ${environment} --format json`)) as Plan;

  test('init and doctor: the way is free, and what is messy is told', TIMEOUT, async () => {
    expect(await run('init --tenant acme --sandbox acme-sandbox --region eu --ci github')).toMatchObject({
      exitCode: 0,
      stderr: '',
    });
    for (const [name, url] of [
      ['acme-sandbox', sandbox.url],
      ['acme', prod.url],
    ] as const)
      replace('limio.config.ts', `tenant: "${name}",\n      region: "eu",`, `url: "${url}",`);
    const { checks } = parseDocument(await run('doctor --env sandbox --format json')) as DoctorReport;
    expect(checks.filter(({ status }) => status === 'problem' || status === 'unknown')).toEqual([]);
    expect(checks.filter(({ status }) => status === 'warning').map(({ id }) => id)).toEqual(
      expect.arrayContaining(['duplicate-names', 'journey-forms', 'published']),
    );
    expect(writesTo(sandbox)).toBe(0);
  });

  test(
    'pull adopts every name; validate finds no error, plan nothing to do, a second pull changes no byte',
    TIMEOUT,
    async () => {
      const pulled = await run(['pull', '--adopt', '*', '--env', 'sandbox', '--format', 'json']);
      const { adopted, refused } = parseDocument(pulled) as Pull;
      expect(refused).toEqual([]);
      expect([pulled.exitCode, adopted.length]).toEqual([0, OBJECTS]);
      // No two files are one on a disk that ignores case and forms of letters.
      const files = readFiles();
      expect(new Set(files.map(([path]) => path.normalize('NFKD').toLowerCase())).size).toBe(adopted.length);
      const [validated, planned, again] = await Promise.all([
        run('validate'),
        plan('sandbox'),
        run('pull --env sandbox --format json'),
      ]);
      expect(validated).toMatchObject({ exitCode: 0 });
      expect(planned).toMatchObject({ changes: [], publish: { pages: [] }, summary: { unchanged: adopted.length } });
      expect(parseDocument(again)).toMatchObject({ files: [], conflicts: [], unchanged: adopted.length });
      expect(readFiles()).toEqual(files);
      expect(writesTo(sandbox)).toBe(0);
    },
  );

  test(
    'a map and three overlays say what production has otherwise on purpose; then there is nothing to do there, either',
    TIMEOUT,
    async () => {
      replace(
        'limio.config.ts',
        'export default defineConfig({',
        `export default defineConfig({\n  promotion: { maps: [{ values: ${JSON.stringify({ sandbox: SANDBOX.shop, prod: PROD.shop })} }] },`,
      );
      for (let i = 0; i < OWN_PRICES; i += 1) {
        const [charges = ''] = /  price__limio:\n(?:    .*\n)+/.exec(read(fileOf(i))) ?? [];
        write(
          `overlays/prod/offers/plain-${i}.yaml`,
          `kind: offer\npath: ${plainOffer(i)}\nattributes:\n${charges.replace(SANDBOX.price, PROD.price)}`,
        );
      }
      await Promise.all(
        ['sandbox', 'prod'].map(async (environment) => {
          expect(await plan(environment)).toSatisfy(isEmpty);
          // Nothing to do: no consent is needed, and the snapshot for drift is taken.
          expect(await run(`apply --env ${environment} --yes`)).toMatchObject({ exitCode: 0 });
        }),
      );
      expect([writesTo(sandbox), writesTo(prod)]).toEqual([0, 0]);
    },
  );

  test(
    'drift tells edits in git from edits in the app from both, and --pull takes in what the app alone did',
    TIMEOUT,
    async () => {
      for (const i of [0, 5, 7]) replace(fileOf(i), 'cta_text__limio: Buy now', 'cta_text__limio: Subscribe');
      sandbox.edit.item(plainOffer(6), { cta_text__limio: 'Try it' });
      sandbox.edit.item(plainOffer(7), { cta_text__limio: 'Try it, too' });
      sandbox.edit.promoCode('CODE3', { description: 'Changed in the app' });
      const drifted = await run('drift --env sandbox --all --format json');
      expect(drifted.exitCode).toBe(2);
      const expected = {
        [addressOf(0)]: 'git',
        [addressOf(5)]: 'git',
        [addressOf(6)]: 'app',
        [addressOf(7)]: 'both',
        'promo_code:CODE3': 'app',
      };
      expect(listDrift(parseDocument(drifted) as DriftReport)).toEqual(expected);

      expect(await run('drift --env sandbox --pull')).toMatchObject({ exitCode: 2 });
      expect(read(fileOf(6))).toContain('cta_text__limio: Try it\n');
      expect(read('catalog/promo-codes/code3.yaml')).toContain('description: "Changed in the app"\n');
      expect(read(fileOf(7))).toContain('cta_text__limio: Subscribe\n');
      const { changes } = await plan('sandbox');
      expect(changes.map(({ address }) => address).toSorted()).toEqual([0, 5, 7].map(addressOf));
      expect(await run('apply --env sandbox --yes')).toMatchObject({ exitCode: 0 });
      expect(await plan('sandbox')).toSatisfy(isEmpty);
      expect(findAttribute(sandbox, 7, 'cta_text__limio')).toBe('Subscribe');
    },
  );

  test(
    'promote carries the changes, lists the hot-fix of production and takes nothing of it; pulled into the files, it travels',
    TIMEOUT,
    async () => {
      // In the object that is to be changed, and in a field that nobody else touches.
      prod.edit.item(plainOffer(5), { display_name__limio: 'Mended at night' });
      const before = prod.state();
      const promoted = await run('promote --from sandbox --to prod --out plan.json --format json');
      const { content, plan: rest } = parseDocument(promoted) as Promotion;
      expect(content?.objects.map((object) => [object.address, object.class, object.withheld])).toEqual([
        ['offer:/offers2/Plain 0', 'new-in-source', undefined],
        ['offer:/offers2/Plain 5', 'hot-fixed-in-target', 'overwrites'],
        ['offer:/offers2/Plain 6', 'new-in-source', undefined],
        ['offer:/offers2/Plain 7', 'new-in-source', undefined],
        ['promo_code:CODE3', 'new-in-source', undefined],
      ]);
      expect(rest?.changes.map(({ address }) => address)).not.toContain(addressOf(5));
      expect(promoted.exitCode).toBe(4);
      expect(prod.state()).toEqual(before);

      expect(await run('drift --pull --env prod')).toMatchObject({ exitCode: 0 });
      expect(read(fileOf(5))).toContain('display_name__limio: Mended at night\n');
      expect(read(fileOf(5))).toContain('cta_text__limio: Subscribe\n');
      // The source has to prove it first.
      expect(await run('promote --from sandbox --to prod')).toMatchObject({
        exitCode: 4,
        stdout: expect.stringContaining('Nothing planned: 1 gate failed.'),
      });
      expect(await run('apply --env sandbox --yes')).toMatchObject({ exitCode: 0 });
      const whole = await run('promote --from sandbox --to prod --out plan.json --format json');
      expect(whole.exitCode).toBe(0);
      expect((parseDocument(whole) as Promotion).content?.summary).toMatchObject({
        newInSource: 5,
        hotFixed: 0,
        both: 0,
        withheld: 0,
      });
      expect(await run('apply plan.json --yes')).toMatchObject({
        exitCode: 4,
        stderr: expect.stringContaining('--allow-protected=prod'),
      });
      expect(await run('apply plan.json --yes --allow-protected=prod')).toMatchObject({ exitCode: 0 });
    },
  );

  test(
    'the target ends as declared: its own prices and hosts, the changes, the hot-fix; nothing is left to promote or to plan',
    TIMEOUT,
    async () => {
      for (const tenant of [sandbox, prod]) {
        expect([0, 5, 7].map((i) => findAttribute(tenant, i, 'cta_text__limio'))).toEqual([
          'Subscribe',
          'Subscribe',
          'Subscribe',
        ]);
        expect(findAttribute(tenant, 5, 'display_name__limio')).toBe('Mended at night');
        expect(findAttribute(tenant, 6, 'cta_text__limio')).toBe('Try it');
      }
      expect(findAttribute(prod, 0, 'price__limio')).toMatchObject([{ value: PROD.price }]);
      expect(findAttribute(sandbox, 0, 'price__limio')).toMatchObject([{ value: SANDBOX.price }]);
      expect(JSON.stringify(prod.state())).not.toContain(SANDBOX.shop);
      expect(JSON.stringify(sandbox.state())).not.toContain(PROD.shop);
      const [nothing, ...plans] = await Promise.all([
        run('promote --from sandbox --to prod --format json'),
        plan('sandbox'),
        plan('prod'),
      ]);
      expect(nothing.exitCode).toBe(0);
      expect((parseDocument(nothing) as Promotion).content?.summary).toMatchObject({
        newInSource: 0,
        hotFixed: 0,
        both: 0,
        withheld: 0,
      });
      for (const one of plans) expect(one).toSatisfy(isEmpty);
    },
  );

  test('a hot-fix is overwritten only by a consent to exactly that many objects', TIMEOUT, async () => {
    prod.edit.item(plainOffer(9), { cta_text__limio: 'Hot-fixed' });
    const [refused, consented] = await Promise.all([
      run('promote --from sandbox --to prod --allow-overwrite=2'),
      run('promote --from sandbox --to prod --out plan2.json --allow-overwrite=1'),
    ]);
    expect(refused).toMatchObject({ exitCode: 4, stdout: expect.stringContaining(addressOf(9)) });
    expect(consented).toMatchObject({ exitCode: 0 });
    expect(findAttribute(prod, 9, 'cta_text__limio')).toBe('Hot-fixed');
    expect(await run('apply plan2.json --yes --allow-protected=prod')).toMatchObject({ exitCode: 0 });
    expect(findAttribute(prod, 9, 'cta_text__limio')).toBe('Buy now');
    expect(await plan('prod')).toSatisfy(isEmpty);
  });
});
