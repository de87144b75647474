import { describe, expect, test, type TestContext } from 'vitest';
import { CALL_GROUPS } from '../../src/api/calls.js';
import { asObject, type Json, type JsonObject } from '../../src/model/json.js';
import { runInProcess } from '../cli/support/run-in-process.js';
import { ORDERS } from '../support/orders.js';
import { parseDocument } from '../support/run-program.js';
import { CLIENT_SECRET, CREDENTIALS, type WorkspaceOptions, openFolder, openWorkspace } from './support/in-process.js';
import { SMALL_SEED } from './support/small-tenant.js';

const OPTIONS: WorkspaceOptions = { files: {}, seed: SMALL_SEED, pageSizeCap: 1 };

const REFUSED: [args: string[], sentence: string][] = [
  [['api', 'FETCH', '/x'], 'There is no method "FETCH"'],
  [['api', 'GET', 'https://elsewhere.example/x'], 'the host comes from the environment'],
  [['api', 'GET', '/oauth2/token'], 'The answer would contain a token'],
  [['api', 'GET', '/x', '--input', '-'], '--input cannot be used with GET'],
  [['api', 'POST', '/x', '--paginate', '--write'], '--paginate requires GET'],
  [['api', 'POST', '/x', '--field', 'a', '--write'], 'Cannot read --field "a"'],
  [['api', 'POST', '/x', '--field', 'a:={', '--write'], 'is not JSON'],
  [['api', 'POST', '/x', '--input', 'none.json', '--write'], 'Cannot read none.json (ENOENT)'],
  [['api', 'GET', '/x', '--select', 'items'], 'is not a JSON Pointer'],
];

/** A customer, for the calls of section 9, with the ids of the help. */
const OBJECTS = [
  { record_type: 'identity', id: 'id-1' },
  { record_type: 'identity', id: 'sf-1', service: 'salesforce' },
  { record_type: 'customer', id: 'cus-1', data: { firstName: 'Anna' } },
  { record_type: 'subscription', id: 'sub-1', owner: 'id-1', related: ['sf-1', 'id-1'] },
  { record_type: 'subscription', id: 'sub-2', owner: 'id-1', related: ['sf-1'] },
  { record_type: 'subscription', id: 'zuora-1', service: 'zuora' },
  { record_type: 'event', id: 'evt-1', parent: 'sub-1' },
  { record_type: 'schedule', id: 'sch-1', parent: 'sub-1' },
];

const OFFER_ITEM = { path: '/offers2/Old', record_type: 'offer', attributes: {} };

/** The files that the examples of the help name. */
function listBodies(offer: JsonObject): Record<string, Json> {
  const orderItems = [{ offer, quantity: 1 }];
  const order = { ...ORDERS['Create Subscription'].body, orderItems };
  const basket = { orderItems, external_id: 'e-1', country: 'GB', source: 'shop', order_type: 'new' };
  return {
    'order.json': order,
    'preview.json': order,
    'basket.json': { order: basket },
    'identity.json': { id_token: { iss: 'https://login.example', sub: 'anna' } },
    'identity-id.json': { id: 'id-1', service: 'limio' },
    'owner.json': { sourceId: '@limio/id-1', destinationId: '@limio/id-2' },
    'diffs.json': { diffs: [{ path: '/offers2/Old', diff: { badge_text__limio: 'SALE' } }] },
    'job.json': {
      jobType: 'creation',
      updatePath: '/limio/catalogs/1/tree/offers2',
      itemData: { name: 'New', record_type: 'offer', path: '/offers2/New', attributes: {} },
    },
    'journey.json': { name: 'web', data: { journeys: [], starting_point: '/a/', fallback_tag: '/b/', domains: [] } },
    'code.json': {
      name: 'NEW5',
      id: 'promo_code_v2-NEW5',
      data: {
        applicationLevel: 'wholeBasket',
        promoCode: 'NEW5',
        status: true,
        productDetails: { product: { path: '/products/Discounts' }, ratePlan: { path: '5%' } },
        discount: { discountType: 'DiscountPercentage', percentageDiscount: 5 },
      },
    },
    'build.json': { items: ['/pages/shop'] },
    'publish.json': { tags: ['/tags/none'], buildId: 'build-1', name: 'none' },
  };
}

