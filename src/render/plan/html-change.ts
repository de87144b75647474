import type { Json } from '../../model/json.js';
import type { Action, UsedBy } from '../../model/plan.js';
import { countThings, groupDigits } from '../../model/words.js';
import { escapeHtml, escapeHtmlLines } from '../escape.js';
import type { FieldView, WordPart } from '../field.js';
import { drawJourney } from '../journeys/svg.js';
import type { VisitorsView } from '../journeys/visitors.js';
import { countKind, EDITED_IN_APP, FIRST_TIME, writeJson } from '../render.js';
import { type Batch, listBatchUses, nameBatch, selectValues, type VariedField } from './batches.js';
import { joinOverwrite, type PriceView } from './marks.js';
import { type ChangeView, type PageView, SYMBOLS } from './view.js';

const MOST_USERS = 200;
const MOST_VISITORS = 200;

export interface ChangePlace {
  /** `#c12` links to the twelfth. */
  index: number;
  /** Numbers of the guards that stop it. */
  guards: readonly number[];
  isOpen: boolean;
}

/** A line that opens: name, badges and prices, then all its fields. */
export function writeChange(change: ChangeView, { index, guards, isOpen }: ChangePlace): string {
  const { kind, action, name } = change;
  const data = `data-kind="${kind}" data-action="${action}" data-guards="${guards.join(' ')}"`;
  return [
    `<article class="change" id="c${index}" ${data}>`,
    `<details${isOpen ? ' open' : ''}><summary>`,
    writeSymbol(action, `${action} ${kind.replace('_', ' ')}`),
    `<span class="name">${escapeHtml(name)}</span>${writeBadges(change)}</summary>`,
    `<div class="body">${writeBody(change)}</div></details></article>`,
  ].join('');
}

/** With the words of a screen reader. */
function writeSymbol(action: Action, spoken: string): string {
  const symbol = `<span aria-hidden="true">${SYMBOLS[action]}</span>`;
  return `<span class="act ${action}">${symbol}<span class="vh">${spoken}</span></span>`;
}

export function writeCode(text: string): string {
  return `<code>${escapeHtml(text)}</code>`;
}

function writeBadges({ risk, withheldBy, prices, fieldCount, action, overwrite }: ChangeView): string {
  return [
    ...prices.map((price) => `<span class="money">${writeMoney(price)}</span>`),
    ...withheldBy.map((code) => `<span class="tag stop">withheld: ${escapeHtml(code)}</span>`),
    ...(risk === 'high' ? ['<span class="tag risk">high risk</span>'] : []),
    ...(overwrite ? [`<span class="tag risk">${overwrite.what}</span>`] : []),
    ...(action === 'delete' ? [] : [`<span class="size">${countThings(fieldCount, 'field')}</span>`]),
  ].join('');
}

/** `9.99 → 12.99 +30.0 %` */
function writeMoney({ label, before, after, percent, direction }: PriceView): string {
  const sides = [
    ...(before === undefined ? [] : [`<del>${escapeHtml(before)}</del>`]),
    ...(after === undefined ? [] : [`<ins>${escapeHtml(after)}</ins>`]),
  ];
  const change = percent === undefined ? '' : ` <b class="${direction}">${escapeHtml(percent)}</b>`;
  return `${escapeHtml(label)} ${sides.join(' → ')}${change}`;
}

function writeBody(change: ChangeView): string {
  const { address, place, reason, usedBy, overwrite } = change;
  const facts = [writeCode(address), ...(place === undefined ? [] : [writeCode(place)]), escapeHtml(reason, 1_000)];
  return [
    `<p class="facts">${facts.join(' · ')}</p>`,
    overwrite ? `<p class="uses">${joinOverwrite(overwrite, writeCode)}</p>` : '',
    writeUsers(usedBy),
    ...change.listVisitors().map(writeVisitors),
    writeRouting(change),
    writeFields(
      change.action,
      change.listFields().map((field) => ({ name: field.name, field })),
    ),
  ].join('');
}

