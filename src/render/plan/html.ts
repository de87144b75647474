import { createHash } from 'node:crypto';
import { nameKind } from '../../model/address.js';
import { countStopped, summariseStop } from '../../model/plan-stop.js';
import type { Guard, Plan } from '../../model/plan.js';
import { countThings, groupDigits } from '../../model/words.js';
import { escapeHtml } from '../escape.js';
import { nameField } from '../field.js';
import { describePlace, describeSince } from '../once-managed.js';
import { countKind, NO_TAG, sayOnNoPage, writeJson } from '../render.js';
import { isBatch } from './batches.js';
import { ALSO_COLUMNS, writeAlso, writeBatch, writeChange, writeCode, writeUsers } from './html-change.js';
import { BATCH_SCRIPT, BATCH_STYLE, PAGE_SCRIPT, PAGE_STYLE } from './html-page.js';
import type { PriceView } from './marks.js';
import {
  buildPlanView,
  type ChangeView,
  type PageView,
  type PlanView,
  summariseGroup,
  summarisePlan,
  SYMBOLS,
} from './view.js';

/** Up to this number, changes are open. */
const MOST_OPEN = 20;
const MOST_LINKS = 12;
const SENTENCE = 2_000;

/** Number of a change in the page, by address. */
type ChangeNumbers = ReadonlyMap<string, number>;

/**
 * The plan as one HTML page that loads nothing. Without its script the page shows everything; the script only
 * searches and filters. The content security policy allows this script and this style by their hashes.
 */
