import { type Json, isJsonObject } from '../model/json.js';
import { listVariableReferences } from '../source/interpolate-variables.js';

/** The first text in a value, as a file writes it, that refers to a variable. */
export function findTemplate(raw: Json | undefined): { path: (string | number)[]; text: string } | undefined {
  if (typeof raw === 'string') return listVariableReferences(raw).length > 0 ? { path: [], text: raw } : undefined;
  const children: [string | number, Json][] = Array.isArray(raw)
    ? [...raw.entries()]
    : isJsonObject(raw)
      ? Object.entries(raw)
      : [];
  for (const [part, child] of children) {
    const found = findTemplate(child);
    if (found) return { path: [part, ...found.path], text: found.text };
  }
  return undefined;
}
