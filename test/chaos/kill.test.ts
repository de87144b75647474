import { setTimeout } from 'node:timers/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Emulator, startEmulator } from '../../src/emulator/emulator.js';
import { mapConcurrent } from '../../src/model/async.js';
import { isJsonObject } from '../../src/model/json.js';
import type { Plan } from '../../src/model/plan.js';
import type { Finding } from '../../src/model/run.js';
import { readRunFolders } from '../end-to-end/support/read-run-folder.js';
import { IS_FULL, tell } from '../support/chaos/chaos-scale.js';
import { findNewDeadLeads, listConsentedRoutes } from '../support/chaos/dead-leads.js';
import { describeUnnamed, listUnnamed } from '../support/chaos/judge-shop.js';
import { findOldRoutes, type Reference } from '../support/chaos/judge-run.js';
import { makeWorld } from '../support/chaos/make-world.js';
import { type Checkout, CHECKOUT_DIALECT, consentFlags, openCheckout } from '../support/chaos/open-checkout.js';
import { openTool, type Tool } from '../support/chaos/open-tool.js';
import { isSame, keyOf, type Snapshot, takeSnapshot, textOf } from '../support/chaos/snapshot.js';
import { CHAOS_SECRET, watchSecrets } from '../support/chaos/watch-secrets.js';

const WORLD = makeWorld('everything', { offers: 18, codes: 17, journeys: 12, creations: 6, landings: 5 });
const LEAST_CHANGES = 30;

interface KillPoint {
  /** The write before or after whose effect the process is killed, from 1. */
  write: number;
  when: 'before' | 'after';
}

interface Kill extends KillPoint {
  wrongs: string[];
  /** Pages that were built once more although they were live: nobody had answered that they are. */
  again: string[];
}

interface Bench {
  tenant: Emulator;
  tool: Tool;
  checkout: Checkout;
  close(): Promise<void>;
}

const secrets = watchSecrets();
let reference: Reference;
/** Each run begins with the same tenant and files, and so with the same plan. */
let planned: Plan;
let writes = 0;

/** The apply of which every other one here is a part: nobody kills it. */
beforeAll(async () => {
  const bench = await openBench();
  try {
    const initial = bench.tenant.state();
    planned = await bench.tool.plan();
    expect(planned.changes.length).toBeGreaterThanOrEqual(LEAST_CHANGES);
    bench.tenant.edit.clearLog();
    const run = await bench.checkout.run(applyAll(planned));
    expect(run.stderr + run.stdout).not.toContain('failed');
    expect(run.exitCode).toBe(0);
    reference = { initial, expected: bench.tenant.state() };
    writes = listWrites(bench.tenant).length;
    expect(describeWork(await bench.tool.plan())).toEqual([]);
  } finally {
    await bench.close();
  }
}, 180_000);

describe('a process that is killed in the middle of an apply', () => {
  test(
    'leaves a tenant that a plain re-run converges, and a journal that says what happened',
    { timeout: 1_800_000 },
    async () => {
      const points = choosePoints();
      const kills = await mapConcurrent(points, 2, killAt);
      tell(summarise(kills));
      expect(
        kills.flatMap(({ write, when, wrongs }) => wrongs.map((wrong) => `killed ${when} write ${write}: ${wrong}`)),
      ).toEqual([]);
    },
  );

  test(
    'is undone by rollback last, killed as well and repeated until it says done: the tenant is as before',
    { timeout: 1_800_000 },
    async () => {
      const wrongs = await mapConcurrent(chooseRollbackPoints(), 2, rollBackFrom);
      expect(wrongs.flat()).toEqual([]);
    },
  );

  test('no output contains the client secret or a token', () => {
    expect(secrets.tokens()).toBeGreaterThan(0);
    expect(secrets.leaks()).toEqual([]);
  });
});

/** Before and after every write; with CHAOS_POINTS=alternate at every write, in turn; or six spread over the run. */
function choosePoints(): KillPoint[] {
  const all = Array.from({ length: writes }, (_, at) => at + 1).flatMap((write): KillPoint[] => [
    { write, when: 'before' },
    { write, when: 'after' },
  ]);
  // Before the first, after the second, before the third ...
  if (IS_FULL && process.env['CHAOS_POINTS'] === 'alternate') return all.filter((_, at) => [0, 3].includes(at % 4));
  if (IS_FULL) return all;
  return [0, 0.15, 0.35, 0.55, 0.8, 1].flatMap((part) => all[Math.round(part * (all.length - 1))] ?? []);
}

/**
 * Every third, before and after in turn, with the write of the rollback at which that is killed: nearly as many as the
 * apply made by then.
 */
