import { countThings } from '../model/words.js';
import { type DriftReport, type FieldDrift, isDrift, type ObjectDrift } from '../model/drift.js';
import type { Json } from '../model/json.js';
import type { FieldChange } from '../model/plan.js';
import { escapeTerminal, shortenText } from './escape.js';
import { formatField, nameField, viewField } from './field.js';
import { countBytes, listDiffLines, quoteCode, quoteWords, takeLines, writeFence } from './markdown.js';
import type { Style } from './terminal.js';
import { writeJson } from './words.js';

/** `3 changed in the app, 1 in both`: what the first line of every rendering says. */
export function summariseDrift({ summary, last }: DriftReport): string {
  const { app, both, unknown } = summary;
  if (last === undefined)
    return unknown === 0
      ? 'no difference'
      : `${countThings(unknown, 'object')} differ${unknown === 1 ? 's' : ''}, cause unknown`;
  const parts = [
    ...(app > 0 ? [`${countThings(app, 'object')} changed in the app`] : []),
    ...(both > 0 ? [`${countThings(both, 'object')} in conflict`] : []),
  ];
  return parts.length === 0 ? 'no drift' : parts.join(', ');
}

/** What happened to an object, as people say it. */
export function describeChange({ change, cause }: ObjectDrift): string {
  if (change === 'edited')
    return cause === 'unknown'
      ? 'files and tenant differ'
      : cause === 'git'
        ? 'changed in git, not applied'
        : cause === 'both'
          ? 'changed in the app and in git'
          : 'changed in the app';
  if (change === 'created') return cause === 'unknown' ? 'in the tenant, and not declared' : 'created in the app';
  if (change === 'deleted')
    return cause === 'unknown'
      ? 'not in the tenant'
      : cause === 'both'
        ? 'deleted in the app, changed in git'
        : 'deleted in the app';
  if (change === 'declared') return 'declared in git, not applied';
  return cause === 'both' ? 'no longer declared in git, changed in the app' : 'no longer declared in git, not applied';
}

/** The objects that a rendering shows, each with the fields that it shows. */
export function selectDrift({ objects }: DriftReport, all: boolean): ObjectDrift[] {
  return objects
    .filter((object) => all || isDrift(object))
    .map((object) => ({
      ...object,
      fields: object.fields.filter((field) => field.cause !== 'same' && (all || isDrift(field))),
    }));
}

/** A field that one side moved, as a difference: what the app did, or what an apply would do. */
export function toMove({ path, cause, base, files, live, show }: FieldDrift): FieldChange {
  const [before, after] = cause === 'git' ? [live, files] : cause === 'unknown' ? [files, live] : [base, live];
  return { path, ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }), show };
}

/** `2026-11-22T12:00:00Z by anna`. */
export function describeTenant({ tenant }: ObjectDrift): string | undefined {
  if (!tenant) return undefined;
  return [tenant.at, tenant.by === undefined ? undefined : `by ${tenant.by}`]
    .filter((part) => part !== undefined)
    .join(' ');
}

/** The three values of a conflict, by name. */
export function listValues({ base, files, live }: FieldDrift): { name: string; value: FieldDrift['base'] }[] {
  return [
    { name: 'last applied', value: base },
    { name: 'git', value: files },
    { name: 'app', value: live },
  ];
}

const MOST_CHARACTERS = 200;

export interface DriftTextOptions {
  style: Style;
  /** Also what moved in git only. */
  all: boolean;
}

/** What moved in the tenant since the last apply, for a terminal. */
export function renderDriftText(report: DriftReport, { style, all }: DriftTextOptions): string {
  const place = `${escapeTerminal(report.environment)} (${escapeTerminal(report.host)})`;
  const head = [style.bold(`Drift of ${place}: ${summariseDrift(report)}`), style.dim(describeBase(report))];
  const blocks = selectDrift(report, all).flatMap((object) => ['', ...writeObject(object, style)]);
  return `${[...head, ...blocks, ...writeAppOwned(report, style), ...writePending(report, all)].join('\n')}\n`;
}

function describeBase({ last, environment }: DriftReport): string {
  if (!last)
    return `There is no snapshot, so nobody can tell which side moved. limio-sync apply --env ${escapeTerminal(environment)} makes one.`;
  return `Since the ${last.command} of ${escapeTerminal(last.at)}${last.run === undefined ? '' : `, run ${escapeTerminal(last.run)}`}${last.complete ? '' : ', which did not do everything'}`;
}

function writeObject(object: ObjectDrift, style: Style): string[] {
  const note = describeTenant(object);
  const sign =
    object.cause === 'both' ? style.removed('!') : object.cause === 'git' ? style.dim('>') : style.changed('~');
  return [
    `${sign} ${style.bold(escapeTerminal(object.address))}  ${describeChange(object)}`,
    ...(note === undefined
      ? []
      : [style.dim(`    the tenant says: last edited ${escapeTerminal(shortenText(note, MOST_CHARACTERS))}`)]),
    ...(object.open === undefined ? [] : [style.dim(`    the last apply left it ${object.open}`)]),
    ...object.fields.flatMap((field) => writeField(field, object, style)),
  ];
}

