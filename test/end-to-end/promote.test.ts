import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, test, type TestContext } from 'vitest';
import { runCli } from '../../src/cli/cli.js';
import type { Emulator } from '../../src/emulator/emulator.js';
import type { AppliedState } from '../../src/model/drift.js';
import { getOwn, isJsonObject, type JsonObject } from '../../src/model/json.js';
import type { Plan } from '../../src/model/plan.js';
import type { Promotion } from '../../src/model/promotion.js';
import { parseDocument, type ProgramRun } from '../support/run-program.js';
import { CREDENTIALS, type Folder, openFolder, openTenant, QUICK_PUBLISH } from './support/in-process.js';
import { journeyFile, offerFile, promoCodeFile, SMALL_SEED } from './support/small-tenant.js';

const offers = (monthly: string, annual = 'Annual'): string =>
  `${offerFile('/offers2/Monthly', `"${monthly}"`)}  cta_text__limio: Go to \${vars.shop}\n  rate_plan__zuora: rp-test\n---\n${offerFile('/offers2/Annual', annual)}`;

/** Without a page at /us/. */
const SEED = { ...SMALL_SEED, items: (SMALL_SEED.items ?? []).filter(({ path }) => path !== '/pages/travel') };

const MAPS = [{ field: 'offer:*#/attributes/rate_plan__zuora', values: { sandbox: 'rp-test', prod: 'rp-live' } }];

type Run = (args: string) => Promise<ProgramRun>;

interface Two extends Omit<Folder, 'run' | 'start'> {
  run: Run;
  sandbox: Emulator;
  prod: Emulator;
  promote: (more?: string) => Promise<ProgramRun>;
  ask: (more?: string) => Promise<Promotion>;
}

interface Options {
  /** More of the environment prod. */
  prod?: object;
  files?: Readonly<Record<string, string>>;
  /** Items that only the sandbox has. */
  sandboxItems?: readonly JsonObject[];
  /** Runs the built program instead of its code in this process, which is slower. */
  built?: boolean;
}

/** The program in this process. */
function runHere(cwd: string): Run {
  return async (args) => {
    const said = { stdout: '', stderr: '' };
    const write = (stream: 'stdout' | 'stderr') => ({ write: (text: string) => (said[stream] += text) });
    const io = {
      stdout: write('stdout'),
      stderr: write('stderr'),
      stdin: Readable.from([]),
      env: CREDENTIALS,
      cwd,
      signal: new AbortController().signal,
    };
    return {
      exitCode: await runCli(
        args.split(' ').filter((part) => part !== ''),
        io,
      ),
      signal: null,
      ...said,
    };
  };
}

/** Two tenants alike, with files that both hold already, applied to both. */
async function openTwo(
  context: TestContext,
  { prod: prodOptions = {}, files = {}, sandboxItems = [], built = false }: Options = {},
): Promise<Two> {
  const [sandbox, prod] = await Promise.all([
    openTenant(context, { seed: { ...SEED, items: [...(SEED.items ?? []), ...sandboxItems] } }),
    openTenant(context, { seed: SEED }),
  ]);
  const folder = openFolder(context, { 'catalog/offers.yaml': offers('Monthly'), ...files });
  const run: Run = built ? folder.run : runHere(folder.root);
  const dialect = { ...QUICK_PUBLISH, journeyCodec: 'assumed' };
  folder.write(
    'limio.config.json',
    JSON.stringify({
      environments: {
        sandbox: { url: sandbox.url, vars: { shop: 'test.shop.acme.example' }, dialect },
        prod: { url: prod.url, vars: { shop: 'shop.acme.example' }, dialect, ...prodOptions },
      },
      promotion: { maps: MAPS },
    }),
  );
  const promote = (more = ''): Promise<ProgramRun> => run(`promote --from sandbox --to prod ${more}`);
  return {
    ...folder,
    run,
    sandbox,
    prod,
    promote,
    ask: async (more = '') => parseDocument(await promote(`--format json ${more}`)) as Promotion,
  };
}

async function applyBoth({ run }: Pick<Two, 'run'>): Promise<void> {
  for (const name of ['sandbox', 'prod'])
    expect(await run(`apply --env ${name} --yes --allow-freeze=${name}`)).toMatchObject({ exitCode: 0 });
}

