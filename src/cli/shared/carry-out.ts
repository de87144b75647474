import { applyPlan } from '../../apply/apply.js';
import { chooseExitCode } from '../../apply/result.js';
import { createRedactor } from '../../errors/redact.js';
import { listTouched } from '../../journal/entries.js';
import { openRun, type OpenRun, pruneRuns } from '../../journal/journal.js';
import { findRun } from '../../journal/read-runs.js';
import { createKindRules } from '../../kinds/kinds.js';
import { hideInKinds } from '../../kinds/secrets/hide-in-kinds.js';
import { revealSecrets } from '../../kinds/secrets/secrets.js';
import type { ApplyResult, EventSink, Outcome, PageOutcome, RunEvent } from '../../model/outcome.js';
import type { Plan } from '../../model/plan.js';
import type { RunCommand, RunRecord } from '../../model/run.js';
import { buildRollback } from '../../plan/rollback.js';
import { publishPages } from '../../publish/publish.js';
import { escapeTerminal } from '../../render/escape.js';
import { chooseStyle, type Style } from '../../render/terminal.js';
import { collectConsents, type ConsentOptions } from './consent.js';
import { describeError } from './error-report.js';
import { type CliIo, type CommonOptions, SYSTEM_CLOCK } from './io.js';
import { findRunPlan, getRunPlan, identifyThisProcess, isRunning } from './journal.js';
import { chooseColour } from './output.js';
import { describeContext } from './plan.js';
import { listSecrets } from './secrets.js';
import { openClient } from './tenant.js';
import type { Workspace } from './workspace.js';

export interface CarryOutOptions extends CommonOptions, ConsentOptions {}

/** What is written down, and how. */
export interface CarryOutRequest {
  command: RunCommand;
  /** For a rollback: the run that it takes back. */
  of?: string;
  plan: Plan;
  workspace: Workspace;
  /** The command to type to go on after a failure. */
  resumeCommand: string;
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
  const { plan, workspace, resumeCommand } = request;
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
        resumeCommand,
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

/** The plan that takes a run back, made from what its journal saved. @throws LimioError PLAN_*, RUN_NOT_FOUND. */
export function planRollback(workspace: Workspace, record: RunRecord): Plan {
  const { id, entries } = record;
  return buildRollback({ id, plan: getRunPlan(record), touched: listTouched(entries) }, describeContext(workspace));
}

/** Tells who presses Ctrl-C during an apply why the program does not end at once. */
export function announceInterrupt({ signal, stderr }: CliIo): void {
  const say = (): void => {
    // At a terminal the cursor stands behind the live line and the echo of Ctrl-C.
    stderr.write(
      `${stderr.isTTY === true ? '\n' : ''}Interrupted: what is in flight is finished and read back. Interrupt again to end at once; the next run then says what became of it.\n`,
    );
  };
  signal.addEventListener('abort', say, { once: true });
}

type Sink = { write(text: string): unknown; isTTY?: boolean };

const PHASES: Record<Extract<RunEvent, { type: 'phase' }>['phase'], string> = {
  catalog: 'Catalog items',
  publish: 'Build and publish',
  'promo-codes': 'Promo codes',
  journeys: 'Journeys',
  deletes: 'Deletions',
};

/** Progress on stderr: a line per finished step, and at a terminal one live line for what is waited for. */
export function createProgress(out: Sink, style: Style): EventSink {
  const counter = { done: 0, total: 0 };
  let live = false;
  const clear = (): void => {
    if (live) out.write('\r\u001B[2K');
    live = false;
  };
  const say = (line: string): void => {
    clear();
    out.write(`${line}\n`);
  };
  const wait = (line: string): void => {
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
        return say(style.bold(`${PHASES[event.phase]} (${event.total})`));
      case 'change-start':
        return wait(`  ... ${escapeTerminal(event.address)}`);
      case 'change-end':
        // What is withheld is known before the first phase and counts in none.
        if (event.outcome.status === 'withheld') return say(`  ${describeOutcome(event.outcome)}`);
        counter.done += 1;
        return say(`  [${counter.done}/${counter.total}] ${describeOutcome(event.outcome)}`);
      case 'build-start':
        return wait(`  ... building ${escapeTerminal(event.page)}`);
      case 'publish-attempt':
        return wait(`  ... publishing ${escapeTerminal(event.page)}, attempt ${event.attempt} of ${event.attempts}`);
      case 'page-end':
        return say(`  ${describePage(event.outcome)}`);
    }
  };
}

function describeOutcome({ status, action, address, error }: Outcome): string {
  return `${status}: ${action} ${escapeTerminal(address)}${error ? ` (${error.code})` : ''}`;
}

function describePage({ status, path, route }: PageOutcome): string {
  return `${status}: ${escapeTerminal(path)}${route === undefined ? '' : ` at ${escapeTerminal(route)}`}`;
}
