import type { ApiRequest } from './request.js';

/** One call of the API, for the help of `limio-sync api` and for its checks (sections 2 to 9). */
export interface ApiCall {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** As in Limio's documentation; `{name}` is a part that varies. */
  path: string;
  what: string;
  /** Of the query with GET, keys of the body with other methods. Required ones end in `*`. */
  parameters: readonly string[];
  effect: 'read' | 'write' | 'irreversible';
  /** A list with pages: the key that holds its elements. */
  list?: 'items' | 'subscriptions';
  /** Which schema the body has (order-schemas.ts). */
  body?: 'order' | 'new order' | 'preview' | 'checkout';
  /** What follows `limio-sync api`. */
  example: string;
}

/** What every list of catalog items takes (section 3). */
export const CATALOG_PARAMETERS = [
  'path',
  'tags',
  'reducedData',
  'attributes.{name}',
  'opt.all',
  'opt.pageSize',
  'opt.modifiedAfter',
  'opt.queryMoreFrom',
  'opt.queryMoreAlias',
] as const;

/** Types of objects (section 9). */
export const PATH_TYPES = [
  'orders',
  'customers',
  'subscriptions',
  'identities',
  'address',
  'schedules',
  'payment_methods',
  'subscription_offers',
  'user_entitlements',
  'gift_code',
  'promo_codes_v2',
  'events',
  'process',
] as const;

const OBJECTS = '/objects/{service}/{path_type}';
const OBJECT = `${OBJECTS}/{id}`;

type Extra = Partial<Pick<ApiCall, 'list' | 'body'>>;

function read(path: string, what: string, parameters: readonly string[], example: string, extra: Extra = {}): ApiCall {
  return { method: 'GET', path, what, parameters, effect: 'read', example: `GET ${example}`, ...extra };
}

function list(path: string, what: string, parameters: readonly string[], example: string, extra: Extra = {}): ApiCall {
  return read(path, what, parameters, `${example} --paginate`, { list: 'items', ...extra });
}

function listCatalog(path: string, what: string, parameters: readonly string[] = [], options = ''): ApiCall {
  return list(path, what, [...parameters, ...CATALOG_PARAMETERS], path + options);
}

function write(
  method: 'POST' | 'PUT' | 'DELETE',
  path: string,
  what: string,
  parameters: readonly string[],
  example: string,
  extra: Extra & Partial<Pick<ApiCall, 'effect'>> = {},
): ApiCall {
  return { method, path, what, parameters, effect: 'write', example: `${method} ${example} --write`, ...extra };
}

function order(path: string, what: string, body: 'order' | 'new order', parameters: readonly string[]): ApiCall {
  return write('POST', path, what, parameters, `${path} --input order.json`, { effect: 'irreversible', body });
}

function previewOrder(path: string, what: string): ApiCall {
  const example = `POST ${path} --input preview.json`;
  return { method: 'POST', path, what, parameters: ['order_type*'], effect: 'read', body: 'preview', example };
}

/**
 * The documented calls by subject; those that other commands make come last. Other paths can be called too: nothing is
 * known of them.
 */
