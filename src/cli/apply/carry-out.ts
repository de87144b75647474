import { applyPlan } from '../../apply/apply.js';
import { chooseExitCode } from '../../apply/result.js';
import { createRedactor } from '../../errors/redact.js';
import { openRun, type OpenRun, pruneRuns } from '../../journal/journal.js';
import { findRun } from '../../journal/read-runs.js';
import { createKindRules } from '../../kinds/kinds.js';
import { hideInKinds } from '../../kinds/secrets/hide-in-kinds.js';
import { revealSecrets } from '../../kinds/secrets/secrets.js';
import type { ApplyResult } from '../../model/outcome.js';
import type { Plan } from '../../model/plan.js';
import type { RunCommand } from '../../model/run.js';
import { publishPages } from '../../publish/publish.js';
import { chooseStyle } from '../../render/terminal.js';
import type { CliIo, CommonOptions } from '../cli-io.js';
import { chooseColour } from '../output/choose-colour.js';
import { describeError } from '../output/report-error.js';
import type { Workspace } from '../project/load-project.js';
import { openClient } from '../project/open-tenant.js';
import { listSecrets } from '../project/secrets.js';
import { SYSTEM_CLOCK } from '../system-clock.js';
import { announceInterrupt } from './announce-interrupt.js';
import { collectConsents, type ConsentOptions } from './collect-consents.js';
import { findRunPlan } from './find-run-plan.js';
import { planRollback } from './plan-rollback.js';
import { identifyThisProcess, isRunning } from './process-probe.js';
import { createProgress } from './report-progress.js';

export interface CarryOutOptions extends CommonOptions, ConsentOptions {}

/** What is written down, and how. */
export interface CarryOutRequest {
  command: RunCommand;
  /** For a rollback: the run that it takes back. */
  of?: string;
  plan: Plan;
  workspace: Workspace;
  /** The command to type to go on after a failure. */
  again: string;
}

export interface CarriedOut {
  result: ApplyResult;
  /** The name of the run; absent when there was nothing to do. */
  run?: string;
  exitCode: number;
}

const KEPT_RUNS = 20;

/**
 * Runs a plan under a journal: every command that writes to a tenant goes through here.
 * @throws LimioError JOURNAL_UNWRITABLE before anything was sent.
 */
export async function carryOut(io: CliIo, request: CarryOutRequest, options: CarryOutOptions): Promise<CarriedOut> {
  const { plan, workspace, again } = request;
  const {
    environment: { dialect },
    secrets,
    config,
  } = workspace;
  const progress = createProgress(io.stderr, chooseStyle(chooseColour(io.stderr, io.env, options.color)));
  const batch = config.publish?.batch ?? false;
  const api = await openClient(io, workspace, options);
  try {
    const run = plan.changes.length + plan.publish.pages.length === 0 ? undefined : await beginRun(io, request);
    try {
      announceInterrupt(io);
      const result = await applyPlan(plan, {
        api: revealSecrets(api, secrets),
        drivers: hideInKinds(createKindRules(dialect), secrets),
        clock: SYSTEM_CLOCK,
        emit: progress,
        consents: collectConsents(options),
        dialect,
        again,
        publishPages: (pages, context) => publishPages(pages, { ...context, batch }),
        signal: io.signal,
        ...(run ? { journal: run.journal } : {}),
      });
      const isWritten = run === undefined || (await finishRun(io, run, result, workspace));
      return {
        result,
        ...(run ? { run: run.id } : {}),
        exitCode: isWritten ? chooseExitCode(result) : chooseExitCode(result) || 1,
      };
    } finally {
      await run?.close();
    }
  } finally {
    await api.close();
  }
}

async function beginRun(
  io: CliIo,
  { command, of, plan, workspace: { root, config } }: CarryOutRequest,
): Promise<OpenRun> {
  // One place is for the run that begins.
  pruneRuns(root, (config.runs?.keep ?? KEPT_RUNS) - 1, { isRunning, parsePlan: findRunPlan });
  return openRun(root, {
    command,
    ...(of === undefined ? {} : { of }),
    plan,
    process: identifyThisProcess(),
    now: () => SYSTEM_CLOCK.now(),
    redact: createRedactor(listSecrets(io.env)),
  });
}

/** The tenant is changed already, so a disk that is full now costs the record and not the report. */
async function finishRun(io: CliIo, run: OpenRun, result: ApplyResult, workspace: Workspace): Promise<boolean> {
  const tell = (error: unknown): void => {
    const { code, message } = describeError(error);
    io.stderr.write(`error ${code}: The run ${run.id} could not be written down to its end: ${message}\n`);
  };
  let rollback: Plan | undefined;
  let isWhole = true;
  try {
    rollback = planRollback(workspace, findRun(workspace.root, { name: run.id }, isRunning));
  } catch (error) {
    isWhole = false;
    tell(error);
  }
  try {
    await run.finish(result, rollback);
  } catch (error) {
    isWhole = false;
    tell(error);
  }
  return isWhole;
}
