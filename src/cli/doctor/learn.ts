import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { mergeLearned, writeLearnedDialect } from '../../config/learned-dialects.js';
import { createItemTrial } from '../../doctor/learn/item-trial.js';
import { type CanaryFinding, journalProbe, type Learned, runTrial, type Trial } from '../../doctor/learn/learn.js';
import { createJourneyTrial, createPromoCodeTrial } from '../../doctor/learn/live-trials.js';
import { learnReads } from '../../doctor/learn/reads.js';
import { makeLearnReport, makeLearnResult, nameSave, nestSettings, toOutcome } from '../../doctor/learn/report.js';
import { LimioError } from '../../errors/errors.js';
import { createRedactor } from '../../errors/redact.js';
import { nameRunsFolder, writeFileSafely } from '../../journal/files.js';
import { openRun, type OpenRun } from '../../journal/journal.js';
import { listRuns } from '../../journal/read-runs.js';
import { makePromoCodeId } from '../../kinds/promo-code/promo-code.js';
import { isCatalogKind } from '../../model/address.js';
import { getOwn, isJsonObject, type Json } from '../../model/json.js';
import type { DialectProbe } from '../../model/probes.js';
import { isDefaultStart } from '../../plan/compare.js';
import { hashDesired } from '../../plan/fingerprint.js';
import { buildPublishPlan } from '../../plan/publish-plan.js';
import { renderLearnPreview, renderLearnText } from '../../render/doctor.js';
import { announceInterrupt } from '../shared/carry-out.js';
import { askYes } from '../shared/consent.js';
import { type CliIo, type CommonOptions, SYSTEM_CLOCK } from '../shared/io.js';
import { identifyThisProcess, isRunning } from '../shared/journal.js';
import { tellCrashes, withLock } from '../shared/lock.js';
import { chooseTextOptions, formatJson } from '../shared/output.js';
import { describeContext } from '../shared/plan.js';
import { listSecrets } from '../shared/secrets.js';
import { openDialectProbe } from '../shared/tenant.js';
import { loadWorkspace, type Workspace } from '../shared/workspace.js';
import { type Canary, parseCanaries, refuseLearning } from './canaries.js';

export interface DoctorLearnOptions extends CommonOptions {
  env?: string;
  canary: readonly string[];
  yes?: boolean;
}

/** A canary with its trial and the object as it shall be afterwards. */
interface Prepared {
  canary: Canary;
  trial: Trial;
  saved: Json;
  /** The crashed run of which `saved` is taken. */
  resumes?: string;
}

interface Control {
  journal?: OpenRun['journal'];
  restoring: boolean;
  numbers: { last: number };
}

/** Learns by writing to objects that nobody needs, and puts them back. */
export async function runDoctorLearn(io: CliIo, options: DoctorLearnOptions): Promise<number> {
  const canaries = parseCanaries(options.canary);
  return withLock(io, 'doctor', async (enter) => {
    const workspace = await loadWorkspace(io, options);
    refuseLearning(workspace.environment, canaries, SYSTEM_CLOCK.now());
    enter(workspace);
    await tellCrashes(io, workspace, options);
    const probe = await openDialectProbe(io, workspace, options);
    try {
      const control: Control = { restoring: false, numbers: { last: 0 } };
      const prepared: Prepared[] = [];
      for (const canary of canaries) prepared.push(await prepare(canary, probe, workspace, control));
      showPreview(io, workspace, prepared, options);
      await requireYes(io, workspace, options);
      return await learn(io, workspace, probe, prepared, control, options);
    } finally {
      await probe.close();
    }
  });
}

async function prepare(canary: Canary, probe: DialectProbe, workspace: Workspace, control: Control): Promise<Prepared> {
  const marker = `limio-sync trial ${new Date(SYSTEM_CLOCK.now()).toISOString().slice(0, 19)}Z`;
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
  if (canary.kind === 'journey' && isJsonObject(live) && isDefaultStart(live)) {
    throw new LimioError({
      code: 'USAGE',
      message: `${canary.address} starts at /default/: it moves all root traffic, so nothing is tried on it.`,
      hint: 'Name a journey that nobody meets.',
    });
  }
  const crashed = findCrashedSave(workspace, canary);
  const differences = crashed ? trial.listDifferences(crashed.saved, live) : [];
  // What else differs was changed by somebody since, who must not lose it.
  return crashed && differences.length > 0 && differences.every((pointer) => trial.isOurs(crashed.saved, pointer))
    ? { canary, trial, saved: crashed.saved, resumes: crashed.run }
    : { canary, trial, saved: live };
}