/** Calls that this tenant knows and cannot answer: it has no session, no such job and no such build. */
const NOT_ANSWERED = ['GET /session/entitlements', 'GET /limio/jobs/{id}', 'POST /publish'];

/** The ids that a list answers. */
const LISTED: Record<string, string[]> = {
  'GET /objects/{service}/{path_type}': ['sub-1', 'sub-2'],
  'GET /objects/{service}/{path_type}/{id}/related': ['id-1', 'sf-1'],
  'GET /objects/{service}/{path_type}/{id}/related/{record_type}': ['id-1', 'sf-1'],
  'GET /objects/{service}/{path_type}/{id}/objects/{subtype}': ['sch-1'],
  'GET /objects/{service}/{path_type}/{id}/events': ['evt-1'],
  'GET /objects/salesforce/identities/{id}/subscriptions': ['sub-1', 'sub-2'],
};

interface ShownCall {
  call: string;
  notes: string;
  example: string;
}

/** The calls of the help, each with its example on one line. */
async function readHelp(context: TestContext): Promise<{ shown: ShownCall[]; lines: string[] }> {
  const { stdout } = await runInProcess('api --help', { cwd: openFolder(context).root });
  const shown: ShownCall[] = [];
  for (const line of stdout.replaceAll(/ \\\n +/g, ' ').split('\n')) {
    if (/^  (?:GET|POST|PUT|DELETE) \//.test(line)) shown.push({ call: line.trim(), notes: '', example: '' });
    const last = shown.at(-1);
    if (last && line.startsWith('      limio-sync ')) last.example = line.trim().slice('limio-sync '.length);
    else if (last && line.startsWith('      ')) last.notes += line.trim();
  }
  return { shown, lines: stdout.split('\n') };
}

describe('limio-sync api', () => {
  test('lists in its help every call with its parameters and an example, on lines of 80 columns', async (context) => {
    const { shown, lines } = await readHelp(context);
    const calls = CALL_GROUPS.flatMap((group) => group.calls);
    expect(shown.map(({ call }) => call)).toEqual(calls.map(({ method, path }) => `${method} ${path}`));
    expect(shown.filter(({ notes, example }) => notes === '' || !example.startsWith('api '))).toEqual([]);
    expect(shown).toContainEqual({
      call: 'GET /checkout/abandoned',
      notes: 'abandoned baskets; limit* (set by --paginate), createdAfter*, queryMore',
      example: 'api GET /checkout/abandoned --field createdAfter=2027-01-31T00:00:00Z --paginate',
    });
    expect(shown.find(({ call }) => call === 'POST /customer/{id}/forget_customer')?.notes).toContain(
      'cannot be undone',
    );
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
  });

  test('prints an answer, or the part of it that a pointer selects', async (context) => {
    const { run, tenant } = await openWorkspace(context, OPTIONS);
    const whole = await run('api GET /v2/journey');
    expect(whole).toMatchObject({ exitCode: 0, stderr: '' });
    expect(parseDocument(whole)).toMatchObject([{ record_type: 'journey' }, { record_type: 'journey' }]);
    const paths = await run([
      'api',
      'get',
      '/offers/v2',
      '--paginate',
      '--field',
      'offersSource=catalog',
      '--select',
      '/items/*/path',
    ]);
    const offers = [...tenant.state().items].filter(({ path }) => path.startsWith('/offers')).map(({ path }) => path);
    expect(offers.length).toBeGreaterThan(1);
    expect(paths.stdout.trimEnd().split('\n').toSorted()).toEqual(offers.toSorted());
    expect(
      parseDocument(await run('api GET /objects/limio/promo_codes_v2 --paginate --format json --select /items/*/id')),
    ).toMatchObject({
      kind: 'limio-sync/api',
      method: 'GET',
      selected: expect.arrayContaining([expect.stringContaining('promo_code_v2-')]),
    });
  });

  test('has examples that work with a tenant that refuses whatever the reference does not name', async (context) => {
    const { shown } = await readHelp(context);
    const items = [...(SMALL_SEED.items ?? []), OFFER_ITEM, { ...OFFER_ITEM, path: '/offers2/Digital Monthly' }];
    const journeys = ['web', 'old'].map((name) => ({ name, data: { journeys: [] } }));
    const seed = { ...SMALL_SEED, items, published: ['/offers2/Old'], journeys, objects: OBJECTS };
    // What one part of the calls writes must not be in the lists of the other.
    const forReads = await openWorkspace(context, { ...OPTIONS, seed });
    const forWrites = await openWorkspace(context, { ...OPTIONS, seed });
    const offer = forWrites.tenant.state().published.find(({ path }) => path === '/offers2/Old');
    const bodies = listBodies({ id: offer?.id ?? '', version: offer?.version ?? '' });
    for (const [name, body] of Object.entries(bodies)) forWrites.write(name, JSON.stringify(body));
    for (const { call, example } of shown) {
      const { root } = call.startsWith('GET ') ? forReads : forWrites;
      const args = [...example.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
      const answer = await runInProcess([...args, '--format', 'json'], { cwd: root, env: CREDENTIALS });
      if (NOT_ANSWERED.includes(call)) {
        expect([call, answer.stderr]).not.toEqual([call, expect.stringContaining('No such call')]);
        continue;
      }
      expect([call, answer.stderr, answer.exitCode]).toEqual([call, '', 0]);
      const list = Object.values(asObject((parseDocument(answer) as { body: Json }).body))[0];
      if (LISTED[call]) expect([call, list]).toMatchObject([call, LISTED[call].map((id) => ({ id }))]);
    }
  });

  test('reads subscriptions of an identity to their end, under the key of the API', async (context) => {
    const { run } = await openWorkspace(context, { ...OPTIONS, seed: { ...SMALL_SEED, objects: OBJECTS } });
    const command = 'api GET /objects/salesforce/identities/sf-1/subscriptions --select /subscriptions/*/id';
    expect(await run(command)).toMatchObject({ stdout: 'sub-1\n', exitCode: 0 });
    expect(await run(`${command} --paginate`)).toMatchObject({ stdout: 'sub-1\nsub-2\n', stderr: '', exitCode: 0 });
  });

  test('checks required parameters before anything is sent, unless --no-check is given', async (context) => {
    const { run, tenant } = await openWorkspace(context, OPTIONS);
    const baskets = 'api GET /checkout/abandoned';
    expect(await run(baskets)).toMatchObject({
      exitCode: 3,
      stderr:
        'error USAGE: GET /checkout/abandoned requires limit and createdAfter; nothing was sent.\n' +
        'Add --field limit=<value> --field createdAfter=<value>, or --no-check to send it anyway.\n',
    });
    expect(await run(`${baskets} --paginate`)).toMatchObject({
      exitCode: 3,
      stderr: expect.stringContaining('requires createdAfter; nothing was sent.'),
    });
    expect(await run('api POST /objects/owner_change --field sourceId=a --write')).toMatchObject({
      exitCode: 3,
      stderr: expect.stringContaining('POST /objects/owner_change requires destinationId'),
    });
    expect(tenant.log()).toEqual([]);
    expect(await run(`${baskets} --no-check`)).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('limit and createdAfter are required'),
    });
  });

  test('compares an order with its schema, and reports each problem on a line with its pointer', async (context) => {
    const { run, tenant, write } = await openWorkspace(context, OPTIONS);
    const { billingDetails: _, ...order } = ORDERS['Create Subscription'].body;
    write('order.json', JSON.stringify({ ...order, orderDate: '2027-01-31', orderItems: [{ offer: { id: 'x' } }] }));
    const command = 'api POST /order --input order.json';
    expect(await run(`${command} --write`)).toMatchObject({
      exitCode: 3,
      stderr:
        'error ORDER_INVALID: The body of POST /api/order is not order_type "new" (Create Subscription); ' +
        'nothing was sent:\n' +
        '  /billingDetails is required\n' +
        '  /orderItems/0/offer/version is required\n' +
        '  /orderDate must be a date-time such as 2027-01-31T00:00:00Z, not a date\n' +
        'To send it anyway, add --no-check\n',
    });
    for (const path of ['/order/preview', '/partner/order', '/partner/order/preview', '/admin/order'])
      expect(await run(`api POST ${path} --input order.json --write --format json`)).toMatchObject({
        exitCode: 3,
        stdout: expect.stringContaining('"/orderItems/0/offer/version"'),
      });
    expect(tenant.log()).toEqual([]);
    expect(await run(`${command} --no-check --write`)).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('POST /api/order returned 404'),
    });
    expect(await run('api POST /v2/journey --field name=x --check --write')).toMatchObject({
      exitCode: 3,
      stderr: expect.stringContaining('There is no schema for POST /api/v2/journey'),
    });
  });

  test.for(['POST /order', 'POST /customer/cus-1/forget_customer', 'POST /objects/owner_change'])(
    'says before the consent that a call cannot be undone, and protects environments from it: %s',
    async (call, context) => {
      const { run, writes } = await openWorkspace(context, { ...OPTIONS, environment: { protected: true } });
      const command = `api ${call} --no-check`;
      const refused = await run(command);
      expect(refused).toMatchObject({ exitCode: 4, stderr: expect.stringContaining('and cannot be undone') });
      expect(refused.stderr).toContain('add --write');
      expect(await run(`${command} --write`)).toMatchObject({
        exitCode: 4,
        stderr: expect.stringContaining('add --allow-protected=test'),
      });
      expect(writes()).toEqual([]);
    },
  );

  test('says where nothing is', async (context) => {
    const { run } = await openWorkspace(context, OPTIONS);
    expect(await run('api GET /offers/v2 --select /nothing')).toMatchObject({
      exitCode: 0,
      stdout: '',
      stderr: 'No value at /nothing.\n',
    });
    expect(await run('api GET /no/such/call')).toMatchObject({
      exitCode: 1,
      stdout: '',
      stderr: expect.stringContaining('GET /api/no/such/call returned 404'),
    });
  });

  test('changes nothing without the consents that it names', async (context) => {
    const { run, writes, write, tenant } = await openWorkspace(context, {
      ...OPTIONS,
      environment: {
        protected: true,
        freeze: [{ from: '2020-01-01T00:00:00+00:00', to: '2999-01-01T00:00:00+00:00', reason: 'stocktaking' }],
      },
    });
    write('body.json', '{"name":"made-by-hand"}');
    const command = 'api POST /v2/journey --input body.json';
    expect(await run(command)).toMatchObject({ exitCode: 4, stderr: expect.stringContaining('add --write') });
    expect(await run(`${command} --write`)).toMatchObject({
      exitCode: 4,
      stderr: expect.stringContaining('add --allow-protected=test'),
    });
    expect(await run(`${command} --write --allow-protected=test`)).toMatchObject({
      exitCode: 4,
      stderr: expect.stringContaining('add --allow-freeze=test'),
    });
    expect(writes()).toEqual([]);
    expect(await run(`${command} --write --allow-protected=test --allow-freeze=test`)).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('Journey added successfully'),
    });
    expect(writes()).toEqual([{ method: 'POST', path: '/api/v2/journey', body: { name: 'made-by-hand' } }]);
    expect(tenant.state().journeys.map(({ name }) => name)).toContain('made-by-hand');
  });

  test('takes the body from fields or from standard input', async (context) => {
    const { run, start, writes } = await openWorkspace(context, OPTIONS);
    expect(await run(['api', 'POST', '/v2/journey', '--field', 'name=from-fields', '--write'])).toMatchObject({
      exitCode: 0,
    });
    const piped = start('api POST /v2/journey --input - --write');
    piped.type('{"name":"from-stdin"}');
    piped.process.stdin?.end();
    expect(await piped.ended).toMatchObject({ exitCode: 0 });
    expect(writes().map(({ body }) => body)).toEqual([{ name: 'from-fields' }, { name: 'from-stdin' }]);
  });

  test('refuses what it cannot send, before anything is sent', async (context) => {
    const { run, tenant } = await openWorkspace(context, OPTIONS);
    for (const [args, sentence] of REFUSED) {
      expect(await run(args)).toMatchObject({ exitCode: 3, stdout: '', stderr: expect.stringContaining(sentence) });
    }
    expect(tenant.log()).toEqual([]);
  });

  test('never prints the credentials', async (context) => {
    const { run } = await openWorkspace(context, OPTIONS);
    for (const args of ['api GET /offers/v2 --debug', 'api GET /none --debug --format json']) {
      const { stdout, stderr } = await run(args);
      expect(`${stdout}${stderr}`).not.toContain(CLIENT_SECRET);
    }
  });
});
