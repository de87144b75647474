import { countThings } from '../model/words.js';
import type {
  DoctorReport,
  FindingStatus,
  JourneyGuideDocument,
  LearnedJourneyCodec,
  LearnReport,
} from '../model/doctor.js';
import type { Json } from '../model/json.js';
import { escapeTenant, escapeTerminal } from './escape.js';
import type { Style } from './terminal.js';
import { joinBlocks } from './render.js';

/* `doctor`, `doctor --learn` (preview and result) and `doctor --learn-journeys` (guide and result), for a terminal. */

const ORDER: readonly FindingStatus[] = ['problem', 'warning', 'unknown', 'ok'];
const INDENT = ' '.repeat(9);

/** The worst first. */
export function renderDoctorText(report: DoctorReport, style: Style, width = 80): string {
  const { summary, checks, credentials } = report;
  const counts = [
    ...(summary.problem > 0 ? [countThings(summary.problem, 'problem')] : []),
    ...(summary.warning > 0 ? [countThings(summary.warning, 'warning')] : []),
    ...(summary.unknown > 0 ? [`${summary.unknown} unknown`] : []),
    `${summary.ok} ok`,
  ].join(', ');
  const sorted = ORDER.flatMap((status) => checks.filter((check) => check.status === status));
  const blocks = [
    style.bold(`Doctor for ${escapeTenant(report)}: ${counts}`) +
      (credentials === undefined ? '' : `\nCredentials from ${escapeTerminal(credentials)}`),
    ...sorted.map((check) => renderCheck(check, style)),
  ];
  return joinBlocks(blocks, width);
}

function renderCheck(
  { title, status, message, evidence, advice }: DoctorReport['checks'][number],
  style: Style,
): string {
  const paint = status === 'ok' ? style.added : status === 'problem' ? style.removed : style.changed;
  return [
    `${paint(status.padEnd(INDENT.length))}${style.bold(title)}`,
    `${INDENT}${escapeTerminal(message)}`,
    ...evidence.map((line) => `${INDENT}${style.dim(escapeTerminal(line))}`),
    ...(advice === undefined ? [] : [`${INDENT}-> ${escapeTerminal(advice)}`]),
  ].join('\n');
}

/** What `doctor --learn` is about to do. */
export interface LearnPreview {
  environment: string;
  host: string;
  canaries: {
    address: string;
    steps: readonly string[];
    mayStay: readonly string[];
    /** The run that crashed and left it changed. */
    resumes?: string;
  }[];
}

export function renderLearnPreview(preview: LearnPreview, style: Style, width = 80): string {
  const blocks = preview.canaries.map(({ address, steps, mayStay, resumes }) =>
    [
      style.bold(escapeTerminal(address)),
      ...(resumes === undefined
        ? []
        : [
            `  changed by the crashed run ${escapeTerminal(resumes)}; its values from before that run will be restored`,
          ]),
      ...steps.map((step) => `  ${escapeTerminal(step)}`),
      ...mayStay.map((line) => `  may remain: ${escapeTerminal(line)}`),
    ].join('\n'),
  );
  const head = style.bold(
    `To learn the dialect of ${escapeTenant(preview)}, these writes are tried, read back and undone:`,
  );
  const foot =
    'Nothing is built or published. Each object is saved first and compared with its saved values at the end.';
  return joinBlocks([head, ...blocks, foot], width);
}

export function renderLearnText(report: LearnReport, style: Style, width = 80): string {
  const { learned, notLearned, canaries, file, interrupted } = report;
  const count = countThings(learned.length, 'setting');
  const head = style.bold(`${interrupted ? 'Interrupted; learned' : 'Learned'} from ${escapeTenant(report)}: ${count}`);
  const blocks = [
    head,
    learned.map((one) => renderLearned(one, style)).join('\n'),
    notLearned
      .map(({ setting, reason }) => `${style.changed(`${setting} not learned`)}: ${escapeTerminal(reason)}`)
      .join('\n'),
    canaries.map((canary) => renderCanary(canary, style)).join('\n'),
    file === undefined ? '' : `Written to ${escapeTerminal(file)}; commit it. limio.config takes precedence.`,
  ];
  return joinBlocks(blocks, width);
}

