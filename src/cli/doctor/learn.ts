import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { mergeLearned, writeLearnedDialect } from '../../config/learned-dialects.js';
import { dialectSchema } from '../../config/schema.js';
import { createItemTrial } from '../../doctor/learn/item-trial.js';
import {
  type CanaryFinding,
  type CanaryTrial,
  journalProbe,
  type Learned,
  learnReads,
  runTrial,
} from '../../doctor/learn/learn.js';
import { createJourneyTrial, createPromoCodeTrial } from '../../doctor/learn/live-trials.js';
import { makeLearnReport, makeLearnResult, nameSavedFile, nestSettings, toOutcome } from '../../doctor/learn/report.js';
import { LimioError } from '../../errors/errors.js';
import { nameRunsFolder, writeFileSafely } from '../../journal/files.js';
import { openRun, type OpenRun } from '../../journal/journal.js';
import { listRuns } from '../../journal/read-runs.js';
import { makePromoCodeId } from '../../kinds/promo-code/promo-code.js';
import { isCatalogKind } from '../../model/address.js';
import type { DialectProbe } from '../../model/doctor.js';
import { dropUndefined, getOwn, isJsonObject, type Json } from '../../model/json.js';
import { isDefaultStart } from '../../plan/compare.js';
import { hashDesired } from '../../plan/fingerprint.js';
import { buildPublishPlan } from '../../plan/publish-plan.js';
import { renderLearnPreview, renderLearnText } from '../../render/doctor.js';
import { confirm } from '../shared/consent.js';
import { refuseUsage } from '../shared/error-report.js';
import { announceInterrupt } from '../shared/execute-plan.js';
import { type CliIo, formatNow, SYSTEM_CLOCK } from '../shared/io.js';
import { identifyThisProcess, isRunning } from '../shared/journal.js';
import { withLock } from '../shared/lock.js';
import { chooseTextLayout, printResult } from '../shared/output.js';
import { describeContext } from '../shared/plan.js';
import { redactOutput } from '../shared/secrets.js';
import { withDialectProbe } from '../shared/tenant.js';
import { loadWorkspace, type Workspace } from '../shared/workspace.js';
import { type Canary, checkLearningAllowed, parseCanaries } from './canaries.js';
import type { DoctorOptions } from './doctor.js';

/** A canary with its trial and the value to restore afterwards. */
interface PreparedCanary {
  canary: Canary;
  trial: CanaryTrial;
  saved: Json;
  /** The crashed run that saved the value. */
  resumes?: string;
}

/** What the probes of a run share: they are made before its journal is open. */
interface LearnControl {
  journal?: OpenRun['journal'];
  restoring: boolean;
  numbers: { last: number };
}

/**
 * `doctor --learn`: learns by writing to test objects, in four stages:
 * 1. check that learning is allowed, and read each object (`prepareCanary`)
 * 2. show what will be tried, and ask
 * 3. save each object, try the writes, and restore it (`learn`)
 * 4. write the settings to `dialects/<environment>.json`, and report
 */
export async function runDoctorLearn(io: CliIo, options: DoctorOptions): Promise<number> {
  const canaries = parseCanaries(options.canary);
  const workspace = await loadWorkspace(io, options);
  checkLearningAllowed(workspace.environment, canaries, SYSTEM_CLOCK.now());
  return withLock(io, 'doctor', workspace, options, () =>
    withDialectProbe(io, workspace, options, async (probe) => {
      const control: LearnControl = { restoring: false, numbers: { last: 0 } };
      const prepared: PreparedCanary[] = [];
      for (const canary of canaries) prepared.push(await prepareCanary(canary, probe, workspace, control));
      showPreview(io, workspace, prepared, options);
      const { name, host } = workspace.environment;
      await confirm(io, `Try this on ${name} (${host})?`, options, 'To skip the confirmation, add --yes');
      return learn(io, workspace, probe, prepared, control, options);
    }),
  );
}

async function prepareCanary(
  canary: Canary,
  probe: DialectProbe,
  workspace: Workspace,
  control: LearnControl,
): Promise<PreparedCanary> {
  const marker = `limio-sync trial ${formatNow().slice(0, 19)}Z`;
  const journaled = journalProbe(
    probe,
    () => control.journal,
    control.numbers,
    canary.address,
    () => control.restoring,
  );
  const trial = await createTrial(canary, journaled, marker);
  const live = await trial.read();
  if (live === undefined) throw refuseMissing(canary);
  if (canary.kind === 'journey' && isJsonObject(live) && isDefaultStart(live))
    throw refuseUsage(
      `${canary.address} starts at /default/ and routes all root traffic, so limio-sync does not test on it.`,
      'Name a journey that no visitor reaches.',
    );
  const crashed = findCrashedSave(workspace, canary);
  const differences = crashed ? trial.listDifferences(crashed.saved, live) : [];
  // Any other difference is a later change of somebody else, which must survive.
  return crashed && differences.length > 0 && differences.every((pointer) => trial.isOurs(crashed.saved, pointer))
    ? { canary, trial, saved: crashed.saved, resumes: crashed.run }
    : { canary, trial, saved: live };
}

