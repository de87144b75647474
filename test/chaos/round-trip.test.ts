import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { EmulatorState } from '../../src/emulator/control.js';
import { startEmulator } from '../../src/emulator/emulator.js';
import type { Seed } from '../../src/emulator/seed-format.js';
import { loadSeed } from '../../src/emulator/seed.js';
import { canonicalJson, type Json } from '../../src/model/json.js';
import type { Plan } from '../../src/model/plan.js';
import { readRunFolders } from '../end-to-end/support/read-run-folder.js';
import { IS_FULL, tell } from '../support/chaos/chaos-scale.js';
import { findNewDeadLeads, listConsentedRoutes } from '../support/chaos/dead-leads.js';
import { describeUnnamed, listUnnamed } from '../support/chaos/judge-shop.js';
import { makeWorld } from '../support/chaos/make-world.js';
import { CHECKOUT_DIALECT, consentFlags, openCheckout } from '../support/chaos/open-checkout.js';
import { CHAOS_SECRET, watchSecrets } from '../support/chaos/watch-secrets.js';
import { parseDocument } from '../support/run-program.js';
import { listScenarios, SCENARIOS } from '../support/run-scenario.js';

const REPOSITORY = join(import.meta.dirname, '../..');

/** Bookkeeping of the server: moves with every write, whatever it writes. */
const BOOKKEEPING = new Set(['version', 'version_date', 'modified', 'created', 'updated', 'process_hash', 'commitId']);

interface Trip {
  name: string;
  open: () => Promise<{ seed: Seed; files: Record<string, string>; environment: Record<string, unknown> }>;
}

const secrets = watchSecrets();
const trips: string[] = [];
afterAll(() => {
  tell(
    `round trip: ${trips.length} of ${TRIPS.length} tenants are as they were after apply and rollback, and as declared after the rollback was rolled back`,
  );
});

const TRIPS: readonly Trip[] = [
  ...listScenarios().map((name): Trip => ({ name: `the scenario ${name}`, open: () => openScenario(name) })),
  { name: 'the example company', open: openExample },
  { name: 'everything at once', open: openEverything },
];

describe('an apply that is rolled back', () => {
  const chosen = IS_FULL ? TRIPS : TRIPS.filter(({ name }) => /catalog|not-live|example company|everything/.test(name));
  test.for(chosen)('leaves the tenant as it was: $name', { timeout: 180_000 }, async ({ name, open }) => {
    const { seed, files, environment } = await open();
    const tenant = await startEmulator({ clientSecret: CHAOS_SECRET, buildMs: 0, seed });
    const checkout = openCheckout(files, { url: tenant.url, dialect: CHECKOUT_DIALECT, ...environment });
    const outputs: string[] = [];
    const run = async (...args: string[]): ReturnType<typeof checkout.run> => {
      const ended = await checkout.run(args);
      outputs.push(ended.stdout, ended.stderr);
      return ended;
    };
    /** Whether pages are gone is read only by the rollback itself, and its hint then names every consent. */
    const rollBack = async (id: string, plan: Plan | undefined): ReturnType<typeof run> => {
      const first = await run('rollback', id, '--yes', ...(plan ? consentFlags(plan) : []));
      const [, named] = /limio-sync (rollback .*)$/m.exec(first.stderr) ?? [];
      return first.exitCode === 4 && named !== undefined ? run(...named.split(' ')) : first;
    };
    const before = tenant.state();
    const plans: (Plan | undefined)[] = [];
    const expectNoDeadLead = (): void =>
      expect(findNewDeadLeads(before, tenant.state(), listConsentedRoutes(...plans))).toEqual([]);
    try {
      const planned = await run('plan', '--format', 'json');
      expect(planned.exitCode, planned.stdout).toBe(0);
      const plan = parseDocument(planned) as Plan;
      plans.push(plan);
      const applied = await run('apply', '--yes', '--allow-partial', ...consentFlags(plan));
      const after = tenant.state();
      expectNoDeadLead();
      const reference = { initial: before, expected: after };
      expect(listUnnamed([{ plan, tenant: before }], reference, after).map(describeUnnamed)).toEqual([]);
      const runs = readRunFolders(checkout.root);
      plans.push(runs[0]?.rollback);
      const done = runs[0]?.result?.outcomes.filter(({ status }) => status === 'done') ?? [];
      expect(done.length > 0, applied.stdout + applied.stderr).toBe(describeContent(after) !== describeContent(before));
      if (runs[0]?.rollback && done.length > 0) {
        const back = await rollBack('last', runs[0].rollback);
        expect(describeContent(tenant.state()), back.stdout + back.stderr).toBe(describeContent(before));
        expect(describeShop(tenant.state(), staleRoutes(before)), back.stdout).toBe(
          describeShop(before, staleRoutes(before)),
        );

        expectNoDeadLead();
        const [, turned] = readRunFolders(checkout.root);
        plans.push(turned?.rollback);
        const forth = await rollBack(turned?.id ?? '', turned?.rollback);
        expect(describeContent(tenant.state()), forth.stdout + forth.stderr).toBe(describeContent(after));
        expect(describeShop(tenant.state(), new Set())).toBe(describeShop(after, new Set()));
        expectNoDeadLead();
      }
      trips.push(name);
      secrets.inspect(name, [...outputs, ...checkout.readRuns().map(([, text]) => text)].join('\n'));
    } finally {
      await tenant.close();
      checkout.remove();
    }
  });

  test('shows the client secret and tokens in no output', () => {
    expect(secrets.tokens()).toBeGreaterThan(0);
    expect(secrets.leaks()).toEqual([]);
  });
});

