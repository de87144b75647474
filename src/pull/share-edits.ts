import { type Json, formatPointer, getAt, jsonEqual, mapTexts } from '../model/json.js';
import type { PullConflict } from '../model/pull.js';
import { countThings } from '../model/words.js';
import type { DocumentPath, ParsedDocument, Row } from '../source/documents.js';
import { isWholeReference, listColumns } from '../source/each.js';
import { locatePosition } from '../source/locate.js';
import type { ValidatedSources } from '../source/source.js';
import type { CellEdit } from '../source/tables/csv.js';
import { escapeVariables } from '../source/variables.js';
import {
  type CellPlace,
  type Target,
  type Use,
  fillValue,
  findCellPlace,
  fitCells,
  isChanged,
  isSameValue,
  keyOfLine,
  listFixedColumns,
  listSharedLayers,
  listUses,
  readCell,
  rewrite,
  toCell,
  withCells,
} from './uses.js';

/** One edit of a file: a value of a document, or a cell. */
export type SharedEdit = { path: string; users: Use[] } & (
  | { document: ParsedDocument; at: DocumentPath; value: Json }
  | { document?: undefined; cell: CellEdit }
);

interface Shared {
  edits: SharedEdit[];
  conflicts: PullConflict[];
}

/** A cell that gets a new value. */
interface NewCell {
  place: CellPlace;
  value: Json;
  users: Use[];
}

interface Proposal {
  cells: Map<string, NewCell>;
  /** What all users of a line make of it, by the key of the line. */
  lines: Map<string, Use[]>;
  refused: Map<Use, string>;
}

/**
 * Writes each value where it comes from. A cell or a line changes only when everything that it supplies has the new
 * value in the tenant; all other values are conflicts. Objects without a target keep their values.
 */
export function shareEdits(targets: readonly Target[], { declarations, files }: ValidatedSources): Shared {
  if (targets.length === 0) return { edits: [], conflicts: [] };
  const wanted = new Map(targets.map((target) => [target.document, target]));
  const uses = [...declarations.values()].flatMap(({ address, document: whole }) =>
    listSharedLayers(whole).flatMap((document) =>
      listUses(wanted.get(document) ?? { address, whole, document, wanted: document.value }),
    ),
  );
  const index = indexUses(uses);
  const fixed = listFixedColumns(files);
  const changed = uses.filter(isChanged);
  // A cell or line that cannot change may be part of another value, so all of them are decided again.
  const banned = new Map<string, (use: Use) => string>();
  for (;;) {
    const proposal = propose(changed, fixed, banned);
    const wrong = findDisagreement(proposal, index);
    if (wrong.size === 0) return finish(proposal, index);
    for (const [key, reason] of wrong) banned.set(key, reason);
  }
}

interface UseIndex {
  byCell: ReadonlyMap<string, Use[]>;
  byLine: ReadonlyMap<string, Use[]>;
}

function indexUses(uses: readonly Use[]): UseIndex {
  const byCell = new Map<string, Use[]>();
  const byLine = new Map<string, Use[]>();
  for (const use of uses) {
    addTo(byLine, keyOfLine(use.supplier), use);
    if (typeof use.raw !== 'string' || !use.supplier.row) continue;
    for (const column of listColumns(use.raw)) {
      const place = findCellPlace(use, column);
      if (place) addTo(byCell, place.key, use);
    }
  }
  return { byCell, byLine };
}

function addTo(map: Map<string, Use[]>, key: string, use: Use): void {
  const list = map.get(key);
  if (list) list.push(use);
  else map.set(key, [use]);
}

