import type { Address } from '../model/address.js';
import { isJsonObject, type Json } from '../model/json.js';
import { compareBy } from '../model/words.js';
import type { PathPart } from '../source/documents.js';
import { RESTRICTION_KEYS } from '../source/overlays.js';
import { splitReferences } from './texts.js';

/** A value without values inside: a scalar, or an empty object or list. */
export interface Leaf {
  path: readonly PathPart[];
  value: Json;
  /** What a column cannot change: the type, and for a text its references to variables. */
  tag: string;
}

/** Documents that one template can declare. */
export interface Shape<T> {
  members: T[];
  /** By the JSON text of their paths. */
  leaves: Map<string, Leaf>;
  /** The leaves that only some members have. */
  optional: Set<string>;
}

/** With more, a table is mostly empty, and two templates are easier to read. */
const MOST_OPTIONAL = 3;

/** Groups documents by what is the same except texts, numbers and booleans; the largest group first. */
export function groupByShape<T extends { address: Address; value: Json }>(documents: readonly T[]): Shape<T>[] {
  const exact = new Map<string, Shape<T>>();
  for (const document of documents) {
    const leaves = indexLeaves(document.value);
    const key = JSON.stringify(
      [...leaves].map(([path, { tag }]) => [path, tag]).toSorted(compareBy(([path]) => path ?? '')),
    );
    const shape = exact.get(key) ?? { members: [], leaves, optional: new Set() };
    shape.members.push(document);
    exact.set(key, shape);
  }
  const shapes: Shape<T>[] = [];
  for (const shape of sortBySize([...exact.values()])) {
    const at = shapes.findIndex((larger) => mergeShapes(larger, shape) !== undefined);
    const larger = shapes[at];
    if (larger) shapes[at] = mergeShapes(larger, shape) ?? larger;
    else shapes.push(shape);
  }
  return sortBySize(shapes).map((shape) => ({
    ...shape,
    members: shape.members.toSorted(compareBy(({ address }) => address)),
  }));
}

function sortBySize<T>(shapes: Shape<T>[]): Shape<T>[] {
  return shapes.toSorted((a, b) => b.members.length - a.members.length);
}

/** Undefined when more differs than a few scalars that one of them lacks. */
function mergeShapes<T>(a: Shape<T>, b: Shape<T>): Shape<T> | undefined {
  const lacking = [...listLacking(a, b), ...listLacking(b, a)];
  const optional = new Set([...a.optional, ...b.optional, ...lacking]);
  if (optional.size > MOST_OPTIONAL) return undefined;
  const leaves = new Map([...b.leaves, ...a.leaves]);
  const fits = [...leaves].every(([key, { tag }]) => [a, b].every((one) => (one.leaves.get(key)?.tag ?? tag) === tag));
  const places = [a, b].map(({ leaves: own }) => listContainers(own.values()));
  const canLack = [...optional].every((key) => {
    const leaf = leaves.get(key);
    return leaf && SCALARS.has(leaf.tag) && places.every((one) => one.has(JSON.stringify(leaf.path.slice(0, -1))));
  });
  return fits && canLack ? { members: [...a.members, ...b.members], leaves, optional } : undefined;
}

/** Tags of values that an empty cell can leave out. */
const SCALARS = new Set(['text', 'number', 'boolean']);

function listLacking<T>(from: Shape<T>, to: Shape<T>): string[] {
  return [...from.leaves.keys()].filter((key) => !to.leaves.has(key));
}

function listContainers(leaves: Iterable<Leaf>): Set<string> {
  return new Set([...leaves].flatMap(({ path }) => path.map((_, i) => JSON.stringify(path.slice(0, i)))));
}

export function indexLeaves(document: Json): Map<string, Leaf> {
  const leaves = new Map<string, Leaf>();
  const walk = (value: Json, path: readonly PathPart[]): void => {
    const children: [PathPart, Json][] = Array.isArray(value)
      ? [...value.entries()]
      : isJsonObject(value)
        ? Object.entries(value)
        : [];
    if (children.length === 0) leaves.set(JSON.stringify(path), { path, value, tag: tagOf(value) });
    for (const [part, child] of children)
      if (path.length > 0 || !RESTRICTION_KEYS.some((key) => key === part)) walk(child, [...path, part]);
  };
  walk(document, []);
  return leaves;
}

/** Control characters and `\r\n`, which no cell can hold, and halves of surrogate pairs, which no file can. */
// oxlint-disable-next-line no-control-regex -- finds them
const UNWRITABLE = /[\0-\x08\x0B\x0C\x0E-\x1F\x7F-\x9F]|\r\n|\p{Cs}/u;

function tagOf(value: Json): string {
  if (typeof value !== 'string') return typeof value === 'object' ? JSON.stringify(value) : typeof value;
  if (UNWRITABLE.test(value)) return `text ${JSON.stringify(value)}`;
  // An empty cell means "not managed", so no column can hold an empty text.
  const pieces = splitReferences(value);
  const tag = pieces.map((piece) => ('reference' in piece ? piece.reference : piece.text === '' ? '' : '*')).join('|');
  return tag === '*' ? 'text' : `text ${tag}`;
}

/** Why a document does not fit a template, by the first place that differs. */
export function explainShape(document: Json, { leaves, optional }: Shape<unknown>): string {
  const own = indexLeaves(document);
  for (const [key, { path, tag, value }] of own) {
    const other = leaves.get(key);
    if (!other) {
      const inside = findContainer(leaves, path);
      return inside === undefined
        ? `${showPath(path)} exists only here.`
        : `${showPath(inside.path)} is ${describe(inside.value)} in the others.`;
    }
    if (other.tag !== tag)
      return `${showPath(path)} is ${describe(value)}; in the others it is ${describe(other.value)}.`;
  }
  const lacking = [...leaves].find(([key]) => !own.has(key) && !optional.has(key))?.[1];
  if (!lacking) return 'Too many fields differ in whether they exist.';
  const inside = findContainer(own, lacking.path);
  return inside === undefined
    ? `It has no ${showPath(lacking.path)}.`
    : `${showPath(inside.path)} is ${describe(inside.value)}.`;
}

/** The leaf in place of a container on the way to a path: an empty list where others have elements. */
function findContainer(leaves: ReadonlyMap<string, Leaf>, path: readonly PathPart[]): Leaf | undefined {
  return path.map((_, i) => leaves.get(JSON.stringify(path.slice(0, i)))).find((leaf) => leaf !== undefined);
}

function describe(value: Json): string {
  if (typeof value !== 'string') return typeof value === 'object' ? JSON.stringify(value) : `a ${typeof value}`;
  if (value === '') return 'an empty text';
  return value.includes('${') ? 'a text with other variables' : 'a text';
}

function showPath(path: readonly PathPart[]): string {
  return path.join('/');
}