async function createTrial({ kind, address, name }: Canary, probe: DialectProbe, marker: string): Promise<Trial> {
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
  prepared: readonly Prepared[],
  options: DoctorLearnOptions,
): void {
  const stream = options.format === 'json' ? io.stderr : io.stdout;
  const { style, width } = chooseTextOptions(stream, io, options);
  const canaries = prepared.map(({ canary: { address }, trial, saved, resumes }) => ({
    address,
    ...trial.describe(saved),
    ...(resumes === undefined ? {} : { resumes }),
  }));
  stream.write(`${renderLearnPreview({ environment: name, host, canaries }, style, width)}\n`);
}

async function requireYes(
  io: CliIo,
  { environment: { name, host } }: Workspace,
  options: DoctorLearnOptions,
): Promise<void> {
  if (options.yes === true) return;
  if (io.stdin.isTTY !== true)
    throw new LimioError({
      code: 'CONSENT_REQUIRED',
      message: 'There is no terminal to ask at; nothing was written.',
      hint: 'To try without a question, add --yes',
    });
  if (!(await askYes(io, `Try this on ${name} (${host})?`)))
    throw new LimioError({ code: 'CONSENT_REQUIRED', message: 'You did not say yes; nothing was written.' });
}

async function learn(
  io: CliIo,
  workspace: Workspace,
  probe: DialectProbe,
  prepared: readonly Prepared[],
  control: Control,
  options: DoctorLearnOptions,
): Promise<number> {
  const { root, environment } = workspace;
  const plan = buildPublishPlan({ pages: [], filesHash: hashDesired([]) }, describeContext(workspace));
  const redact = createRedactor(listSecrets(io.env));
  const run = await openRun(root, {
    command: 'doctor',
    plan,
    process: identifyThisProcess(),
    now: () => SYSTEM_CLOCK.now(),
    redact,
  });
  try {
    const folder = join(nameRunsFolder(root), run.id);
    for (const { canary, saved } of prepared) {
      // Not redacted: it is what the object is put back to. The folder is ignored by git.
      writeFileSafely(join(folder, nameSave(canary.kind)), `${JSON.stringify(saved, null, 2)}\n`);
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
      await run.journal.record({ step: 'outcome', outcome: toOutcome(finding) }).catch(() => undefined);
    }
    learned.push(...findings.flatMap((finding) => finding.learned));
    const outcome = { environment: environment.name, host: environment.host, findings, interrupted: io.signal.aborted };
    await run.finish(makeLearnResult({ ...outcome, fingerprint: plan.fingerprint }), undefined);
    const report = makeLearnReport({ ...outcome, run: run.id, learned, ownDialect: workspace.ownDialect });
    if (learned.length > 0) {
      const at = new Date(SYSTEM_CLOCK.now()).toISOString();
      report.file = writeLearnedDialect(
        root,
        environment.name,
        mergeLearned(workspace.learned, {
          host: environment.host,
          at,
          dialect: nestSettings(learned),
          evidence: learned,
        }),
      );
    }
    const { style, width } = chooseTextOptions(io.stdout, io, options);
    io.stdout.write(options.format === 'json' ? formatJson(report) : renderLearnText(report, style, width));
    return io.signal.aborted ? 130 : report.canaries.every(({ restored }) => restored) ? 0 : 6;
  } finally {
    await run.close();
  }
}

/** The shape in which the journal keeps an object of its kind. */
function toBody(saved: Json): Record<string, Json> {
  const data = isJsonObject(saved) ? getOwn(saved, 'data') : undefined;
  if (isJsonObject(data)) return { attributes: getOwn(data, 'attributes') ?? {} };
  return isJsonObject(saved) ? saved : {};
}

/** What the last trial of the environment saved of this object, if that run crashed. */
function findCrashedSave({ root, environment }: Workspace, canary: Canary): { run: string; saved: Json } | undefined {
  const last = listRuns(root, isRunning).findLast(
    ({ start }) =>
      start?.command === 'doctor' && start.environment === environment.name && start.host === environment.host,
  );
  if (last?.state !== 'crashed') return undefined;
  try {
    return { run: last.id, saved: JSON.parse(readFileSync(join(last.folder, nameSave(canary.kind)), 'utf8')) as Json };
  } catch {
    return undefined;
  }
}

function refuseMissing({ address, kind }: Canary): LimioError {
  return new LimioError({
    code: 'ITEM_NOT_FOUND',
    message: `The tenant has no ${address} to try on.`,
    hint: `Create ${kind === 'journey' ? 'a journey' : kind === 'promo_code' ? 'a promo code' : 'an item'} of that name in the web app, or name another with --canary.`,
  });
}