const MOST_VALUES = 8;

/** What the changes have in common and what not, then all of them, which unfold; `write` makes each. */
export function writeBatch(batch: Batch, write: (change: ChangeView) => string): string {
  const { kind, action, changes, varied, risk, withheldBy } = batch;
  const badges = [
    ...withheldBy.map((code) => `<span class="tag stop">withheld: ${escapeHtml(code)}</span>`),
    ...(risk === 'high' ? ['<span class="tag risk">high risk</span>'] : []),
  ];
  const shared = batch.listShared().map((field) => ({ name: field.name, field }));
  return [
    `<div class="batch"><h4>${writeSymbol(action, action)}${nameBatch(batch, writeCode)}${badges.join('')}</h4>`,
    `<div class="common">${writeFields(action, shared)}`,
    ...varied.map((field) => writeVaried(batch, field)),
    ...listBatchUses(batch).map(
      ({ of = [], users }) =>
        `${of.length === 0 ? '' : `<p class="uses">${of.map(writeCode).join(' ')}</p>`}${writeUsers(users)}`,
    ),
    `</div><details><summary>${countKind(changes.length, kind)}</summary>`,
    ...changes.map(write),
    '</details></div>',
  ].join('\n');
}

function writeVaried({ action }: Batch, field: VariedField): string {
  const { shown, hidden } = selectValues(field, MOST_VALUES);
  const more = hidden > 0 ? `<p class="hint">and ${groupDigits(hidden)} more below</p>` : '';
  return `<p class="uses">${writeCode(field.name)}</p>${writeFields(action, shown, 'Object')}${more}`;
}

export function writeUsers(users: UsedBy['users']): string {
  if (users.length === 0) return '';
  const rows = users.slice(0, MOST_USERS).map(({ ref, how }) => `<li>${writeCode(ref)} ${escapeHtml(how)}</li>`);
  const more = users.length > MOST_USERS ? `<li>and ${users.length - MOST_USERS} more</li>` : '';
  return `<p class="uses">Used by ${countThings(users.length, 'object')}</p><ul>${rows.join('')}${more}</ul>`;
}

function writeVisitors({ path, hosts, rows, rest }: VisitorsView): string {
  const hidden = rows.length - MOST_VISITORS;
  const lines = [
    ...rows.slice(0, MOST_VISITORS).map(({ who, before, after }) => {
      const sides = `<del>${escapeHtml(before)}</del> → <ins>${escapeHtml(after)}</ins>`;
      return `<li>${escapeHtml(who)}: ${sides}</li>`;
    }),
    ...(hidden > 0 ? [`<li>and ${countThings(hidden, 'more group')} of visitors</li>`] : []),
    ...(rest === undefined ? [] : [`<li>${rest}</li>`]),
  ];
  const where = `${writeCode(path)}${hosts === undefined ? '' : ` on ${writeCode(hosts)}`}`;
  return `<div class="visitors"><p>Visitors of ${where}</p><ul>${lines.join('')}</ul></div>`;
}

function writeRouting({ routing, name }: ChangeView): string {
  if (!routing) return '';
  const { before, after } = routing;
  const sides = [
    ...(before ? [{ title: 'Now', side: before, kind: 'old' }] : []),
    ...(after ? [{ title: 'After apply', side: after, kind: 'new' }] : []),
  ];
  const figures = sides.map(({ title, side, kind }) => {
    const label = `Routing of ${escapeHtml(name, 80)}: ${title}`;
    const picture = drawJourney(side, title);
    return [
      `<figure class="${kind}"><figcaption>${title}</figcaption>`,
      `<div class="scroll" tabindex="0" role="group" aria-label="${label}">${picture}</div></figure>`,
    ].join('');
  });
  return `<div class="routing">${figures.join('')}</div>`;
}

