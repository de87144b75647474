import { type Json, getOwn, isJsonObject, jsonEqual } from '../../model/json.js';

/** An element of the new list: the old one that it comes from, or none. */
export interface AlignedElement {
  value: Json;
  /** Index in the old list; indices grow along the new list. */
  from?: number;
}

/** Keys that identify an element, the first one that it has. */
const KEYS = ['name', 'path', 'id', 'type', 'destination'];
/** For lists that need more comparisons, only the equal beginning and end are matched. */
const MOST_COMPARISONS = 250_000;

/**
 * Matches each element of a new list with an old one: equal elements in the same order first, then
 * alike ones between them, then by position.
 */
export function alignElements(old: readonly Json[], wanted: readonly Json[]): AlignedElement[] {
  const aligned: AlignedElement[] = wanted.map((value) => ({ value }));
  for (const [i, j] of listEqual(old, wanted)) set(aligned, j, i);
  for (const likeness of [isAlike, mayContinue]) fillGaps(old, aligned, likeness);
  return aligned;
}

type Likeness = (old: Json, wanted: Json) => boolean;

/** Gives each element without a source the next free one that is like it. */
function fillGaps(old: readonly Json[], aligned: AlignedElement[], likeness: Likeness): void {
  let next = 0;
  for (const [j, element] of aligned.entries()) {
    if (element.from !== undefined) {
      next = element.from + 1;
      continue;
    }
    const end = aligned.slice(j).find(({ from }) => from !== undefined)?.from ?? old.length;
    for (let i = next; i < end; i++) {
      if (!likeness(old[i] ?? null, element.value)) continue;
      element.from = i;
      next = i + 1;
      break;
    }
  }
}

/** Elements with different keys are different things; all others match by position. */
const mayContinue: Likeness = (old, wanted) => keyOf(old) === undefined || keyOf(wanted) === undefined;

/** The same key; without keys, at least one equal value. */
const isAlike: Likeness = (old, wanted) => {
  const key = keyOf(old);
  if (key !== undefined || !isJsonObject(old) || !isJsonObject(wanted))
    return key !== undefined && key === keyOf(wanted);
  return (
    keyOf(wanted) === undefined && Object.entries(old).some(([name, value]) => jsonEqual(value, getOwn(wanted, name)))
  );
};

function set(aligned: AlignedElement[], at: number, from: number): void {
  const element = aligned[at];
  if (element) element.from = from;
}

function keyOf(value: Json): string | undefined {
  if (!isJsonObject(value)) return undefined;
  for (const key of KEYS) {
    const text = getOwn(value, key);
    if (typeof text === 'string') return `${key}:${text}`;
  }
  return undefined;
}

/** A longest common subsequence, as pairs of indices. */
function listEqual(old: readonly Json[], wanted: readonly Json[]): [number, number][] {
  let start = 0;
  while (start < old.length && start < wanted.length && jsonEqual(old[start], wanted[start])) start++;
  let end = 0;
  while (end < old.length - start && end < wanted.length - start && jsonEqual(old.at(-1 - end), wanted.at(-1 - end)))
    end++;
  const a = old.slice(start, old.length - end);
  const b = wanted.slice(start, wanted.length - end);
  const middle = a.length * b.length > MOST_COMPARISONS ? [] : listCommon(a, b);
  return [
    ...Array.from({ length: start }, (_, i): [number, number] => [i, i]),
    ...middle.map(([i, j]): [number, number] => [i + start, j + start]),
    ...Array.from({ length: end }, (_, i): [number, number] => [old.length - end + i, wanted.length - end + i]),
  ];
}

function listCommon(a: readonly Json[], b: readonly Json[]): [number, number][] {
  const lengths = Array.from({ length: a.length + 1 }, () => Array.from({ length: b.length + 1 }, () => 0));
  const at = (i: number, j: number): number => lengths[i]?.[j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      const row = lengths[i];
      if (row) row[j] = jsonEqual(a[i], b[j]) ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const pairs: [number, number][] = [];
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    if (jsonEqual(a[i], b[j])) pairs.push([i++, j++]);
    else if (at(i + 1, j) >= at(i, j + 1)) i++;
    else j++;
  }
  return pairs;
}