export function renderPlanHtml(plan: Plan): string {
  const view = buildPlanView(plan);
  const changes = view.groups.flatMap((group) => group.changes);
  const numbers = new Map<string, number>(changes.map(({ address }, i) => [address, i]));
  const hasBatches = view.groups.some(({ entries }) => entries.some(isBatch));
  const script = hasBatches ? `${PAGE_SCRIPT}${BATCH_SCRIPT}` : PAGE_SCRIPT;
  const style = hasBatches ? `${PAGE_STYLE}${BATCH_STYLE}` : PAGE_STYLE;
  return [
    '<!DOCTYPE html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${writePolicy(script, style)}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    '<meta name="referrer" content="no-referrer">',
    `<title>Plan for ${escapeHtml(view.environment)}: ${summarisePlan(view.summary)}</title>`,
    `<style>${style}</style>`,
    '</head>',
    '<body>',
    '<a class="skip" href="#changes">Skip to the changes</a>',
    writeHeader(view),
    '<main>',
    writeTop(view, numbers),
    writeChanges(view, numbers),
    writeEnd(view),
    '</main>',
    `<footer><p>Fingerprint ${writeCode(view.fingerprint)}</p>`,
    `<p>limio-sync ${escapeHtml(view.toolVersion)}</p></footer>`,
    `<script>${script}</script>`,
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

function writePolicy(script: string, style: string): string {
  const [allowed, styled] = [script, style].map(
    (text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`,
  );
  return [
    "default-src 'none'",
    `script-src ${allowed}`,
    `style-src ${styled}`,
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');
}

function writeHeader({ environment, host, commit, promotedFrom, summary, actions, ...view }: PlanView): string {
  const facts = [
    writeCode(host),
    ...(commit === undefined ? [] : [`commit ${writeCode(commit.slice(0, 12))}`]),
    ...(promotedFrom === undefined ? [] : [`promoted from ${writeCode(promotedFrom)}`]),
    ...(view.protected ? ['<span class="tag stop">protected</span>'] : []),
    ...(view.writeBasis ? [view.writeBasis(writeCode)] : []),
  ];
  const counts = [
    ...actions.map((action) =>
      writeCount(summary[action], `<span aria-hidden="true">${SYMBOLS[action]} </span>to ${action}`, action),
    ),
    ...(actions.length === 0 ? [writeCount(0, 'to change')] : []),
    ...(summary.withheld > 0 ? [writeCount(summary.withheld, 'withheld', 'stop')] : []),
    writeCount(summary.unchanged, 'unchanged'),
    ...(summary.unread ? [writeCount(summary.unread, 'unread', 'stop')] : []),
    ...(summary.unreadLists ? [writeCount(summary.unreadLists, 'lists not read in full', 'stop')] : []),
  ];
  return [
    `<header><p class="eyebrow">limio-sync plan</p><h1>Plan for ${escapeHtml(environment)}</h1>`,
    `<p>${facts.join(' · ')}</p><ul class="counts">${counts.join('')}</ul></header>`,
  ].join('');
}

function writeCount(count: number, label: string, style = ''): string {
  return `<li${style === '' ? '' : ` class="${style}"`}><b>${groupDigits(count)}</b> <span>${label}</span></li>`;
}

function writeTop(view: PlanView, numbers: ChangeNumbers): string {
  return [
    writeSection(
      'guards',
      'Stopped by guards',
      `${writeStop(view)}${view.guards.map((guard) => writeGuard(guard, numbers)).join('')}`,
    ),
    writeSection('impact', 'Impact', writeImpact(view)),
    writeSection('warnings', 'Warnings', writeWarnings(view)),
    writeSection('once-managed', 'No longer declared, still live', writeOnceManaged(view)),
    writeSection('by-hand', 'To create by hand, in this order', writeByHand(view, numbers)),
  ].join('');
}

function writeStop({ stop, hasWork }: PlanView): string {
  if (!stop) return '';
  const consents = stop.consents.length === 0 ? '' : ` Consents: ${writeCode(stop.consents.join(' '))}.`;
  const rest = hasWork ? ` Only the rest: ${writeCode('--allow-partial')}.` : '';
  return `<p><b>apply will stop before the first write</b>: ${escapeHtml(summariseStop(stop))}.${consents}${rest}</p>`;
}

/** Empty without content. */
function writeSection(id: string, title: string, content: string): string {
  if (content === '') return '';
  return `<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${title}</h2>${content}</section>`;
}

/** Empty without rows. */
function writeTable(label: string, style: string, columns: readonly string[], rows: readonly string[]): string {
  if (rows.length === 0) return '';
  const head = columns.map((column) => `<th scope="col">${column}</th>`).join('');
  return [
    `<div class="scroll" tabindex="0" role="group" aria-label="${label}"><table class="${style}">`,
    `<thead><tr>${head}</tr></thead><tbody>${rows.join('')}</tbody></table></div>`,
  ].join('');
}

function writeGuard(guard: Guard, numbers: ChangeNumbers): string {
  const { code, message, hint, addresses, value, limit } = guard;
  const links = addresses.slice(0, MOST_LINKS).map((address) => {
    const number = numbers.get(address);
    return `<li>${number === undefined ? writeCode(address) : `<a href="#c${number}">${escapeHtml(address)}</a>`}</li>`;
  });
  const more = addresses.length > MOST_LINKS ? `<li>and ${groupDigits(addresses.length - MOST_LINKS)} more</li>` : '';
  const limited = limit === undefined ? '' : `, limit <b>${escapeHtml(limit)}</b>`;
  return [
    `<div class="guard"><h3>${writeCode(code)} stops ${countStopped(guard)}</h3>`,
    `<p>${escapeHtml(message, SENTENCE)}</p>`,
    value === undefined ? '' : `<p class="measure">Measured <b>${escapeHtml(value)}</b>${limited}</p>`,
    hint === undefined ? '' : `<p class="hint">${escapeHtml(hint, SENTENCE)}</p>`,
    `<ul class="links">${links.join('')}${more}</ul></div>`,
  ].join('');
}

function writeImpact({ prices, usedBy }: PlanView): string {
  const columns = ['Charge', 'Now', 'After apply', 'Change', 'Reach'];
  const table = writeTable('Prices, old and new', 'grid prices', columns, prices.map(writePriceRow));
  return `${table}${usedBy.map(({ address, users }) => `<p>${writeCode(address)}</p>${writeUsers(users)}`).join('')}`;
}

function writePriceRow({ label, before, after, percent = '', direction, reach }: PriceView): string {
  const [now, then] = [before, after].map((amount) =>
    amount === undefined ? '<span class="none">none</span>' : escapeHtml(amount),
  );
  return [
    `<tr><th scope="row">${escapeHtml(label)}</th><td class="amount">${now}</td><td class="amount">${then}</td>`,
    `<td class="amount ${direction}">${escapeHtml(percent)}</td><td>${escapeHtml(reach.join('; '))}</td></tr>`,
  ].join('');
}

function writeWarnings({ warnings }: PlanView): string {
  const rows = warnings.map(({ code, message, hint }) => {
    const remedy = hint === undefined ? '' : ` ${escapeHtml(hint, SENTENCE)}`;
    return `<li>${writeCode(code)} ${escapeHtml(message, SENTENCE)}${remedy}</li>`;
  });
  return rows.length === 0 ? '' : `<ul class="warnings">${rows.join('')}</ul>`;
}

function writeOnceManaged({ onceManaged = [] }: PlanView): string {
  const rows = onceManaged.map((field) => {
    const { address, path, live, clear } = field;
    const remedy = clear ? `; to clear it: ${writeCode(clear.line)}${describePlace(clear, writeCode)}` : '';
    const value = `${writeCode(writeJson(live))}${describeSince(field, writeCode)}`;
    return `<li>${writeCode(address)} ${writeCode(nameField(path))}: ${value}${remedy}</li>`;
  });
  return rows.length === 0 ? '' : `<ul class="warnings">${rows.join('')}</ul>`;
}

function writeByHand({ byHand }: PlanView, numbers: ChangeNumbers): string {
  const rows = byHand.map(({ address, parent }) => {
    const link = `<a href="#c${numbers.get(address) ?? ''}">${escapeHtml(address)}</a>`;
    return `<li>${link} below ${writeCode(parent)}</li>`;
  });
  return rows.length === 0 ? '' : `<ol>${rows.join('')}</ol>`;
}

function writeChanges(view: PlanView, numbers: ChangeNumbers): string {
  const guards = numberGuards(view);
  const write = ({ address, ...change }: ChangeView, isOpen: boolean): string => {
    const place = { index: numbers.get(address) ?? 0, guards: guards.get(address) ?? [], isOpen };
    return writeChange({ address, ...change }, place);
  };
  const groups = view.groups.map((group) => {
    const entries = group.entries.map((entry) =>
      isBatch(entry) ? writeBatch(entry, (change) => write(change, false)) : write(entry, numbers.size <= MOST_OPEN),
    );
    const id = `kind-${group.kind}`;
    const title = `<h3 id="${id}">${groupDigits(group.changes.length)} ${summariseGroup(group)}</h3>`;
    return `<section class="group" aria-labelledby="${id}">${title}\n${entries.join('\n')}\n</section>`;
  });
  const none = '<p id="none" hidden>No change matches these filters.</p>';
  const body =
    numbers.size === 0
      ? '<p class="hint">Nothing to change.</p>'
      : `${writeFilters(view, numbers.size)}${groups.join('\n')}${none}`;
  const title = '<h2 id="changes-title">Changes</h2>';
  return `<section id="changes" aria-labelledby="changes-title" tabindex="-1">${title}${body}</section>`;
}

/** By address, the guards that stop it, as the filters number them. */
function numberGuards({ guards }: PlanView): Map<string, number[]> {
  const numbers = new Map<string, number[]>();
  for (const [number, { addresses }] of guards.entries())
    for (const address of new Set<string>(addresses)) numbers.set(address, [...(numbers.get(address) ?? []), number]);
  return numbers;
}

/** Hidden until the script runs. */
function writeFilters({ groups, actions, guards, summary }: PlanView, total: number): string {
  const kinds = groups.map(({ kind, changes }) => writeBox('kind', kind, nameKind(kind), changes.length));
  const acts = actions.map((action) => writeBox('action', action, action, summary[action]));
  const stops = guards.map(({ code, addresses }, i) =>
    writeBox('guards', String(i), escapeHtml(code), addresses.length),
  );
  return [
    '<div class="filters" id="filters" role="search" aria-label="Changes" hidden>',
    '<p class="find"><label for="search">Search</label><input type="search" id="search" autocomplete="off"',
    ' spellcheck="false" placeholder="name, field, value, file"></p>',
    `<fieldset><legend>Kind</legend>${kinds.join('')}</fieldset>`,
    `<fieldset><legend>Action</legend>${acts.join('')}</fieldset>`,
    stops.length === 0 ? '' : `<fieldset><legend>Guard</legend>${stops.join('')}</fieldset>`,
    `<p class="state"><output id="count" aria-live="polite">${countThings(total, 'change')}</output>`,
    '<button type="button" id="clear">Clear filters</button><button type="button" id="open">Open all</button>',
    '<button type="button" id="close">Close all</button></p>',
    '</div>',
    '<p class="hint" id="no-script">Search and filters need JavaScript. Every change is below.</p>',
  ].join('');
}

/** `label` is HTML. */
function writeBox(facet: string, value: string, label: string, count: number): string {
  const input = `<input type="checkbox" data-facet="${facet}" value="${value}">`;
  return `<label>${input}<span>${label} <small>${groupDigits(count)}</small></span></label>`;
}

function writeEnd({ pages, onNoPage, unmanaged }: PlanView): string {
  const table = writeTable('Pages', 'grid', ['Page', 'Routes', 'Why', 'For'], pages.map(writePage));
  const also = writeTable('Also goes live', 'grid', ALSO_COLUMNS, pages.flatMap(writeAlso));
  const hidden = onNoPage.map((address) => `<li>${writeCode(address)} ${sayOnNoPage(1)}</li>`);
  const lists = unmanaged.map(({ kind, names }) => {
    const rows = names.map((name) => `<li>${writeCode(name)}</li>`).join('');
    return `<details><summary>${countKind(names.length, kind)}</summary><ul class="names">${rows}</ul></details>`;
  });
  return [
    writeSection(
      'publish',
      `Build and publish: ${countThings(pages.length, 'page')}`,
      [
        table,
        also === '' ? '' : `<h3>Also goes live</h3>${also}`,
        hidden.length === 0 ? '' : `<ul>${hidden.join('')}</ul>`,
      ].join(''),
    ),
    writeSection('unmanaged', 'Unmanaged, not touched', lists.join('')),
  ].join('');
}

function writePage({ path, routes, why = 'objects on it change', items }: PageView): string {
  const shown = items.slice(0, MOST_LINKS).map(writeCode).join(' ');
  const more = items.length > MOST_LINKS ? ` and ${items.length - MOST_LINKS} more` : '';
  return [
    `<tr><th scope="row">${writeCode(path)}</th><td>${routes.map(writeCode).join(' ') || NO_TAG}</td>`,
    `<td>${escapeHtml(why)}</td><td>${shown}${more}</td></tr>`,
  ].join('');
}
