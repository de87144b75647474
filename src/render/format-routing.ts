import { type Json, type JsonObject, getOwn, isJsonObject } from '../model/json.js';
import { escapeTerminal } from './escape-terminal.js';

/** Branches, one branch, a condition or an action of a journey (typed form), as people read them. */
export function formatRouting(value: Json): string[] {
  if (Array.isArray(value)) return value.length === 0 ? ['none'] : value.flatMap(formatRouting);
  if (!isJsonObject(value)) return [escapeTerminal(JSON.stringify(value))];
  return [Object.hasOwn(value, 'actions') || Object.hasOwn(value, 'conditions') ? formatBranch(value) : formatElement(value)];
}

/** `country US, CA and device mobile -> /us/a/ 60 %, /us/b/ 40 %`. */
function formatBranch(branch: JsonObject): string {
  const conditions = listObjects(getOwn(branch, 'conditions')).map(formatElement);
  const actions = listObjects(getOwn(branch, 'actions')).map(formatElement);
  return `${conditions.join(' and ') || 'everyone'} -> ${actions.join(', ') || 'nowhere'}`;
}

function formatElement(element: JsonObject): string {
  const { type, values, destination, split } = element;
  if (typeof destination === 'string') return `${escapeTerminal(destination)} ${Number(split ?? 100)} %`;
  if (typeof type === 'string' && Array.isArray(values)) return escapeTerminal(`${type} ${values.join(', ')}`);
  return escapeTerminal(`raw ${JSON.stringify(getOwn(element, 'raw') ?? element)}`);
}

function listObjects(list: Json | undefined): JsonObject[] {
  return Array.isArray(list) ? list.filter(isJsonObject) : [];
}
