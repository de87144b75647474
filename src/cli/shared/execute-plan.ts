import { applyPlan } from '../../apply/apply.js';
import { readUnknown } from '../../apply/live-comparison.js';
import { chooseExitCode } from '../../apply/result.js';
import type { Config } from '../../config/schema.js';
import { continueTouched, listTouchedBy } from '../../journal/entries.js';
import { listPrunable, openRun, type OpenRun, removeRuns } from '../../journal/journal.js';
import { findRun, readRun } from '../../journal/read-runs.js';
import { defined } from '../../model/json.js';
import type { ApplyResult, EventSink, Outcome, PageOutcome, RunEvent } from '../../model/outcome.js';
import { isEmptyPlan, type Plan } from '../../model/plan.js';
import type { RunAuthor, RunCommand, RunHead, RunRecord } from '../../model/run.js';
import { countThings } from '../../model/words.js';
import { createShownReader } from '../../plan/pages/also-publishes.js';
import { buildRollback, makeRollback } from '../../plan/rollback.js';
import { publishPages } from '../../publish/publish.js';
import { escapeTerminal } from '../../render/escape.js';
import { followRun } from '../../store/follow.js';
import type { WriteNote } from '../../store/store.js';
import type { Style } from '../../render/terminal.js';
import { collectConsents } from './consent.js';
import { describeError } from './error-report.js';
import { type CliIo, type CliStream, SYSTEM_CLOCK } from './io.js';
import { findRunPlan, getRunPlan, identifyThisProcess, isRunning } from './journal.js';
import type { ConsentOptions, TenantOptions } from './options.js';
import { chooseTextLayout } from './output.js';
import { describeContext } from './plan.js';
import { redactOutput } from './secrets.js';
import { describeAuthor, type HeldState } from './team-state.js';
import { type Tenant, withWriter } from './tenant.js';
import type { Workspace } from './workspace.js';

/**
 * Every command that writes to a tenant ends here:
 * 1. open a run: its journal records each write before it is sent
 * 2. apply the plan with the given consents, and report progress on stderr
 * 3. close the run: record the result, and the plan that would undo it
 */
export interface ExecutePlanInput {
  command: RunCommand;
  /** The run that a rollback undoes. */
  of?: string;
  plan: Plan;
  workspace: Workspace;
  held: HeldState;
  /** The command that continues after a failure. */
  resumeCommand: string;
}

export interface ExecutedPlan {
  result: ApplyResult;
  /** Undefined when there was nothing to do. */
  run?: string;
  /** For the history of the store: what else belongs to the run is written with the same note. */
  note?: WriteNote;
  exitCode: number;
}

const KEPT_RUNS = 20;

/** How many runs of an environment are kept. */
export function countKept({ runs }: Pick<Config, 'runs'>): number {
  return runs?.keep ?? KEPT_RUNS;
}

/** @throws LimioError JOURNAL_UNWRITABLE before anything is sent. */
export async function executePlan(
  io: CliIo,
  input: ExecutePlanInput,
  options: TenantOptions & ConsentOptions,
): Promise<ExecutedPlan> {
  const { plan, workspace, resumeCommand } = input;
  const { environment, config } = workspace;
  const progress = createProgress(io.stderr, chooseTextLayout(io.stderr, io, options).style);
  const batch = config.publish?.batch ?? false;
  return withWriter(io, workspace, options, async ({ api, kinds }) => {
    const run = isEmptyPlan(plan) ? undefined : await beginRun(io, input);
    try {
      announceInterrupt(io);
      const result = await applyPlan(plan, {
        api,
        drivers: kinds,
        clock: SYSTEM_CLOCK,
        emit: progress,
        consents: collectConsents(options),
        dialect: environment.dialect,
        resumeCommand,
        ...defined({ rollbackOf: input.of }),
        publishPages: (pages, context) => publishPages(pages, { ...context, batch }),
        readShown: createShownReader(api, kinds),
        signal: io.signal,
        ...(run ? { journal: run.journal } : {}),
      });
      const isRecorded = run === undefined || (await finishRun(io, run, result, input));
      const note = run && { ...describeRunNote({ ...input, by: describeAuthor(io) }, result), run: run.id };
      if (note) await pruneRuns(io, note, input);
      return {
        result,
        ...defined({ run: run?.id, note }),
        exitCode: isRecorded ? chooseExitCode(result) : chooseExitCode(result) || 1,
      };
    } finally {
      await run?.close();
    }
  });
}

