import { countThings, groupDigits } from '../../model/words.js';
import { nameKind } from '../../model/address.js';
import type { Guard, Plan, PublishPlan, UsedBy } from '../../model/plan.js';
import { drawMermaid } from '../journeys/mermaid.js';
import type { VisitorsView } from '../journeys/visitors.js';
import { countBytes, listDiffLines, quoteCode, quoteWords, takeLines, writeFence } from '../markdown.js';

import {
  buildPlanView,
  type ChangeView,
  joinPrice,
  type KindGroup,
  type PlanView,
  type PriceView,
  summariseGroup,
  summarisePlan,
} from './view.js';

/** What GitHub takes as the text of a comment; GitLab takes more. */
const COMMENT_BYTES = 65_536;

export interface PlanMarkdownOptions {
  /** UTF-8 bytes that are never exceeded. */
  maxBytes?: number;
  /** By which the comment is found again: see `formatMarker`. */
  marker?: string;
  /** `Plan for production` when absent. */
  title?: string;
}

/**
 * The plan for a comment on a pull request. What stops it and what is deleted comes first. Too long
 * a plan loses fields, then names, then all but its counts; there is always an answer.
 */
export function renderPlanMarkdown(
  plan: Plan,
  { maxBytes = COMMENT_BYTES, marker, title }: PlanMarkdownOptions = {},
): string {
  const view = buildPlanView(plan);
  const hidden = marker === undefined ? [] : [formatMarker(marker)];
  const heading = `### ${title === undefined ? `Plan for ${quoteCode(view.environment)}` : quoteWords(title)}`;
  const head = [
    ...hidden,
    heading,
    '',
    `**${summarisePlan(view.summary)}** in ${quoteCode(view.host)}${view.protected ? ', which is protected' : ''}${view.promotedFrom === undefined ? '' : `, promoted from ${quoteCode(view.promotedFrom)}`}`,
  ];
  const foot = ['', `Fingerprint ${quoteCode(view.fingerprint)}`];
  const room = maxBytes - countBytes(head) - countBytes(foot);
  if (room < 0) return writeShortest(hidden, summarisePlan(view.summary), maxBytes);
  const top = fillTop(view, Math.floor(room / 2));
  const end = fillEnd(view, Math.floor((room - countBytes(top)) / 4));
  const changes = fitChanges(view.groups, room - countBytes(top) - countBytes(end));
  // Not even the line that says what is left out found room.
  if (changes.length === 0 && view.groups.length > 0)
    return writeShortest(hidden, summarisePlan(view.summary), maxBytes);
  return `${[...head, ...top, ...changes, ...end, ...foot].join('\n')}\n`;
}

/** The hidden line by which a comment is found again; safe whatever the marker holds. */
export function formatMarker(marker: string): string {
  return `<!-- ${marker.replace(/[^\w.:/ -]/g, '_').replace(/-{2,}/g, '-')} -->`;
}

function fillTop(view: PlanView, maxBytes: number): string[] {
  const deleted = view.groups.flatMap(({ changes }) => changes.filter(({ action }) => action === 'delete'));
  const impact = [
    ...view.prices.map((price) => [writePrice(price)]),
    ...view.usedBy.map(({ address, users }) => [`- ${quoteCode(address)}: ${writeUsers(users)}`]),
  ];
  const warnings = view.warnings.map(({ code, message }) => [`- ${quoteCode(code)} ${quoteWords(message)}`]);
  const byHand = view.byHand.map(({ address, parent }, i) => [
    `${i + 1}. ${quoteCode(address)} below ${quoteCode(parent)}`,
  ]);
  return fillParts(
    [
      { heading: ['', '> [!CAUTION]'], items: view.guards.map(writeGuard), short: view.guards.map(nameGuard) },
      { heading: ['', `**Deletes ${countThings(deleted.length, 'object')}**`, ''], items: deleted.map(writeDelete) },
      { heading: ['', '**Impact**', ''], items: impact },
      { heading: ['', '**Warnings**', ''], items: warnings },
      { heading: ['', '**To create by hand, in this order, with the values below**', ''], items: byHand },
    ],
    maxBytes,
  );
}

function fillEnd(view: PlanView, maxBytes: number): string[] {
  const pages = fillParts(
    [
      {
        heading: ['', `**Build and publish: ${countThings(view.publish.pages.length, 'page')}**`, ''],
        items: listPages(view.publish).map((line) => [line]),
      },
    ],
    maxBytes,
  );
  const unmanaged = view.unmanaged.map(({ kind, names }) =>
    countThings(names.length, nameKind(kind, 1), nameKind(kind)),
  );
  const last = unmanaged.length === 0 ? [] : ['', `Not managed by these files and left alone: ${unmanaged.join(', ')}`];
  return countBytes(pages) + countBytes(last) <= maxBytes ? [...pages, ...last] : pages;
}

