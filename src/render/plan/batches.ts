import type { GuardCode } from '../../errors/guard-codes.js';
import type { Address } from '../../model/address.js';
import { formatPointer, isJsonObject, jsonEqual } from '../../model/json.js';
import type { Change, Plan, PlannedField, UsedBy } from '../../model/plan.js';
import { groupDigits, joinWords } from '../../model/words.js';
import { type FieldView, listNewActive, nameField, viewField } from '../field.js';
import { countKind } from '../render.js';
import type { ChangeView } from './view.js';

/**
 * Changes that the same lines of a template or a base make. Text, Markdown and HTML show them as one and unfold them;
 * whatever needs a decision about a single object is never in a batch.
 */
export interface Batch extends Pick<ChangeView, 'kind' | 'action' | 'risk' | 'withheldBy'> {
  places: readonly Place[];
  /** In the order of the plan. */
  changes: readonly ChangeView[];
  /** Fields that all of them change alike. */
  listShared: () => FieldView[];
  /** The other fields. */
  varied: readonly VariedField[];
}

/** `catalog/digital.yaml:8`, and what fills it in: `catalog/prices.csv`, or `catalog/prices.csv:14`. */
interface Place {
  line: string;
  row?: string;
}

/** A field whose values are not the same in all changes of a batch. */
export interface VariedField {
  name: string;
  /** A price is never cut: all of `values` are to be shown. */
  isMoney: boolean;
  values: readonly FieldOf[];
}

/** One change, or several as one. */
export type Entry = ChangeView | Batch;

export function isBatch(entry: Entry): entry is Batch {
  return 'changes' in entry;
}

const FEWEST = 3;

/** Guards about a plan as a whole: what they stop needs no look at each object. */
const WHOLE_PLAN: ReadonlySet<string> = new Set<GuardCode>(['FREEZE', 'FILES_OLDER', 'MASS_CHANGE']);

/** Changes of one kind in their order, each batch in the place of its first change. `alone`: never in a batch. */
export function listEntries(
  pairs: readonly { change: Change; view: ChangeView }[],
  alone: ReadonlySet<Address>,
): Entry[] {
  const batches = new Map<string, Member[]>();
  const slots = pairs.map(({ change, view }) => {
    const key = alone.has(change.address) ? undefined : keyOf(change, view);
    if (key === undefined) return { view };
    const members = batches.get(key) ?? [];
    batches.set(key, members);
    members.push({ change, view });
    return { view, members, isFirst: members.length === 1 };
  });
  return slots.flatMap(({ view, members, isFirst }): Entry[] => {
    if (members === undefined || members.length < FEWEST) return [view];
    return isFirst ? [makeBatch(members, view)] : [];
  });
}

/** What is said or warned of single objects, or listed elsewhere with its values. */
export function listAlone({ warnings, byHand = [] }: Pick<Plan, 'warnings' | 'byHand'>): Set<Address> {
  const warned = warnings.flatMap(({ address }) => (address === undefined ? [] : [address]));
  return new Set([...warned, ...byHand.map(({ address }) => address)]);
}

interface Member {
  change: Change;
  view: ChangeView;
}

/** The same for the changes of one batch; undefined for a change that must be seen. */
function keyOf({ action, movedFrom, routing, fields, source, kind }: Change, view: ChangeView): string | undefined {
  if (action === 'delete' || movedFrom || routing || view.overwrite) return undefined;
  if (!view.withheldBy.every((code) => WHOLE_PLAN.has(code))) return undefined;
  const lines = action === 'create' ? [source?.row && [source.file, source.line, source.col]] : fields.map(nameLine);
  if (lines.length === 0 || lines.includes(undefined)) return undefined;
  return JSON.stringify([kind, action, view.risk, view.withheldBy, lines]);
}

function nameLine({ path, source }: PlannedField): unknown[] | undefined {
  return source && [path, source.file, source.line, source.col];
}

function makeBatch(members: readonly Member[], { kind, action, risk, withheldBy }: ChangeView): Batch {
  const { shared, varied } = splitFields(members);
  return {
    kind,
    action,
    risk,
    withheldBy,
    places: action === 'create' ? listPlaces([members.map(({ change }) => change)]) : listPlaces(byField(members)),
    changes: members.map(({ view }) => view),
    listShared: () => shared.map(viewField),
    varied,
  };
}

function splitFields(members: readonly Member[]): { shared: PlannedField[]; varied: VariedField[] } {
  const shared: PlannedField[] = [];
  const varied: VariedField[] = [];
  const split = (all: readonly FieldOf[]): void => {
    for (const [path, values] of groupByPath(all)) {
      const first = values[0]?.field;
      if (first && values.length === members.length && values.every(({ field }) => isAlike(field, first)))
        shared.push(first);
      else if (values.some(({ field }) => hasParts(field))) split(values.flatMap(listParts));
      else varied.push({ name: nameField(path), isMoney: path.startsWith('/attributes/price__limio'), values });
    }
  };
  split(members.flatMap(({ change, view }) => change.fields.map((field) => ({ change: view, field }))));
  return { shared, varied };
}

interface FieldOf {
  change: ChangeView;
  field: PlannedField;
}

function groupByPath(all: readonly FieldOf[]): Map<string, FieldOf[]> {
  const groups = new Map<string, FieldOf[]>();
  for (const one of all) {
    const group = groups.get(one.field.path) ?? [];
    groups.set(one.field.path, group);
    group.push(one);
  }
  return groups;
}