async function beginRun(
  io: CliIo,
  { command, of, plan, held, workspace: { root } }: ExecutePlanInput,
): Promise<OpenRun> {
  const by = describeAuthor(io);
  const run = await openRun(root, {
    command,
    ...(of === undefined ? {} : { of }),
    plan,
    by,
    process: identifyThisProcess(),
    now: () => SYSTEM_CLOCK.now(),
    redact: redactOutput(io),
  });
  return followRun(run, {
    plan,
    clock: SYSTEM_CLOCK,
    guard: () => held.guard(),
    send: (result) => held.sendRun(run.id, describeRunNote({ command, plan, by }, result)),
  });
}

/** What cannot be removed stays. */
async function pruneRuns(io: CliIo, note: WriteNote, { of, plan, held, workspace }: ExecutePlanInput): Promise<void> {
  const { root, config } = workspace;
  try {
    const old = listPrunable(root, countKept(config), {
      isRunning,
      parsePlan: findRunPlan,
      inUse: of,
      only: held.removeRuns && { environment: plan.environment, host: plan.host },
    });
    const ids = old.map(({ id }) => id);
    await (held.removeRuns?.(ids, note) ?? removeRuns(old));
  } catch (error) {
    io.stderr.write(`Old runs were not removed. ${describeError(error).message}\n`);
  }
}

/** For the history of the store. */
function describeRunNote(
  { command, plan, by: { user, link, pullRequest } }: Pick<ExecutePlanInput, 'command' | 'plan'> & { by: RunAuthor },
  result: ApplyResult | undefined,
): Omit<WriteNote, 'run'> {
  const who = user === undefined ? '' : ` by ${user}`;
  const outcome = result ? describeSummary(result) : 'not finished';
  return {
    subject: `${command} of ${plan.environment}${who}: ${outcome}`,
    details: defined({
      Environment: plan.environment,
      Tenant: plan.host,
      User: user,
      Commit: plan.commit,
      'Pull-Request': pullRequest,
      Job: link,
      Fingerprint: plan.fingerprint,
      Result: outcome,
    }),
  };
}

function describeSummary({ summary, interrupted }: ApplyResult): string {
  const counts = (['done', 'failed', 'unverified', 'blocked', 'withheld'] as const).flatMap((name) =>
    summary[name] > 0 ? [`${summary[name]} ${name}`] : [],
  );
  const pages = summary.pagesLive > 0 ? [`${countThings(summary.pagesLive, 'page')} live`] : [];
  const owed = summary.pagesNotLive > 0 ? [`${countThings(summary.pagesNotLive, 'page')} not live`] : [];
  return [...counts, ...pages, ...owed, ...(interrupted ? ['interrupted'] : [])].join(', ') || 'nothing done';
}

/** False when the record is incomplete. The tenant is already changed, so a full disk must not hide the result. */
async function finishRun(
  io: CliIo,
  run: OpenRun,
  result: ApplyResult,
  { workspace }: ExecutePlanInput,
): Promise<boolean> {
  let isWhole = true;
  const reportFailure = (error: unknown): void => {
    isWhole = false;
    const { code, message } = describeError(error);
    io.stderr.write(`error ${code}: The record of the run ${run.id} is incomplete: ${message}\n`);
  };
  let rollback: Plan | undefined;
  try {
    rollback = planRollback(workspace, findRun(workspace.root, { name: run.id }, isRunning));
  } catch (error) {
    reportFailure(error);
  }
  await run.finish(result, rollback).catch(reportFailure);
  return isWhole;
}