function propose(
  changed: readonly Use[],
  fixed: ReturnType<typeof listFixedColumns>,
  banned: ReadonlyMap<string, (use: Use) => string>,
): Proposal {
  const cells: Proposal['cells'] = new Map();
  const lines: Proposal['lines'] = new Map();
  const refused: Proposal['refused'] = new Map();
  const setCell = (use: Use, column: string, value: Json): string | undefined => {
    const place = findCellPlace(use, column);
    if (!place) return NO_CELL;
    const ban = banned.get(place.key);
    if (ban) return ban(use);
    if (fixed.get(place.table ?? place.document.file.path)?.has(column))
      return `The column "${column}" also decides which objects exist, so pull does not change it.`;
    const before = use.supplier.row?.values[column];
    const isOptional = use.raw === `\${each.${column}?}`;
    const text = place.table === undefined ? undefined : toCell(value, before, isOptional);
    const next =
      place.table === undefined ? toRowValue(value, isOptional) : text === undefined ? text : readCell(text, before);
    if (next === undefined) return `A cell of the column "${column}" cannot hold the value of the tenant.`;
    const known = cells.get(place.key);
    if (known && !isSameValue(known.value, next)) return describeCell(place, use, known.users[0]);
    cells.set(place.key, { place, value: next, users: [...(known?.users ?? []), use] });
    return undefined;
  };

  // What lies in a list that changes as a whole is decided with it.
  const wholes = new Set(
    changed
      .flatMap(({ raw, supplier }) => (typeof raw === 'object' ? keyOfLine(supplier) : []))
      .filter((key) => !banned.has(key)),
  );
  const texts: Use[] = [];
  for (const use of changed) {
    if (isInside(use, wholes)) continue;
    const { raw, wanted = null, supplier } = use;
    if (supplier.document.place) refused.set(use, 'Code makes this value. Change it there.');
    else if (typeof raw === 'string' && supplier.row && isWholeReference(raw)) {
      const reason = setCell(use, listColumns(raw)[0] ?? '', wanted);
      if (reason !== undefined) refused.set(use, reason);
    } else texts.push(use);
  }
  for (const use of texts) {
    const { raw, wanted, supplier } = use;
    if (typeof raw === 'string' && typeof wanted === 'string' && supplier.row && listColumns(raw).length > 0) {
      const row = changeRow(use, cells);
      if (fillValue(raw, row) === wanted) continue;
      const [fit, ...others] = row ? fitCells(raw, row, wanted) : [];
      if (fit && others.length === 0 && setCell(use, fit.column, fit.value) === undefined) continue;
    }
    const key = keyOfLine(supplier);
    const ban = banned.get(key);
    if (ban) refused.set(use, ban(use));
    else addTo(lines, key, use);
  }
  return { cells, lines, refused };
}

/** Whether a use is in a value of one of these lines. */
function isInside(
  { supplier: { document, path } }: Use,
  lines: { has: (key: string) => boolean; size: number },
): boolean {
  return lines.size > 0 && path.some((_, i) => lines.has(keyOfLine({ document, path: path.slice(0, i) })));
}

/** A value as a row in YAML holds it; undefined for one that the template could not use. */
function toRowValue(value: Json, isOptional: boolean): Json | undefined {
  if (value === '' || (value === null && !isOptional)) return undefined;
  return mapTexts(value, (text) => text.replaceAll('$${', () => '${'));
}

/** The row of a use, with its new cells. */
function changeRow(use: Use, cells: Proposal['cells']): Row | undefined {
  const { row } = use.supplier;
  if (!row || use.raw === undefined) return row;
  const values = listColumns(use.raw).flatMap((column): [string, Json][] => {
    const place = findCellPlace(use, column);
    const cell = place && cells.get(place.key);
    return cell ? [[column, cell.value]] : [];
  });
  return values.length === 0 ? row : withCells(row, Object.fromEntries(values));
}

/** What a use makes of the line that supplies it. */
function rewriteUse(use: Use, cells: Proposal['cells']): Json {
  return rewrite(use.raw, use.value, use.wanted ?? null, changeRow(use, cells));
}

/** The cells and lines that supply something with another value, by key. */
function findDisagreement({ cells, lines }: Proposal, { byCell, byLine }: UseIndex): Map<string, (use: Use) => string> {
  const wrong = new Map<string, (use: Use) => string>();
  const written = new Map<string, Json>();
  for (const [key, users] of lines) {
    const all = (byLine.get(key) ?? []).filter(({ wanted }) => wanted !== undefined);
    const [first] = users;
    if (!first) continue;
    const value = rewriteUse(first, cells);
    const other = all.find((use) => !jsonEqual(rewriteUse(use, cells), value));
    if (other) wrong.set(key, (use) => describeLine(use, all));
    else written.set(key, value);
  }
  // Without these lines other cells may fit.
  if (wrong.size > 0) return wrong;
  for (const [key, { place }] of cells) {
    const other = (byCell.get(key) ?? []).find((use) => {
      if (use.wanted === undefined || use.raw === undefined || isInside(use, written)) return false;
      const raw = written.get(keyOfLine(use.supplier)) ?? (written.has(keyOfLine(use.supplier)) ? null : use.raw);
      return !isSameValue(fillValue(raw, changeRow(use, cells)), use.wanted);
    });
    if (other) wrong.set(key, (use) => describeCell(place, use, other));
  }
  return wrong;
}

