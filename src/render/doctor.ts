import { countThings } from '../model/words.js';
import type {
  DoctorReport,
  FindingStatus,
  JourneyGuideDocument,
  LearnedJourneyCodec,
  LearnReport,
} from '../model/doctor.js';
import type { Json } from '../model/json.js';
import { escapeTerminal } from './escape.js';
import type { Style } from './terminal.js';
import { wrapText } from './wrap.js';

const ORDER: readonly FindingStatus[] = ['problem', 'warning', 'unknown', 'ok'];

const INDENT = ' '.repeat(9);

/** What doctor found, the worst first, in lines of at most `width` columns. */
export function renderDoctorText(report: DoctorReport, style: Style, width = 80): string {
  const { environment, host, summary, checks } = report;
  const counts = [
    ...(summary.problem > 0 ? [countThings(summary.problem, 'problem')] : []),
    ...(summary.warning > 0 ? [countThings(summary.warning, 'warning')] : []),
    ...(summary.unknown > 0 ? [`${summary.unknown} not known`] : []),
    `${summary.ok} ok`,
  ].join(', ');
  const sorted = ORDER.flatMap((status) => checks.filter((check) => check.status === status));
  const blocks = [
    style.bold(`Doctor for ${escapeTerminal(environment)} (${escapeTerminal(host)}): ${counts}`),
    ...sorted.map((check) => renderCheck(check, style)),
  ];
  return wrapText(`${blocks.join('\n\n')}\n`, width);
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
    /** It is still as a run that crashed left it. */ resumes?: string;
  }[];
}

export function renderLearnPreview({ environment, host, canaries }: LearnPreview, style: Style, width = 80): string {
  const blocks = canaries.map(({ address, steps, mayStay, resumes }) =>
    [
      style.bold(escapeTerminal(address)),
      ...(resumes === undefined
        ? []
        : [`  it is as the run ${escapeTerminal(resumes)} left it; afterwards it will be as before that run`]),
      ...steps.map((step) => `  ${escapeTerminal(step)}`),
      ...mayStay.map((line) => `  may stay behind: ${escapeTerminal(line)}`),
    ].join('\n'),
  );
  const head = style.bold(
    `To learn the dialect of ${escapeTerminal(environment)} (${escapeTerminal(host)}), this will be tried, read back and undone:`,
  );
  const foot = 'Nothing is built or published. Each object is saved first, and compared with that at the end.';
  return wrapText(`${[head, ...blocks, foot].join('\n\n')}\n`, width);
}

export function renderLearnText(report: LearnReport, style: Style, width = 80): string {
  const { environment, host, learned, notLearned, canaries, file, interrupted } = report;
  const head = style.bold(
    `${interrupted ? 'Interrupted; learned' : 'Learned'} of ${escapeTerminal(environment)} (${escapeTerminal(host)}): ${learned.length} settings`,
  );
  const blocks = [
    head,
    learned.map((one) => renderLearned(one, style)).join('\n'),
    notLearned
      .map(({ setting, why }) => `${style.changed(`${setting} not learned`)}: ${escapeTerminal(why)}`)
      .join('\n'),
    canaries.map((canary) => renderCanary(canary, style)).join('\n'),
    file === undefined ? '' : `Written to ${escapeTerminal(file)}; commit it. limio.config wins over it.`,
  ];
  return wrapText(`${blocks.filter((block) => block !== '').join('\n\n')}\n`, width);
}

function renderLearned({ setting, value, how, overruledBy }: LearnReport['learned'][number], style: Style): string {
  const overruled =
    overruledBy === undefined
      ? []
      : [`    ${style.changed(`limio.config says ${showValue(overruledBy)}, which wins: take it out there`)}`];
  return [style.added(`${setting} = ${showValue(value)}`), `    ${style.dim(escapeTerminal(how))}`, ...overruled].join(
    '\n',
  );
}

function renderCanary(
  { address, restored, left, foreign, saved, failure }: LearnReport['canaries'][number],
  style: Style,
): string {
  const lines = [
    restored
      ? `${style.added('restored')}  ${escapeTerminal(address)}, and read back so`
      : `${style.removed('CANARY_NOT_RESTORED')} ${escapeTerminal(address)} differs from what it was at ${left.map(escapeTerminal).join(', ')}`,
    ...(failure === undefined ? [] : [`    ${escapeTerminal(failure)}`]),
    ...(foreign.length > 0
      ? [`    changed by somebody else meanwhile, and left so: ${foreign.map(escapeTerminal).join(', ')}`]
      : []),
    ...(restored
      ? []
      : [`    as it was: ${escapeTerminal(saved)}`, '    set it back in the web app, or run the same command again']),
  ];
  return lines.join('\n');
}

function showValue(value: Json): string {
  return escapeTerminal(typeof value === 'string' ? value : JSON.stringify(value));
}

/** Which journey to build in the web app. */
export function renderGuideText(
  { environment, host, journey, branches, destinations, skipped }: JourneyGuideDocument,
  style: Style,
  width = 80,
): string {
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
      `There is no journey ${escapeTerminal(journey)} in ${escapeTerminal(environment)} (${escapeTerminal(host)}). Build it in the web app, once:`,
    ),
    'Let it start at a tag that nobody visits, never at /default/: a journey is live when it is saved. Make one branch for each line, with exactly these values and no other condition. Where only one of two values can be chosen, choose the first. Leave out what the web app does not offer.',
    [...steps, ...test].join('\n'),
    skipped
      .map(
        ({ type, why }) =>
          `${style.changed(`not to be learned: ${escapeTerminal(type)}`)}, because ${escapeTerminal(why)}`,
      )
      .join('\n'),
    `Then run the same command again. Nothing is written to the tenant; afterwards the journey can be deleted.`,
  ];
  return wrapText(`${blocks.filter((block) => block !== '').join('\n\n')}\n`, width);
}

/** What the journey showed. */
export function renderLessonText(lesson: LearnedJourneyCodec, style: Style, width = 80): string {
  const { environment, host, journey, file, learned, notLearned, proof, overruled } = lesson;
  const blocks = [
    style.bold(
      `Learned from ${escapeTerminal(journey)} of ${escapeTerminal(environment)} (${escapeTerminal(host)}): ${learned.length} of ${learned.length + notLearned.length} types`,
    ),
    learned
      .map(({ type, template }) => `${style.added(type)}\n    ${style.dim(escapeTerminal(JSON.stringify(template)))}`)
      .join('\n'),
    notLearned
      .map(({ type, why }) => `${style.changed(`${escapeTerminal(type)} not learned`)}: ${escapeTerminal(why)}`)
      .join('\n'),
    `Proved with ${countThings(proof.journeys, 'journey')}: ${proof.typed} of ${proof.elements} conditions and actions decode, and all encode back to the same JSON.`,
    overruled ? style.changed('limio.config says journeyCodec: "assumed", which wins: take it out there.') : '',
    file === undefined ? '' : `Written to ${escapeTerminal(file)}; look the templates over, and commit it.`,
  ];
  return wrapText(`${blocks.filter((block) => block !== '').join('\n\n')}\n`, width);
}