/** Of a new charge, only the amount may differ between the rows. */
function listParts({ change, field }: FieldOf): FieldOf[] {
  if (!hasParts(field)) return [{ change, field }];
  return Object.entries(field.after ?? {}).map(([key, after]) => ({
    change,
    field: { path: `${field.path}${formatPointer([key])}`, after, show: 'value' },
  }));
}

function hasParts({ before, after = null, show }: PlannedField): boolean {
  if (before !== undefined || show === 'routing') return false;
  const isList = Array.isArray(after) && after.every((item) => isJsonObject(item));
  return (isList || isJsonObject(after)) && Object.keys(after).length > 0;
}

function isAlike(a: PlannedField, b: PlannedField): boolean {
  return a.show === b.show && jsonEqual(a.before, b.before) && jsonEqual(a.after, b.after);
}

type Sourced = Pick<PlannedField, 'source'>;

/** The changes of a batch have the same fields in the same order. */
function byField(members: readonly Member[]): Sourced[][] {
  return (members[0]?.change.fields ?? []).map((_, i) => members.flatMap(({ change }) => change.fields[i] ?? []));
}

/** For each list of sources with one line in common: that line, with the cell, the row or the table of all rows. */
function listPlaces(fields: readonly (readonly Sourced[])[]): Place[] {
  const places = fields.map((list): Place => {
    const source = list[0]?.source;
    const rows = list.map((one) => one.source?.row);
    const [row] = rows;
    const line = source ? `${source.file}:${source.line}` : '';
    if (!row || rows.some((one) => one?.file !== row.file)) return { line };
    const isOne = rows.every((one) => one?.line === row.line);
    if (!isOne && row.file === source?.file) return { line };
    return { line, row: isOne ? `${row.file}:${row.line}` : row.file };
  });
  return [...new Map(places.map((place) => [JSON.stringify(place), place])).values()];
}

const MOST_PLACES = 3;

/** `38 offers by catalog/digital.yaml:4`, places as the rendering quotes them. `count`: of some of its changes. */
export function nameBatch(
  { changes, kind, places }: Pick<Batch, 'changes' | 'kind' | 'places'>,
  quote: (text: string) => string,
  count = changes.length,
): string {
  const rest = places.length - MOST_PLACES;
  const isOne = places.every(({ row }) => row === places[0]?.row);
  const named = places.slice(0, MOST_PLACES).map(({ line, row }, i, shown) => {
    const isTold = row === undefined || (isOne && (rest > 0 || i < shown.length - 1));
    return isTold ? quote(line) : `${quote(line)} with ${quote(row)}`;
  });
  const more = rest > 0 ? [`${rest} more ${rest === 1 ? 'line' : 'lines'}`] : [];
  const of = count === changes.length ? '' : `${groupDigits(count)} of `;
  return `${of}${countKind(changes.length, kind)} by ${joinWords([...named, ...more])}`;
}

/** Addresses that are listed elsewhere in the plan; those of one batch as one. */
export function nameItems(
  items: readonly Address[],
  batches: ReadonlyMap<Address, Batch>,
  quote: (text: string) => string,
): { name: string; count: number }[] {
  const counts = new Map<Batch | undefined, number>();
  for (const item of items) counts.set(batches.get(item), (counts.get(batches.get(item)) ?? 0) + 1);
  const named = new Set<Batch>();
  return items.flatMap((item) => {
    const batch = batches.get(item);
    const count = counts.get(batch) ?? 0;
    if (!batch || count < FEWEST) return [{ name: quote(item), count: 1 }];
    if (named.has(batch)) return [];
    named.add(batch);
    return [{ name: nameBatch(batch, quote, count), count }];
  });
}

/** By the address of each change. */
export function indexBatches(groups: readonly { entries: readonly Entry[] }[]): Map<Address, Batch> {
  const batches = groups.flatMap(({ entries }) => entries.filter(isBatch));
  return new Map(batches.flatMap((batch) => batch.changes.map(({ address }) => [address, batch])));
}

/** What of a varied field a rendering lists: prices, and what a long value hides, are never cut. */
export function selectValues(
  { name, isMoney, values }: VariedField,
  most: number,
): { shown: readonly { name: string; field: FieldView }[]; hidden: number } {
  const listed = isMoney ? values : values.filter(({ field }, i) => i < most || listNewActive(field).length > 0);
  const shown = listed.map(({ change, field }) => {
    const view = viewField(field);
    // Behind the name may be a change of type: `(number -> text)`.
    return { name: `${change.name}${view.name.slice(name.length)}`, field: view };
  });
  return { shown, hidden: values.length - listed.length };
}

/** Who uses the objects of a batch. `of` is absent where all have the same users. */
export function listBatchUses({ changes }: Pick<Batch, 'changes'>): { of?: string[]; users: UsedBy['users'] }[] {
  const uses = new Map<string, { of: string[]; users: UsedBy['users'] }>();
  for (const { name, usedBy } of changes) {
    if (usedBy.length === 0) continue;
    const key = JSON.stringify(usedBy);
    const use = uses.get(key) ?? { of: [], users: usedBy };
    uses.set(key, use);
    use.of.push(name);
  }
  return [...uses.values()].map(({ of, users }) => (of.length === changes.length ? { users } : { of, users }));
}