const gatesOf = ({ gates }: Promotion): Record<string, string> =>
  Object.fromEntries(gates.map(({ name, status }) => [name, status]));
const classesOf = ({ content }: Promotion): Record<string, string> =>
  Object.fromEntries((content?.objects ?? []).map((object) => [object.address, object.class]));
const readName = (tenant: Emulator, path: string): unknown => {
  const attributes = getOwn(tenant.state().items.find((item) => item.path === path)?.data ?? {}, 'attributes');
  return isJsonObject(attributes) ? getOwn(attributes, 'display_name__limio') : undefined;
};

const writeTest = (expected: string): string =>
  `kind: journey_test\nname: Routes\ncases:\n  - { name: nobody is led away, visit: /x/, page_exists: true, expect: ${expected} }\n`;

const writePrices = (expected: string, offer = '/offers2/Monthly'): string =>
  `kind: price_test\ncases:\n  - { offer: ${offer}, date: 2027-01-31, promo_code: WELCOME10, expect: { first_payment: "${expected}" } }\n`;
const CHARGE =
  '  price__limio: [{ name: sub, value: "9.99", currencyCode: GBP, type: recurring, repeat_interval: 1, repeat_interval_type: months }]\n';

const PASSED = {
  files: 'pass',
  tests: 'unchecked',
  drift: 'pass',
  apply: 'pass',
  pages: 'pass',
  prices: 'unchecked',
  freeze: 'pass',
  references: 'pass',
  guards: 'pass',
};

