import { type Json, type JsonObject, getOwn, isJsonObject } from '../model/json.js';
import { writeJson } from './write-json.js';

/** Branches, one branch, a condition or an action of a journey (typed form), as people read them. */
export function describeRouting(value: Json): string[] {
  if (Array.isArray(value))
    return value.length === 0 ? ['none'] : value.map((one) => (isJsonObject(one) ? describeOne(one) : writeJson(one)));
  return [isJsonObject(value) ? describeOne(value) : writeJson(value)];
}

function describeOne(value: JsonObject): string {
  return Object.hasOwn(value, 'actions') || Object.hasOwn(value, 'conditions')
    ? describeBranch(value)
    : describeElement(value);
}

/** `country US, CA and device mobile -> /us/a/ 60 %, /us/b/ 40 %`. */
function describeBranch(branch: JsonObject): string {
  return `${describeConditions(branch)} -> ${listObjects(getOwn(branch, 'actions')).map(describeElement).join(', ') || 'nowhere'}`;
}

export function describeConditions(branch: JsonObject): string {
  return listObjects(getOwn(branch, 'conditions')).map(describeElement).join(' and ') || 'everyone';
}

/** `country US, CA`, `/us/a/ 60 %`, or `raw {...}` for what has no typed form. */
function describeElement(element: JsonObject): string {
  const target = readDestination(element);
  if (target) return `${target.tag} ${target.share}`;
  const type = getOwn(element, 'type');
  const values = getOwn(element, 'values');
  if (typeof type === 'string' && Array.isArray(values)) return `${type} ${values.map(plain).join(', ')}`;
  return `raw ${writeJson(getOwn(element, 'raw') ?? element)}`;
}

export interface Destination {
  tag: string;
  /** `60 %`. */
  share: string;
}

/** Where a branch leads; an action of no known form is shown as it is. */
export function listDestinations(branch: JsonObject): Destination[] {
  return listObjects(getOwn(branch, 'actions')).map(
    (action) => readDestination(action) ?? { tag: describeElement(action), share: '' },
  );
}

function readDestination(element: JsonObject): Destination | undefined {
  const tag = getOwn(element, 'destination');
  return typeof tag === 'string' ? { tag, share: `${plain(getOwn(element, 'split') ?? 100)} %` } : undefined;
}

function plain(value: Json): string {
  return typeof value === 'string' ? value : writeJson(value);
}

function listObjects(list: Json | undefined): JsonObject[] {
  return Array.isArray(list) ? list.filter(isJsonObject) : [];
}
