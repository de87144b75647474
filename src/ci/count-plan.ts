import type { Plan } from '../model/plan.js';

/** What a pipeline decides by; the outputs of a step have the same names. */
export interface PlanCounts {
  environment: string;
  /** Whether there is anything to do, to publish or to refuse. */
  changes: boolean;
  create: number;
  update: number;
  delete: number;
  /** Changes that may not run as the plan stands; at least 1 while a guard stands. */
  refused: number;
  fingerprint: string;
}

export function countPlan({ environment, summary, fingerprint, changes, publish, guards }: Plan): PlanCounts {
  return {
    environment,
    changes: changes.length > 0 || publish.pages.length > 0 || guards.length > 0,
    create: summary.create,
    update: summary.update,
    delete: summary.delete,
    refused: Math.max(summary.withheld, guards.length > 0 ? 1 : 0),
    fingerprint,
  };
}
