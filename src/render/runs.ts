import { countThings } from '../model/words.js';
import type { Outcome, PageOutcome } from '../model/outcome.js';
import type { Finding, JournalEntry, RunHead, RunRecord } from '../model/run.js';
import { escapeShort, escapeTenant, escapeTerminal } from './escape.js';
import { BUILDS, summariseResult } from './result.js';
import type { Style } from './terminal.js';
import { joinBlocks } from './render.js';

/** One line a run, the oldest first. Person, pull request and commit are columns where a run has them. */
export function renderRunsText(runs: readonly RunHead[], style: Style): string {
  if (runs.length === 0) return 'No runs yet.\n';
  const origins = padColumns(
    runs.map(({ start }) => [
      start?.by?.user,
      start?.by?.pullRequest && `#${start.by.pullRequest}`,
      start?.commit?.slice(0, SHORT_COMMIT),
    ]),
  );
  const lines = runs.map(({ id, state, start, result, unreadable }, row) => {
    const command = start === undefined ? 'unknown' : start.command;
    const of = start?.of === undefined ? '' : style.dim(` of ${escapeTerminal(start.of)}`);
    const what = unreadable ?? (result ? summariseResult(result) : 'no result');
    const columns = [
      style.bold(escapeTerminal(id)),
      command.padEnd(8),
      paintState(state, style),
      ...(origins[row] ?? []),
    ];
    return `${columns.join('  ')}  ${what}${of}`;
  });
  return `${lines.join('\n')}\n`;
}

/** As git shortens it. */
const SHORT_COMMIT = 7;

/** Without columns that are empty in every row. */
function padColumns(rows: readonly (readonly (string | undefined)[])[]): string[][] {
  const shown = rows.map((row) => row.map((cell) => cell && escapeShort(cell, 40)));
  const widths = (shown[0] ?? []).map((_, column) => Math.max(...shown.map((row) => row[column]?.length ?? 0)));
  return shown.map((row) =>
    row.flatMap((cell, column) => (widths[column] === 0 ? [] : [(cell || '-').padEnd(widths[column] ?? 0)])),
  );
}

function paintState(state: RunHead['state'], style: Style): string {
  const paint = state === 'complete' ? style.added : state === 'running' ? style.changed : style.removed;
  return paint(state.padEnd('interrupted'.length));
}

/** One run step by step, from its journal. */
export function renderRunStory(run: RunRecord, style: Style): string {
  const { id, state, start, entries, result, recovery, unreadableLines, unreadable } = run;
  const what = start
    ? `${start.command} to ${escapeTenant(start)}, ${paintState(state, style).trimEnd()}`
    : (unreadable ?? 'ended before its journal began');
  const head = `${style.bold(escapeTerminal(id))}  ${what}`;
  const facts = [
    ...(start?.of === undefined ? [] : [`rolls back ${escapeTerminal(start.of)}`]),
    ...(start
      ? [
          `started ${escapeTerminal(start.at)} by ${describeOwner(start)}`,
          ...describeOrigin(start),
          `plan ${escapeTerminal(start.fingerprint)}`,
        ]
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
      ? `To undo it: ${style.bold(`limio-sync rollback ${escapeTerminal(id)}`)}`
      : '',
  ];
  return joinBlocks(blocks);
}

function describeOwner({ by, process: { pid, host } }: NonNullable<RunRecord['start']>): string {
  const who = by?.user === undefined ? '' : `${escapeTerminal(by.user)}, `;
  return `${who}process ${pid} on ${escapeTerminal(host)}`;
}

function describeOrigin({ by, commit }: NonNullable<RunRecord['start']>): string[] {
  return [
    ...(by?.pullRequest === undefined ? [] : [`pull request ${escapeTerminal(by.pullRequest)}`]),
    ...(by?.link === undefined ? [] : [`job ${escapeTerminal(by.link)}`]),
    ...(commit === undefined ? [] : [`commit ${escapeTerminal(commit)}`]),
  ];
}

const READ_BACK: Record<Extract<JournalEntry, { step: 'read-back' }>['state'], string> = {
  before: 'unchanged',
  after: 'as sent',
  other: 'neither the old nor the sent value',
  missing: 'gone',
  unreadable: 'could not be read',
};

function describeEntry(entry: JournalEntry, style: Style): string {
  switch (entry.step) {
    case 'before':
      return `${label('saved')} ${escapeTerminal(entry.address)}${entry.live === null ? ', which is not there' : ''}`;
    case 'write':
      return [label('send'), style.bold(`#${entry.write} ${entry.call}`), entry.on.map(escapeTerminal).join(', ')].join(
        ' ',
      );
    case 'answer':
      return `${label('answer')} #${entry.write} ${entry.answer}${because(entry.error?.message)}`;
    case 'read-back':
      return `${label('read')} ${escapeTerminal(entry.address)}: ${READ_BACK[entry.state]}`;
    case 'outcome':
      return describeOutcome(entry.outcome, style);
    case 'page':
      return describePage(entry.outcome, style);
  }
}

function describeOutcome({ status, action, address, alreadyDone, error }: Outcome, style: Style): string {
  const paint = status === 'done' ? style.added : style.removed;
  const note = alreadyDone ? ' (no change needed)' : '';
  return `${label('outcome')} ${paint(status)} ${action} ${escapeTerminal(address)}${note}${because(error?.message)}`;
}

function describePage({ status, build, path, route, code, reason }: PageOutcome, style: Style): string {
  const why = code === undefined || reason === undefined ? reason : `${code}: ${reason}`;
  const paint = status === 'live' ? style.added : style.removed;
  const where = `${escapeTerminal(path)}${route === undefined ? '' : ` at ${escapeTerminal(route)}`}`;
  return `${label('page')} ${paint(status)} ${where}, ${BUILDS[build]}${because(why)}`;
}

function because(reason: string | undefined): string {
  return reason === undefined ? '' : `: ${escapeTerminal(reason)}`;
}

function label(text: string): string {
  return text.padEnd('outcome'.length);
}

/** Printed by the run after one that crashed. */
export function renderCrashText(
  { id, start }: { id: string; start?: { at: string; command: string } },
  findings: readonly Finding[],
): string {
  const when = escapeTerminal(start?.at ?? 'at an unknown time');
  const what = `The ${start?.command ?? 'run'} ${escapeTerminal(id)}, started ${when}, ended without a result`;
  if (findings.length === 0) return `${what}. Nothing was in flight.`;
  const lines = findings.map(({ subject, message }) => `  ${escapeTerminal(subject)}: ${escapeTerminal(message)}`);
  return [`${what}, with ${countThings(findings.length, 'write')} in flight:`, ...lines].join('\n');
}