interface Part {
  heading: string[];
  items: string[][];
  /** In place of `items` where those do not all fit. */
  short?: string[][];
}

/** Each part may take half of what is left, so that a long one starves none of those after it. */
function fillParts(parts: readonly Part[], maxBytes: number): string[] {
  const lines: string[] = [];
  for (const { heading, items, short } of parts) {
    const room = Math.floor((maxBytes - countBytes(lines)) / 2);
    const isTooLong = short !== undefined && countBytes([...heading, ...items.flat()]) > room;
    lines.push(...takeLines(heading, isTooLong ? short : items, room));
  }
  return lines;
}

/** An alert of the forge; where it knows none, a quotation. */
function writeGuard({ code, message, hint, addresses }: Guard): string[] {
  return [
    `> **Withheld ${countThings(addresses.length, 'change')}** ${quoteCode(code)} ${quoteWords(message)}`,
    ...(hint === undefined ? [] : ['>', `> → ${quoteWords(hint)}`]),
    '>',
  ];
}

function nameGuard({ code, addresses, consent }: Guard): string[] {
  const way = consent === undefined ? '' : `, ${quoteCode(`${consent.flag}=${consent.value}`)}`;
  return [`> - ${quoteCode(code)} stops ${countThings(addresses.length, 'change')}${way}`];
}

function writeDelete({ address, usedBy }: ChangeView): string[] {
  return [`- ${quoteCode(address)}${usedBy.length > 0 ? `: ${writeUsers(usedBy)}` : ''}`];
}

function listPages({ pages, onNoPage }: PublishPlan): string[] {
  return [
    ...pages.map(({ path, routes, reason, why, items }) => {
      const where =
        routes.length === 0 ? 'no tag, so it cannot be published' : routes.map((route) => quoteCode(route)).join(' ');
      const older = why === undefined ? ', published copy is older' : `, ${quoteWords(why)}`;
      return `- ${quoteCode(path)} → ${where}${reason === 'not-live' ? older : ''}, for ${countThings(items.length, 'object')}`;
    }),
    ...onNoPage.map((address) => `- ${quoteCode(address)} is on no page: changed, but not live in the shop`),
  ];
}

/** For want of room: the counts, cut if need be. The marker goes only with all of them. */
function writeShortest(hidden: readonly string[], summary: string, maxBytes: number): string {
  const texts = [[...hidden, `**${summary}**; too long to show here`], [...hidden, summary], [summary]];
  const fitting = texts.find((lines) => countBytes(lines) <= maxBytes);
  return fitting ? `${fitting.join('\n')}\n` : summary.slice(0, Math.max(0, maxBytes));
}

/** The line of a group that says how many of it are left out. */
const MORE_BYTES = 60;

const NOTE_BYTES = 120;

/** With so few changes nobody need open anything. */
const MOST_OPEN = 12;

/** So many changes in a row whose fields do not fit, and the room is taken to be used up. */
const MOST_MISSES = 25;

interface Entry {
  change: ChangeView;
  /** What is shown of it; absent when it is only counted. */
  lines?: string[];
  isWhole: boolean;
}

/**
 * The groups of changes in at most `maxBytes`: names go before fields, so that every object is named
 * as long as all names fit; then fields go in, first those of changes that are withheld or of high
 * risk. Where the names do not fit, the groups tell how many are not named; where not even those
 * counts fit, nothing.
 */
export function fitChanges(groups: readonly KindGroup[], maxBytes: number): string[] {
  const total = groups.reduce((sum, { changes }) => sum + changes.length, 0);
  const frames = groups.map((group) => ({ group, opening: openGroup(group, total <= MOST_OPEN) }));
  let room =
    maxBytes -
    NOTE_BYTES -
    frames.reduce((sum, { opening }) => sum + countBytes(opening) + countBytes(CLOSING) + MORE_BYTES, 0);
  if (room < 0) return writeCounts(groups, maxBytes);
  const entries = groups.map(({ changes }) => changes.map((change): Entry => ({ change, isWhole: false })));
  const byUrgency = entries.flat().sort((a, b) => rankUrgency(b.change) - rankUrgency(a.change));
  for (const entry of byUrgency) room -= showIn(entry, [nameChange(entry.change)], room);
  let misses = 0;
  for (const entry of byUrgency) {
    if (!entry.lines || misses === MOST_MISSES) break;
    const more = showIn(entry, writeChange(entry.change), room);
    entry.isWhole = more > 0;
    misses = entry.isWhole ? 0 : misses + 1;
    room -= more;
  }
  const bare = byUrgency.filter(({ lines, isWhole }) => lines && !isWhole).length;
  const note = bare > 0 ? ['', `The fields of ${countThings(bare, 'object')} are left out for want of room.`] : [];
  return [
    ...frames.flatMap(({ group, opening }, i) => [...opening, ...writeEntries(group, entries[i] ?? []), ...CLOSING]),
    ...note,
  ];
}

