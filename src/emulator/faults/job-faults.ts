import { getOwn, isJsonObject } from '../../model/json.js';
import type { Job } from '../tenant.js';
import type { FaultCall, Served } from './fault-call.js';
import type { Fault } from './fault-rule.js';

/** The job is accepted and fails when its time is over. */
export function serveFailedJob({ reason }: Extract<Fault, { fault: 'failed-job' }>, call: FaultCall): Served {
  return changeJob(call, (job) => ({ ...job, run: () => reason ?? 'The item could not be created' }));
}

/** The job is accepted and stays active. */
export function serveUnfinishedJob(call: FaultCall): Served {
  return changeJob(call, (job) => ({ ...job, startedAt: Number.POSITIVE_INFINITY }));
}

function changeJob({ tenant, run }: FaultCall, change: (job: Job) => Job): Served {
  const answer = run();
  const body = 'json' in answer && isJsonObject(answer.json) ? answer.json : {};
  const id = getOwn(body, tenant.options.jobIdKey);
  const job = typeof id === 'string' ? tenant.jobs.get(id) : undefined;
  if (job) tenant.jobs.set(job.id, change(job));
  return { answer, fired: job !== undefined };
}
