import { nameKind } from '../../model/address.js';
import { countThings, groupDigits } from '../count-things.js';
import { type ChangeView, type KindGroup, summariseGroup } from '../plan-view.js';
import { countBytes } from './count-bytes.js';
import { nameChange, writeChange } from './write-change.js';

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