function chooseRollbackPoints(): (KillPoint & { back: number })[] {
  const all = choosePoints().map((point, at) => ({ ...point, back: 1 + ((at * 7) % Math.max(1, point.write)) }));
  return IS_FULL ? all.filter((_, at) => at % 3 === 1) : [2, 4].flatMap((at) => all[at] ?? []);
}

/** Every attempt is the same command, which the first refusal names. */
async function rollBackFrom({ write, when, back }: KillPoint & { back: number }): Promise<string[]> {
  const bench = await openBench();
  const { checkout } = bench;
  const where = `killed ${when} write ${write}, the rollback at ${back}`;
  const tellWhere = (wrongs: readonly string[]): string[] => wrongs.map((wrong) => `${where}: ${wrong}`);
  try {
    const outputs = [await killProgram(bench, applyAll(planned), { write, when })];
    const asked = await checkout.run(['rollback', 'last']);
    // Killed before anything that a rollback restores.
    if (asked.exitCode === 0) return tellWhere(judgeRollback(bench, asked, await checkout.run(['rollback', 'last'])));
    const [, named = ''] = /limio-sync (rollback \S+ --env .*?)(?: --yes)?$/m.exec(asked.stderr) ?? [];
    if (named === '') return [`${where}: no command is named: ${asked.stdout}${asked.stderr}`];
    const command = [...named.split(' '), '--yes'];
    outputs.push(asked, await killProgram(bench, command, { write: back, when }));
    const ended = await checkout.run(command);
    outputs.push(ended);
    const repeated = await checkout.run(command);
    secrets.inspect(where, outputs.flatMap(({ stdout, stderr }) => [stdout, stderr]).join('\n'));
    return tellWhere(judgeRollback(bench, ended, repeated));
  } finally {
    await bench.close();
  }
}

type Ended = Awaited<ReturnType<Checkout['run']>>;

function judgeRollback({ tenant, checkout }: Bench, ended: Ended, repeated: Ended): string[] {
  const wrongs = ended.exitCode === 0 ? [] : [`it ended with ${ended.exitCode}: ${ended.stdout}${ended.stderr}`];
  if (repeated.exitCode !== 0 || !repeated.stdout.includes('Nothing to roll back'))
    wrongs.push(`repeated, it does not say that it is done: ${repeated.stdout}${repeated.stderr}`);
  const named = new Set(
    readRunFolders(checkout.root).flatMap(({ result }) =>
      (result?.rollback?.notUndone ?? []).map(({ address }) => keyOf(address)),
    ),
  );
  for (const [, address = ''] of ended.stdout.matchAll(/^not undone (\S+:.+?) was created/gm))
    named.add(keyOf(address ?? ''));
  const [was, is] = [takeSnapshot(reference.initial), takeSnapshot(tenant.state())];
  for (const key of new Set([...was.keys(), ...is.keys()])) {
    if (isSame(was.get(key), is.get(key))) continue;
    if (was.has(key) || !named.has(key)) wrongs.push(`${key} is not as before`);
  }
  const older = new Set(findOldRoutes(reference.initial, reference.initial));
  const routes = findOldRoutes(reference.initial, tenant.state()).filter((route) => !older.has(route));
  return [...wrongs, ...routes.map((route) => `${route} shows something else than before`)];
}

/** The program, killed where a write gets no answer; where it makes fewer writes, it runs to its end. */
async function killProgram({ tenant, checkout }: Bench, args: string[], { write, when }: KillPoint): Promise<Ended> {
  tenant.faults.replace([{ operation: 'write', nth: write, fault: 'no-answer', when }]);
  const program = checkout.start(args);
  await waitUntilStruck(tenant, program.ended);
  if (tenant.faults.show().rules[0]?.fired !== 0) program.signal('SIGKILL');
  const { exitCode, stdout, stderr } = await program.ended;
  tenant.faults.clear();
  return { exitCode: exitCode ?? -1, stdout, stderr };
}

async function openBench(): Promise<Bench> {
  const tenant = await startEmulator({ clientSecret: CHAOS_SECRET, buildMs: 0, jobMs: 0, seed: WORLD.seed });
  const tool = openTool(tenant.url, WORLD);
  const { promo_code: codes = [], journey: journeys = [] } = WORLD.scope;
  const checkout = openCheckout(WORLD.files, {
    url: tenant.url,
    dialect: CHECKOUT_DIALECT,
    scope: { promo_codes: codes, journeys },
    catalog: { create: true },
  });
  return {
    tenant,
    tool,
    checkout,
    close: async () => {
      await tool.close();
      await tenant.close();
      checkout.remove();
    },
  };
}

