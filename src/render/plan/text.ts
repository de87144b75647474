import type { Address } from '../../model/address.js';
import { canonicalJson, isJsonObject, type Json, type JsonObject } from '../../model/json.js';
import { summariseStop } from '../../model/plan-stop.js';
import type { Action, Change, FieldChange, Plan, UsedBy } from '../../model/plan.js';
import { formatCommand } from '../../model/text.js';
import { countThings, groupDigits, nameFirst } from '../../model/words.js';
import { escapeName, escapeSentence, escapeShort, escapeTerminal } from '../escape.js';
import { formatField, formatFieldView, nameField } from '../field.js';
import { renderOnceManaged } from '../once-managed.js';
import type { VisitorsView } from '../journeys/visitors.js';
import { PLAIN_STYLE, type Style } from '../terminal.js';
import { EDITED_IN_APP, FIRST_TIME, joinBlocks, NO_TAG, sayOnNoPage, writeJson } from '../render.js';
import { type Batch, indexBatches, isBatch, listBatchUses, nameBatch, nameItems, selectValues } from './batches.js';
import { joinOverwrite, joinPrice, type PriceView } from './marks.js';
import {
  type AlsoView,
  buildPlanView,
  type ChangeView,
  type GivenConsents,
  listApplyCommands,
  type NextCommand,
  type PlanView,
  summarisePlan,
  summariseUnmanaged,
  SYMBOLS,
} from './view.js';

const MOST_USERS = 10;
const MOST_VISITORS = 20;

export interface PlanTextOptions {
  style: Style;
  /** Given when the plan is about to run. */
  consents?: GivenConsents;
  /** The saved plan, which the next command names. */
  file?: string;
  /** Without the changes: for a saved plan that needs no question. */
  brief?: boolean;
  /** Every value in full, however long: for the one change that a person asked for. */
  whole?: boolean;
  /** Every change of its own, also those that one line of a template makes. */
  unfold?: boolean;
  /** Columns of the terminal; lines are not broken when absent. */
  width?: number;
}

/** Summary, guards, impact, changes, pages, next command. */
export function renderPlanText(plan: Plan, options: PlanTextOptions): string {
  const { style, consents, width, brief = false } = options;
  const view = buildPlanView(plan, consents);
  const blocks = [
    renderHead(view, style),
    renderGuards(view, style),
    view.consented.map(escapeName).join('\n'),
    ...(brief ? [] : renderDetails(view, options)),
    renderFoot(view, options),
  ];
  return joinBlocks(blocks, width);
}

function renderHead({ environment, host, promotedFrom, summary, ...view }: PlanView, style: Style): string {
  const where = `${escapeName(host)}${view.protected ? ', protected' : ''}`;
  const from = promotedFrom === undefined ? '' : `\n${style.dim(`Promoted from ${escapeName(promotedFrom)}`)}`;
  const basis = view.writeBasis?.(escapeName);
  const rests = basis === undefined ? '' : `\n${style.dim(`${basis.slice(0, 1).toUpperCase()}${basis.slice(1)}`)}`;
  return `${style.bold(`Plan for ${escapeName(environment)} (${where}): ${summarisePlan(summary)}`)}${from}${rests}`;
}

function renderGuards({ guards }: PlanView, style: Style): string {
  return guards
    .flatMap(({ code, message, hint }) => [
      `${style.removed('withheld')} ${escapeName(code)}: ${escapeSentence(message)}`,
      ...(hint === undefined ? [] : [`  ${escapeSentence(hint)}`]),
    ])
    .join('\n');
}

function renderDetails(view: PlanView, { style, whole = false, unfold = false }: PlanTextOptions): string[] {
  const byHand = new Set<string>(view.byHand.map(({ address }) => address));
  return [
    renderImpact(view, style),
    view.warnings
      .map(({ code, message }) => `${style.changed('warning')} ${escapeName(code)}: ${escapeSentence(message)}`)
      .join('\n'),
    view.actions.map((action) => `${paintAction(action, SYMBOLS[action], style)} ${action}`).join('   '),
    renderByHand(view, style),
    ...view.groups.flatMap(({ changes, entries }) =>
      (unfold ? changes : entries).map((entry) =>
        isBatch(entry)
          ? renderBatch(entry, style)
          : renderChange(entry, { isByHand: byHand.has(entry.address), whole }, style),
      ),
    ),
    renderPages(view, unfold ? new Map() : indexBatches(view.groups), style),
    renderOnceManaged(view.onceManaged, style).join('\n'),
    summariseUnmanaged(view),
  ];
}

function renderImpact({ prices, usedBy }: PlanView, style: Style): string {
  const lines = [
    ...prices.map((price) => `  ${renderPrice(price, style)}`),
    ...usedBy.map(({ address, users }) => `  ${escapeName(address)} ${renderUsers(users)}`),
  ];
  return lines.length === 0 ? '' : [style.bold('Impact'), ...lines].join('\n');
}

