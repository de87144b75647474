import { createLimioClient, createLimioReader } from '../../../src/api/api.js';
import { applyPlan } from '../../../src/apply/apply.js';
import { findStaleChanges, type StaleChange } from '../../../src/apply/live-comparison.js';
import { startEmulator } from '../../../src/emulator/emulator.js';
import { createKindRules } from '../../../src/kinds/kinds.js';
import { hideInKinds } from '../../../src/kinds/secrets/hide-in-kinds.js';
import { checkPlanSecrets } from '../../../src/kinds/secrets/plan-secrets.js';
import { hideSecrets, revealSecrets } from '../../../src/kinds/secrets/secrets.js';
import type { Clock } from '../../../src/model/async.js';
import type { Dialect } from '../../../src/model/dialect.js';
import type { DesiredResource } from '../../../src/model/model.js';
import type { ApplyResult } from '../../../src/model/outcome.js';
import type { Plan } from '../../../src/model/plan.js';
import type { PlanContext } from '../../../src/plan/plan-context.js';
import { parsePlan } from '../../../src/plan/plan-file.js';
import { makePlan } from '../../../src/plan/plan.js';
import { publishPages } from '../../../src/publish/publish.js';
import { validateSources } from '../../../src/source/source.js';
import { consentToAll, type Emulator, type EmulatorOptions, TEST_CONTEXT } from '../../support/run-scenario.js';

export type Secrets = Readonly<Record<string, string>>;

/** A tenant in this process, planned and applied as the command line does it in an environment with secrets. */
export interface SecretBench {
  emulator: Emulator;
  plan(desired: readonly DesiredResource[], secrets: Secrets, context?: Partial<PlanContext>): Promise<Plan>;
  /** Saves the plan, reads it again and applies it. */
  apply(plan: Plan, secrets: Secrets): Promise<ApplyResult>;
  findStaleChanges(plan: Plan, secrets: Secrets): Promise<StaleChange[]>;
}

const CLOCK: Clock = { now: () => 0, sleep: () => new Promise((resolve) => setTimeout(resolve, 1)) };

const toMap = (secrets: Secrets) => new Map(Object.entries(secrets));

/** Client and tenant have the same dialect unless `tenantDialect` is given. */
export async function withSecrets<T>(
  options: Pick<EmulatorOptions, 'seed'> & { dialect?: Dialect; tenantDialect?: Dialect },
  use: (bench: SecretBench) => Promise<T>,
): Promise<T> {
  const { seed, dialect = TEST_CONTEXT.dialect, tenantDialect = dialect } = options;
  const emulator = await startEmulator({ buildMs: 3, dialect: tenantDialect, ...(seed ? { seed } : {}) });
  const client = {
    baseUrl: emulator.url,
    credentials: { clientId: 'emulator', clientSecret: 'emulator-secret' },
    dialect,
    clock: CLOCK,
    random: () => 0.5,
    ratePerSecond: 100_000,
  };
  const reader = createLimioReader(client);
  const api = createLimioClient(client);
  try {
    return await use({
      emulator,
      plan: (desired, secrets, context = {}) =>
        makePlan(reader, desired, { ...TEST_CONTEXT, dialect, ...context, secrets: toMap(secrets) }),
      apply: (plan, secrets) => {
        const saved = parsePlan(JSON.stringify(plan), 'plan.json');
        checkPlanSecrets(saved, toMap(secrets));
        return applyPlan(saved, {
          api: revealSecrets(api, toMap(secrets)),
          drivers: hideInKinds(createKindRules(dialect), toMap(secrets)),
          clock: CLOCK,
          emit: () => undefined,
          consents: consentToAll(saved),
          dialect,
          resumeCommand: 'limio-sync apply --env sandbox',
          publishPages,
        });
      },
      findStaleChanges: (plan, secrets) =>
        findStaleChanges(
          plan,
          hideSecrets(reader, toMap(secrets)),
          hideInKinds(createKindRules(dialect), toMap(secrets)),
        ),
    });
  } finally {
    await Promise.all([reader.close(), api.close()]);
    await emulator.close();
  }
}

/** The resources of a file in which each of these names is a variable with that secret. */
export function declare(text: string, secrets: Secrets): DesiredResource[] {
  const vars = Object.fromEntries(Object.keys(secrets).map((name) => [name, `\${secret:${name}}`]));
  const { resources, problems } = validateSources([{ path: 'files.yaml', text }], {
    environments: [{ name: 'test', vars }],
  });
  const errors = problems.filter(({ severity }) => severity === 'error');
  if (errors.length > 0)
    throw new Error(`the files of this test are wrong: ${errors.map(({ message }) => message).join('; ')}`);
  return resources;
}