function renderLearned({ setting, value, how, overriddenBy }: LearnReport['learned'][number], style: Style): string {
  const overridden: string[] = [];
  if (overriddenBy !== undefined) {
    const text = `limio.config has ${showValue(overriddenBy)}, which takes precedence: remove it there`;
    overridden.push(`    ${style.changed(text)}`);
  }
  return [style.added(`${setting} = ${showValue(value)}`), `    ${style.dim(escapeTerminal(how))}`, ...overridden].join(
    '\n',
  );
}

function renderCanary(
  { address, restored, notRestored, changedByOthers, savedFile, failure }: LearnReport['canaries'][number],
  style: Style,
): string {
  const where = notRestored.map(escapeTerminal).join(', ');
  const lines = [
    restored
      ? `${style.added('restored')}  ${escapeTerminal(address)}, verified`
      : `${style.removed('CANARY_NOT_RESTORED')} ${escapeTerminal(address)} differs from its saved values at ${where}`,
    ...(failure === undefined ? [] : [`    ${escapeTerminal(failure)}`]),
    ...(changedByOthers.length > 0
      ? [`    changed by somebody else meanwhile, not restored: ${changedByOthers.map(escapeTerminal).join(', ')}`]
      : []),
    ...(restored
      ? []
      : [
          `    saved values: ${escapeTerminal(savedFile)}`,
          '    restore them in the web app, or run the same command again',
        ]),
  ];
  return lines.join('\n');
}

function showValue(value: Json): string {
  return escapeTerminal(typeof value === 'string' ? value : JSON.stringify(value));
}

/** The journey to build in the web app. */
export function renderGuideText(guide: JourneyGuideDocument, style: Style, width = 80): string {
  const { journey, branches, destinations, skipped } = guide;
  const [first, second] = destinations.map(escapeTerminal);
  const to = first === undefined ? '' : `  -> ${first}, 100 %`;
  const steps = branches.map(
    ({ title, ask }, i) => `${String(i + 1).padStart(4)}. ${style.bold(title)}: ${escapeTerminal(ask)}${to}`,
  );
  const test =
    second === undefined
      ? []
      : [`${String(branches.length + 1).padStart(4)}. no condition  -> ${first}, 30 %, and ${second}, 70 %`];
  const blocks = [
    style.bold(
      `There is no journey ${escapeTerminal(journey)} in ${escapeTenant(guide)}. Build it once in the web app:`,
    ),
    'Start it at a tag that nobody visits, never at /default/: a journey is live when it is saved. ' +
      'Make one branch for each line, with exactly these values and no other condition. Where only one of two ' +
      'values can be chosen, choose the first. Skip what the web app does not offer.',
    [...steps, ...test].join('\n'),
    skipped
      .map(
        ({ type, reason }) =>
          `${style.changed(`cannot be learned: ${escapeTerminal(type)}`)}, because ${escapeTerminal(reason)}`,
      )
      .join('\n'),
    'Then run the same command again. It writes nothing to the tenant. Afterwards you can delete the journey.',
  ];
  return joinBlocks(blocks, width);
}

export function renderLearnedCodecText(report: LearnedJourneyCodec, style: Style, width = 80): string {
  const { journey, file, learned, notLearned, proof, overridden } = report;
  const count = learned.length + notLearned.length;
  const blocks = [
    style.bold(
      `Learned from ${escapeTerminal(journey)} of ${escapeTenant(report)}: ${learned.length} of ${count} types`,
    ),
    learned
      .map(({ type, template }) => `${style.added(type)}\n    ${style.dim(escapeTerminal(JSON.stringify(template)))}`)
      .join('\n'),
    notLearned
      .map(({ type, reason }) => `${style.changed(`${escapeTerminal(type)} not learned`)}: ${escapeTerminal(reason)}`)
      .join('\n'),
    `Verified with ${countThings(proof.journeys, 'journey')}: ${proof.typed} of ${proof.elements} conditions and ` +
      'actions decode, and all encode back to the same JSON.',
    overridden
      ? style.changed('limio.config has journeyCodec: "assumed", which takes precedence: remove it there.')
      : '',
    file === undefined ? '' : `Written to ${escapeTerminal(file)}; review the templates and commit it.`,
  ];
  return joinBlocks(blocks, width);
}