describe.concurrent('promote', { timeout: 180_000 }, () => {
  test('carries what is new, finds the hot-fix and withholds it until somebody consents; then there is nothing to promote', async (context) => {
    const two = await openTwo(context, { built: true });
    const { run, prod, promote, ask, write, root } = two;
    await applyBoth(two);
    expect(await promote()).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('Nothing to promote.') });
    write('catalog/offers.yaml', offers('Monthly, new', 'Annual, new'));
    expect((await run('apply --env sandbox --yes')).exitCode).toBe(0);
    prod.edit.item('/offers2/Annual', { display_name__limio: 'Annual, mended at night' });
    const before = prod.state();

    const refused = await promote('--out plan.json');
    expect(refused).toMatchObject({ exitCode: 4, stdout: expect.stringContaining('withheld') });
    expect(refused.stdout).toMatch(
      /"Annual, mended at night" -> "Annual, new"\n\s+last applied display_name__limio: "Annual"/,
    );
    expect(refused.stdout).toContain('limio-sync pull --env prod offer:/offers2/Annual');
    expect(refused.stdout).toMatch(/also goes live: offer:\/offers2\/Annual: display_name__limio .*mended at night/);
    const asked = await ask();
    expect(classesOf(asked)).toEqual({ 'offer:/offers2/Annual': 'both', 'offer:/offers2/Monthly': 'new-in-source' });
    expect(asked.content?.summary).toMatchObject({ newInSource: 1, both: 1, hotFixed: 0, intended: 2, withheld: 1 });
    expect(asked.plan?.changes.map(({ address }) => address)).toEqual(['offer:/offers2/Monthly']);
    expect(prod.state()).toEqual(before);

    // The plan of the rest is a plan like any other, and knows its files.
    expect(await run('apply plan.json --yes --check-files --allow-also-publish=1')).toMatchObject({ exitCode: 0 });
    expect([readName(prod, '/offers2/Monthly'), readName(prod, '/offers2/Annual')]).toEqual([
      'Monthly, new',
      'Annual, mended at night',
    ]);
    expect(await promote('--allow-overwrite=2')).toMatchObject({
      exitCode: 4,
      stdout: expect.stringContaining('--allow-overwrite=2 is not 1'),
    });
    expect(await promote('--allow-overwrite=1 --out all.json')).toMatchObject({ exitCode: 0 });
    expect((JSON.parse(readFileSync(join(root, 'all.json'), 'utf8')) as Plan).changes).toHaveLength(1);
    expect(await run('apply all.json --yes')).toMatchObject({ exitCode: 0 });
    expect(readName(prod, '/offers2/Annual')).toBe('Annual, new');
    expect(await promote()).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('Nothing to promote.') });
    expect(await run('plan --env prod --detailed-exitcode')).toMatchObject({ exitCode: 0 });
  });

  test('a hot-fix that is pulled and applied to the source is no hot-fix any more', async (context) => {
    const two = await openTwo(context);
    await applyBoth(two);
    two.prod.edit.item('/offers2/Annual', { display_name__limio: 'Mended' });
    expect(classesOf(await two.ask())).toEqual({ 'offer:/offers2/Annual': 'hot-fixed-in-target' });
    expect(await two.run('pull --env prod offer:/offers2/Annual')).toMatchObject({ exitCode: 0 });
    expect(gatesOf(await two.ask())).toEqual({ ...PASSED, drift: 'fail' });
    expect(await two.run('apply --env sandbox --yes')).toMatchObject({ exitCode: 0 });
    // Saved in the app and never published: that is all that is left to do.
    expect(await two.promote('--out plan.json')).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('nothing to change, 2 unchanged, 1 page to publish'),
    });
    expect(await two.run('apply plan.json --yes')).toMatchObject({ exitCode: 0 });
    expect(await two.promote()).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('Nothing to promote.') });
    expect([readName(two.sandbox, '/offers2/Annual'), readName(two.prod, '/offers2/Annual')]).toEqual([
      'Mended',
      'Mended',
    ]);
  });

  test('each gate fails for its reason, stops the promotion with 4, writes no plan, and names the command that mends it', async (context) => {
    const two = await openTwo(context, {
      prod: {
        freeze: [{ from: '2000-01-01T00:00', to: '2999-01-01T00:00', timeZone: 'UTC', reason: 'the long sleep' }],
      },
    });
    const { promote, ask, run, sandbox, root, write } = two;
    // Never applied: no snapshot, and files that wait.
    expect(gatesOf(await ask())).toEqual({ ...PASSED, drift: 'fail', apply: 'fail', freeze: 'fail' });
    const told = await promote('--out plan.json');
    expect(told).toMatchObject({ exitCode: 4, stdout: expect.stringContaining('the long sleep') });
    expect(told.stdout).toContain('limio-sync apply --env sandbox');
    expect(existsSync(join(root, 'plan.json'))).toBe(false);
    await applyBoth(two);
    expect(gatesOf(await ask())).toEqual({ ...PASSED, freeze: 'fail' });

    const config = JSON.parse(readFileSync(join(root, 'limio.config.json'), 'utf8')) as {
      environments: { prod: Record<string, unknown> };
    };
    config.environments.prod['freeze'] = [];
    writeFileSync(join(root, 'limio.config.json'), JSON.stringify(config));
    expect(gatesOf(await ask())).toEqual(PASSED);

    sandbox.edit.item('/offers2/Monthly', { display_name__limio: 'Played with' });
    expect(gatesOf(await ask())).toEqual({ ...PASSED, drift: 'fail' });
    sandbox.edit.item('/offers2/Monthly', { display_name__limio: 'Monthly' });

    const file = join(root, '.limio/state/sandbox.json');
    const text = readFileSync(file, 'utf8');
    for (const broken of ['complete', 'verified'] as const) {
      const state = JSON.parse(text) as AppliedState;
      writeFileSync(file, JSON.stringify({ ...state, last: { ...state.last, [broken]: false } }));
      expect(gatesOf(await ask())).toEqual({ ...PASSED, apply: 'fail' });
    }
    rmSync(file);
    expect(gatesOf(await ask())).toEqual({ ...PASSED, apply: 'fail' });
    writeFileSync(file, text);

    config.environments.prod['protect'] = ['offer:/offers2/Annual'];
    writeFileSync(join(root, 'limio.config.json'), JSON.stringify(config));
    write('catalog/offers.yaml', offers('Monthly', 'Annual, new'));
    expect(await run('apply --env sandbox --yes')).toMatchObject({ exitCode: 0 });
    expect(gatesOf(await ask())).toEqual({ ...PASSED, guards: 'fail' });

    write('journeys/routes.test.yaml', writeTest('not_intercepted'));
    expect(gatesOf(await ask())).toEqual({ ...PASSED, tests: 'pass', guards: 'fail' });
    write('journeys/routes.test.yaml', writeTest('/us/'));
    const untrue = await ask();
    expect(gatesOf(untrue)).toEqual({ ...PASSED, tests: 'fail', guards: 'fail' });
    expect(untrue.gates[1]).toMatchObject({
      message: '1 of 1 journey test failed, first journeys/routes.test.yaml:4:72 Routes: nobody is led away',
      remedy: 'limio-sync test',
    });

    write('catalog/broken.yaml', 'kind: offr\n');
    const broken = await ask();
    expect(gatesOf(broken)).toEqual({
      files: 'fail',
      tests: 'unchecked',
      drift: 'unchecked',
      apply: 'unchecked',
      pages: 'unchecked',
      prices: 'unchecked',
      freeze: 'unchecked',
      references: 'unchecked',
      guards: 'unchecked',
    });
    expect(broken.gates[0]).toMatchObject({
      message: expect.stringContaining('catalog/broken.yaml:1:7 KIND_UNKNOWN'),
      remedy: 'limio-sync validate',
    });
  });

  test('tests of prices hold offline for every environment, and for what is selected in the source as it is published', async (context) => {
    const two = await openTwo(context);
    const { ask, run, write, sandbox, prod } = two;
    write(
      'catalog/offers.yaml',
      `${offerFile('/offers2/Monthly', 'Monthly')}${CHARGE}---\n${offerFile('/offers2/Annual', 'Annual')}---\n${promoCodeFile('WELCOME10', 10)}`,
    );
    write('prices/monthly.test.yaml', writePrices('8.99'));
    const gateOf = async (name: string, more = '') => (await ask(more)).gates.find((gate) => gate.name === name);
    // Nothing is applied yet, so that the source proves nothing; the tests of the files pass.
    expect(await gateOf('tests')).toMatchObject({ status: 'pass', message: '1 price test passed' });
    expect(await gateOf('prices')).toMatchObject({ status: 'unchecked' });
    await applyBoth(two);
    expect(await gateOf('prices')).toMatchObject({
      status: 'pass',
      message: '1 price test passed in sandbox, as published',
    });
    expect(await gateOf('prices', '--no-live-prices')).toMatchObject({
      status: 'unchecked',
      message: 'not checked, because of --no-live-prices',
    });
    expect(prod.log().some(({ path }) => path.includes('preview'))).toBe(false);

    // Used up: nothing that a file could say, and nobody would be charged so any more.
    sandbox.edit.promoCode('WELCOME10', { usage: { availableQuantity: 0 } });
    expect(await gateOf('drift')).toMatchObject({ status: 'pass' });
    expect(await two.promote('--out plan.json')).toMatchObject({
      exitCode: 4,
      stdout: expect.stringContaining('FAIL  prices      1 of 1 price test failed in sandbox'),
    });
    expect(existsSync(join(two.root, 'plan.json'))).toBe(false);
    expect(await gateOf('prices', 'offer:/offers2/Annual')).toMatchObject({
      status: 'unchecked',
      message: 'not checked, because no price test orders anything selected',
    });

    write('prices/monthly.test.yaml', writePrices('10.99'));
    expect(await gateOf('tests')).toMatchObject({
      status: 'fail',
      message:
        '1 of 1 price test failed, first prices/monthly.test.yaml:3:5 offer /offers2/Monthly, date 2027-01-31, promo code WELCOME10',
      remedy: 'limio-sync test',
    });
    write('prices/monthly.test.yaml', writePrices('8.99', '/offers2/Montly'));
    expect(await gateOf('files')).toMatchObject({
      status: 'fail',
      message: '1 error in the files, first prices/monthly.test.yaml:3:14 REFERENCE_MISSPELT',
      remedy: 'limio-sync validate',
    });
    expect(await run('validate')).toMatchObject({
      exitCode: 3,
      stdout: expect.stringContaining('prices/monthly.test.yaml:3:14 error REFERENCE_MISSPELT'),
    });
  });

  test('a plan of a promotion that is stale is not rebased, which would plan what was withheld', async (context) => {
    const two = await openTwo(context);
    await applyBoth(two);
    two.write('catalog/offers.yaml', offers('Monthly, new'));
    expect(await two.run('apply --env sandbox --yes')).toMatchObject({ exitCode: 0 });
    expect(await two.promote('--out plan.json')).toMatchObject({ exitCode: 0 });
    two.prod.edit.item('/offers2/Monthly', { display_name__limio: 'Mended' });
    const refused = await two.run('apply plan.json --rebase --yes');
    expect(refused).toMatchObject({
      exitCode: 5,
      stderr: expect.stringContaining('limio-sync promote --from sandbox --to prod --out plan.json'),
    });
    expect(readName(two.prod, '/offers2/Monthly')).toBe('Mended');
  });

  test('a page of the source that is not live stops what is on it', async (context) => {
    const two = await openTwo(context);
    await applyBoth(two);
    // The web app saved and did not publish, then git took it over.
    two.sandbox.edit.item('/offers2/Annual', { display_name__limio: 'Annual, new' });
    two.write('catalog/offers.yaml', offers('Monthly', 'Annual, new'));
    const asked = await two.ask();
    expect(gatesOf(asked)).toEqual({ ...PASSED, pages: 'fail' });
    expect(asked.gates.find(({ name }) => name === 'pages')?.remedy).toBe('limio-sync publish --env sandbox');
    expect(await two.run('publish --env sandbox --yes')).toMatchObject({ exitCode: 0 });
    expect(gatesOf(await two.ask())).toEqual(PASSED);
  });

  test('a host of the source never reaches the target, and its place is named', async (context) => {
    const two = await openTwo(context);
    await applyBoth(two);
    two.write('catalog/offers.yaml', `${offers('Monthly')}  checkout_url: https://test.shop.acme.example/buy\n`);
    expect(await two.run('apply --env sandbox --yes')).toMatchObject({ exitCode: 0 });
    const refused = await two.promote('--out plan.json');
    expect(refused.exitCode).toBe(3);
    expect(refused.stderr).toMatch(
      /PROMOTE_FOREIGN_HOST[^]*catalog\/offers\.yaml:12:17 offer:\/offers2\/Annual\/attributes\/checkout_url: test\.shop\.acme\.example/,
    );
    expect(existsSync(join(two.root, 'plan.json'))).toBe(false);
    two.write('catalog/offers.yaml', `${offers('Monthly')}  checkout_url: https://\${vars.shop}/buy\n`);
    expect(await two.promote()).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('its own value, not tested in the source'),
    });
  });

  test('a campaign and a segment that neither tenant has are not new in the source: people create both in the web app', async (context) => {
    const two = await openTwo(context);
    await applyBoth(two);
    const [campaign, segment] = ['campaign:/offers/Winter Sale', 'segment:/segments/Students'];
    two.write('catalog/campaign.yaml', 'kind: campaign\npath: /offers/Winter Sale\n');
    two.write('catalog/segment.yaml', 'kind: segment\npath: /segments/Students\n');
    const asked = await two.ask();
    expect(gatesOf(asked)).toMatchObject({ drift: 'fail', apply: 'fail' });
    expect(asked.gates.find(({ name }) => name === 'drift')).toMatchObject({
      message: `sandbox does not have ${campaign}, ${segment}`,
      remedy: `create ${campaign}, ${segment} in sandbox by hand, then limio-sync apply --env sandbox`,
    });
    const todo =
      'sandbox does not have it either: create it in the web app of sandbox and of prod, then run ' +
      'limio-sync apply --env sandbox';
    expect(asked.content).toMatchObject({
      objects: [],
      lacking: [campaign, segment].map((what) => ({ what, todo })),
      summary: { newInSource: 0, unchanged: 2 },
    });
    const { stdout } = await two.promote();
    expect(stdout).not.toMatch(/New in sandbox|not there yet|the plan holds/);
  });

  test('takes what a selection needs along, deletes nothing, and lists what the target lacks', async (context) => {
    const scope = { journeys: ['web-*'] };
    const two = await openTwo(context, {
      prod: { scope },
      files: { 'journeys/web.yaml': journeyFile('web-geo', 'US') },
    });
    await applyBoth({ run: (args) => two.run(`${args} --allow-delete-unknown=1`) });
    two.prod.edit.journey('web-by-hand', {
      starting_point: '/x/',
      fallback_tag: '/shop/',
      domains: ['shop.example.com'],
      journeys: [],
    });
    two.write('journeys/web.yaml', journeyFile('web-geo', 'US, GB'));
    two.write(
      'catalog/offers.yaml',
      `${offers('Monthly, new')}  cross_sell_addons__limio: { items: [{ path: /add_ons/Archive }] }\n---\nkind: add_on\npath: /add_ons/Archive\nattributes:\n  display_name__limio: Archive, new\n`,
    );
    expect(await two.run('apply --env sandbox --yes')).toMatchObject({ exitCode: 0 });

    const part = await two.ask('offer:/offers2/Annual journey:*');
    expect(part.content?.lacking).toEqual([
      {
        what: 'a page at /us/',
        neededBy: ['journey:web-geo'],
        todo: 'give a page of prod the tag /tags/us and publish it',
        blocks: false,
      },
    ]);
    expect(part.content?.added).toEqual([{ address: 'add_on:/add_ons/Archive', neededBy: 'offer:/offers2/Annual' }]);
    // The add-on was never applied to prod, so what it is called there is somebody's.
    expect(part.content?.objects.filter(({ withheld }) => withheld).map(({ address }) => address)).toEqual([
      'add_on:/add_ons/Archive',
    ]);
    expect(part.plan?.changes.map(({ action, address }) => `${action} ${address}`)).toEqual([
      'update journey:web-geo',
      'update offer:/offers2/Annual',
    ]);
    // Of everything: what somebody made within the scope of the files is a hot-fix, too.
    const whole = await two.ask();
    expect(classesOf(whole)['journey:web-by-hand']).toBe('hot-fixed-in-target');
    expect(whole.plan?.changes.map(({ action }) => action)).not.toContain('delete');
    const consented = await two.ask('--allow-overwrite=2');
    expect(consented.plan?.changes.map(({ action, address }) => `${action} ${address}`)).toContain(
      'delete journey:web-by-hand',
    );
  });

  test('a journey is not promoted to a target that has no page where it leads; one that leads there already is', async (context) => {
    const two = await openTwo(context, {
      files: { 'journeys/web.yaml': journeyFile('web-geo', 'US') },
      sandboxItems: [{ path: '/pages/eu', data: { record_type: 'page', attributes: {}, tags: ['/tags/eu'] } }],
    });
    await applyBoth(two);
    two.write('journeys/web.yaml', journeyFile('web-geo', 'US').replaceAll('/us/', '/eu/'));
    expect(await two.run('apply --env sandbox --yes')).toMatchObject({ exitCode: 0 });
    const refused = await two.promote('--out plan.json');
    expect(refused.exitCode).toBe(4);
    expect(refused.stdout).toMatch(/FAIL {2}references {2}prod lacks a page at \/eu\//);
    expect(existsSync(join(two.root, 'plan.json'))).toBe(false);
    two.prod.edit.journey('web-geo', {
      ...two.sandbox.state().journeys.find(({ name }) => name === 'web-geo')?.data,
      domains: ['other.example.com'],
    });
    expect(gatesOf(await two.ask('--allow-overwrite=1'))).toMatchObject({ references: 'pass' });
  });

  test('what somebody types wrong is said', async (context) => {
    const { run } = await openTwo(context);
    expect(await run('promote --from sandbox')).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('--to') });
    expect(await run('promote --from prod --to prod')).toMatchObject({
      exitCode: 3,
      stderr: expect.stringContaining('both name prod'),
    });
    expect(await run('promote --from sandbx --to prod')).toMatchObject({
      exitCode: 3,
      stderr: expect.stringContaining('ENVIRONMENT_UNKNOWN'),
    });
    expect(await run('promote --from sandbox --to prod offer:/offers2/Montly')).toMatchObject({
      exitCode: 3,
      stderr: expect.stringContaining("Did you mean 'offer:/offers2/Monthly'?"),
    });
  });
});
