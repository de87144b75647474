import { countThings } from '../model/words.js';
import { createTwoFilesPatch } from 'diff';
import type { LeftOut, Pull, PullConflict, PulledFile } from '../model/pull.js';
import { formatCommand } from '../model/text.js';
import { escapeTenant, escapeTerminal, shortenText } from './escape.js';
import { formatPlace } from './problems.js';
import type { Style } from './terminal.js';
import { joinBlocks, writeJson } from './render.js';

const MOST_VALUE_CHARACTERS = 120;

const MOST_ADDRESSES = 5;

/** The files with their fields, then what was not pulled and why. `written`: the pull is done. */
export function renderPullText(
  pull: Pull,
  { style, width, written }: { style: Style; width?: number; written: boolean },
): string {
  const blocks = [
    ...(written ? [] : pull.files.map((file) => renderDiff(file, style))),
    pull.files.flatMap((file) => describeFile(file, pull, style)).join('\n'),
    pull.conflicts.flatMap((conflict) => describeConflict(conflict, style)).join('\n'),
    listRest(pull, style).join('\n'),
    [summarisePull(pull, written), ...nameNext(pull, written, style)].join('\n'),
  ];
  return joinBlocks(blocks, width);
}

/** Only counts that are not zero. */
function summarisePull(pull: Pull, written: boolean): string {
  const { files, conflicts, refused, absent, unchanged } = pull;
  const changed = files.filter(({ before }) => before !== undefined);
  const fields = changed.flatMap(({ changes }) => changes.flatMap((change) => change.fields)).length;
  const parts = [
    ...(changed.length > 0 ? [`${countThings(changed.length, 'file')} changed (${countThings(fields, 'field')})`] : []),
    ...(files.length > changed.length ? [countThings(files.length - changed.length, 'new file')] : []),
    ...(conflicts.length > 0 ? [countThings(conflicts.length, 'conflict')] : []),
    ...(refused.length > 0 ? [`${countThings(refused.length, 'object')} not adopted`] : []),
    ...(absent.length > 0 ? [`${countThings(absent.length, 'object')} not in the tenant`] : []),
    ...(unchanged > 0 ? [`${countThings(unchanged, 'object')} unchanged`] : []),
  ];
  const where = escapeTenant(pull);
  const what =
    files.length === 0
      ? `Nothing to pull from ${where}`
      : written
        ? `Pulled from ${where}`
        : `Would pull from ${where}`;
  return `${what}${parts.length === 0 ? '' : `: ${parts.join(', ')}`}`;
}

function renderDiff({ path, before, after }: PulledFile, style: Style): string {
  const shown = escapeTerminal(path);
  const patch = createTwoFilesPatch(
    before === undefined ? '/dev/null' : shown,
    shown,
    before ?? '',
    after,
    undefined,
    undefined,
    { context: 2 },
  );
  const lines = patch
    .slice(patch.indexOf('--- '))
    .split('\n')
    .map((line) => escapeTerminal(line.replace(/\r$/, '')));
  return lines
    .map((line) => paintLine(line, style))
    .join('\n')
    .trimEnd();
}

function paintLine(line: string, style: Style): string {
  if (/^(?:---|\+\+\+) /.test(line)) return style.bold(line);
  if (line.startsWith('+')) return style.added(line);
  if (line.startsWith('-')) return style.removed(line);
  return line.startsWith('@@') ? style.dim(line) : line;
}

function describeFile({ path, before, changes }: PulledFile, { adopted }: Pull, style: Style): string[] {
  const word = before === undefined ? style.added('new      ') : style.changed('changed  ');
  return [
    `${word} ${style.bold(escapeTerminal(path))}`,
    ...changes.flatMap(({ address, fields }) => [
      `            ${escapeTerminal(address)}`,
      ...fields.map((field) => `              ${escapeTerminal(field)}`),
      ...(adopted.find((one) => one.address === address)?.leftOut ?? []).map(describeLeftOut),
    ]),
  ];
}

function describeLeftOut({ pointer, reason }: LeftOut): string {
  return `              without ${escapeTerminal(pointer)}: ${escapeTerminal(reason)}`;
}

function describeConflict(
  { code, address, pointer, source, template, declared, live, reason }: PullConflict,
  style: Style,
): string[] {
  const inFile = template ?? declared;
  const says = inFile === undefined ? 'nothing' : formatValue(inFile);
  const means = template === undefined || declared === undefined ? '' : `, which is ${formatValue(declared)} here`;
  const has = live === undefined ? 'nothing' : formatValue(live);
  const why = reason === undefined ? `The file has ${says}${means}; the tenant has ${has}.` : escapeTerminal(reason);
  return [
    `${style.removed('conflict ')} ${style.bold(formatPlace(source))} ${code}`,
    `            ${escapeTerminal(address)} ${escapeTerminal(pointer)}`,
    `            ${why}`,
  ];
}

function listRest({ unused, refused, unmatched, absent, incomplete, alsoChanges }: Pull, style: Style): string[] {
  return [
    ...unused.map(
      (path) =>
        `${style.changed('unused   ')} ${escapeTerminal(path)}: no file names it any more; pull deletes no files.`,
    ),
    ...refused.map(({ address, reason, intended }) => {
      const word = intended ? style.dim('skipped  ') : style.removed('refused  ');
      return `${word} ${escapeTerminal(address)}: ${escapeTerminal(reason)}`;
    }),
    ...unmatched.map(
      (pattern) => `${style.removed('unknown  ')} No object of the tenant matches ${escapeTerminal(pattern)}.`,
    ),
    ...absent.map(
      (address) =>
        `${style.changed('absent   ')} ${escapeTerminal(address)} is declared but not in the tenant; its file is kept.`,
    ),
    ...incomplete.map(
      ({ kind, note }) =>
        `${style.changed('unread   ')} The list of kind ${kind} may be incomplete: ${escapeTerminal(note)}.`,
    ),
    ...alsoChanges.map(({ environment, addresses, added }) => {
      const what = [
        ...(addresses.length > 0 ? [`change ${listAddresses(addresses)}`] : []),
        ...(added.length > 0 ? [`declare ${listAddresses(added)}`] : []),
      ].join(' and ');
      const where = escapeTerminal(environment);
      return `${style.changed('also     ')} ${where} also reads these files, which now ${what} there.`;
    }),
  ];
}

function listAddresses(addresses: readonly string[]): string {
  const more = addresses.length > MOST_ADDRESSES ? ` and ${addresses.length - MOST_ADDRESSES} more` : '';
  return `${addresses.slice(0, MOST_ADDRESSES).map(escapeTerminal).join(', ')}${more}`;
}

function nameNext({ environment, files, alsoChanges }: Pull, written: boolean, style: Style): string[] {
  if (!written || files.length === 0) return [];
  return [environment, ...alsoChanges.map((other) => other.environment)].map(
    (name, i) => `${i === 0 ? 'Next: ' : '      '}${style.bold(escapeTerminal(formatCommand('plan', '--env', name)))}`,
  );
}

function formatValue(value: Parameters<typeof writeJson>[0]): string {
  return shortenText(escapeTerminal(writeJson(value)), MOST_VALUE_CHARACTERS);
}
