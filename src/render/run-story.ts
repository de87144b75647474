import type { Outcome, PageOutcome } from '../model/outcome.js';
import type { JournalEntry, RunRecord } from '../model/run.js';
import { countThings } from './count-things.js';
import { renderCrashText } from './crash-text.js';
import { escapeTerminal } from './escape-terminal.js';
import { BUILDS, summariseResult } from './result-text.js';
import { paintState } from './runs-text.js';
import type { Style } from './style.js';

/** One run from its journal, step by step, in the words of people. */
export function renderRunStory(run: RunRecord, style: Style): string {
  const { id, state, start, entries, result, recovery, unreadableLines } = run;
  const head = start
    ? `${style.bold(escapeTerminal(id))}  ${start.command} to ${escapeTerminal(start.environment)} (${escapeTerminal(start.host)}), ${paintState(state, style).trimEnd()}`
    : `${style.bold(escapeTerminal(id))}  ended before its journal began`;
  const facts = [
    ...(start?.of === undefined ? [] : [`takes back ${escapeTerminal(start.of)}`]),
    ...(start
      ? [`begun ${escapeTerminal(start.at)} by ${describeOwner(start)}`, `plan ${escapeTerminal(start.fingerprint)}`]
      : []),
    ...(unreadableLines > 0 ? [`${countThings(unreadableLines, 'line')} of the journal cannot be read`] : []),
  ];
  const steps = entries.map((entry) => `${style.dim(escapeTerminal(entry.at))}  ${describeEntry(entry, style)}`);
  const blocks = [
    [head, ...facts].join('\n'),
    steps.join('\n'),
    result ? `${result.interrupted ? 'Interrupted' : 'Ended'}: ${summariseResult(result)}` : '',
    recovery ? renderCrashText(run, recovery.findings) : '',
    entries.some(({ step }) => step === 'write') && state !== 'running' && start?.command !== 'doctor'
      ? `To take it back: ${style.bold(`limio-sync rollback ${escapeTerminal(id)}`)}`
      : '',
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

function describeOwner({ process: { pid, host } }: NonNullable<RunRecord['start']>): string {
  return `process ${pid} on ${escapeTerminal(host)}`;
}

const READ_BACK: Record<Extract<JournalEntry, { step: 'read-back' }>['state'], string> = {
  before: 'as before',
  after: 'as sent',
  other: 'neither as before nor as sent',
  missing: 'gone',
  unreadable: 'could not be read',
};

function describeEntry(entry: JournalEntry, style: Style): string {
  switch (entry.step) {
    case 'before':
      return `${label('saved')} ${escapeTerminal(entry.address)}${entry.live === null ? ', which is not there' : ''}`;
    case 'write':
      return `${label('send')} ${style.bold(`#${entry.write} ${entry.call}`)} ${entry.on.map(escapeTerminal).join(', ')}`;
    case 'answer':
      return `${label('answer')} #${entry.write} ${entry.answer}${because(entry.error?.message)}`;
    case 'read-back':
      return `${label('read')} ${escapeTerminal(entry.address)}: ${READ_BACK[entry.state]}`;
    case 'outcome':
      return describeOutcome(entry.outcome, style);
    default:
      return describePage(entry.outcome, style);
  }
}

function describeOutcome({ status, action, address, alreadyDone, error }: Outcome, style: Style): string {
  const paint = status === 'done' ? style.added : style.removed;
  return `${label('outcome')} ${paint(status)} ${action} ${escapeTerminal(address)}${alreadyDone ? ' (was so already)' : ''}${because(error?.message)}`;
}

function describePage({ status, build, path, route, code, reason }: PageOutcome, style: Style): string {
  const why = code === undefined || reason === undefined ? reason : `${code}: ${reason}`;
  const paint = status === 'live' ? style.added : style.removed;
  return `${label('page')} ${paint(status)} ${escapeTerminal(path)}${route === undefined ? '' : ` at ${escapeTerminal(route)}`}, ${BUILDS[build]}${because(why)}`;
}

function because(reason: string | undefined): string {
  return reason === undefined ? '' : `: ${escapeTerminal(reason)}`;
}

function label(text: string): string {
  return text.padEnd('outcome'.length);
}
