import type { AppliedState } from '../model/drift.js';
import { canonicalJson, type JsonObject } from '../model/json.js';

/** The text of a snapshot: sorted at every depth, so that what did not change makes no line of a git diff. */
export function formatState({ last, objects, ...head }: AppliedState): string {
  const sorted = JSON.parse(canonicalJson(objects as unknown as JsonObject)) as JsonObject;
  return `${JSON.stringify({ ...head, last, objects: sorted }, null, 2)}\n`;
}