async function killAt(point: KillPoint): Promise<Kill> {
  const bench = await openBench();
  const { tenant, tool, checkout } = bench;
  const wrongs: string[] = [];
  try {
    tenant.faults.replace([{ operation: 'write', nth: point.write, fault: 'no-answer', when: point.when }]);
    const killed = checkout.start(applyAll(planned));
    await waitUntilStruck(tenant, killed.ended);
    killed.signal('SIGKILL');
    const run = await killed.ended;
    if (run.signal !== 'SIGKILL') wrongs.push(`it ended with exit code ${run.exitCode} before it was killed`);
    tenant.faults.clear();
    const atKill = tenant.state();
    wrongs.push(...judgeJournal(checkout, listWrites(tenant).length));

    const again = await tool.plan();
    tenant.edit.clearLog();
    const { exitCode, stdout, stderr } = await checkout.run(applyAll(again));
    if (exitCode !== 0) wrongs.push(`the re-run ended with exit code ${exitCode}: ${stdout}${stderr}`);
    const { wrongs: rewrites, again: builtAgain } = judgeRewrites(tenant, atKill, checkout);
    wrongs.push(...rewrites, ...judgeRecovery(checkout, atKill, stderr));
    const [wanted, is] = [takeSnapshot(reference.expected), takeSnapshot(tenant.state())];
    for (const key of new Set([...wanted.keys(), ...is.keys()]))
      if (!isSame(wanted.get(key), is.get(key))) wrongs.push(`${key} is not as declared in the end`);
    wrongs.push(
      ...listDuplicates(tenant),
      ...[atKill, tenant.state()].flatMap((state) =>
        findNewDeadLeads(reference.initial, state, listConsentedRoutes(planned, again)),
      ),
      ...findOldRoutes(reference.expected, tenant.state()).map((route) => `${route} shows something older in the end`),
    );
    const made = [
      { plan: planned, tenant: reference.initial },
      { plan: again, tenant: atKill },
    ];
    for (const shop of [atKill, tenant.state()])
      wrongs.push(...listUnnamed(made, reference, shop).map(describeUnnamed));
    const work = describeWork(await tool.plan());
    if (work.length > 0) wrongs.push(`there is still to do: ${work.join(', ')}`);
    secrets.inspect(
      `kill ${point.when} ${point.write}`,
      [run.stdout, run.stderr, stdout, stderr, ...checkout.readRuns().map(([, text]) => text)].join('\n'),
    );
    return { ...point, wrongs, again: builtAgain };
  } finally {
    await bench.close();
  }
}

function applyAll(wanted: Plan): string[] {
  return ['apply', '--yes', ...consentFlags(wanted)];
}

/** Until the write hangs, or the program ended without it. */
async function waitUntilStruck(tenant: Emulator, ended: Promise<unknown>): Promise<void> {
  const end = Symbol('ended');
  const isStruck = (): boolean => tenant.faults.show().rules[0]?.fired !== 0;
  const over = ended.then(
    () => end,
    () => end,
  );
  while (!isStruck()) if ((await Promise.race([over, setTimeout(5)])) === end) return;
}

type Logged = ReturnType<Emulator['log']>[number];

function listWrites(tenant: Emulator): Logged[] {
  return tenant.log().filter(({ method, path }) => method !== 'GET' && path !== '/oauth2/token');
}

/** Whatever reached the tenant was written down before, and what was in flight has no answer. */
function judgeJournal(checkout: Checkout, received: number): string[] {
  const [run] = readRunFolders(checkout.root);
  if (!run) return ['there is no journal'];
  const sent = run.lines.flatMap((line) => (line.step === 'write' ? [line] : []));
  const answered = new Set(run.lines.flatMap((line) => (line.step === 'answer' ? [line.write] : [])));
  const saved = new Set(run.lines.flatMap((line) => (line.step === 'before' ? [line.address as string] : [])));
  const unsaved = sent.flatMap(({ on }) => on).filter((subject) => subject.includes(':') && !saved.has(subject));
  return [
    ...(run.result ? ['the killed run has a result'] : []),
    ...(sent.length < received ? [`${received} writes were received and ${sent.length} stand in the journal`] : []),
    ...(sent.every(({ write }) => answered.has(write))
      ? ['the journal has an answer for the write that had none']
      : []),
    ...(unsaved.length > 0 ? [`nothing was saved of ${unsaved.join(', ')} before it was written`] : []),
  ];
}

