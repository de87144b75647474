import type { LearnReport } from '../model/doctor.js';
import type { Json } from '../model/json.js';
import { escapeTerminal } from './escape-terminal.js';
import type { Style } from './style.js';
import { wrapText } from './wrap-text.js';

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
