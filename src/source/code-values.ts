import { isKind } from '../model/address.js';
import { isJsonObject, type Json, textAt } from '../model/json.js';
import type { DocumentPath, PathPart } from './documents.js';
import { findIdentity } from './normalise.js';

/** Something in a value that JSON does not have. `is` is the rest of a sentence. */
export interface ValueFault {
  path: DocumentPath;
  is: string;
  hint?: string;
}

interface Copy {
  path: PathPart[];
  /** The objects that contain the value at hand. */
  above: Set<object>;
  faults: ValueFault[];
  copied: number;
}

/** As in YAML files. */
const MAX_DEPTH = 100;

/** Objects that share parts can be exponentially larger as JSON. */
const MAX_VALUES = 100_000;

const FORBIDDEN_KEYS = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * A copy of a value of a program as JSON, and everything in it that has no JSON. Like in `JSON.stringify`, a key whose
 * value is undefined is left out; unlike there, nothing is converted.
 */
export function copyToJson(value: unknown): { json: Json; faults: ValueFault[] } {
  const state: Copy = { path: [], above: new Set(), faults: [], copied: 0 };
  const json = copy(value, state);
  if (state.copied > MAX_VALUES) state.faults.push({ path: [], is: `has more than ${MAX_VALUES} values` });
  return { json, faults: state.faults };
}

/** `attributes.price__limio[0].value of offer:/offers2/Digital`, for a place in a resource of a program. */
export function nameInCode(resource: Json, path: DocumentPath): string {
  const kind = isJsonObject(resource) ? textAt(resource, 'kind') : undefined;
  const identity =
    isJsonObject(resource) && kind !== undefined && isKind(kind) ? findIdentity(kind, resource) : undefined;
  if (path.length === 0) return identity?.address ?? 'The resource';
  return `${formatPath(path)}${identity ? ` of ${identity.address}` : ''}`;
}

/** `attributes.price__limio[0].value` */
function formatPath(path: DocumentPath): string {
  return path
    .map((part, i) => {
      if (typeof part === 'number') return `[${part}]`;
      if (!/^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(part)) return `[${JSON.stringify(part)}]`;
      return i === 0 ? part : `.${part}`;
    })
    .join('');
}

function refuse({ faults, path }: Copy, is: string, hint?: string): null {
  faults.push({ path: [...path], is, ...(hint === undefined ? {} : { hint }) });
  return null;
}

function copy(value: unknown, state: Copy): Json {
  if (state.copied++ >= MAX_VALUES) return null;
  switch (typeof value) {
    case 'string':
      return isWellFormed(value) ? value : refuse(state, 'ends in half of a character', 'Check where the text is cut.');
    case 'number':
      return copyNumber(value, state);
    case 'boolean':
      return value;
    case 'object':
      return value === null ? null : copyObject(value, state);
    case 'undefined':
      return refuse(state, 'is undefined', 'Leave the element out, or write null.');
    case 'bigint':
      return refuse(state, 'is a bigint', 'Write a number or a text.');
    case 'function':
      return refuse(state, 'is a function', 'Call it, and use its result.');
    default:
      return refuse(state, 'is a symbol', 'Write a text.');
  }
}

/** Without a lone surrogate, which UTF-8 cannot hold. */
function isWellFormed(text: string): boolean {
  return !/\p{Surrogate}/u.test(text);
}

function copyNumber(value: number, state: Copy): Json {
  if (!Number.isFinite(value)) return refuse(state, `is ${value}`, 'Check the calculation.');
  if (Number.isInteger(value) && !Number.isSafeInteger(value))
    return refuse(state, `is the number ${value}, which cannot be represented exactly`, 'Write a text.');
  // JSON has no -0.
  return value === 0 ? 0 : value;
}

function copyObject(value: object, state: Copy): Json {
  if (state.above.has(value)) return refuse(state, 'contains itself');
  const depth = state.path.length;
  if (depth >= MAX_DEPTH) return refuse(state, `is nested deeper than ${MAX_DEPTH} levels`);
  state.above.add(value);
  try {
    if (Array.isArray(value)) return copyList(value, state);
    const foreign = nameForeign(value);
    return foreign === undefined ? copyEntries(value, state) : refuseForeign(foreign, state);
  } catch (error) {
    // A proxy can throw whatever is asked of it.
    state.path.length = depth;
    return refuseUnreadable(error, state);
  } finally {
    state.above.delete(value);
  }
}

function copyList(list: readonly unknown[], state: Copy): Json[] {
  const copies: Json[] = [];
  for (let i = 0; i < list.length && state.copied <= MAX_VALUES; i++) {
    state.path.push(i);
    copies.push(i in list ? copy(list[i], state) : refuse(state, 'is a hole in a list', 'Leave the element out.'));
    state.path.pop();
  }
  return copies;
}

function copyEntries(object: object, state: Copy): Json {
  if (Object.getOwnPropertySymbols(object).length > 0) refuse(state, 'has a symbol as a key', 'Write a text.');
  const entries: [string, Json][] = [];
  for (const key of Object.keys(object)) {
    state.path.push(key);
    const value = copyPart(object, key, state);
    if (value !== undefined) entries.push([key, value]);
    state.path.pop();
  }
  return Object.fromEntries(entries);
}

function copyPart(object: object, key: string, state: Copy): Json | undefined {
  if (FORBIDDEN_KEYS.has(key)) return refuse(state, 'is not allowed as a key: it can harm programs that read it');
  if (!isWellFormed(key)) return refuse(state, 'is a key that ends in half of a character');
  let value: unknown;
  try {
    value = Reflect.get(object, key);
  } catch (error) {
    return refuseUnreadable(error, state);
  }
  return value === undefined ? undefined : copy(value, state);
}

function refuseUnreadable(error: unknown, state: Copy): null {
  return refuse(state, `cannot be read: ${error instanceof Error ? error.message : 'its getter threw a value'}`);
}

/** What to write instead of some objects that are no plain ones. */
const INSTEAD: Readonly<Record<string, string>> = {
  Date: 'Write a text: date.toISOString()',
  Map: 'Write a plain object: Object.fromEntries(map)',
  Set: 'Write a list: [...set]',
  Promise: 'Await it.',
};

/** The name of the class of an object; undefined for a plain object, which may come from another realm. */
function nameForeign(value: object): string | undefined {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (typeof prototype !== 'object' || prototype === null || Object.getPrototypeOf(prototype) === null)
    return undefined;
  const { constructor } = prototype;
  return typeof constructor === 'function' && constructor.name !== '' ? constructor.name : 'a class';
}

function refuseForeign(name: string, state: Copy): null {
  const hint = Object.hasOwn(INSTEAD, name) ? INSTEAD[name] : undefined;
  return refuse(
    state,
    hint === undefined ? `is an instance of ${name}` : `is a ${name}`,
    hint ?? 'Write a plain object: { ...value }',
  );
}
