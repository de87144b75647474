/** The files of a run, in its folder. */
export const RUN_FILES = {
  plan: 'plan.json',
  journal: 'journal.jsonl',
  result: 'result.json',
  rollback: 'rollback.json',
  recovery: 'recovery.json',
} as const;
