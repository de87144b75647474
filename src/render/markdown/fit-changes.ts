import { nameKind } from '../../model/address.js';
import { countThings, groupDigits } from '../count-things.js';
import { type ChangeView, type KindGroup, summariseGroup } from '../plan-view.js';
import { countBytes } from './count-bytes.js';
import { writeChange } from './write-change.js';

/** The line of a group that says how many of it are left out. */
const MORE_BYTES = 60;
const NOTE_BYTES = 120;
/** With so few changes nobody need open anything. */
const MOST_OPEN = 12;

interface Entry {
  change: ChangeView;
  /** From all that can be told to the name alone. */
  forms: string[][];
  sizes: number[];
  /** Absent: only counted. */
  form?: number;
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
  let room = maxBytes - NOTE_BYTES - frames.reduce((sum, { opening }) => sum + countBytes(opening) + countBytes(CLOSING) + MORE_BYTES, 0);
  if (room < 0) return writeCounts(groups, maxBytes);
  const entries = groups.map(({ changes }) => changes.map(toEntry));
  const byUrgency = entries.flat().sort((a, b) => rankUrgency(b.change) - rankUrgency(a.change));
  for (const entry of byUrgency) room -= raiseForm(entry, entry.forms.length - 1, room);
  for (const entry of byUrgency) {
    for (let form = 0; entry.form !== undefined && form < entry.form; form++) room -= raiseForm(entry, form, room);
  }
  const bare = byUrgency.filter(({ form, forms }) => form === forms.length - 1).length;
  const note = bare > 0 ? ['', `The fields of ${countThings(bare, 'object')} are left out for want of room.`] : [];
  return [...frames.flatMap(({ group, opening }, i) => [...opening, ...writeEntries(group, entries[i] ?? []), ...CLOSING]), ...note];
}

const CLOSING = ['', '</details>'];

function openGroup(group: KindGroup, isOpen: boolean): string[] {
  return ['', `<details${isOpen ? ' open' : ''}><summary><b>${groupDigits(group.changes.length)} ${summariseGroup(group)}</b></summary>`];
}

function writeCounts(groups: readonly KindGroup[], maxBytes: number): string[] {
  const lines = ['', ...groups.map((group) => `- ${summariseGroup(group)}`)];
  return countBytes(lines) <= maxBytes ? lines : [];
}

function toEntry(change: ChangeView): Entry {
  const forms = writeChange(change);
  return { change, forms, sizes: forms.map(countBytes) };
}

/** Takes the fuller form if there is room for it. @returns the bytes that it takes more. */
function raiseForm(entry: Entry, form: number, room: number): number {
  const more = (entry.sizes[form] ?? 0) - (entry.form === undefined ? 0 : (entry.sizes[entry.form] ?? 0));
  if (more > room) return 0;
  entry.form = form;
  return more;
}

function rankUrgency({ withheldBy, risk }: ChangeView): number {
  return withheldBy.length > 0 ? 2 : risk === 'high' ? 1 : 0;
}

function writeEntries({ kind }: KindGroup, entries: readonly Entry[]): string[] {
  const left = entries.filter(({ form }) => form === undefined).length;
  const named = entries.flatMap(({ form, forms }) => (form === undefined ? [] : (forms[form] ?? [])));
  // Markdown begins again after an empty line below the tag.
  const lines = named[0] === '' ? named : ['', ...named];
  return left === 0 ? lines : [...lines, '', `${countThings(left, nameKind(kind, 1), nameKind(kind))} ${left === entries.length ? 'in all' : 'more'}, without room for the ${left === 1 ? 'name' : 'names'}`];
}
