import { countThings, groupDigits } from '../../model/words.js';
import { createHash } from 'node:crypto';
import { nameKind } from '../../model/address.js';
import type { Guard, Plan } from '../../model/plan.js';
import { escapeHtml } from '../escape.js';
import { PAGE_SCRIPT } from '../html-page/script.js';
import { PAGE_STYLE } from '../html-page/style.js';

import { writeChange, writeUsers } from './html-change.js';
import { buildPlanView, type PlanView, type PriceView, summariseGroup, summarisePlan, SYMBOLS } from './view.js';

/** With so few changes nobody need open anything. */
const MOST_OPEN = 20;

/**
 * The plan as one HTML file that asks the network for nothing. Everything is in the HTML, so it can
 * be read without its script, which only searches and filters. The content security policy allows
 * this script and this style by their hashes and nothing else.
 */
export function renderPlanHtml(plan: Plan): string {
  const view = buildPlanView(plan);
  const numbers = new Map(
    view.groups.flatMap(({ changes }) => changes).map(({ address }, i) => [address as string, i]),
  );
  const policy = `default-src 'none'; script-src '${hash(PAGE_SCRIPT)}'; style-src '${hash(PAGE_STYLE)}'; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'`;
  return [
    '<!DOCTYPE html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    '<meta name="referrer" content="no-referrer">',
    `<title>Plan for ${escapeHtml(view.environment)}: ${summarisePlan(view.summary)}</title>`,
    `<style>${PAGE_STYLE}</style>`,
    '</head>',
    '<body>',
    '<a class="skip" href="#changes">Skip to the changes</a>',
    writeHeader(view),
    '<main>',
    writeTop(view, numbers),
    writeChanges(view, numbers),
    writeEnd(view),
    '</main>',
    `<footer><p>Fingerprint <code>${escapeHtml(view.fingerprint)}</code></p><p>limio-sync ${escapeHtml(view.toolVersion)}</p></footer>`,
    `<script>${PAGE_SCRIPT}</script>`,
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

function writeChanges(view: PlanView, numbers: ReadonlyMap<string, number>): string {
  const stops = indexGuards(view);
  const groups = view.groups.map((group) => {
    const changes = group.changes.map((change) =>
      writeChange(change, {
        index: numbers.get(change.address) ?? 0,
        guards: stops.get(change.address) ?? [],
        isOpen: numbers.size <= MOST_OPEN,
      }),
    );
    const id = `kind-${group.kind}`;
    return `<section class="group" aria-labelledby="${id}"><h3 id="${id}">${groupDigits(group.changes.length)} ${summariseGroup(group)}</h3>\n${changes.join('\n')}\n</section>`;
  });
  const body =
    numbers.size === 0
      ? '<p class="hint">Nothing to change.</p>'
      : `${writeFilters(view, numbers.size)}${groups.join('\n')}<p id="none" hidden>No change fits these filters.</p>`;
  return `<section id="changes" aria-labelledby="changes-title" tabindex="-1"><h2 id="changes-title">Changes</h2>${body}</section>`;
}

/** Numbers of the guards that stop a change, by address. */
function indexGuards({ guards }: PlanView): Map<string, number[]> {
  const stops = new Map<string, number[]>();
  for (const [number, { addresses }] of guards.entries()) {
    for (const address of new Set<string>(addresses)) {
      const list = stops.get(address);
      if (list) list.push(number);
      else stops.set(address, [number]);
    }
  }
  return stops;
}

function hash(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}

const MOST_LINKS = 12;

const SENTENCE = 2_000;

/** Number of a change in the document, by address. */
export type ChangeNumbers = ReadonlyMap<string, number>;

export function writeHeader({
  environment,
  host,
  protected: isProtected,
  commit,
  promotedFrom,
  summary,
  actions,
}: PlanView): string {
  const facts = [
    `<code>${escapeHtml(host)}</code>`,
    ...(commit === undefined ? [] : [`commit <code>${escapeHtml(commit.slice(0, 12))}</code>`]),
    ...(promotedFrom === undefined ? [] : [`promoted from <code>${escapeHtml(promotedFrom)}</code>`]),
    ...(isProtected ? ['<span class="tag stop">protected</span>'] : []),
  ];
  const counts = [
    ...actions.map(
      (action) =>
        `<li class="${action}"><b>${groupDigits(summary[action])}</b> <span><span aria-hidden="true">${SYMBOLS[action]} </span>to ${action}</span></li>`,
    ),
    ...(actions.length === 0 ? ['<li><b>0</b> <span>to change</span></li>'] : []),
    ...(summary.withheld > 0
      ? [`<li class="stop"><b>${groupDigits(summary.withheld)}</b> <span>withheld</span></li>`]
      : []),
    `<li><b>${groupDigits(summary.unchanged)}</b> <span>unchanged</span></li>`,
  ];
  return `<header><p class="eyebrow">limio-sync plan</p><h1>Plan for ${escapeHtml(environment)}</h1><p>${facts.join(' · ')}</p><ul class="counts">${counts.join('')}</ul></header>`;
}

/** What stops changes, what the plan means, what to know: each a section, where there is something to say. */
export function writeTop(view: PlanView, numbers: ChangeNumbers): string {
  return [
    writeSection('guards', 'Stopped by guards', view.guards.map((guard) => writeGuard(guard, numbers)).join('')),
    writeSection('impact', 'Impact', writeImpact(view)),
    writeSection('warnings', 'Warnings', writeWarnings(view)),
    writeSection('by-hand', 'To create by hand, in this order', writeByHand(view, numbers)),
  ].join('');
}

export function writeEnd({ publish, unmanaged }: PlanView): string {
  const pages = publish.pages.map(
    ({ path, routes, reason, why, items }) =>
      `<tr><th scope="row"><code>${escapeHtml(path)}</code></th><td>${routes.map((route) => `<code>${escapeHtml(route)}</code>`).join(' ') || 'no tag, so it cannot be published'}</td><td>${reason === 'not-live' ? escapeHtml(why ?? 'the published copy is older') : 'it shows what changes'}</td><td>${items
        .slice(0, MOST_LINKS)
        .map((item) => `<code>${escapeHtml(item)}</code>`)
        .join(' ')}${items.length > MOST_LINKS ? ` and ${items.length - MOST_LINKS} more` : ''}</td></tr>`,
  );
  const table =
    pages.length === 0
      ? ''
      : `<div class="scroll" tabindex="0" role="group" aria-label="Pages"><table class="grid"><thead><tr><th scope="col">Page</th><th scope="col">Routes</th><th scope="col">Why</th><th scope="col">For</th></tr></thead><tbody>${pages.join('')}</tbody></table></div>`;
  const loose = publish.onNoPage.map(
    (address) => `<li><code>${escapeHtml(address)}</code> is on no page: changed, but not live in the shop</li>`,
  );
  const left = unmanaged.map(
    ({ kind, names }) =>
      `<details><summary>${countThings(names.length, nameKind(kind, 1), nameKind(kind))}</summary><ul class="names">${names.map((name) => `<li><code>${escapeHtml(name)}</code></li>`).join('')}</ul></details>`,
  );
  return [
    writeSection(
      'publish',
      `Build and publish: ${countThings(publish.pages.length, 'page')}`,
      `${table}${loose.length === 0 ? '' : `<ul>${loose.join('')}</ul>`}`,
    ),
    writeSection('unmanaged', 'Not managed by these files and left alone', left.join('')),
  ].join('');
}

function writeSection(id: string, title: string, content: string): string {
  return content === ''
    ? ''
    : `<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${title}</h2>${content}</section>`;
}

function writeGuard({ code, message, hint, addresses, value, limit }: Guard, numbers: ChangeNumbers): string {
  const links = addresses.slice(0, MOST_LINKS).map((address) => {
    const number = numbers.get(address);
    return `<li>${number === undefined ? `<code>${escapeHtml(address)}</code>` : `<a href="#c${number}">${escapeHtml(address)}</a>`}</li>`;
  });
  const more = addresses.length > MOST_LINKS ? `<li>and ${groupDigits(addresses.length - MOST_LINKS)} more</li>` : '';
  const measured =
    value === undefined
      ? ''
      : `<p class="measure">Measured <b>${escapeHtml(value)}</b>${limit === undefined ? '' : `, limit <b>${escapeHtml(limit)}</b>`}</p>`;
  return `<div class="guard"><h3><code>${escapeHtml(code)}</code> stops ${countThings(addresses.length, 'change')}</h3><p>${escapeHtml(message, SENTENCE)}</p>${measured}${hint === undefined ? '' : `<p class="hint">${escapeHtml(hint, SENTENCE)}</p>`}<ul class="links">${links.join('')}${more}</ul></div>`;
}

function writeImpact({ prices, usedBy }: PlanView): string {
  const rows = prices.map(writePriceRow);
  const table =
    rows.length === 0
      ? ''
      : `<div class="scroll" tabindex="0" role="group" aria-label="Prices, old and new"><table class="grid prices"><thead><tr><th scope="col">Charge</th><th scope="col">Now</th><th scope="col">After apply</th><th scope="col">Change</th><th scope="col">Reach</th></tr></thead><tbody>${rows.join('')}</tbody></table></div>`;
  return `${table}${usedBy.map(({ address, users }) => `<p><code>${escapeHtml(address)}</code></p>${writeUsers(users)}`).join('')}`;
}

function writePriceRow({ label, before, after, percent, direction, reach }: PriceView): string {
  return `<tr><th scope="row">${escapeHtml(label)}</th><td class="amount">${writeAmount(before)}</td><td class="amount">${writeAmount(after)}</td><td class="amount ${direction}">${percent === undefined ? '' : escapeHtml(percent)}</td><td>${escapeHtml(reach.join('; '))}</td></tr>`;
}

function writeAmount(amount: string | undefined): string {
  return amount === undefined ? '<span class="none">none</span>' : escapeHtml(amount);
}

function writeByHand({ byHand }: PlanView, numbers: ChangeNumbers): string {
  if (byHand.length === 0) return '';
  const rows = byHand.map(
    ({ address, parent }) =>
      `<li><a href="#c${numbers.get(address) ?? ''}">${escapeHtml(address)}</a> below <code>${escapeHtml(parent)}</code></li>`,
  );
  return `<ol>${rows.join('')}</ol>`;
}

function writeWarnings({ warnings }: PlanView): string {
  if (warnings.length === 0) return '';
  const rows = warnings.map(
    ({ code, message, hint }) =>
      `<li><code>${escapeHtml(code)}</code> ${escapeHtml(message, SENTENCE)}${hint === undefined ? '' : ` ${escapeHtml(hint, SENTENCE)}`}</li>`,
  );
  return `<ul class="warnings">${rows.join('')}</ul>`;
}

/** What the script shows: without a script all changes are there, and nothing to choose among them. */
export function writeFilters({ groups, actions, guards, summary }: PlanView, total: number): string {
  const kinds = groups.map(({ kind, changes }) => writeBox('kind', kind, nameKind(kind), changes.length));
  const acts = actions.map((action) => writeBox('action', action, action, summary[action]));
  const stops = guards.map(({ code, addresses }, i) =>
    writeBox('guards', String(i), escapeHtml(code), addresses.length),
  );
  return [
    '<div class="filters" id="filters" role="search" aria-label="Changes" hidden>',
    '<p class="find"><label for="search">Search</label><input type="search" id="search" autocomplete="off" spellcheck="false" placeholder="name, field, value, file"></p>',
    `<fieldset><legend>Kind</legend>${kinds.join('')}</fieldset>`,
    `<fieldset><legend>Action</legend>${acts.join('')}</fieldset>`,
    stops.length === 0 ? '' : `<fieldset><legend>Guard</legend>${stops.join('')}</fieldset>`,
    `<p class="state"><output id="count" aria-live="polite">${countThings(total, 'change')}</output>`,
    '<button type="button" id="clear">Clear filters</button><button type="button" id="open">Open all</button><button type="button" id="close">Close all</button></p>',
    '</div>',
    '<p class="hint" id="no-script">Search and filters need JavaScript. Every change is below.</p>',
  ].join('');
}

/** `label` is HTML. */
function writeBox(facet: string, value: string, label: string, count: number): string {
  return `<label><input type="checkbox" data-facet="${facet}" value="${value}"><span>${label} <small>${groupDigits(count)}</small></span></label>`;
}