export const CALL_GROUPS: readonly { title: string; calls: readonly ApiCall[] }[] = [
  {
    title: 'Orders and baskets',
    calls: [
      order('/order', 'places an order', 'order', ['order_type*']),
      order('/admin/order', 'places a new order, also for a partner', 'new order', ['order_type*', 'forPartner']),
      order('/partner/order', 'places an order as a partner', 'order', ['order_type*']),
      previewOrder('/order/preview', 'prices an order and places none'),
      previewOrder('/partner/order/preview', 'prices an order of a partner'),
      write(
        'POST',
        '/checkout/initiate',
        'creates or updates a basket',
        ['order*'],
        '/checkout/initiate --input basket.json',
        { body: 'checkout' },
      ),
      list(
        '/checkout/abandoned',
        'abandoned baskets',
        ['limit*', 'createdAfter*', 'queryMore'],
        '/checkout/abandoned --field createdAfter=2027-01-31T00:00:00Z',
      ),
    ],
  },
  {
    title: 'Customers and subscriptions',
    calls: [
      list(
        '/objects/salesforce/identities/{id}/subscriptions',
        'subscriptions of a Salesforce identity',
        ['queryMore'],
        '/objects/salesforce/identities/sf-1/subscriptions',
        { list: 'subscriptions' },
      ),
      read('/timeline/{path_type}/{id}', 'history of a subscription or customer', [], '/timeline/subscriptions/sub-1'),
      read('/session/entitlements', 'entitlements of a user session', [], '/session/entitlements'),
      write(
        'POST',
        '/plugins/zuora/sync/subscription/{id}',
        'copies a subscription from Zuora',
        [],
        '/plugins/zuora/sync/subscription/zuora-1',
      ),
      write(
        'POST',
        '/objects/externalidentity/{owner}',
        'adds an external identity (admins)',
        ['id_token*'],
        '/objects/externalidentity/id-1 --input identity.json',
      ),
      write(
        'DELETE',
        '/objects/externalidentity/{owner}',
        'removes an external identity (admins)',
        ['id_token*'],
        '/objects/externalidentity/id-1 --input identity.json',
      ),
      write(
        'POST',
        '/objects/owner_change',
        'moves every object of an owner to another',
        ['sourceId*', 'destinationId*', 'message'],
        '/objects/owner_change --input owner.json',
        { effect: 'irreversible' },
      ),
      write('POST', '/customer/{id}/forget_customer', "scrubs a person's data", [], '/customer/cus-1/forget_customer', {
        effect: 'irreversible',
      }),
    ],
  },
  {
    title: 'Objects',
    calls: [
      list(OBJECTS, 'summaries of all objects of a type', ['limit', 'queryMore'], '/objects/limio/subscriptions'),
      read(OBJECT, 'one object', [], '/objects/limio/subscriptions/sub-1'),
      list(`${OBJECT}/related`, 'related objects', [], '/objects/limio/subscriptions/sub-1/related'),
      list(
        `${OBJECT}/related/{record_type}`,
        'related objects of a type',
        [],
        '/objects/limio/subscriptions/sub-1/related/identity',
      ),
      list(`${OBJECT}/objects`, 'child objects', [], '/objects/limio/subscriptions/sub-1/objects'),
      list(
        `${OBJECT}/objects/{subtype}`,
        'child objects of a type',
        [],
        '/objects/limio/subscriptions/sub-1/objects/schedule',
      ),
      list(`${OBJECT}/events`, 'events of an object', [], '/objects/limio/subscriptions/sub-1/events'),
      write(
        'PUT',
        OBJECT,
        'updates an object; nested objects are sent whole',
        ['name', 'data', 'quantity'],
        '/objects/limio/subscriptions/sub-1 --field quantity:=2',
      ),
      write(
        'DELETE',
        OBJECT,
        'deletes an object (promo codes v2 only)',
        [],
        '/objects/limio/promo_codes_v2/promo_code_v2-OLD5',
      ),
      write(
        'POST',
        `${OBJECT}/related/{record_type}`,
        'relates an identity to an object',
        ['id*', 'service*'],
        '/objects/limio/subscriptions/sub-1/related/identity --input identity-id.json',
      ),
    ],
  },
  {
    title: 'Catalog, journeys, promo codes, builds',
    calls: [
      listCatalog('/offers/v2', 'offers below /offers2', ['offersSource'], ' --field offersSource=published'),
      listCatalog('/offers', 'offers, those of campaigns too'),
      listCatalog('/add_ons', 'add-ons', ['addOnsSource']),
      listCatalog('/products', 'products'),
      listCatalog('/pages', 'pages'),
      listCatalog('/campaigns', 'campaigns'),
      listCatalog('/segments', 'segments'),
      listCatalog('/assets', 'assets'),
      listCatalog('/catalog_items', 'working copies of a type', ['record_type*'], ' --field record_type=page'),
      listCatalog('/published_catalog_items', 'published copies', ['record_type'], ' --field record_type=page'),
      read(
        '/limio/catalogs/1/items/{path}',
        'an item at head',
        [],
        "'/limio/catalogs/1/items/offers2/Digital Monthly'",
      ),
      write(
        'PUT',
        '/limio/catalogs/1/bulk-update',
        'changes attributes of items',
        ['diffs*'],
        '/limio/catalogs/1/bulk-update --input diffs.json',
      ),
      write('DELETE', '/limio/catalogs/1/items/{path}', 'deletes an item', [], '/limio/catalogs/1/items/offers2/Old'),
      write('POST', '/limio/jobs', 'creates an item, or indexes', ['jobType*'], '/limio/jobs --input job.json'),
      read('/limio/jobs/{id}', 'the state of a job', [], '/limio/jobs/job-1'),
      read('/journeys', 'journeys of the first version', [], '/journeys'),
      read('/v2/journey', 'all journeys', [], '/v2/journey'),
      read('/v2/journey/{journeyName}', 'one journey', [], '/v2/journey/web'),
      write('POST', '/v2/journey', 'adds an empty journey', ['name*'], '/v2/journey --field name=new'),
      write(
        'PUT',
        '/v2/journey/{journeyName}',
        'creates or replaces a journey; live at once',
        ['name', 'data'],
        '/v2/journey/web --input journey.json',
      ),
      write('DELETE', '/v2/journey/{journeyName}', 'deletes a journey', [], '/v2/journey/old'),
      write(
        'POST',
        '/objects/limio/promo_codes_v2',
        'creates a promo code',
        ['name*', 'id*', 'data*'],
        '/objects/limio/promo_codes_v2 --input code.json',
      ),
      write('POST', '/shop/builds', 'builds pages and campaigns', ['items*'], '/shop/builds --input build.json'),
      read('/component/builds', 'builds of custom components', ['commitHash'], '/component/builds'),
      write(
        'POST',
        '/publish',
        'publishes built pages and campaigns',
        ['tags*', 'buildId', 'name'],
        '/publish --input publish.json',
      ),
    ],
  },
];

const CALLS = CALL_GROUPS.flatMap(({ calls }) => calls);

/** The documented call of a path from `buildRawPath`; undefined for any other. */
export function findCall(method: ApiRequest['method'], path: string): ApiCall | undefined {
  const segments = (path.split('?')[0] ?? '').split('/').map(decodeSegment);
  return CALLS.find((call) => call.method === method && matchesPath(call.path, segments));
}

function matchesPath(template: string, segments: readonly string[]): boolean {
  const parts = (template.startsWith('/limio/') ? template : `/api${template}`).split('/');
  // The path of an item has any number of segments.
  const enough = parts.at(-1) === '{path}' ? segments.length >= parts.length : segments.length === parts.length;
  return enough && parts.every((part, i) => (part.startsWith('{') ? segments[i] !== '' : part === segments[i]));
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** Required parameters that are not in `given`. */
export function listMissing({ parameters }: ApiCall, given: ReadonlySet<string>): string[] {
  return parameters.flatMap((name) => (name.endsWith('*') && !given.has(name.slice(0, -1)) ? [name.slice(0, -1)] : []));
}
