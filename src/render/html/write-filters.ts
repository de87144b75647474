import { nameKind } from '../../model/address.js';
import { countThings, groupDigits } from '../count-things.js';
import type { PlanView } from '../plan-view.js';
import { escapeHtml } from './escape-html.js';

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
