/** A plan of `count` changes as a busy quarter could bring: mostly offers, with long texts, prices, journeys. */
export function makeLargePlan(count) {
  const changes = Array.from({ length: count }, (_, i) => makeChange(i)).sort((a, b) =>
    a.address < b.address ? -1 : 1,
  );
  const addressesOf = (test) => changes.filter(test).map(({ address }) => address);
  const deletes = addressesOf(({ action }) => action === 'delete');
  const priced = addressesOf(({ kind }) => kind === 'offer');
  const tally = (action) => changes.filter((change) => change.action === action).length;
  return {
    kind: 'limio-sync/plan',
    formatVersion: 1,
    toolVersion: '0.0.0',
    environment: 'production',
    host: 'acme.prod.limio.example',
    protected: true,
    scope: { promo_code: ['*'] },
    filesHash: '0'.repeat(64),
    changes,
    levels: [changes.map(({ address }) => address)],
    publish: {
      pages: Array.from({ length: 200 }, (_, i) => ({
        path: `/pages/p${i}`,
        name: `p${i}`,
        tags: [`/tags/p${i}`],
        routes: [`/p${i}/`],
        buildItems: [`/pages/p${i}`],
        items: priced.slice(i * 10, i * 10 + 10),
        reason: 'changed',
      })),
      onNoPage: [],
    },
    withheld: deletes.map((address) => ({ address, action: 'delete', reason: 'DELETE_CONSENT' })),
    unmanaged: { offer: ['/offers2/Legacy'] },
    warnings: [],
    guards: [
      {
        code: 'DELETE_CONSENT',
        message: `${deletes.length} resources would be deleted.`,
        addresses: deletes,
        consent: { flag: '--allow-delete', value: String(deletes.length) },
      },
    ],
    impact: {
      prices: [
        {
          before: money('9.99'),
          after: money('12.99'),
          percent: '+30.0',
          addresses: priced,
          routes: ['/p0/'],
          journeys: [],
          promoCodes: [],
        },
      ],
      usedBy: deletes.map((address) => ({ address, users: [{ ref: '/pages/p0', how: 'names it' }] })),
    },
    summary: {
      create: tally('create'),
      update: tally('update'),
      delete: tally('delete'),
      unchanged: 12_000,
      withheld: deletes.length,
    },
    fingerprint: '0'.repeat(64),
  };
}

const WORDS =
  'the paper on every screen and its archive with the morning briefing by mail for five of your devices'.split(' ');

function makeChange(i) {
  const number = String(i).padStart(5, '0');
  const common = {
    reason: 'it differs',
    patch: [],
    dependsOn: [],
    source: { file: `catalog/offers/offer-${number}.yaml`, line: 1, col: 1 },
  };
  if (i % 10 === 8)
    return {
      ...common,
      address: `promo_code:CODE${number}`,
      kind: 'promo_code',
      action: 'delete',
      risk: 'high',
      fields: [{ path: '/discount/percentageDiscount', before: 5, show: 'value' }],
    };
  if (i % 10 === 9) {
    return {
      ...common,
      address: `journey:journey-${number}`,
      kind: 'journey',
      action: 'update',
      risk: 'low',
      fields: [{ path: `/journeys/b${i}`, after: makeBranch(i, 'DE', 100), show: 'routing' }],
      routing: { before: makeRouting(i, 2), after: makeRouting(i, 3) },
    };
  }
  return {
    ...common,
    address: `offer:/offers2/Offer ${number}`,
    kind: 'offer',
    action: i % 10 === 7 ? 'create' : 'update',
    risk: 'high',
    fields: [
      {
        path: '/attributes/display_name__limio',
        before: `Offer ${number}`,
        after: `Offer ${number}, monthly`,
        show: 'text',
      },
      {
        path: '/attributes/offer_features__limio',
        before: makeHtml(i, 120),
        after: makeHtml(i + 1, 120),
        show: 'html',
      },
      { path: '/attributes/price__limio/charge_1/value', before: '9.99', after: '12.99', show: 'value' },
      {
        path: '/attributes/allowed_countries__limio',
        before: ['GB', 'IE', 'FR'],
        after: ['GB', 'IE', 'DE', 'US'],
        show: 'set',
      },
    ],
  };
}

function makeHtml(seed, words) {
  return `<ul><li>${Array.from({ length: words }, (_, i) => WORDS[(i * 7 + (i % 11 === 0 ? seed : 0)) % WORDS.length]).join(' ')}</li></ul>`;
}

function makeRouting(i, branches) {
  return {
    starting_point: `/start-${i}/`,
    fallback_tag: '/home/',
    journeys: Array.from({ length: branches }, (_, n) => makeBranch(i * 10 + n, 'US', 50)),
  };
}

function makeBranch(id, country, split) {
  return {
    id: `b${id}`,
    conditions: [{ type: 'country', values: [country] }],
    actions: [
      { type: 'destination', destination: `/to-${id}/`, split },
      { type: 'destination', destination: '/to-b/', split: 100 - split },
    ],
  };
}

function money(amount) {
  return { amount, currency: 'GBP', interval: 'monthly' };
}
