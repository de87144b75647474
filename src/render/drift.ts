import {
  type Cause,
  type DriftReport,
  type FieldDrift,
  isDrift,
  type ObjectChange,
  type ObjectDrift,
  type PendingPage,
} from '../model/drift.js';
import type { Json } from '../model/json.js';
import type { FieldChange } from '../model/plan.js';
import { formatCommand } from '../model/text.js';
import { countThings } from '../model/words.js';
import { escapeShort, escapeTenant, escapeTerminal } from './escape.js';
import { formatField, nameField, viewField } from './field.js';
import { COMMENT_BYTES, countBytes, listDiffLines, quoteCode, quoteWords, takeLines, writeFence } from './markdown.js';
import type { Style } from './terminal.js';
import { countOnceManaged, listOnceManaged, renderOnceManaged } from './once-managed.js';
import { writeJson } from './render.js';

/* What changed in a tenant since the last apply: first the words of both renderings, then text, then Markdown. */

/** `3 objects changed in the app, 1 object in conflict` */
function summariseDrift({ summary, last, pending = [] }: DriftReport): string {
  const { app, both, unknown } = summary;
  const parts = [
    ...(app > 0 ? [`${countThings(app, 'object')} changed in the app`] : []),
    ...(both > 0 ? [`${countThings(both, 'object')} in conflict`] : []),
    ...(unknown > 0 ? [`${countThings(unknown, 'object differs', 'objects differ')}, cause unknown`] : []),
    ...(pending.length > 0 ? [countPending(pending)] : []),
  ];
  if (parts.length > 0) return parts.join(', ');
  return last === undefined ? 'no difference' : 'no drift';
}

/** `2 pages waiting to be published` */
function countPending(pending: readonly PendingPage[]): string {
  return `${countThings(pending.length, 'page')} waiting to be published`;
}

/** `/pages/shop at /shop/, since the run 20261122-…: offer:/offers2/Monthly` */
function describePending({ path, routes, items, run }: PendingPage, quote: (text: string) => string): string {
  const at = routes.length === 0 ? '' : ` at ${routes.map((route) => quote(route)).join(', ')}`;
  const what = items.length === 0 ? '' : `: ${items.map((item) => quote(item)).join(', ')}`;
  return `${quote(path)}${at}, since the run ${quote(run)}${what}`;
}

/** By cause; `app` for causes that are not listed. */
const CHANGES: Record<ObjectChange, { app: string } & Partial<Record<Cause, string>>> = {
  edited: {
    app: 'changed in the app',
    git: 'changed in git, not applied',
    both: 'changed in the app and in git',
    unknown: 'files and tenant differ',
  },
  created: { app: 'created in the app', unknown: 'in the tenant, but not declared' },
  deleted: { app: 'deleted in the app', both: 'deleted in the app, changed in git', unknown: 'not in the tenant' },
  declared: { app: 'declared in git, not applied' },
  undeclared: {
    app: 'no longer declared in git, not applied',
    both: 'no longer declared in git, changed in the app',
  },
};

function describeChange({ change, cause }: ObjectDrift): string {
  return CHANGES[change][cause] ?? CHANGES[change].app;
}

/** Without `all`, what changed in git only is left out. */
function selectDrift({ objects }: DriftReport, all: boolean): ObjectDrift[] {
  return objects
    .filter((object) => all || isDrift(object))
    .map((object) => ({
      ...object,
      fields: object.fields.filter((field) => field.cause !== 'same' && (all || isDrift(field))),
    }));
}

/** What the app did to a field, or what an apply would do. */
function toFieldChange({ path, cause, base, files, live, show }: FieldDrift): FieldChange {
  const [before, after] = cause === 'git' ? [live, files] : cause === 'unknown' ? [files, live] : [base, live];
  return { path, ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }), show };
}

/** `2026-11-22T12:00:00Z by anna` */
export function describeLastEdit({ tenant }: Pick<ObjectDrift, 'tenant'>): string | undefined {
  if (!tenant) return undefined;
  const { at, by } = tenant;
  return [...(at === undefined ? [] : [at]), ...(by === undefined ? [] : [`by ${by}`])].join(' ');
}

