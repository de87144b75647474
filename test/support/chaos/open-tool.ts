import { createLimioClient, createLimioReader } from '../../../src/api/api.js';
import { applyPlan } from '../../../src/apply/apply.js';
import type { Consents } from '../../../src/apply/run.js';
import { createKindRules } from '../../../src/kinds/kinds.js';
import type { Clock } from '../../../src/model/async.js';
import type { Dialect } from '../../../src/model/dialect.js';
import type { DesiredResource } from '../../../src/model/model.js';
import type { ApplyResult, RunEvent } from '../../../src/model/outcome.js';
import type { Plan } from '../../../src/model/plan.js';
import type { JournalEntry, PendingPublish } from '../../../src/model/run.js';
import { createShownReader } from '../../../src/plan/pages/also-publishes.js';
import { makePlan } from '../../../src/plan/plan.js';
import { publishPages } from '../../../src/publish/publish.js';
import { consentToAll, parseFiles, TEST_CONTEXT, TEST_DIALECT } from '../run-scenario.js';
import type { World } from './make-world.js';
import { CHAOS_SECRET } from './watch-secrets.js';

/** Small pages and batches, so that lists have cursors and a batch of a few items is halved. */
export const CHAOS_DIALECT: Dialect = {
  ...TEST_DIALECT,
  pageSize: 4,
  bulkUpdate: { ...TEST_DIALECT.bulkUpdate, maxDiffs: 4 },
  publish: { attempts: 12, intervalMs: 1 },
};

/** Pauses take a millisecond. */
const QUICK_CLOCK: Clock = {
  now: () => Date.now(),
  sleep: () => new Promise((resolve) => setTimeout(resolve, 1)),
};

/** What an apply left behind. */
export interface Applied {
  result: ApplyResult;
  journal: JournalEntry[];
  events: RunEvent[];
}

/** Everything that a plan and an apply of a world need, in this process and over real HTTP. */
export interface Tool {
  /** `owedPages`: what the journals of earlier runs say. */
  plan(owedPages?: readonly PendingPublish[]): Promise<Plan>;
  /** Under a journal, with every consent that the plan asks for unless `consents` says otherwise. */
  apply(plan: Plan, consents?: Consents): Promise<Applied>;
  close(): Promise<void>;
}

/** What the files of each world declare: a suite opens hundreds of tools with the same files. */
const declared = new WeakMap<World['files'], DesiredResource[]>();

function readWorld(files: World['files']): DesiredResource[] {
  const read = declared.get(files) ?? parseFiles(Object.entries(files).map(([path, text]) => ({ path, text })));
  declared.set(files, read);
  // A plan must not change it for the next one.
  return structuredClone(read);
}

export interface ToolSettings {
  dialect?: Dialect;
  timeoutMs?: number;
  maxAttempts?: number;
}

export function openTool(
  url: string,
  world: Pick<World, 'files' | 'scope'> & { createItems?: boolean },
  { dialect = CHAOS_DIALECT, ...settings }: ToolSettings = {},
): Tool {
  const desired = readWorld(world.files);
  const client = {
    baseUrl: url,
    credentials: { clientId: 'emulator', clientSecret: CHAOS_SECRET },
    dialect,
    clock: QUICK_CLOCK,
    random: () => 0.5,
    ratePerSecond: 100_000,
    ...settings,
  };
  const reader = createLimioReader(client);
  const api = createLimioClient(client);
  return {
    plan: (owedPages = []) =>
      makePlan(reader, desired, {
        ...TEST_CONTEXT,
        scope: world.scope,
        createItems: world.createItems ?? false,
        dialect,
        pendingPublishes: owedPages,
        // As in a checkout without a snapshot and without git.
        findDeclared: () => undefined,
      }),
    apply: async (plan, consents = consentToAll(plan)) => {
      const journal: JournalEntry[] = [];
      const events: RunEvent[] = [];
      const result = await applyPlan(plan, {
        api,
        drivers: createKindRules(dialect),
        clock: QUICK_CLOCK,
        emit: (event) => void events.push(event),
        consents,
        dialect,
        resumeCommand: 'limio-sync apply --env sandbox',
        publishPages,
        readShown: createShownReader(api, createKindRules(dialect)),
        journal: { record: async (entry) => void journal.push(structuredClone(entry)) },
      });
      return { result, journal, events };
    },
    close: async () => void (await Promise.all([reader.close(), api.close()])),
  };
}
