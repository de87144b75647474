import type { UsedBy } from '../../model/plan.js';
import { countThings, groupDigits } from '../../model/words.js';
import { drawMermaid } from '../journeys/mermaid.js';
import type { VisitorsView } from '../journeys/visitors.js';
import { countBytes, listDiffLines, quoteCode, quoteWords, writeFence } from '../markdown.js';
import { countKind } from '../render.js';
import { joinOverwrite, joinPrice, type OverwriteView, type PriceView } from './marks.js';
import { type ChangeView, type KindGroup, summariseGroup } from './view.js';

/** Of the line that counts the omitted changes of a group. */
const MORE_BYTES = 60;
/** Of the note about omitted fields. */
const NOTE_BYTES = 120;
/** Up to this number, groups are open. */
const MOST_OPEN = 12;
/** After so many changes in a row whose fields do not fit, the others are not tried. */
const MOST_MISSES = 25;

interface Entry {
  change: ChangeView;
  /** Absent when the change is only counted. */
  lines?: string[];
  isWhole: boolean;
}

/**
 * The groups of changes in at most `maxBytes`. Names come before fields, so that every object is named as long as
 * all names fit. Then fields are added, first those of withheld changes and of high risk. Empty when not even the
 * counts of the groups fit.
 */
export function fitChanges(groups: readonly KindGroup[], maxBytes: number): string[] {
  const total = groups.reduce((sum, { changes }) => sum + changes.length, 0);
  const frames = groups.map((group) => ({ group, opening: openGroup(group, total <= MOST_OPEN) }));
  const frameBytes = frames.map(({ opening }) => countBytes(opening) + countBytes(CLOSING) + MORE_BYTES);
  let room = frameBytes.reduce((left, bytes) => left - bytes, maxBytes - NOTE_BYTES);
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
  return [
    ...frames.flatMap(({ group, opening }, i) => [...opening, ...writeEntries(group, entries[i] ?? []), ...CLOSING]),
    ...(bare > 0 ? ['', `Fields of ${countThings(bare, 'object')} not shown (size limit).`] : []),
  ];
}

const CLOSING = ['', '</details>'];

function openGroup(group: KindGroup, isOpen: boolean): string[] {
  const summary = `<b>${groupDigits(group.changes.length)} ${summariseGroup(group)}</b>`;
  return ['', `<details${isOpen ? ' open' : ''}><summary>${summary}</summary>`];
}

function writeCounts(groups: readonly KindGroup[], maxBytes: number): string[] {
  const lines = ['', ...groups.map((group) => `- ${summariseGroup(group)}`)];
  return countBytes(lines) <= maxBytes ? lines : [];
}

/** Replaces what is shown by the first form that fits. @returns the additional bytes. */
function showIn(entry: Entry, forms: readonly string[][], room: number): number {
  const taken = countBytes(entry.lines ?? []);
  const lines = forms.find((form) => countBytes(form) - taken <= room);
  if (!lines) return 0;
  entry.lines = lines;
  return countBytes(lines) - taken;
}

function rankUrgency({ withheldBy, risk, overwrite }: ChangeView): number {
  return withheldBy.length > 0 ? 2 : risk === 'high' || overwrite ? 1 : 0;
}

function writeEntries({ kind }: KindGroup, entries: readonly Entry[]): string[] {
  const left = entries.filter(({ lines }) => !lines).length;
  const named = entries.flatMap(({ lines }) => lines ?? []);
  // After the tag, Markdown needs an empty line.
  const body = named[0] === '' ? named : ['', ...named];
  if (left === 0) return body;
  return [
    ...body,
    '',
    `${countKind(left, kind)} ${left === entries.length ? 'in total' : 'more'}, not listed (size limit)`,
  ];
}

const MOST_USERS = 5;
const MOST_VISITORS = 10;

function nameChange({ action, address, withheldBy, overwrite }: ChangeView): string[] {
  const edited = overwrite ? `, ${overwrite.what}` : '';
  return [`- ${action} ${quoteCode(address)}${withheldBy.length > 0 ? ', withheld' : ''}${edited}`];
}

/** The whole change, then the same without its picture. */
function writeChange(change: ChangeView): string[][] {
  const fields = change.action === 'delete' ? [] : change.listFields();
  const uses = change.usedBy.length > 0 ? ['', writeUsers(change.usedBy)] : [];
  const diff = fields.length === 0 ? [] : ['', ...writeFence('diff', fields.flatMap(listDiffLines))];
  const edited = change.overwrite ? ['', writeOverwrite(change.overwrite)] : [];
  const whole = ['', writeHead(change), ...edited, ...uses, ...change.listVisitors().flatMap(writeVisitors), ...diff];
  return change.routing ? [[...whole, '', ...drawMermaid(change.routing)], whole] : [whole];
}

function writeHead({ action, address, place, reason, risk, withheldBy, movedFrom }: ChangeView): string {
  return [
    `**${action}** ${quoteCode(address)}`,
    place === undefined ? quoteWords(reason) : quoteCode(place),
    ...(movedFrom === undefined ? [] : [`moved from ${quoteCode(movedFrom)}`]),
    ...(risk === 'high' ? ['high risk'] : []),
    ...(withheldBy.length > 0 ? [`withheld: ${withheldBy.map((code) => quoteCode(code)).join(', ')}`] : []),
  ].join(' · ');
}

/** `**Overwrites an edit in the app** (…)` */
function writeOverwrite(overwrite: OverwriteView): string {
  const { what } = overwrite;
  const rest = joinOverwrite(overwrite, (text) => quoteCode(text)).slice(what.length);
  return `**${what.slice(0, 1).toUpperCase()}${what.slice(1)}**${rest}`;
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
    ...(hidden > 0 ? [`- and ${countThings(hidden, 'more group')} of visitors`] : []),
    ...(rest === undefined ? [] : [`- ${rest}`]),
  ];
}

export function writeUsers(users: UsedBy['users']): string {
  const shown = users.slice(0, MOST_USERS).map(({ ref, how }) => `${quoteCode(ref)} (${quoteWords(how)})`);
  const more = users.length > MOST_USERS ? [`${users.length - MOST_USERS} more`] : [];
  return `Used by ${[...shown, ...more].join(', ')}`;
}

export function writePrice({ before, after, ...price }: PriceView): string {
  const amounts = [before, after].flatMap((amount) => (amount === undefined ? [] : [quoteCode(amount)]));
  return `- ${joinPrice(price, amounts.join(' → '), quoteWords)}`;
}