function writeField(field: FieldDrift, { cause }: ObjectDrift, style: Style): string[] {
  if (field.cause !== 'both') {
    const mark = field.cause === cause ? '' : style.dim(` (${field.cause === 'git' ? 'git, not applied' : 'app'})`);
    return [`    ${formatField(toMove(field), style)}${mark}`];
  }
  return [
    `    ${escapeTerminal(shortenText(nameField(field.path), MOST_CHARACTERS))}: conflict`,
    ...listValues(field).map(({ name, value }) => `      ${name.padEnd('last applied'.length)}  ${formatValue(value)}`),
  ];
}

function formatValue(value: Json | undefined): string {
  return value === undefined ? '(none)' : escapeTerminal(shortenText(writeJson(value), MOST_CHARACTERS));
}

/** On request: values that no plan touches. */
function writeAppOwned({ appOwned }: DriftReport, style: Style): string[] {
  if (!appOwned) return [];
  if (appOwned.length === 0) return ['', 'The app owns nothing of what the files declare.'];
  const lines = appOwned.map(({ address, path, live, files }) => {
    const said = files === undefined ? '' : style.dim(` (the files say ${formatValue(files)}, in vain)`);
    return path === ''
      ? `    ${escapeTerminal(address)}: the whole object`
      : `    ${escapeTerminal(address)}  ${escapeTerminal(shortenText(nameField(path), MOST_CHARACTERS))}: ${formatValue(live)}${said}`;
  });
  return ['', 'Owned by the app, and never planned:', ...lines];
}

function writePending(report: DriftReport, all: boolean): string[] {
  const pending = report.objects.filter((object) => !isDrift(object)).length;
  const beside = report.objects.filter(
    (object) => isDrift(object) && object.fields.some(({ cause }) => cause === 'git'),
  ).length;
  if (all || pending + beside === 0) return [];
  return [
    '',
    `${countThings(pending + beside, 'object')} changed in git and not applied; to see ${pending + beside === 1 ? 'it' : 'them'}: limio-sync drift --env ${escapeTerminal(report.environment)} --all`,
  ];
}

/** What GitHub takes as the text of an issue or a comment. */
const COMMENT_BYTES = 65_536;

export interface DriftMarkdownOptions {
  /** UTF-8 bytes that are never exceeded. */
  maxBytes?: number;
  all: boolean;
}

/** The drift for an issue or the summary of a step. Too long a one loses fields, then names. */
export function renderDriftMarkdown(
  report: DriftReport,
  { maxBytes = COMMENT_BYTES, all }: DriftMarkdownOptions,
): string {
  const head = [
    `### Drift of ${quoteCode(report.environment)}`,
    '',
    `**${summariseDrift(report)}** in ${quoteCode(report.host)}`,
    '',
    describeBaseDriftMarkdown(report),
  ];
  const foot = writePendingDriftMarkdown(report, all);
  const objects = selectDrift(report, all);
  const room = maxBytes - countBytes(head) - countBytes(foot);
  if (room < 0) return `${summariseDrift(report)}\n`.slice(0, Math.max(0, maxBytes));
  const whole = objects.map(writeObjectDriftMarkdown);
  const names = objects.map((object) => [`- ${writeHead(object)}`]);
  const body = countBytes(whole.flat()) <= room ? whole.flat() : takeLines([''], names, room);
  return `${[...head, ...body, ...foot].join('\n')}\n`;
}

function describeBaseDriftMarkdown({ last }: DriftReport): string {
  if (!last) return 'There is no snapshot of a last apply, so nobody can tell which side moved.';
  const run = last.run === undefined ? '' : `, run ${quoteCode(last.run)}`;
  return `Since the ${last.command} of ${quoteCode(last.at)}${run}${last.complete ? '' : ', which did not do everything'}`;
}

function writeHead(object: ObjectDrift): string {
  return `${quoteCode(object.address)} ${describeChange(object)}`;
}

function writeObjectDriftMarkdown(object: ObjectDrift): string[] {
  const note = describeTenant(object);
  const diff = object.fields.flatMap(listFieldLines);
  return [
    '',
    `**${quoteCode(object.address)}** ${describeChange(object)}`,
    ...(note === undefined ? [] : ['', `The tenant says: last edited ${quoteWords(note)}`]),
    ...(object.open === undefined ? [] : ['', `The last apply left it ${object.open}.`]),
    ...(diff.length === 0 ? [] : ['', ...writeFence('diff', diff)]),
  ];
}

function listFieldLines(field: FieldDrift): string[] {
  if (field.cause !== 'both') return listDiffLines(viewField(toMove(field)));
  const added = listValues(field).map(
    ({ name, value }) => `${name}: ${value === undefined ? '(none)' : writeJson(value)}`,
  );
  return listDiffLines({ name: `${nameField(field.path)}: conflict`, form: 'set', removed: [], added });
}

function writePendingDriftMarkdown(report: DriftReport, all: boolean): string[] {
  const pending = report.objects.filter((object) => !isDrift(object)).length;
  return all || pending === 0 ? [] : ['', `${countThings(pending, 'object')} changed in git and not applied.`];
}