function renderPrice({ before, after, ...price }: PriceView, style: Style): string {
  const amounts = [
    ...(before === undefined ? [] : [style.removed(escapeName(before))]),
    ...(after === undefined ? [] : [style.added(escapeName(after))]),
  ];
  return joinPrice(price, amounts.join(' -> '), escapeName);
}

function renderUsers(users: UsedBy['users']): string {
  const shown = users.slice(0, MOST_USERS).map(({ ref, how }) => `${escapeName(ref)} (${escapeName(how)})`);
  const more = users.length > MOST_USERS ? [`${users.length - MOST_USERS} more`] : [];
  return `used by ${[...shown, ...more].join(', ')}`;
}

function renderByHand({ byHand }: PlanView, style: Style): string {
  if (byHand.length === 0) return '';
  const lines = byHand.flatMap(({ address, parent, item }, i) => [
    `  ${i + 1}. ${escapeName(address)}  ${style.dim(`below ${escapeName(parent)}`)}`,
    ...listItemValues(item).map((line) => `       ${line}`),
  ]);
  return [style.bold('To create by hand, in this order'), ...lines].join('\n');
}

/** In full, however long: people copy them from here. */
function listItemValues({ attributes, path: _path, record_type: _type, ...rest }: JsonObject): string[] {
  const values = [...Object.entries(rest), ...Object.entries(isJsonObject(attributes) ? attributes : {})];
  return values.map(
    ([key, value]) => `${escapeName(key)}: ${escapeTerminal(typeof value === 'string' ? value : writeJson(value))}`,
  );
}

/** `isByHand`: its values are listed above. */
function renderChange(
  change: ChangeView,
  { isByHand, whole }: { isByHand: boolean; whole: boolean },
  style: Style,
): string {
  const { action, address, place, reason, risk, withheldBy, usedBy, movedFrom, overwrite } = change;
  const notes = [
    escapeName(place ?? reason),
    ...(movedFrom === undefined ? [] : [`moved from ${escapeName(movedFrom)}`]),
    ...(risk === 'high' ? ['high risk'] : []),
    ...(withheldBy.length > 0 ? [`withheld: ${withheldBy.map(escapeName).join(', ')}`] : []),
  ];
  const fields = whole || action === 'delete' || isByHand ? [] : change.listFields();
  return [
    `${paintAction(action, SYMBOLS[action], style)} ${style.bold(escapeName(address))}  ${style.dim(notes.join(', '))}`,
    ...(overwrite ? [`    ${style.changed('!')} ${joinOverwrite(overwrite, escapeShort)}`] : []),
    ...fields.map((field) => `    ${formatFieldView(field, style)}`),
    ...(whole ? change.fields.flatMap((field) => listWhole(field, style)) : []),
    ...change.listVisitors().flatMap((visitors) => renderVisitors(visitors, style)),
    ...(usedBy.length > 0 ? [style.dim(`    ${renderUsers(usedBy)}`)] : []),
  ].join('\n');
}

const MOST_VALUES = 8;
const UNFOLD = '(--unfold shows all)';

/** `~ 38 offers by catalog/digital.yaml:4`, then what they have in common and what not. */
function renderBatch(batch: Batch, style: Style): string {
  const { action, risk, withheldBy, varied, changes } = batch;
  const notes = [
    ...(risk === 'high' ? ['high risk'] : []),
    ...(withheldBy.length > 0 ? [`withheld: ${withheldBy.map(escapeName).join(', ')}`] : []),
  ];
  const head = `${paintAction(action, SYMBOLS[action], style)} ${style.bold(nameBatch(batch, escapeName))}`;
  return [
    notes.length === 0 ? head : `${head}  ${style.dim(notes.join(', '))}`,
    ...batch.listShared().map((field) => `    ${formatFieldView(field, style)}`),
    ...varied.flatMap((field) => {
      const { shown, hidden } = selectValues(field, MOST_VALUES);
      return [
        `    ${escapeShort(field.name)}:`,
        ...shown.map(({ name, field: value }) => `      ${formatFieldView({ ...value, name }, style)}`),
        ...(hidden > 0 ? [style.dim(`      ... and ${groupDigits(hidden)} more ${UNFOLD}`)] : []),
      ];
    }),
    ...listBatchUses(batch).map(({ of = [], users }) =>
      style.dim(`    ${of.length === 0 ? '' : `${of.map(escapeName).join(', ')}: `}${renderUsers(users)}`),
    ),
    ...(varied.some(({ values }) => values.length === changes.length)
      ? []
      : [style.dim(`    of ${nameFirst(changes.map(({ name }) => escapeName(name)))} ${UNFOLD}`)]),
  ].join('\n');
}

/** The name of a field, then both sides line by line. */
function listWhole({ path, before, after }: FieldChange, style: Style): string[] {
  return [
    `    ${escapeName(nameField(path))}:`,
    ...listLines('-', before).map(style.removed),
    ...listLines('+', after).map(style.added),
  ];
}

