import { countThings } from '../../model/words.js';
import { type Address, nameKind } from '../../model/address.js';
import { canonicalJson, isJsonObject, type Json, type JsonObject } from '../../model/json.js';
import type { Action, Change, Guard, Plan, PublishPlan, UsedBy } from '../../model/plan.js';
import { formatCommand } from '../../model/text.js';
import { escapeTerminal, shortenText } from '../escape.js';
import { formatField, formatFieldView } from '../field.js';
import type { VisitorsView } from '../journeys/visitors.js';
import { PLAIN_STYLE, type Style, wrapText } from '../terminal.js';
import { writeJson } from '../words.js';
import {
  buildPlanView,
  type ChangeView,
  type GivenConsents,
  joinPrice,
  type PlanView,
  type PriceView,
  summarisePlan,
  SYMBOLS,
} from './view.js';

const MOST_NAME_CHARACTERS = 300;

const MOST_SENTENCE_CHARACTERS = 2_000;

const MOST_USERS = 10;

const MOST_VISITORS = 20;

export interface PlanTextOptions {
  style: Style;
  /**
   * The consents of the apply that shows the plan, by flag (`--allow-delete` -> `3`); then the plan
   * is shown as what is about to run. Absent when the plan is only shown.
   */
  consents?: GivenConsents;
  /** Of a saved plan, where it is known: the next command names it. */
  file?: string;
  /** Only what it is, what stops it, and how to see the rest: for a plan that was reviewed and is not asked about. */
  brief?: boolean;
  /** Columns of the terminal; lines are not broken when absent. */
  width?: number;
}