function finish(proposal: Proposal, { byLine }: UseIndex): Shared {
  const { cells, lines, refused } = proposal;
  const edits: SharedEdit[] = [];
  const conflicts: PullConflict[] = [];
  for (const { place, value, users } of cells.values()) {
    if (place.table === undefined)
      edits.push({
        path: place.document.file.path,
        document: place.document,
        at: place.path,
        value: mapTexts(value, escapeVariables),
        users,
      });
    else {
      const cell = {
        row: place.row,
        column: place.column,
        value: typeof value === 'string' ? value : JSON.stringify(value),
      };
      edits.push({ path: place.table, cell, users });
    }
  }
  for (const [key, users] of lines) {
    const [use] = users;
    if (!use) continue;
    const { document, path } = use.supplier;
    const all = (byLine.get(key) ?? []).filter((one) => one.wanted !== undefined && !jsonEqual(one.value, one.wanted));
    edits.push({ path: document.file.path, document, at: path, value: rewriteUse(use, cells), users: all });
  }
  for (const [use, reason] of refused) {
    const own = writeOver(use);
    if (own) edits.push(own);
    else conflicts.push(toConflict(use, reason));
  }
  return { edits, conflicts };
}

/** A value of a base that only one of its documents changes is written into that document. */
function writeOver(use: Use): SharedEdit | undefined {
  const { supplier, target, path, wanted = null } = use;
  const { derivation } = target.document;
  if (supplier.layer !== 'base' || supplier.row || derivation?.by !== 'extends') return undefined;
  const { above } = derivation;
  // A list is replaced as a whole.
  const list = path.findIndex((part) => typeof part === 'number');
  const at = list === -1 ? path : path.slice(0, list);
  const value = list === -1 ? wanted : getAt(target.wanted, at);
  if (above.derivation || value === undefined) return undefined;
  return { path: above.file.path, document: above, at, value, users: [use] };
}

/** Why a cell or a line that supplies several values is not changed, and what to do instead. */

const MOST_CHARACTERS = 60;

function toConflict({ target, path, value, wanted, supplier }: Use, reason: string): PullConflict {
  return {
    code: supplier.document.place ? 'PULL_UNWRITABLE' : 'PULL_SHARED',
    address: target.address,
    pointer: formatPointer(path.map(String)),
    source: locatePosition(target.document, path),
    declared: value,
    ...(wanted === undefined ? {} : { live: wanted }),
    reason,
  };
}

const NO_CELL = 'No cell of a file holds this value: it comes from a key or from a variable.';

/** A cell that also supplies a value for which the tenant has something else. */
function describeCell({ column }: CellPlace, use: Use, other: Use | undefined): string {
  const where = other ? `${nameUse(other, use)}, where the tenant has ${quote(other.wanted)}` : 'other values';
  return `The cell "${column}" also supplies ${where}. ${offer(use)}`;
}

/** A line that not all of its users change to the same value. */
function describeLine(use: Use, all: readonly Use[]): string {
  const agree = all.filter(({ wanted }) => isSameValue(wanted, use.wanted));
  const other = all.find((one) => !isSameValue(one.wanted, use.wanted));
  const places = countThings(all.length, 'place');
  const what = `${quote(use.wanted)} in ${agree.length} of the ${places} that this line supplies`;
  const but = other ? `; ${nameUse(other, use)} has ${quote(other.wanted)}` : '';
  return `The tenant has ${what}${but}. ${offer(use)}`;
}

function offer({ supplier: { row, layer } }: Use): string {
  const overlay = 'For this object alone: limio-sync pull --into overlay';
  if (!row) return `${overlay}. Or write the value into the document, over the ${layer}.`;
  const split = 'give the value a column, ${each.NAME}, or take the row out into a document of its own';
  return `${overlay}. For good, ${split}.`;
}

function nameUse({ target, path }: Use, use: Use): string {
  const pointer = formatPointer(path.map(String));
  return target.address === use.target.address ? pointer : `${target.address} ${pointer}`;
}

function quote(value: Json | undefined): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text;
}
