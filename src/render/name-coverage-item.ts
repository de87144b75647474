import type { CoverageItem } from '../routing/measure-coverage.js';
import { nameCondition } from './visit-text.js';
import { escapeTerminal } from './escape-terminal.js';

/** `web-campus, branch 3, city Cambridge, Oxford`. Branches count from 1 for people. */
export function nameCoverageItem({ what, journey, branch, condition, tag }: CoverageItem): string {
  const where = `${escapeTerminal(journey)}, ${branch === undefined ? 'fallback' : `branch ${branch + 1}`}`;
  if (what === 'branch') return where;
  if (condition) return `${where}, ${nameCondition(condition)}`;
  return `${where}, ${typeof tag === 'string' ? escapeTerminal(tag) : 'a raw action'}`;
}
