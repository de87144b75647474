import type { EnvironmentState, StateChange, StateReport } from '../model/state-report.js';
import { countThings } from '../model/words.js';
import { escapeTenant, escapeTerminal } from './escape.js';
import { joinBlocks } from './render.js';
import type { Style } from './terminal.js';

/* The state that a team shares, for a terminal. Every text from outside is escaped here. */

const LABEL = 'snapshot'.length + 2;

export function renderStateText(
  { backend, shared, environments }: StateReport,
  { style, now }: { style: Style; now: number },
): string {
  const head = shared
    ? `State in a shared store: ${escapeTerminal(backend)}`
    : 'State in .limio of this checkout, not shared. To share it, set "state" in limio.config (docs/state.md)';
  return joinBlocks([style.bold(head), ...environments.map((one) => renderEnvironment(one, { style, now }))]);
}

function renderEnvironment(one: EnvironmentState, { style, now }: { style: Style; now: number }): string {
  const { place, runs, last, pending, problems } = one;
  const paths = pending.map((path) => escapeTerminal(path)).join(', ');
  const rows: [string, string | undefined][] = [
    ['place', place && escapeTerminal(place)],
    ['snapshot', describeSnapshot(one, now)],
    ['runs', `${runs}${last ? `, the last: ${describeRun(last)}` : ''}`],
    ['waiting', paths && `${countThings(pending.length, 'page')} to be published: ${paths}`],
    ['lock', describeLock(one)],
  ];
  return [
    style.bold(escapeTenant(one)),
    ...rows.flatMap(([label, text]) => (text ? [`  ${label.padEnd(LABEL)}${text}`] : [])),
    ...problems.flatMap(({ code, message, hint }) => [
      `  ${style.removed('problem'.padEnd(LABEL))}${code}: ${escapeTerminal(message)}`,
      ...(hint === undefined ? [] : [`  ${' '.repeat(LABEL)}-> ${escapeTerminal(hint)}`]),
    ]),
  ].join('\n');
}

function describeSnapshot({ snapshot }: EnvironmentState, now: number): string {
  if (!snapshot) return 'none';
  const { command, at, complete, verified } = snapshot;
  const notes = [complete ? 'complete' : 'finished only in part', verified ? 'verified' : 'not verified'];
  return `${command} of ${escapeTerminal(at)}${describeAge(Date.parse(at), now)}, ${notes.join(', ')}`;
}

const UNITS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
] as const;

/** ` (3 days ago)` */
function describeAge(at: number, now: number): string {
  const age = now - at;
  const unit = UNITS.find(([, ms]) => age >= ms);
  return unit ? ` (${countThings(Math.floor(age / unit[1]), unit[0])} ago)` : '';
}

function describeRun({ run, state, command, user }: NonNullable<EnvironmentState['last']>): string {
  const what =
    command === undefined ? '' : ` (${[command, state, ...(user === undefined ? [] : [`by ${user}`])].join(', ')})`;
  return escapeTerminal(`${run}${what}`);
}

function describeLock({ lock, problems, place }: EnvironmentState): string {
  if (!lock && problems.some(({ code }) => code === 'LOCKED')) return 'unreadable';
  if (!lock) return place === undefined && problems.length > 0 ? 'unknown' : 'free';
  const { command, environment, since, user, link, expiresAt, id } = lock;
  const who = [user, link].filter((one) => one !== undefined);
  return escapeTerminal(
    [
      `${command} of ${environment} since ${since}`,
      ...who,
      ...(expiresAt === undefined ? [] : [`expires at ${expiresAt}`]),
      ...(id === undefined ? [] : [`id ${id}`]),
    ].join(', '),
  );
}

const DONE: Record<StateChange['command'], string> = {
  pull: 'copied to .limio',
  push: 'sent',
  migrate: 'copied',
  prune: 'removed',
};

const REFUSED: Record<StateChange['command'], string> = {
  pull: '',
  push: 'the store has other versions of these, and keeps them:',
  migrate: 'both stores have these and differ; those of the new one stay:',
  prune: 'not removed, another version of limio-sync can read it:',
};

/** What a command did with the state, one block for each environment. */
export function renderStateChangeText({ command, environments }: StateChange, style: Style): string {
  return joinBlocks(
    environments.map((one) => {
      const { done, refused, runs, place, from, squashed } = one;
      const count =
        runs === undefined ? [] : [`${countThings(runs, 'run')} ${command === 'pull' ? DONE.pull : 'left'}`];
      const what = command === 'pull' ? count : [`${countDone(command, done)} ${DONE[command]}`, ...count];
      const where = [
        ...(from === undefined ? [] : [`  from ${escapeTerminal(from)}`]),
        ...(place === undefined
          ? []
          : [`  ${command === 'pull' || command === 'prune' ? 'in' : 'to'} ${escapeTerminal(place)}`]),
      ];
      return [
        `${style.bold(escapeTenant(one))}: ${what.join(', ')}`,
        ...where,
        ...(squashed ? ['  the history of the store was removed'] : []),
        ...(refused.length === 0
          ? []
          : [`  ${REFUSED[command]}`, ...refused.map((name) => `    ${escapeTerminal(name)}`)]),
      ].join('\n');
    }),
  );
}

function countDone(command: StateChange['command'], done: readonly string[]): string {
  if (command === 'migrate') return countThings(done.length, 'record');
  const runs = done.filter((name) => name !== 'snapshot').length;
  return `${countThings(runs, 'run')}${done.includes('snapshot') ? ' and the snapshot' : ''}`;
}