/** Of a conflict. */
function listSides({ base, files, live }: FieldDrift): { name: string; value: Json | undefined }[] {
  return [
    { name: 'last applied', value: base },
    { name: 'git', value: files },
    { name: 'app', value: live },
  ];
}

/** New scripts, event handlers, links and hosts of both sides of a conflict, where a value is too long to be shown. */
function listActiveSides({ path, base, files, live, show }: FieldDrift): string[] {
  const active = [files, live].flatMap((after) => {
    const field = { path, ...(base === undefined ? {} : { before: base }), ...(after === undefined ? {} : { after }) };
    return viewField({ ...field, show }).active ?? [];
  });
  return [...new Set(active)];
}

function describeBase({ last }: DriftReport, quote: (text: string) => string): string {
  if (!last) return 'There is no snapshot of a last apply, so it is unknown which side changed.';
  const run = last.run === undefined ? '' : `, run ${quote(last.run)}`;
  const part = last.command === 'baseline' ? ', when some objects differed' : ', which finished only in part';
  return `Since the ${last.command} of ${quote(last.at)}${run}${last.complete ? '' : part}`;
}

/** Not apply: it would overwrite edits of the app that nobody has seen. */
function adviseBase(environment: string): string[] {
  return [
    `To write what the tenant has to the files: ${formatCommand('pull', '--env', environment)}`,
    `To record what is equal as the base: ${formatCommand('drift', '--baseline', '--env', environment)}`,
  ];
}

function countChangedInGit({ objects }: DriftReport): number {
  return objects.filter((object) => !isDrift(object)).length;
}

export interface DriftTextOptions {
  style: Style;
  /** Also what changed in git only. */
  all: boolean;
}

export function renderDriftText(report: DriftReport, { style, all }: DriftTextOptions): string {
  const { environment, last } = report;
  const advice = last ? [] : adviseBase(environment).map((line) => style.dim(escapeTerminal(line)));
  const lines = [
    style.bold(`Drift of ${escapeTenant(report)}: ${summariseDrift(report)}`),
    style.dim(describeBase(report, escapeTerminal)),
    ...advice,
    ...selectDrift(report, all).flatMap((object) => ['', ...renderObject(object, style)]),
    ...renderPendingPages(report, style),
    ...renderAppOwned(report, style),
    ...(report.onceManaged ? ['', ...renderOnceManaged(report.onceManaged, style)] : []),
    ...(all ? [] : renderUnapplied(report)),
  ];
  return `${lines.join('\n')}\n`;
}

function renderObject(object: ObjectDrift, style: Style): string[] {
  const { address, cause, open, fields } = object;
  const edit = describeLastEdit(object);
  const sign = cause === 'both' ? style.removed('!') : cause === 'git' ? style.dim('>') : style.changed('~');
  return [
    `${sign} ${style.bold(escapeTerminal(address))}  ${describeChange(object)}`,
    ...(edit === undefined ? [] : [style.dim(`    last edited ${escapeShort(edit)}`)]),
    ...(open === undefined ? [] : [style.dim(`    the last apply left it ${open}`)]),
    ...fields.flatMap((field) => renderField(field, cause, style)),
  ];
}

function renderField(field: FieldDrift, cause: Cause, style: Style): string[] {
  if (field.cause !== 'both') {
    const note = field.cause === cause ? '' : style.dim(` (${field.cause === 'git' ? 'git, not applied' : 'app'})`);
    return [`    ${formatField(toFieldChange(field), style)}${note}`];
  }
  return [
    `    ${escapeShort(nameField(field.path))}: conflict`,
    ...listSides(field).map(({ name, value }) => `      ${name.padEnd('last applied'.length)}  ${formatValue(value)}`),
    ...listActiveSides(field).map((one) => `      ${style.added(`+ ${escapeShort(one)}`)}`),
  ];
}

function renderPendingPages({ environment, pending = [] }: DriftReport, style: Style): string[] {
  if (pending.length === 0) return [];
  return [
    '',
    style.bold(`${countPending(pending)}: visitors see an older state`),
    ...pending.map((page) => `  ${describePending(page, escapeTerminal)}`),
    `  To publish: limio-sync publish --env ${escapeTerminal(environment)}`,
  ];
}