async function openScenario(name: string): ReturnType<Trip['open']> {
  const folder = join(SCENARIOS, name);
  const settings = readJson(join(folder, 'scenario.json')) as { scope?: { journey?: string[]; promo_code?: string[] } };
  const files = readdirSync(join(folder, 'files')).map((file): [string, string] => [
    `catalog/${file}`,
    readFileSync(join(folder, 'files', file), 'utf8'),
  ]);
  const { journey, promo_code: promoCode } = settings.scope ?? {};
  const scope = { ...(journey ? { journeys: journey } : {}), ...(promoCode ? { promo_codes: promoCode } : {}) };
  return { seed: await loadSeed(join(folder, 'tenant')), files: Object.fromEntries(files), environment: { scope } };
}

async function openExample(): ReturnType<Trip['open']> {
  const files = ['catalog', 'journeys'].flatMap((folder) =>
    readdirSync(join(REPOSITORY, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.(?:yaml|csv)$/.test(file))
      // The checkout knows no other environment than its own.
      .map((file): [string, string] => [
        `${folder}/${file}`,
        readFileSync(join(REPOSITORY, folder, file), 'utf8').replace(/^except: .*$/m, ''),
      ]),
  );
  const environment = {
    vars: { shopDomain: 'acme-press-shop.prod.limio.com' },
    scope: { journeys: ['web-*'], promo_codes: ['*'] },
  };
  return { seed: await loadSeed(join(REPOSITORY, 'seed/acme-press')), files: Object.fromEntries(files), environment };
}

async function openEverything(): ReturnType<Trip['open']> {
  const { seed, files, scope } = makeWorld('everything', { offers: 12, codes: 12, journeys: 10, landings: 5 });
  return {
    seed,
    files,
    environment: { scope: { journeys: scope.journey ?? [], promo_codes: scope.promo_code ?? [] } },
  };
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return {};
  }
}

/** Everything that people made, as text; whole objects, without the bookkeeping. */
function describeContent({ items, journeys, promoCodes }: EmulatorState): string {
  const lines = [
    ...items.map((item) => ({ ...item })),
    ...journeys.map(({ name, record }) => ({ name, record })),
    ...promoCodes,
  ];
  return lines
    .map((one) => canonicalJson(dropBookkeeping(one as unknown as Json)))
    .toSorted()
    .join('\n');
}

/** What each route shows. */
function describeShop({ liveRoutes }: EmulatorState, without: ReadonlySet<string>): string {
  return liveRoutes
    .filter(({ route }) => !without.has(route))
    .map(
      ({ route, page, items }) =>
        `${route} ${page.path} ${items
          .map((item) => canonicalJson(dropBookkeeping(item as unknown as Json)))
          .toSorted()
          .join(' ')}`,
    )
    .toSorted()
    .join('\n');
}

/** Routes that showed an older state than the working copy. No publish is undone, so they keep the newer one. */
function staleRoutes(state: EmulatorState): Set<string> {
  const heads = new Map(state.items.map(({ path, data }) => [path, canonicalJson(data['attributes'] ?? null)]));
  const stale = state.liveRoutes.filter(({ items }) =>
    items.some(({ path, data }) => heads.get(path) !== canonicalJson(data['attributes'] ?? null)),
  );
  return new Set(stale.map(({ route }) => route));
}

function dropBookkeeping(value: Json): Json {
  if (Array.isArray(value)) return value.map(dropBookkeeping);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !BOOKKEEPING.has(key))
      .map(([key, part]) => [key, dropBookkeeping(part)]),
  );
}