function listLines(sign: string, value: Json | undefined): string[] {
  if (value === undefined) return [];
  const text = typeof value === 'string' ? value : writeJson(value, 2);
  return text.split(/\r?\n/).map((line) => `      ${sign} ${escapeTerminal(line)}`);
}

function renderVisitors({ path, hosts, rows, rest }: VisitorsView, style: Style): string[] {
  const lines = rows.slice(0, MOST_VISITORS).map(({ who, before, after }) => {
    const sides = `${style.removed(escapeName(before))} -> ${style.added(escapeName(after))}`;
    return `      ${escapeName(who)}: ${sides}`;
  });
  const hidden = rows.length - MOST_VISITORS;
  return [
    `    visitors of ${escapeName(path)}${hosts === undefined ? '' : ` on ${escapeName(hosts)}`}:`,
    ...lines,
    ...(hidden > 0 ? [`      and ${countThings(hidden, 'more group')} of visitors`] : []),
    ...(rest === undefined ? [] : [style.dim(`      ${rest}`)]),
  ];
}

function paintAction(action: Action, text: string, style: Style): string {
  return { create: style.added, update: style.changed, delete: style.removed }[action](text);
}

function renderPages({ pages, onNoPage }: PlanView, batches: ReadonlyMap<Address, Batch>, style: Style): string {
  if (pages.length + onNoPage.length === 0) return '';
  const lines = pages.flatMap(({ path, routes, items, why, also }) => {
    const where = routes.length === 0 ? NO_TAG : routes.map(escapeName).join(' ');
    const named = nameItems(items, batches, escapeName).map(({ name }) => name);
    const reasons = `${why === undefined ? '' : `${escapeSentence(why)}: `}${named.join(', ')}`;
    return [
      `  ${escapeName(path)} -> ${where}${reasons === '' ? '' : `  ${style.dim(reasons)}`}`,
      ...also.flatMap((one) => renderAlso(one, style)),
    ];
  });
  return [
    style.bold(`Build and publish: ${countThings(pages.length, 'page')}`),
    ...lines,
    ...nameItems(onNoPage, batches, escapeName).map(({ name, count }) => `  ${name} ${sayOnNoPage(count)}`),
  ].join('\n');
}

export function renderAlso({ address, firstTime, listFields }: AlsoView, style: Style): string[] {
  const begin = `    ${style.changed('also goes live:')} ${escapeName(address)}`;
  if (firstTime) return [`${begin}, ${FIRST_TIME}`];
  return listFields().map((field) => {
    const [line, ...more] = formatFieldView(field, style, '').split('\n');
    return [`${begin}: ${line}, ${EDITED_IN_APP}`, ...more].join('\n');
  });
}

function renderFoot(view: PlanView, { style, consents, file, brief = false, whole = false }: PlanTextOptions): string {
  const lines = [style.dim(`Fingerprint ${escapeName(view.fingerprint)}`)];
  const addNext = ({ what, command }: NextCommand): void =>
    void lines.push(`${escapeTerminal(what)}: ${style.bold(escapeTerminal(command))}`);
  // A command that is about to run the plan reports a stop itself.
  if (view.stop && consents === undefined)
    lines.push(`${style.removed('apply will stop before the first write')}: ${escapeName(summariseStop(view.stop))}`);
  // One change does not show what else stops the plan.
  if ((brief || whole) && file !== undefined) addNext({ what: 'The whole plan', command: formatCommand('show', file) });
  // `apply --env` would plan all files: a promotion can only be applied from its file.
  else if (consents === undefined && (file !== undefined || view.promotedFrom === undefined))
    listApplyCommands(view, ['apply', ...(file === undefined ? ['--env', view.environment] : [file])]).forEach(addNext);
  return lines.join('\n');
}

/** What a person must review again: the approved plan against the current one. */
export function renderRebaseText(old: Plan, now: Plan): string {
  const before = new Map(old.changes.map((change) => [change.address, change]));
  const after = new Map(now.changes.map((change) => [change.address, change]));
  const addresses = [...new Set([...before.keys(), ...after.keys()])].sort();
  const lines = addresses.flatMap((address) => compareChange(address, before.get(address), after.get(address)));
  return ['The tenant changed since the plan was saved. Old plan against new plan:', ...lines, ''].join('\n');
}

function compareChange(address: Address, old: Change | undefined, now: Change | undefined): string[] {
  const shown = escapeTerminal(address);
  if (!old) return [`  new        ${shown}: not in the old plan`];
  if (!now) return [`  gone       ${shown}: the tenant already matches the files`];
  if (toText(old) === toText(now)) return [`  unchanged  ${shown}`];
  return [`  different  ${shown}`, ...listSide('old', old), ...listSide('new', now)];
}

function toText({ action, fields }: Change): string {
  const changed = fields.map(({ source: _place, ...field }) => field);
  return canonicalJson({ action, fields: changed });
}

function listSide(side: string, { action, fields }: Change): string[] {
  if (action === 'delete') return [`    ${side}  delete`];
  return fields.map((field) => `    ${side}  ${formatField(field, PLAIN_STYLE)}`);
}