async function createTrial({ kind, address, name }: Canary, probe: DialectProbe, marker: string): Promise<CanaryTrial> {
  if (isCatalogKind(kind)) return createItemTrial(address, name, probe, marker);
  if (kind === 'journey') return createJourneyTrial(address, name, probe);
  const listed = (await probe.listPromoCodes()).items.find(
    ({ id }) => id.toUpperCase() === makePromoCodeId(name).toUpperCase(),
  );
  const record = await probe.readPromoCode(listed?.id ?? makePromoCodeId(name));
  return createPromoCodeTrial(address, { id: record?.id ?? makePromoCodeId(name), name: record?.name ?? name }, probe);
}

function showPreview(
  io: CliIo,
  { environment: { name, host } }: Workspace,
  prepared: readonly PreparedCanary[],
  options: DoctorOptions,
): void {
  const stream = options.format === 'json' ? io.stderr : io.stdout;
  const { style, width } = chooseTextLayout(stream, io, options);
  const canaries = prepared.map(({ canary: { address }, trial, saved, resumes }) => ({
    address,
    ...trial.describe(saved),
    ...dropUndefined({ resumes }),
  }));
  stream.write(`${renderLearnPreview({ environment: name, host, canaries }, style, width)}\n`);
}

async function learn(
  io: CliIo,
  workspace: Workspace,
  probe: DialectProbe,
  prepared: readonly PreparedCanary[],
  control: LearnControl,
  options: DoctorOptions,
): Promise<number> {
  const { root, environment, ownDialect } = workspace;
  const plan = buildPublishPlan({ pages: [], filesHash: hashDesired([]) }, describeContext(workspace));
  const run = await openRun(root, {
    command: 'doctor',
    plan,
    process: identifyThisProcess(),
    now: () => SYSTEM_CLOCK.now(),
    redact: redactOutput(io),
  });
  try {
    for (const { canary, saved } of prepared) {
      // Not redacted, because the object is restored from it. Git ignores the folder.
      const save = join(nameRunsFolder(root), run.id, nameSavedFile(canary.kind));
      writeFileSafely(root, save, `${JSON.stringify(saved, null, 2)}\n`);
      await run.journal.record({ step: 'before', address: canary.address, live: { body: toBody(saved) } });
    }
    control.journal = run.journal;
    announceInterrupt(io);
    const learned: Learned[] = await learnReads(probe);
    const findings: CanaryFinding[] = [];
    for (const { trial, saved } of prepared) {
      control.restoring = false;
      const finding = await runTrial(trial, saved, {
        isStopped: () => io.signal.aborted,
        onRestore: () => (control.restoring = true),
      });
      findings.push(finding);
      // A full disk must not keep the next object from being tried and restored.
      await run.journal.record({ step: 'outcome', outcome: toOutcome(finding) }).catch(() => undefined);
    }
    learned.push(...findings.flatMap((finding) => finding.learned));
    const { name, host } = environment;
    const outcome = { environment: name, host, findings, interrupted: io.signal.aborted };
    await run.finish(makeLearnResult({ ...outcome, fingerprint: plan.fingerprint }), undefined);
    // As JSON: `key: undefined` in limio.config sets nothing.
    const own: Json = JSON.parse(JSON.stringify(ownDialect ?? {}));
    const report = makeLearnReport({ ...outcome, run: run.id, learned, ownDialect: own });
    if (learned.length > 0) report.file = saveLearned(workspace, learned);
    printResult(io, options, report, ({ style, width }) => renderLearnText(report, style, width));
    return io.signal.aborted ? 130 : report.canaries.every(({ restored }) => restored) ? 0 : 6;
  } finally {
    await run.close();
  }
}

function saveLearned({ root, environment: { name, host }, learned: known }: Workspace, learned: Learned[]): string {
  const dialect = dialectSchema.parse(nestSettings(learned));
  return writeLearnedDialect(
    root,
    name,
    mergeLearned(known, { host, at: formatNow(), dialect, evidence: learned }),
    writeFileSafely,
  );
}

/** An object in the form that the journal keeps. */
function toBody(saved: Json): Record<string, Json> {
  const data = isJsonObject(saved) ? getOwn(saved, 'data') : undefined;
  if (isJsonObject(data)) return { attributes: getOwn(data, 'attributes') ?? {} };
  return isJsonObject(saved) ? saved : {};
}

/** What the last run of doctor in this environment saved of the object, if it crashed. */
function findCrashedSave({ root, environment }: Workspace, canary: Canary): { run: string; saved: Json } | undefined {
  const last = listRuns(root, isRunning).findLast(
    ({ start }) =>
      start?.command === 'doctor' && start.environment === environment.name && start.host === environment.host,
  );
  if (last?.state !== 'crashed') return undefined;
  try {
    const saved: Json = JSON.parse(readFileSync(join(last.folder, nameSavedFile(canary.kind)), 'utf8'));
    return { run: last.id, saved };
  } catch {
    return undefined;
  }
}

function refuseMissing({ address, kind }: Canary): LimioError {
  const what = kind === 'journey' ? 'a journey' : kind === 'promo_code' ? 'a promo code' : 'an item';
  return new LimioError({
    code: 'ITEM_NOT_FOUND',
    message: `The tenant has no ${address}.`,
    hint: `Create ${what} with this name in the web app, or name another object with --canary.`,
  });
}
