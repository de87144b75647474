import { KINDS, nameKind } from '../model/address.js';
import type { Action, Change } from '../model/change.js';
import type { Guard, Plan, PlanSummary, PublishPlan } from '../model/plan.js';
import { escapeTerminal } from './escape-terminal.js';
import { formatFieldName, formatFieldValues } from './format-field.js';
import type { Style } from './style.js';

const SYMBOLS: Record<Action, string> = { create: '+', update: '~', delete: '-' };

export interface PlanTextOptions {
  style: Style;
  /**
   * The consents of the apply that shows the plan, by flag (`--allow-delete` -> `3`); then the plan
   * is shown as what is about to run. Absent when the plan is only shown.
   */
  consents?: ReadonlyMap<string, string>;
}

/** The plan for a terminal: summary first, then what stands against it, then every change. */
export function renderPlanText(plan: Plan, { style, consents }: PlanTextOptions): string {
  const lifted = plan.guards.filter(({ consent }) => consent && consents?.get(consent.flag) === consent.value);
  const standing = plan.guards.filter((guard) => !lifted.includes(guard));
  const stopped = new Map(standing.flatMap(({ addresses, code }) => addresses.map((address) => [address, code])));
  const blocks = [
    renderHead(plan, stopped.size, style),
    renderGuards(standing, style),
    lifted.map(({ addresses, consent }) => `consented to ${addresses.length} by ${consent?.flag}=${consent?.value}`).join('\n'),
    renderWarnings(plan, style),
    ...renderChanges(plan, stopped, style),
    renderPublish(plan.publish, style),
    renderUnmanaged(plan),
    renderFoot(plan, consents === undefined, style),
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

function renderHead(plan: Plan, withheld: number, style: Style): string {
  const where = `${escapeTerminal(plan.environment)} (${escapeTerminal(plan.host)}${plan.protected ? ', protected' : ''})`;
  return style.bold(`Plan for ${where}: ${summarisePlan({ ...plan.summary, withheld })}`);
}

/** `1 to create, 2 to update, 14 unchanged`; without changes `nothing to change, 14 unchanged`. */
export function summarisePlan(summary: PlanSummary): string {
  const counts = (['create', 'update', 'delete'] as const)
    .filter((action) => summary[action] > 0)
    .map((action) => `${summary[action]} to ${action}`);
  return [
    ...(counts.length === 0 ? ['nothing to change'] : counts),
    ...(summary.withheld > 0 ? [`${summary.withheld} of them withheld`] : []),
    `${summary.unchanged} unchanged`,
  ].join(', ');
}

function renderGuards(guards: readonly Guard[], style: Style): string {
  return guards
    .map(({ code, message, hint }) =>
      [`${style.removed('withheld')} ${code}: ${escapeTerminal(message)}`, ...(hint === undefined ? [] : [`  ${escapeTerminal(hint)}`])].join('\n'),
    )
    .join('\n');
}

function renderWarnings({ warnings }: Plan, style: Style): string {
  return warnings.map(({ code, message }) => `${style.changed('warning')} ${code}: ${escapeTerminal(message)}`).join('\n');
}

function renderChanges(plan: Plan, stopped: ReadonlyMap<string, string>, style: Style): string[] {
  if (plan.changes.length === 0) return [];
  const used = (['create', 'update', 'delete'] as const).filter((action) => plan.summary[action] > 0);
  const legend = used.map((action) => `${mark(action, SYMBOLS[action], style)} ${action}`).join('   ');
  return [legend, ...plan.changes.map((change) => renderChange(change, stopped.get(change.address), style))];
}

function mark(action: Action, text: string, style: Style): string {
  return { create: style.added, update: style.changed, delete: style.removed }[action](text);
}

function renderChange(change: Change, withheld: string | undefined, style: Style): string {
  const { action, address, source, reason, risk } = change;
  const place = source ? `${source.file}:${source.line}` : reason;
  const notes = [escapeTerminal(place), ...(risk === 'high' ? ['high risk'] : []), ...(withheld ? [`withheld: ${withheld}`] : [])];
  const head = `${mark(action, SYMBOLS[action], style)} ${style.bold(escapeTerminal(address))}  ${style.dim(notes.join(', '))}`;
  if (action === 'delete') return head;
  return [head, ...change.fields.map((field) => `    ${formatFieldName(field.path)}: ${formatFieldValues(field, style)}`)].join('\n');
}

function renderPublish({ pages, onNoPage }: PublishPlan, style: Style): string {
  if (pages.length + onNoPage.length === 0) return '';
  const lines = pages.map(({ path, routes, items, reason }) => {
    const where = routes.length === 0 ? 'no tag, so it cannot be published' : routes.map(escapeTerminal).join(' ');
    const why = `${reason === 'not-live' ? 'published copy is older: ' : ''}${items.map(escapeTerminal).join(', ')}`;
    return `  ${escapeTerminal(path)} -> ${where}  ${style.dim(why)}`;
  });
  const loose = onNoPage.map((address) => `  ${escapeTerminal(address)} is on no page: changed, but not live in the shop`);
  return [style.bold(`Build and publish: ${pages.length} ${pages.length === 1 ? 'page' : 'pages'}`), ...lines, ...loose].join('\n');
}

function renderUnmanaged({ unmanaged }: Plan): string {
  const counts = KINDS.flatMap((kind) => {
    const count = unmanaged[kind]?.length ?? 0;
    return count === 0 ? [] : [`${count} ${nameKind(kind, count)}`];
  });
  return counts.length === 0 ? '' : `Not managed by these files and left alone: ${counts.join(', ')}`;
}

function renderFoot(plan: Plan, tellNext: boolean, style: Style): string {
  const print = style.dim(`Fingerprint ${plan.fingerprint}`);
  if (!tellNext || (plan.changes.length === 0 && plan.publish.pages.length === 0)) return print;
  return `${print}\nTo apply: ${style.bold(`limio-sync apply --env ${escapeTerminal(plan.environment)}`)}`;
}