const CLOSING = ['', '</details>'];

function openGroup(group: KindGroup, isOpen: boolean): string[] {
  return [
    '',
    `<details${isOpen ? ' open' : ''}><summary><b>${groupDigits(group.changes.length)} ${summariseGroup(group)}</b></summary>`,
  ];
}

function writeCounts(groups: readonly KindGroup[], maxBytes: number): string[] {
  const lines = ['', ...groups.map((group) => `- ${summariseGroup(group)}`)];
  return countBytes(lines) <= maxBytes ? lines : [];
}

/** Shows the first of the forms that fits. @returns the bytes that it takes more than what was shown. */
function showIn(entry: Entry, forms: readonly string[][], room: number): number {
  const taken = countBytes(entry.lines ?? []);
  const lines = forms.find((form) => countBytes(form) - taken <= room);
  if (!lines) return 0;
  entry.lines = lines;
  return countBytes(lines) - taken;
}

function rankUrgency({ withheldBy, risk }: ChangeView): number {
  return withheldBy.length > 0 ? 2 : risk === 'high' ? 1 : 0;
}

function writeEntries({ kind }: KindGroup, entries: readonly Entry[]): string[] {
  const left = entries.filter(({ lines }) => !lines).length;
  const named = entries.flatMap(({ lines }) => lines ?? []);
  // Markdown begins again after an empty line below the tag.
  const body = named[0] === '' ? named : ['', ...named];
  return left === 0
    ? body
    : [
        ...body,
        '',
        `${countThings(left, nameKind(kind, 1), nameKind(kind))} ${left === entries.length ? 'in all' : 'more'}, without room for the ${left === 1 ? 'name' : 'names'}`,
      ];
}

const MOST_USERS = 5;

const MOST_VISITORS = 10;

/** The name of a change and what is done to it, on a line. */
export function nameChange({ action, address, withheldBy }: ChangeView): string[] {
  return [`- ${action} ${quoteCode(address)}${withheldBy.length > 0 ? ', withheld' : ''}`];
}

/** All of a change, and the same without the picture. */
export function writeChange(change: ChangeView): string[][] {
  const fields = change.action === 'delete' ? [] : change.listFields();
  const uses = change.usedBy.length > 0 ? ['', writeUsers(change.usedBy)] : [];
  const diff = fields.length === 0 ? [] : ['', ...writeFence('diff', fields.flatMap(listDiffLines))];
  const whole = ['', writeHead(change), ...uses, ...change.listVisitors().flatMap(writeVisitors), ...diff];
  return change.routing ? [[...whole, '', ...drawMermaid(change.routing)], whole] : [whole];
}

function writeHead({ action, address, place, reason, risk, withheldBy }: ChangeView): string {
  return [
    `**${action}** ${quoteCode(address)}`,
    place === undefined ? quoteWords(reason) : quoteCode(place),
    ...(risk === 'high' ? ['high risk'] : []),
    ...(withheldBy.length > 0 ? [`withheld: ${withheldBy.map((code) => quoteCode(code)).join(', ')}`] : []),
  ].join(' · ');
}

function writeVisitors({ path, hosts, rows, rest }: VisitorsView): string[] {
  const hidden = rows.length - MOST_VISITORS;
  return [
    '',
    `Visitors of ${quoteCode(path)}${hosts === undefined ? '' : ` on ${quoteCode(hosts)}`}:`,
    '',
    ...rows
      .slice(0, MOST_VISITORS)
      .map(({ who, before, after }) => `- ${quoteCode(who)}: ${quoteCode(before)} → ${quoteCode(after)}`),
    ...(hidden > 0 ? [`- and ${countThings(hidden, 'more sort', 'more sorts')} of visitors`] : []),
    ...(rest === undefined ? [] : [`- ${rest}`]),
  ];
}

export function writeUsers(users: UsedBy['users']): string {
  const shown = users.slice(0, MOST_USERS).map(({ ref, how }) => `${quoteCode(ref)} (${quoteWords(how)})`);
  return `Used by ${[...shown, ...(users.length > MOST_USERS ? [`${users.length - MOST_USERS} more`] : [])].join(', ')}`;
}

export function writePrice(price: PriceView): string {
  const amounts = [price.before, price.after]
    .filter((amount) => amount !== undefined)
    .map((amount) => quoteCode(amount));
  return `- ${joinPrice({ ...price, label: quoteWords(price.label), ...(price.percent === undefined ? {} : { percent: quoteWords(price.percent) }) }, amounts.join(' → '))}`;
}