/** A row for each field; in a batch, for the values of one field, a row for each object. Empty without rows. */
function writeFields(action: Action, named: readonly { name: string; field: FieldView }[], first = 'Field'): string {
  if (named.length === 0) return '';
  const columns = { create: ['Value'], update: ['Now', 'After apply'], delete: ['Value'] }[action];
  const rows = named.map(({ name, field }) => {
    const { before, after } = writeValues(field);
    const cells = { create: [after], update: [before, after], delete: [before] }[action].map(
      (cell) =>
        `<td>${cell === undefined ? '<span class="none">not set</span>' : `<div class="value">${cell}</div>`}</td>`,
    );
    return `<tr><th scope="row">${escapeHtml(name)}</th>${cells.join('')}</tr>`;
  });
  const head = [first, ...columns].map((column) => `<th scope="col">${column}</th>`).join('');
  return `<table class="fields ${action}"><thead><tr>${head}</tr></thead><tbody>${rows.join('')}</tbody></table>`;
}

export const ALSO_COLUMNS = ['Page', 'Object', 'Field', 'Published', 'Goes live'];

/** One row for each unpublished edit that goes live with a page. */
export function writeAlso({ path, also }: PageView): string[] {
  return also.flatMap(({ address, firstTime, listFields }) => {
    const begin = `<tr><th scope="row">${writeCode(path)}</th><td>${writeCode(address)}</td>`;
    if (firstTime) return [`${begin}<td colspan="3">goes live ${FIRST_TIME}</td></tr>`];
    return listFields().map((field) => {
      const { before, after } = writeValues(field);
      const cells = [before, after].map((cell) => `<td>${cell ?? '<span class="none">not set</span>'}</td>`);
      return `${begin}<td>${escapeHtml(field.name)}<br>${EDITED_IN_APP}</td>${cells.join('')}</tr>`;
    });
  });
}

const EMPTY = '&quot;&quot;';

/** A side is absent where the field is not set. */
function writeValues(field: FieldView): { before?: string; after?: string } {
  switch (field.form) {
    case 'words':
      return { before: writeSide(field.parts, 'removed'), after: writeSide(field.parts, 'added') };
    case 'texts':
      return { before: writeText(field.before) || EMPTY, after: writeText(field.after) || EMPTY };
    case 'set':
      return {
        before: writeList(field.removed, '−', 'del') || '<span class="none">nothing removed</span>',
        after: writeList(field.added, '+', 'ins') || '<span class="none">nothing added</span>',
      };
    case 'routing':
      return {
        ...(field.before.length === 0 ? {} : { before: writeList(field.before, '−', 'del') }),
        ...(field.after.length === 0 ? {} : { after: writeList(field.after, '+', 'ins') }),
      };
    case 'order':
    case 'value':
      return {
        ...(field.before === undefined
          ? {}
          : { before: writeValue(field.before, field.after === undefined ? '' : 'del') }),
        ...(field.after === undefined
          ? {}
          : { after: writeValue(field.after, field.before === undefined ? '' : 'ins') }),
      };
  }
}

function writeSide(parts: readonly WordPart[], kind: 'removed' | 'added'): string {
  const tag = kind === 'removed' ? 'del' : 'ins';
  return (
    parts
      .filter((part) => part.kind === 'same' || part.kind === kind)
      .map((part) => (part.kind === 'same' ? writeText(part.text) : `<${tag}>${writeText(part.text)}</${tag}>`))
      .join('') || EMPTY
  );
}

function writeText(text: string): string {
  return escapeHtmlLines(text);
}

function writeList(items: readonly string[], sign: string, tag: 'del' | 'ins'): string {
  return items.map((item) => `<${tag}>${sign} ${escapeHtml(item, Infinity)}</${tag}>`).join('\n');
}

/** In a cell of its own, a text needs no quotation marks. */
function writeValue(value: Json, tag: 'del' | 'ins' | ''): string {
  const text = typeof value === 'string' && value !== '' ? writeText(value) : writeText(writeJson(value, 2));
  return tag === '' ? text : `<${tag}>${text}</${tag}>`;
}