/** The plan that restores what the journal of a run saved. @throws LimioError PLAN_*, RUN_NOT_FOUND. */
function planRollback(workspace: Workspace, record: RunRecord): Plan {
  const touched = listTouchedBy(record);
  return buildRollback({ id: record.id, plan: getRunPlan(record), touched }, describeContext(workspace));
}

/**
 * The same as the tenant is now: from what the run left, and what earlier rollbacks of it left in between, with what
 * else its pages would make live and where its journeys lead back to.
 */
export async function planUndo(
  { reader, kinds }: Tenant,
  workspace: Workspace,
  run: RunRecord,
  earlier: readonly RunHead[],
): Promise<Plan> {
  const attempts = earlier.map(({ folder }) => readRun(workspace.root, folder, isRunning).entries);
  const touched = continueTouched(listTouchedBy(run), attempts);
  const plan = getRunPlan(run);
  const known = await readUnknown(plan, touched, reader, kinds);
  return makeRollback(reader, { id: run.id, plan, touched: known }, describeContext(workspace));
}

/** Explains after Ctrl-C why the program does not stop at once. */
export function announceInterrupt({ signal, stderr }: CliIo): void {
  const announce = (): void => {
    // At a terminal the cursor is behind the live line and the echo of Ctrl-C.
    stderr.write(
      `${stderr.isTTY === true ? '\n' : ''}Interrupted: finishing and verifying the request in flight. ` +
        'Interrupt again to stop at once; the next run then reports what happened.\n',
    );
  };
  signal.addEventListener('abort', announce, { once: true });
}

const PHASES: Record<Extract<RunEvent, { type: 'phase' }>['phase'], string> = {
  catalog: 'Catalog items',
  publish: 'Build and publish',
  'promo-codes': 'Promo codes',
  journeys: 'Journeys',
  deletes: 'Deletions',
};

/** One line for each finished step; at a terminal also a live line for the step in progress. */
function createProgress(out: CliStream, style: Style): EventSink {
  const counter = { done: 0, total: 0 };
  let live = false;
  const clear = (): void => {
    if (live) out.write('\r\u001B[2K');
    live = false;
  };
  const print = (line: string): void => {
    clear();
    out.write(`${line}\n`);
  };
  const printLive = (line: string): void => {
    if (out.isTTY !== true) return;
    clear();
    out.write(line.slice(0, 79));
    live = true;
  };
  return (event) => {
    switch (event.type) {
      case 'phase':
        counter.done = 0;
        counter.total = event.total;
        return print(style.bold(`${PHASES[event.phase]} (${event.total})`));
      case 'change-start':
        return printLive(`  ... ${escapeTerminal(event.address)}`);
      case 'change-end':
        // Withheld changes are known before the first phase and count in none.
        if (event.outcome.status === 'withheld') return print(`  ${describeOutcome(event.outcome)}`);
        counter.done += 1;
        return print(`  [${counter.done}/${counter.total}] ${describeOutcome(event.outcome)}`);
      case 'build-start':
        return printLive(`  ... building ${escapeTerminal(event.page)}`);
      case 'publish-attempt':
        return printLive(
          `  ... publishing ${escapeTerminal(event.page)}, attempt ${event.attempt} of ${event.attempts}`,
        );
      case 'page-end':
        return print(`  ${describePage(event.outcome)}`);
    }
  };
}

function describeOutcome({ status, action, address, error }: Outcome): string {
  return `${status}: ${action} ${escapeTerminal(address)}${error ? ` (${error.code})` : ''}`;
}

function describePage({ status, path, route }: PageOutcome): string {
  return `${status}: ${escapeTerminal(path)}${route === undefined ? '' : ` at ${escapeTerminal(route)}`}`;
}
