import { describe, expect, test } from 'vitest';
import { runInProcess } from '../cli/support/run-in-process.js';
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

/** A customer, for the calls of section 9. */
const OBJECTS = [
  { record_type: 'identity', id: 'id-anna' },
  { record_type: 'identity', id: 'sf-anna', service: 'salesforce' },
  { record_type: 'customer', id: 'cus-1', data: { firstName: 'Anna' } },
  { record_type: 'subscription', id: 'sub-1', owner: 'id-anna', related: ['sf-anna', 'id-anna'] },
  { record_type: 'subscription', id: 'sub-2', owner: 'id-anna', related: ['sf-anna'] },
  { record_type: 'subscription', id: 'zuora-9', service: 'zuora' },
  { record_type: 'event', id: 'evt-1', parent: 'sub-1' },
  { record_type: 'schedule', id: 'sch-1', parent: 'sub-1' },
];

const TOKEN = { id_token: { iss: 'https://login.example', sub: 'anna' } };

/** What the help shows, with real names, and the ids that a list answers. */
const SHOWN: [command: string, file?: object | undefined, ids?: string[]][] = [
  ['GET /objects/salesforce/identities/sf-anna/subscriptions'],
  ['GET /timeline/subscriptions/sub-1'],
  [
    'POST /objects/owner_change --input body.json --write',
    { sourceId: '@limio/id-anna', destinationId: '@limio/id-b' },
  ],
  ['POST /objects/externalidentity/id-anna --input body.json --write', TOKEN],
  ['DELETE /objects/externalidentity/id-anna --input body.json --write', TOKEN],
  ['POST /customer/cus-1/forget_customer --write'],
  ['GET /checkout/abandoned --field limit=1 --field createdAfter=2020-01-01T00:00:00Z --paginate'],
  ['GET /objects/limio/subscriptions/sub-1'],
  ['GET /objects/limio/subscriptions --paginate', undefined, ['sub-1', 'sub-2']],
  ['GET /objects/limio/subscriptions/sub-1/related --paginate', undefined, ['id-anna', 'sf-anna']],
  ['GET /objects/limio/subscriptions/sub-1/related/identity --paginate', undefined, ['id-anna', 'sf-anna']],
  ['GET /objects/limio/subscriptions/sub-1/objects/schedules --paginate', undefined, ['sch-1']],
  ['GET /objects/limio/subscriptions/sub-1/events --paginate', undefined, ['evt-1']],
  ['PUT /objects/limio/subscriptions/sub-1 --input body.json --write', { quantity: 2 }],
  ['DELETE /objects/limio/promo_codes_v2/promo_code_v2-OLD5 --write'],
  [
    'POST /objects/limio/subscriptions/sub-1/related/identity --input body.json --write',
    { id: 'id-anna', service: 'limio' },
  ],
  ['POST /plugins/zuora/sync/subscription/zuora-9 --write'],
  ['GET /component/builds'],
  ['GET /journeys'],
];

/** The rest of the API (API reference, section 9), by the words of the help. */
const CALLS = [
  'by Salesforce id',
  'timeline',
  'change the owner',
  'add an identity',
  'remove an identity',
  'forget a customer',
  'abandoned baskets',
  'begin a checkout',
  'entitlements',
  'one object',
  'a whole list',
  'related objects',
  'objects of a subtype',
  'events of an object',
  'update an object',
  'delete an object',
  'add a relationship',
  'Zuora sync',
];

describe('limio-sync api', () => {
  test('has in its help an example of every call that no other command makes', async (context) => {
    const { stdout } = await runInProcess('api --help', { cwd: openFolder(context).root });
    expect(CALLS.filter((call) => !new RegExp(`^  ${call} +(?:GET|POST|PUT|DELETE) '?/\\S`, 'm').test(stdout))).toEqual(
      [],
    );
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

  test('reaches a tenant that refuses whatever the reference does not name', async (context) => {
    const { root, write } = await openWorkspace(context, { ...OPTIONS, seed: { ...SMALL_SEED, objects: OBJECTS } });
    for (const [command, file, ids] of SHOWN) {
      if (file) write('body.json', JSON.stringify(file));
      const args = `api ${command} --format json${ids ? ' --select /items/*/id' : ''}`;
      const answer = await runInProcess(args, { cwd: root, env: CREDENTIALS });
      expect([command, answer.stderr, answer.exitCode]).toEqual([command, '', 0]);
      if (ids) expect([command, parseDocument(answer)]).toMatchObject([command, { selected: ids }]);
    }
  });

  test('shows in its help no call that such a tenant does not have', async (context) => {
    const { stdout } = await runInProcess('api --help', { cwd: openFolder(context).root });
    const shown = [...stdout.matchAll(/(?:GET|POST|PUT|DELETE) '?\/[^ '\n]*/g)].map(([call]) => call.replace("'", ''));
    const known = [
      'GET /offers/v2',
      'POST /order/preview',
      'GET /session/entitlements',
      'POST /checkout/initiate',
      'GET /limio/catalogs/1/items/offers2/x',
    ];
    const calls = [...known, ...SHOWN.map(([command]) => command.split(' --')[0] ?? '')];
    const isKnown = (call: string): boolean => {
      const pattern = call.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll(/<[^>]+>/g, '[^/]+');
      return calls.some((one) => new RegExp(`^${pattern}$`).test(one));
    };
    expect(shown.length).toBeGreaterThan(15);
    expect(shown.filter((call) => !isKnown(call))).toEqual([]);
  });

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
