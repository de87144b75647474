import type { UsedBy } from '../../model/plan.js';
import { countThings, groupDigits } from '../../model/words.js';
import { drawMermaid } from '../journeys/mermaid.js';
import type { VisitorsView } from '../journeys/visitors.js';
import { type FieldView, formatFieldView, viewField } from '../field.js';
import { countBytes, listDiffLines, quoteCode, quoteWords, writeFence } from '../markdown.js';
import { countKind } from '../render.js';
import { PLAIN_STYLE } from '../terminal.js';
import { type Batch, type Entry, isBatch, listBatchUses, nameBatch } from './batches.js';
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

interface Slot {
  entry: Entry;
  /** Absent when the changes are only counted. */
  lines?: string[];
  isWhole: boolean;
}

/**
 * The groups of changes in at most `maxBytes`. Names come before fields, so that every object is named as long as
 * all names fit. Then fields are added, first those of withheld changes and of high risk. Empty when not even the
 * counts of the groups fit.
 */
export function fitChanges(groups: readonly KindGroup[], maxBytes: number): string[] {
  const total = groups.reduce((sum, { entries }) => sum + entries.length, 0);
  const frames = groups.map((group) => ({ group, opening: openGroup(group, total <= MOST_OPEN) }));
  const frameBytes = frames.map(({ opening }) => countBytes(opening) + countBytes(CLOSING) + MORE_BYTES);
  let room = frameBytes.reduce((left, bytes) => left - bytes, maxBytes - NOTE_BYTES);
  if (room < 0) return writeCounts(groups, maxBytes);
  const slots = groups.map(({ entries }) => entries.map((entry): Slot => ({ entry, isWhole: false })));
  const byUrgency = slots.flat().sort((a, b) => rankUrgency(b.entry) - rankUrgency(a.entry));
  for (const slot of byUrgency) room -= showIn(slot, [nameEntry(slot.entry)], room);
  for (const slot of byUrgency)
    if (slot.lines && isBatch(slot.entry)) room -= showIn(slot, [listMembers(slot.entry)], room);
  let misses = 0;
  for (const slot of byUrgency) {
    if (!slot.lines || misses === MOST_MISSES) break;
    const more = showIn(slot, isBatch(slot.entry) ? [writeBatch(slot.entry)] : writeChange(slot.entry), room);
    slot.isWhole = more > 0;
    misses = slot.isWhole ? 0 : misses + 1;
    room -= more;
  }
  const bare = countObjects(byUrgency.filter(({ lines, isWhole }) => lines && !isWhole));
  return [
    ...frames.flatMap(({ group, opening }, i) => [...opening, ...writeSlots(group, slots[i] ?? []), ...CLOSING]),
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
function showIn(slot: Slot, forms: readonly string[][], room: number): number {
  const taken = countBytes(slot.lines ?? []);
  const lines = forms.find((form) => countBytes(form) - taken <= room);
  if (!lines) return 0;
  slot.lines = lines;
  return countBytes(lines) - taken;
}

function rankUrgency(entry: Entry): number {
  const isEdited = !isBatch(entry) && entry.overwrite !== undefined;
  return entry.withheldBy.length > 0 ? 2 : entry.risk === 'high' || isEdited ? 1 : 0;
}

function countObjects(slots: readonly Slot[]): number {
  return slots.reduce((sum, { entry }) => sum + (isBatch(entry) ? entry.changes.length : 1), 0);
}

function writeSlots({ kind, changes }: KindGroup, slots: readonly Slot[]): string[] {
  const left = countObjects(slots.filter(({ lines }) => !lines));
  const named = slots.flatMap(({ lines }) => lines ?? []);
  // After the tag, Markdown needs an empty line.
  const body = named[0] === '' ? named : ['', ...named];
  if (left === 0) return body;
  return [
    ...body,
    '',
    `${countKind(left, kind)} ${left === changes.length ? 'in total' : 'more'}, not listed (size limit)`,
  ];
}

const MOST_USERS = 5;
const MOST_VISITORS = 10;

function nameEntry(entry: Entry): string[] {
  if (!isBatch(entry)) return nameChange(entry);
  return [`- ${entry.action} ${nameBatch(entry, quoteCode)}${noteWithheld(entry)}, not listed (size limit)`];
}

function noteWithheld({ withheldBy }: Pick<ChangeView, 'withheldBy'>): string {
  return withheldBy.length > 0 ? ', withheld' : '';
}

function nameChange({ action, address, withheldBy, overwrite }: ChangeView): string[] {
  const edited = overwrite ? `, ${overwrite.what}` : '';
  return [`- ${action} ${quoteCode(address)}${noteWithheld({ withheldBy })}${edited}`];
}

/** Only the names, which unfold. */
function listMembers(batch: Batch): string[] {
  const names = batch.changes.map(({ address }) => `- ${quoteCode(address)}`);
  return [`- ${batch.action} ${nameBatch(batch, quoteCode)}${noteWithheld(batch)}`, ...foldMembers(batch, names)];
}

/** What all of them change alike, then each with the values that only it has. */
function writeBatch(batch: Batch): string[] {
  const { action, risk, withheldBy, varied, changes } = batch;
  const head = [
    `**${action}** ${nameBatch(batch, quoteCode)}`,
    ...(risk === 'high' ? ['high risk'] : []),
    ...(withheldBy.length > 0 ? [`withheld: ${withheldBy.map((code) => quoteCode(code)).join(', ')}`] : []),
  ];
  const shared = batch.listShared().flatMap(listDiffLines);
  const uses = listBatchUses(batch).flatMap(({ of = [], users }) => [
    '',
    `${of.length === 0 ? '' : `${of.map((name) => quoteCode(name)).join(', ')}: `}${writeUsers(users)}`,
  ]);
  const own = new Map<ChangeView, FieldView[]>();
  for (const { change, field } of varied.flatMap(({ values }) => values))
    own.set(change, [...(own.get(change) ?? []), viewField(field)]);
  return [
    '',
    head.join(' · '),
    ...uses,
    ...(shared.length === 0 ? [] : ['', ...writeFence('diff', shared)]),
    ...foldMembers(
      batch,
      changes.flatMap((change) => writeMember(change, own.get(change) ?? [])),
    ),
  ];
}

/** Prices are open. */
function foldMembers({ kind, changes, varied }: Batch, lines: readonly string[]): string[] {
  const open = varied.some(({ isMoney }) => isMoney) ? ' open' : '';
  return ['', `<details${open}><summary>${countKind(changes.length, kind)}</summary>`, '', ...lines, ...CLOSING, ''];
}

function writeMember({ address }: ChangeView, fields: readonly FieldView[]): string[] {
  const values = fields.map((field) => quoteField(field, ':'));
  const [first] = values;
  if (values.length === 1 && first?.length === 1) return [`- ${quoteCode(address)}: ${first[0] ?? ''}`];
  return [
    `- ${quoteCode(address)}`,
    ...values.flatMap(([line = '', ...active]) => [`  - ${line}`, ...active.map((one) => `    - ${one}`)]),
  ];
}

/** Values in it are cut already. */
const MOST_FIELD_CHARACTERS = 4000;

/** On one line, and below a value that is cut the parts of it that run in the shop or lead out of it. */
export function quoteField(field: FieldView, mark: string): string[] {
  return formatFieldView(field, PLAIN_STYLE, mark)
    .split('\n')
    .map((one) => quoteCode(one.trim(), MOST_FIELD_CHARACTERS));
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