/** The plan for a terminal: summary first, then what stands against it, then every change. */
export function renderPlanText(plan: Plan, options: PlanTextOptions): string {
  const { style, consents, width, brief = false } = options;
  const view = buildPlanView(plan, consents);
  const blocks = [
    renderHead(view, style),
    renderGuards(view.guards, style),
    view.consented
      .map(
        ({ addresses, consent }) => `consented to ${addresses.length} by ${name(`${consent?.flag}=${consent?.value}`)}`,
      )
      .join('\n'),
    ...(brief ? [] : renderRest(view, style)),
    renderFoot(view, options),
  ];
  const text = `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
  return width === undefined ? text : wrapText(text, width);
}

function renderRest(view: PlanView, style: Style): string[] {
  const byHand = new Set<string>(view.byHand.map(({ address }) => address));
  return [
    renderImpact(view, style),
    view.warnings
      .map(({ code, message }) => `${style.changed('warning')} ${name(code)}: ${sentence(message)}`)
      .join('\n'),
    view.actions.map((action) => `${mark(action, SYMBOLS[action], style)} ${action}`).join('   '),
    renderByHand(view, style),
    ...view.groups.flatMap(({ changes }) =>
      changes.map((change) => renderChange(change, byHand.has(change.address), style)),
    ),
    renderPublish(view.publish, style),
    renderUnmanaged(view),
  ];
}

function renderHead(
  { environment, host, protected: isProtected, promotedFrom, summary }: PlanView,
  style: Style,
): string {
  const from = promotedFrom === undefined ? '' : `\n${style.dim(`Promoted from ${name(promotedFrom)}`)}`;
  return `${style.bold(`Plan for ${name(environment)} (${name(host)}${isProtected ? ', protected' : ''}): ${summarisePlan(summary)}`)}${from}`;
}

function renderGuards(guards: readonly Guard[], style: Style): string {
  return guards
    .map(({ code, message, hint }) =>
      [
        `${style.removed('withheld')} ${name(code)}: ${sentence(message)}`,
        ...(hint === undefined ? [] : [`  ${sentence(hint)}`]),
      ].join('\n'),
    )
    .join('\n');
}

function renderByHand({ byHand }: PlanView, style: Style): string {
  if (byHand.length === 0) return '';
  const lines = byHand.flatMap(({ address, parent, item }, i) => [
    `  ${i + 1}. ${name(address)}  ${style.dim(`below ${name(parent)}`)}`,
    ...listItemValues(item).map((line) => `       ${line}`),
  ]);
  return [style.bold('To create by hand, in this order'), ...lines].join('\n');
}

/** Whole, however long: people copy them from here. */
function listItemValues({ attributes, path: _path, record_type: _type, ...rest }: JsonObject): string[] {
  const values = [...Object.entries(rest), ...Object.entries(isJsonObject(attributes) ? attributes : {})];
  return values.map(
    ([key, value]) => `${name(key)}: ${escapeTerminal(typeof value === 'string' ? value : writeJson(value))}`,
  );
}

function renderImpact({ prices, usedBy }: PlanView, style: Style): string {
  const lines = [
    ...prices.map((price) => `  ${renderPrice(price, style)}`),
    ...usedBy.map(({ address, users }) => `  ${name(address)} ${renderUsers(users)}`),
  ];
  return lines.length === 0 ? '' : [style.bold('Impact'), ...lines].join('\n');
}

function renderPrice(price: PriceView, style: Style): string {
  const before = price.before === undefined ? [] : [style.removed(name(price.before))];
  const after = price.after === undefined ? [] : [style.added(name(price.after))];
  return joinPrice(
    { ...price, label: name(price.label), ...(price.percent === undefined ? {} : { percent: name(price.percent) }) },
    [...before, ...after].join(' -> '),
  );
}

function renderUsers(users: UsedBy['users']): string {
  const shown = users.slice(0, MOST_USERS).map(({ ref, how }) => `${name(ref)} (${name(how)})`);
  return `used by ${[...shown, ...(users.length > MOST_USERS ? [`${users.length - MOST_USERS} more`] : [])].join(', ')}`;
}

function mark(action: Action, text: string, style: Style): string {
  return { create: style.added, update: style.changed, delete: style.removed }[action](text);
}

function renderChange(
  { action, address, place, reason, risk, withheldBy, listFields, listVisitors, usedBy }: ChangeView,
  isListed: boolean,
  style: Style,
): string {
  const notes = [
    name(place ?? reason),
    ...(risk === 'high' ? ['high risk'] : []),
    ...(withheldBy.length > 0 ? [`withheld: ${withheldBy.map(name).join(', ')}`] : []),
  ];
  return [
    `${mark(action, SYMBOLS[action], style)} ${style.bold(name(address))}  ${style.dim(notes.join(', '))}`,
    ...(action === 'delete' || isListed ? [] : listFields().map((field) => `    ${formatFieldView(field, style)}`)),
    ...listVisitors().flatMap((visitors) => renderVisitors(visitors, style)),
    ...(usedBy.length > 0 ? [style.dim(`    ${renderUsers(usedBy)}`)] : []),
  ].join('\n');
}

/** Where visitors were led and will be led; those whom no line names see what they saw. */
function renderVisitors({ path, hosts, rows, rest }: VisitorsView, style: Style): string[] {
  const lines = rows
    .slice(0, MOST_VISITORS)
    .map(
      ({ who, before, after }) => `      ${name(who)}: ${style.removed(name(before))} -> ${style.added(name(after))}`,
    );
  const hidden = rows.length - MOST_VISITORS;
  return [
    `    visitors of ${name(path)}${hosts === undefined ? '' : ` on ${name(hosts)}`}:`,
    ...lines,
    ...(hidden > 0 ? [`      and ${countThings(hidden, 'more sort', 'more sorts')} of visitors`] : []),
    ...(rest === undefined ? [] : [style.dim(`      ${rest}`)]),
  ];
}

function renderPublish({ pages, onNoPage }: PublishPlan, style: Style): string {
  if (pages.length + onNoPage.length === 0) return '';
  const lines = pages.map(({ path, routes, items, reason, why: owed }) => {
    const where = routes.length === 0 ? 'no tag, so it cannot be published' : routes.map(name).join(' ');
    const older = owed === undefined ? 'published copy is older: ' : `${sentence(owed)}: `;
    const why = `${reason === 'not-live' ? older : ''}${items.map(name).join(', ')}`;
    return `  ${name(path)} -> ${where}${why === '' ? '' : `  ${style.dim(why)}`}`;
  });
  const loose = onNoPage.map((address) => `  ${name(address)} is on no page: changed, but not live in the shop`);
  return [style.bold(`Build and publish: ${countThings(pages.length, 'page')}`), ...lines, ...loose].join('\n');
}

function renderUnmanaged({ unmanaged }: PlanView): string {
  const counts = unmanaged.map(({ kind, names }) => countThings(names.length, nameKind(kind, 1), nameKind(kind)));
  return counts.length === 0 ? '' : `Not managed by these files and left alone: ${counts.join(', ')}`;
}

function renderFoot(
  { fingerprint, hasWork, environment, protected: isProtected, promotedFrom }: PlanView,
  { style, consents, file, brief }: PlanTextOptions,
): string {
  const print = style.dim(`Fingerprint ${name(fingerprint)}`);
  const write = (what: string, ...command: string[]): string =>
    `${print}\n${what}: ${style.bold(escapeTerminal(formatCommand(...command)))}`;
  if (brief && file !== undefined) return write('The whole plan', 'show', file);
  // Without its file a promotion has no command of its own: apply --env would plan all files.
  if (consents !== undefined || !hasWork || (promotedFrom !== undefined && file === undefined)) return print;
  return write(
    'To apply',
    'apply',
    ...(file === undefined ? ['--env', environment] : [file]),
    ...(isProtected ? [`--allow-protected=${environment}`] : []),
  );
}

function name(text: string): string {
  return escapeTerminal(shortenText(text, MOST_NAME_CHARACTERS));
}

function sentence(text: string): string {
  return escapeTerminal(shortenText(text, MOST_SENTENCE_CHARACTERS));
}

/** The plan that was approved against the one that holds now: what a person must look at again. */
export function renderRebaseText(old: Plan, now: Plan): string {
  const before = new Map(old.changes.map((change) => [change.address, change]));
  const after = new Map(now.changes.map((change) => [change.address, change]));
  const addresses = [...new Set([...before.keys(), ...after.keys()])].sort();
  const lines = addresses.flatMap((address) => compareChange(address, before.get(address), after.get(address)));
  return ['The tenant moved since the saved plan. Old plan against new plan:', ...lines, ''].join('\n');
}

function compareChange(address: Address, old: Change | undefined, now: Change | undefined): string[] {
  const shown = escapeTerminal(address);
  if (!old) return [`  new        ${shown}: not in the old plan`];
  if (!now) return [`  gone       ${shown}: the tenant is as the files say already`];
  if (describe(old) === describe(now)) return [`  the same   ${shown}`];
  return [`  different  ${shown}`, ...listSide('old', old), ...listSide('new', now)];
}

function describe({ action, fields }: Change): string {
  return canonicalJson({ action, fields } as unknown as Json);
}

function listSide(side: string, { action, fields }: Change): string[] {
  if (action === 'delete') return [`    ${side}  delete`];
  return fields.map((field) => `    ${side}  ${formatField(field, PLAIN_STYLE)}`);
}
