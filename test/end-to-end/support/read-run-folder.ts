import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ApplyResult } from '../../../src/model/outcome.js';
import type { Plan } from '../../../src/model/plan.js';
import type { JournalLine } from '../../../src/model/run.js';

export interface RunFolder {
  id: string;
  plan: Plan;
  lines: JournalLine[];
  result?: ApplyResult;
  rollback?: Plan;
}

/** The runs that a program left in a repository, the oldest first. */
export function readRunFolders(root: string): RunFolder[] {
  const runs = join(root, '.limio/runs');
  if (!existsSync(runs)) return [];
  return readdirSync(runs)
    .toSorted()
    .map((id) => {
      const read = (file: string): string | undefined =>
        existsSync(join(runs, id, file)) ? readFileSync(join(runs, id, file), 'utf8') : undefined;
      const parse = (file: string): unknown => {
        const text = read(file);
        return text === undefined ? undefined : JSON.parse(text);
      };
      const lines = (read('journal.jsonl') ?? '')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as JournalLine);
      const result = parse('result.json') as ApplyResult | undefined;
      const rollback = parse('rollback.json') as Plan | undefined;
      return {
        id,
        plan: parse('plan.json') as Plan,
        lines,
        ...(result ? { result } : {}),
        ...(rollback ? { rollback } : {}),
      };
    });
}
