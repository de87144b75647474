import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createLimioClient, createLimioReader } from '../../src/api/api.js';
import { applyPlan } from '../../src/apply/apply.js';
import type { Consents } from '../../src/apply/run.js';
import { startEmulator } from '../../src/emulator/emulator.js';
import { loadSeed } from '../../src/emulator/seed.js';
import { createKindRules } from '../../src/kinds/kinds.js';
import type { Kind } from '../../src/model/address.js';
import type { Clock } from '../../src/model/async.js';
import { DEFAULT_DIALECT, type Dialect } from '../../src/model/dialect.js';
import type { DesiredResource } from '../../src/model/model.js';
import type { ApplyResult } from '../../src/model/outcome.js';
import type { Plan } from '../../src/model/plan.js';
import { DEFAULT_POLICIES } from '../../src/model/policies.js';
import type { PlanContext } from '../../src/plan/plan-context.js';
import { createShownReader } from '../../src/plan/pages/also-publishes.js';
import { makePlan } from '../../src/plan/plan.js';
import { publishPages } from '../../src/publish/publish.js';
import type { SourceText } from '../../src/source/documents.js';
import { validateSources } from '../../src/source/source.js';

export const SCENARIOS = join(import.meta.dirname, '../scenarios');

export type EmulatorOptions = NonNullable<Parameters<typeof startEmulator>[0]>;
export type Emulator = Awaited<ReturnType<typeof startEmulator>>;

interface ScenarioSettings {
  scope?: Partial<Record<Kind, string[]>>;
  /** Values by flag, `{"--allow-delete": "1"}`. */
  consents?: Record<string, string>;
  /** The environment lets the tool create catalog items. */
  createItems?: boolean;
  /** False where something stays withheld or cannot become live. */
  endsEmpty?: boolean;
}

export interface ScenarioRun {
  plan: Plan;
  result: ApplyResult;
  second: Plan;
  emulator: Emulator;
}

/** A tenant in this process and everything a plan and an apply need, over real HTTP. */
export interface Bench {
  emulator: Emulator;
  /** Under the default policies, at the time of {@link TEST_NOW}, unless `context` says otherwise. */
  plan: (
    desired: readonly DesiredResource[],
    scope?: PlanContext['scope'],
    context?: Partial<PlanContext>,
  ) => Promise<Plan>;
  /** With consent to a number of deletions, or to what `consents` says. */
  apply: (plan: Plan, consents?: number | Consents) => Promise<ApplyResult>;
}

/** Never waits for long: pauses are cut to a millisecond, enough for an emulated build to go on. */
export const QUICK_CLOCK: Clock = {
  now: () => Date.now(),
  sleep: (_ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) reject(signal.reason);
      else setTimeout(resolve, 1);
    }),
};

export const TEST_DIALECT: Dialect = { ...DEFAULT_DIALECT, publish: { attempts: 30, intervalMs: 1 } };

export const TEST_NOW = Date.UTC(2026, 10, 22, 12);

export const TEST_CONTEXT: PlanContext = {
  environment: 'test',
  host: 'tenant.example',
  protected: false,
  scope: {},
  dialect: TEST_DIALECT,
  policies: DEFAULT_POLICIES,
  protect: [],
  ignore: [],
  freeze: [],
  now: TEST_NOW,
  // What this environment has, these files once declared.
  findDeclared: () => 'declared until an earlier run',
  toolVersion: '0.0.0',
};

/** What lifts every guard of a plan that a consent can lift. */
export function consentToAll(plan: Plan): Consents {
  return new Map(plan.guards.flatMap(({ consent }) => (consent ? [[consent.flag, consent.value]] : [])));
}

/** The client and the emulated tenant under one dialect, unless `clientDialect` says otherwise. */
export async function withBench<T>(
  options: EmulatorOptions & { clientDialect?: Dialect },
  use: (bench: Bench) => Promise<T>,
): Promise<T> {
  const dialect = options.clientDialect ?? TEST_DIALECT;
  const emulator = await startEmulator({ buildMs: 3, ...options });
  const client = {
    baseUrl: emulator.url,
    credentials: { clientId: 'emulator', clientSecret: 'emulator-secret' },
    dialect,
    clock: QUICK_CLOCK,
    random: () => 0.5,
    ratePerSecond: 100_000,
  };
  const reader = createLimioReader(client);
  const api = createLimioClient(client);
  try {
    return await use({
      emulator,
      plan: (desired, scope = {}, context = {}) =>
        makePlan(reader, desired, { ...TEST_CONTEXT, scope, dialect, ...context }),
      apply: (plan, consents) =>
        applyPlan(plan, {
          api,
          drivers: createKindRules(dialect),
          clock: QUICK_CLOCK,
          emit: () => undefined,
          consents:
            typeof consents === 'number' ? new Map([['--allow-delete', String(consents)]]) : (consents ?? new Map()),
          dialect,
          resumeCommand: 'limio-sync apply --env sandbox',
          publishPages,
          readShown: createShownReader(api, createKindRules(dialect)),
        }),
    });
  } finally {
    await Promise.all([reader.close(), api.close()]);
    await emulator.close();
  }
}

export function listScenarios(): string[] {
  return readdirSync(SCENARIOS, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name);
}

export function readScenario(name: string): { settings: ScenarioSettings; desired: DesiredResource[]; tenant: string } {
  const folder = join(SCENARIOS, name);
  const settingsFile = join(folder, 'scenario.json');
  const settings = existsSync(settingsFile) ? (JSON.parse(readFileSync(settingsFile, 'utf8')) as ScenarioSettings) : {};
  const sources = readdirSync(join(folder, 'files')).map((file) => ({
    path: `files/${file}`,
    text: readFileSync(join(folder, 'files', file), 'utf8'),
  }));
  return { settings, desired: parseFiles(sources), tenant: join(folder, 'tenant') };
}

/** @throws when the files of the test itself have errors. */
export function parseFiles(sources: readonly SourceText[]): DesiredResource[] {
  const { resources, problems } = validateSources(sources, { environments: [{ name: 'test', vars: {} }] });
  const errors = problems.filter(({ severity }) => severity === 'error');
  if (errors.length > 0)
    throw new Error(`the files of this test are wrong: ${errors.map(({ message }) => message).join('; ')}`);
  return resources;
}

/** Plan, apply, plan again. */
export async function runScenario(
  name: string,
  options: EmulatorOptions & { clientDialect?: Dialect } = {},
): Promise<ScenarioRun & { settings: ScenarioSettings }> {
  const { settings, desired, tenant } = readScenario(name);
  const seed = await loadSeed(tenant);
  return withBench({ ...options, seed }, async (bench) => {
    const context = { createItems: settings.createItems ?? false };
    const plan = await bench.plan(desired, settings.scope, context);
    const result = await bench.apply(plan, new Map(Object.entries(settings.consents ?? {})));
    const second = await bench.plan(desired, settings.scope, context);
    return { settings, plan, result, second, emulator: bench.emulator };
  });
}