function formatValue(value: Json | undefined): string {
  return value === undefined ? '(none)' : escapeShort(writeJson(value));
}

function renderAppOwned({ appOwned }: DriftReport, style: Style): string[] {
  if (!appOwned) return [];
  if (appOwned.length === 0) return ['', 'The app owns no declared value.'];
  const lines = appOwned.map(({ address, path, live, files }) => {
    if (path === '') return `    ${escapeTerminal(address)}: the whole object`;
    const ignored = files === undefined ? '' : style.dim(` (ignored in the files: ${formatValue(files)})`);
    return `    ${escapeTerminal(address)}  ${escapeShort(nameField(path))}: ${formatValue(live)}${ignored}`;
  });
  return ['', 'Owned by the app, never planned:', ...lines];
}

function renderUnapplied(report: DriftReport): string[] {
  const partly = report.objects.filter(
    (object) => isDrift(object) && object.fields.some(({ cause }) => cause === 'git'),
  );
  const count = countChangedInGit(report) + partly.length;
  if (count === 0) return [];
  const command = `limio-sync drift --env ${escapeTerminal(report.environment)} --all`;
  return [
    '',
    `${countThings(count, 'object')} changed in git, not applied; to show ${count === 1 ? 'it' : 'them'}: ${command}`,
  ];
}

export interface DriftMarkdownOptions {
  /** UTF-8 bytes that are never exceeded. */
  maxBytes?: number;
  all: boolean;
}

/** For an issue or the summary of a CI step. Where the fields do not fit, only names are listed. */
export function renderDriftMarkdown(
  report: DriftReport,
  { maxBytes = COMMENT_BYTES, all }: DriftMarkdownOptions,
): string {
  const head = [
    `### Drift of ${quoteCode(report.environment)}`,
    '',
    `**${summariseDrift(report)}** in ${quoteCode(report.host)}`,
    '',
    describeBase(report, (text) => quoteCode(text)),
    ...(report.last ? [] : adviseBase(report.environment).flatMap((line) => ['', quoteWords(line)])),
  ];
  const unapplied = all ? 0 : countChangedInGit(report);
  const { onceManaged = [], pending = [] } = report;
  const pages = pending.map((page) => [`- ${describePending(page, quoteCode)}`]);
  const foot = [
    ...takeLines(['', `**${countPending(pending)}**`, ''], pages, maxBytes / 4),
    ...(unapplied === 0 ? [] : ['', `${countThings(unapplied, 'object')} changed in git, not applied.`]),
    ...takeLines(['', `**${countOnceManaged(onceManaged)}**`, ''], listOnceManaged(onceManaged), maxBytes / 4),
  ];
  const objects = selectDrift(report, all);
  const room = maxBytes - countBytes(head) - countBytes(foot);
  if (room < 0) return `${summariseDrift(report)}\n`.slice(0, Math.max(0, maxBytes));
  const whole = objects.flatMap(writeObject);
  const names = objects.map((object) => [`- ${quoteCode(object.address)} ${describeChange(object)}`]);
  const body = countBytes(whole) <= room ? whole : takeLines([''], names, room);
  return `${[...head, ...body, ...foot].join('\n')}\n`;
}

function writeObject(object: ObjectDrift): string[] {
  const { address, open, fields } = object;
  const edit = describeLastEdit(object);
  const diff = fields.flatMap(listFieldLines);
  return [
    '',
    `**${quoteCode(address)}** ${describeChange(object)}`,
    ...(edit === undefined ? [] : ['', `Last edited ${quoteWords(edit)}`]),
    ...(open === undefined ? [] : ['', `The last apply left it ${open}.`]),
    ...(diff.length === 0 ? [] : ['', ...writeFence('diff', diff)]),
  ];
}

function listFieldLines(field: FieldDrift): string[] {
  if (field.cause !== 'both') return listDiffLines(viewField(toFieldChange(field)));
  const added = listSides(field).map(
    ({ name, value }) => `${name}: ${value === undefined ? '(none)' : writeJson(value)}`,
  );
  const active = listActiveSides(field);
  return listDiffLines({ name: `${nameField(field.path)}: conflict`, form: 'set', removed: [], added, active });
}
