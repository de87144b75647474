import { describe, expect, test } from 'vitest';
import { applyPlan } from '../../src/apply/apply.js';
import type { Address } from '../../src/model/address.js';
import type { Guard, Plan } from '../../src/model/plan.js';
import { change, makeContext, makePage, makePlan } from '../support/apply-fixtures.js';
import { createFakeLiveApi, type FakeHooks } from '../support/fake-live-api.js';

const OFFER: Address = 'offer:/offers2/A';
const PAGE: Address = 'page:/pages/acme';

const OMIT: FakeHooks = {
  answerPublish: () => ({ published: [], omitted: [{ route: '/acme/', neverPublished: true }], answer: {} }),
};

const withhold = (...addresses: Address[]): Guard => ({ code: 'PROTECTED_ADDRESS', message: 'No.', addresses });

/** One page that the run publishes, a journey to it, and one to another page. */
function planJourneys(rest: Partial<Plan> = {}, page = makePage('acme', [OFFER])): Plan {
  return makePlan(
    [
      change(OFFER, { price: '1' }, { price: '2' }),
      change('journey:led', { fallback_tag: '/shop/' }, { fallback_tag: '/acme/' }, { routes: ['/acme/', '/start/'] }),
      change('journey:other', null, { fallback_tag: '/shop/' }, { routes: ['/shop/'] }),
    ],
    { publish: { pages: [page], onNoPage: [] }, ...rest },
  );
}

async function run(plan: Plan, hooks: FakeHooks = {}): Promise<{ statuses: string[]; error?: string; puts: string[] }> {
  const api = createFakeLiveApi({
    items: { '/offers2/A': { price: '1' }, '/pages/acme': { title: 'a' } },
    journeys: { led: { fallback_tag: '/shop/' } },
    hooks,
  });
  const { outcomes } = await applyPlan(plan, makeContext(api));
  const led = outcomes.find(({ address }) => address === 'journey:led');
  return {
    statuses: outcomes.flatMap(({ address, status }) =>
      address.startsWith('journey:') ? [`${address} ${status}`] : [],
    ),
    ...(led?.error && { error: led.error.message }),
    puts: api.writes().filter((write) => write.startsWith('putJourney')),
  };
}

const BLOCKED = ['journey:led blocked', 'journey:other done'];
const because = (why: string): string =>
  `journey:led needs a page at /acme/, but this run did not make /pages/acme live there: ${why}.`;

describe('a journey to a page that the run did not make live is blocked by name, and others go on', () => {
  test('a page that was omitted', async () => {
    const { statuses, error, puts } = await run(planJourneys(), OMIT);
    expect(statuses).toEqual(BLOCKED);
    expect(error).toMatch(
      /^journey:led needs a page at \/acme\/, but this run did not make \/pages\/acme live there: /,
    );
    expect(puts).toEqual(['putJourney other']);
  });

  test('a page that was skipped, because an item on it failed', async () => {
    const { statuses, error } = await run(planJourneys(), { takeEdit: () => ({ refuse: '/offers2/A' }) });
    expect(statuses).toEqual(BLOCKED);
    expect(error).toBe(because(`${OFFER} failed`));
  });

  test('a page whose changes are all withheld', async () => {
    const { statuses, error } = await run(planJourneys({ guards: [withhold(OFFER)] }));
    expect(statuses).toEqual(BLOCKED);
    expect(error).toBe(because('its changes are withheld'));
  });

  test('a page that is live, but without its own change', async () => {
    const plan = makePlan([...planJourneys().changes, change(PAGE, { title: 'a' }, { title: 'b' })], {
      publish: { pages: [makePage('acme', [OFFER, PAGE])], onNoPage: [] },
      guards: [withhold(PAGE)],
    });
    const { statuses, error } = await run(plan);
    expect(statuses).toEqual(BLOCKED);
    expect(error).toBe(because(`${PAGE} is withheld`));
  });

  test('all pages are withheld', async () => {
    const freeze: Guard = { code: 'FREEZE', message: 'Frozen.', addresses: [], stopsPublish: true };
    const { statuses, error } = await run(planJourneys({ guards: [freeze] }));
    expect(statuses).toEqual(BLOCKED);
    expect(error).toBe(because('Frozen'));
  });
});

describe('a journey is not blocked', () => {
  test('when its page is live', async () => {
    expect((await run(planJourneys())).statuses).toEqual(['journey:led done', 'journey:other done']);
  });

  test('when another page is live at the route', async () => {
    const pages = [makePage('acme', [OFFER]), makePage('twin', [], { routes: ['/acme/'], tags: ['/tags/acme'] })];
    const { statuses } = await run(planJourneys({ publish: { pages, onNoPage: [] }, guards: [withhold(OFFER)] }));
    expect(statuses).toEqual(['journey:led done', 'journey:other done']);
  });

  test('when somebody consented to the dead route', async () => {
    const dead: Guard = {
      code: 'ROUTE_NOT_LIVE',
      message: 'Dead.',
      addresses: ['journey:led'],
      routes: ['/acme/'],
      consent: { flag: '--allow-dead-route', value: '1' },
    };
    const api = createFakeLiveApi({
      items: { '/offers2/A': { price: '1' } },
      journeys: { led: { fallback_tag: '/shop/' } },
      hooks: OMIT,
    });
    const consents = new Map([['--allow-dead-route', '1']]);
    const { outcomes } = await applyPlan(planJourneys({ guards: [dead] }), makeContext(api, { consents }));
    expect(outcomes.map(({ status }) => status)).toEqual(['done', 'done', 'done']);
  });
});

test('a journey that is withheld anyway keeps its guard as the reason', async () => {
  const { statuses, error } = await run(planJourneys({ guards: [withhold(OFFER, 'journey:led')] }));
  expect(statuses).toEqual(['journey:led withheld', 'journey:other done']);
  expect(error).toBe('No.');
});

test('what a blocked journey would replace is kept', async () => {
  const [offer, led, other] = planJourneys().changes;
  const old = change('journey:old', { fallback_tag: '/shop/' }, null);
  const plan = makePlan([offer!, old, { ...led!, dependsOn: ['journey:old'] }, other!], {
    publish: { pages: [makePage('acme', [OFFER])], onNoPage: [] },
  });
  const { statuses, puts } = await run(plan, OMIT);
  expect(statuses).toEqual(['journey:led blocked', 'journey:old blocked', 'journey:other done']);
  expect(puts).toEqual(['putJourney other']);
});