/** What the next run says of the crash, against what the tenant held when it happened. */
function judgeRecovery(checkout: Checkout, atKill: Reference['initial'], stderr: string): string[] {
  const [run] = readRunFolders(checkout.root);
  const text = checkout.readRuns().find(([file]) => file.endsWith('recovery.json'))?.[1];
  if (text === undefined || !run) return ['the re-run told nothing of the crash'];
  const wrongs = stderr.includes(run.id) ? [] : ['the re-run does not name the run that crashed'];
  const { findings } = JSON.parse(text) as { findings: Finding[] };
  if (findings.length === 0) wrongs.push('the re-run says that nothing was in flight');
  const [was, wanted, then] = [reference.initial, reference.expected, atKill].map(takeSnapshot) as [
    Snapshot,
    Snapshot,
    Snapshot,
  ];
  for (const { subject, verdict } of findings) {
    if (!subject.includes(':')) continue;
    const key = keyOf(subject);
    const truth = isSame(then.get(key), wanted.get(key))
      ? 'took-effect'
      : isSame(then.get(key), was.get(key))
        ? 'no-effect'
        : 'something-else';
    if (verdict !== truth) wrongs.push(`of ${subject} the re-run says "${verdict}", and it is "${truth}"`);
  }
  return wrongs;
}

/**
 * The re-run writes nothing that was as declared, and builds no page that was live as declared, unless
 * its publish was in flight: then nobody can know, and publishing again is the only proof.
 */
function judgeRewrites(
  tenant: Emulator,
  atKill: Reference['initial'],
  checkout: Checkout,
): Pick<Kill, 'wrongs' | 'again'> {
  const [wanted, then] = [takeSnapshot(reference.expected), takeSnapshot(atKill)];
  const old = new Set(findOldRoutes(reference.expected, atKill));
  const routes = new Map(takeRoutesOfPages(atKill));
  const reportedLive = new Set(
    readRunFolders(checkout.root)[0]?.lines.flatMap((line) =>
      line.step === 'page' && line.outcome.status === 'live' ? [line.outcome.path] : [],
    ),
  );
  const again: string[] = [];
  const wrongs = listWrites(tenant).flatMap(({ method, path, body }) => {
    if (path.endsWith('/shop/builds')) {
      const [page = ''] = isJsonObject(body) && Array.isArray(body['items']) ? body['items'].map(textOf) : [];
      if ((routes.get(page) ?? []).some((route) => old.has(route))) return [];
      if (reportedLive.has(page)) return [`${page} was reported live and is built once more`];
      again.push(page);
      return [];
    }
    const keys = listSubjects(path, body);
    return keys
      .filter((key) => isSame(then.get(key), wanted.get(key)))
      .map((key) => `${key} was as declared and got another ${method}`);
  });
  return { wrongs, again };
}

function takeRoutesOfPages({ items }: Reference['initial']): [string, string[]][] {
  return items
    .filter(({ path }) => path.startsWith('/pages/'))
    .map(({ path, data }) => [path, (data['tags'] as string[]).map((tag) => `${tag.replace('/tags', '')}/`)]);
}

function listSubjects(path: string, body: unknown): string[] {
  const decoded = decodeURIComponent(path);
  if (path.endsWith('/bulk-update'))
    return isJsonObject(body) && Array.isArray(body['diffs'])
      ? body['diffs'].map((diff) => (isJsonObject(diff) ? textOf(diff['path']) : ''))
      : [];
  if (path.endsWith('/limio/jobs'))
    return isJsonObject(body) && isJsonObject(body['itemData']) ? [textOf(body['itemData']['path'])] : [];
  if (path.endsWith('/promo_codes_v2')) return isJsonObject(body) ? [`promo_code:${textOf(body['name'])}`] : [];
  const [, code] = /\/promo_code_v2-(.*)$/.exec(decoded) ?? [];
  const [, journey] = /\/v2\/journey\/(.*)$/.exec(decoded) ?? [];
  return code ? [`promo_code:${code}`] : journey ? [`journey:${journey}`] : [];
}

function listDuplicates(tenant: Emulator): string[] {
  const { journeys, promoCodes } = tenant.state();
  const names = [
    ...journeys.map(({ name }) => `journey ${name}`),
    ...promoCodes.map(({ data }) => `promo code ${textOf(data['promoCode'])}`),
  ];
  return names.filter((name, at) => names.indexOf(name) !== at).map((name) => `there are two of ${name}`);
}

function describeWork(plan: Plan): string[] {
  return [...plan.changes.map(({ address }) => keyOf(address)), ...plan.publish.pages.map(({ path }) => path)];
}

function summarise(kills: readonly Kill[]): string {
  const good = kills.filter(({ wrongs }) => wrongs.length === 0);
  return [
    `kill test: ${kills.length} kill points around ${writes} writes, ${good.length} converged`,
    `  after ${kills.filter(({ again }) => again.length > 0).length} of them a page whose publish was in flight was published once more although it was live, which nobody could know`,
  ].join('\n');
}
